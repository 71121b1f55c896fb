package io.dovetail.index.file;

import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * A mapped file of named sections. This page is the specification of the format, version-independent of what the
 * sections mean: the {@code kind} and {@code version} in the header say that.
 *
 * <p>All numbers are little-endian. The file is: a header of 64 bytes, the sections one after the other, the table.
 *
 * <pre>
 * header   0  8 bytes   "DOVETAIL"
 *          8  16 bytes  kind, ASCII, zero-padded
 *         24  int32     version of the kind's format, at least 1
 *         28  int32     number of sections
 *         32  int64     offset of the table
 *         40  int64     length of the file
 *         48  int32     CRC32C of the table
 *         52  8 bytes   zero
 *         60  int32     CRC32C of bytes [0, 60)
 * table    64 bytes per section, in file order
 *          0  40 bytes  name, ASCII, zero-padded, unique
 *         40  int64     offset: the first section begins at 64, each next one where the one before ends
 *         48  int64     length in bytes, without padding
 *         56  int32     CRC32C of the section and its padding
 *         60  int32     zero
 * </pre>
 *
 * <p>A section is followed by zeros up to the next multiple of 64 bytes; the file ends with the table. So every byte of
 * the file is under one of the checksums: a flipped bit, a missing tail and appended bytes are all found on opening.
 *
 * <p>Sections that the typed accessors read have these forms: <em>ints</em>, <em>longs</em>: elements, nothing else.
 * <em>text</em>: UTF-8. <em>strings</em>: int64 count, then count + 1 int64 ends (the first is 0), then the UTF-8 bytes
 * of all strings. <em>matrix</em>: int32 rows, int32 columns, int32 stride in floats, zeros up to byte 64, then rows
 * times stride float32.
 *
 * <p>Immutable. The mapped memory belongs to the arena given to {@link #open}; threads share it as the arena allows.
 */
public final class SectionFile {

    /** Sections begin at multiples of this many bytes; also the size of the header and of a table entry. */
    static final int ALIGNMENT = 64;

    static final byte[] MAGIC = "DOVETAIL".getBytes(StandardCharsets.US_ASCII);
    static final int KIND_BYTES = 16;
    static final int NAME_BYTES = 40;
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final String DAMAGED = "the file is damaged or incomplete: copy or make it again";
    private static final long CHECKSUM_CHUNK = 1L << 30;

    private final Path path;
    private final int version;
    private final Map<String, MemorySegment> sections;

    private SectionFile(Path path, int version, Map<String, MemorySegment> sections) {
        this.path = path;
        this.version = version;
        this.sections = sections;
    }

    /**
     * Maps a file and verifies all of it.
     *
     * @param path the file
     * @param kind the kind it must be of
     * @param maxVersion newest version that the caller can read
     * @param arena owner of the mapping
     * @return the sections
     * @throws CorruptFileException if the file is damaged, of another kind, or newer
     * @throws IOException if it cannot be read
     */
    public static SectionFile open(Path path, String kind, int maxVersion, Arena arena) throws IOException {
        return open(path, kind, 1, maxVersion, arena);
    }

    /**
     * Maps a file and verifies all of it.
     *
     * @param path the file
     * @param kind the kind it must be of
     * @param minVersion oldest version that the caller can read
     * @param maxVersion newest version that the caller can read
     * @param arena owner of the mapping
     * @return the sections
     * @throws CorruptFileException if the file is damaged, of another kind, older or newer
     * @throws IOException if it cannot be read
     */
    public static SectionFile open(Path path, String kind, int minVersion, int maxVersion, Arena arena)
            throws IOException {
        return of(path, map(path, arena), kind, minVersion, maxVersion);
    }

    private static MemorySegment map(Path path, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < ALIGNMENT) {
                throw new CorruptFileException(path, "header", ALIGNMENT + " bytes", size + " bytes", DAMAGED);
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
        }
    }

    /**
     * Reads a file into memory and verifies all of it. Starts later than a mapping and takes memory of its own, which the
     * system may back by huge pages; no page faults later.
     *
     * @param path the file
     * @param kind the kind it must be of
     * @param maxVersion newest version that the caller can read
     * @param arena owner of the memory
     * @return the sections
     * @throws CorruptFileException if the file is damaged, of another kind, or newer
     * @throws IOException if it cannot be read
     */
    public static SectionFile load(Path path, String kind, int maxVersion, Arena arena) throws IOException {
        try (Arena mapping = Arena.ofConfined()) {
            MemorySegment file = map(path, mapping);
            return of(path, arena.allocate(file.byteSize(), ALIGNMENT).copyFrom(file), kind, 1, maxVersion);
        }
    }

    private static SectionFile of(Path path, MemorySegment file, String kind, int minVersion, int maxVersion)
            throws IOException {
        checkHeader(path, file, kind);
        checkVersion(path, file.get(INT, 24), minVersion, maxVersion);
        expect(path, "file length at byte 40", file.get(LONG, 40) + " bytes", file.byteSize() + " bytes");
        return new SectionFile(path, file.get(INT, 24), readTable(path, file));
    }

    private static void checkHeader(Path path, MemorySegment file, String kind) throws IOException {
        if (file.asSlice(0, MAGIC.length).mismatch(MemorySegment.ofArray(MAGIC)) != -1) {
            throw new CorruptFileException(
                    path,
                    "byte 0",
                    "\"DOVETAIL\"",
                    "other bytes",
                    "this is not a Dovetail file, or its start is damaged");
        }
        int expected = file.get(INT, 60);
        expect(path, "header checksum at byte 60", hex(expected), hex(checksum(file, 0, 60)));
        String found = ascii(file, 8, KIND_BYTES);
        if (!found.equals(kind)) {
            throw new CorruptFileException(
                    path, "kind at byte 8", "'" + kind + "'", "'" + found + "'", "give a file of kind '" + kind + "'");
        }
    }

    private static void checkVersion(Path path, int version, int minVersion, int maxVersion) throws IOException {
        if (version < minVersion || version > maxVersion) {
            throw new CorruptFileException(
                    path,
                    "format version at byte 24",
                    minVersion < maxVersion ? minVersion + " to " + maxVersion : Integer.toString(maxVersion),
                    Integer.toString(version),
                    (version < minVersion ? "use the Dovetail that made it" : "use a newer Dovetail")
                            + ", or make the file again with this one");
        }
    }

    private static Map<String, MemorySegment> readTable(Path path, MemorySegment file) throws IOException {
        long count = file.get(INT, 28);
        long table = file.get(LONG, 32);
        long most = file.byteSize() / ALIGNMENT - 1;
        if (count < 0 || count > most) {
            throw new CorruptFileException(
                    path, "section count at byte 28", "0 to " + most, Long.toString(count), DAMAGED);
        }
        expect(path, "table offset at byte 32", file.byteSize() - count * ALIGNMENT, table);
        expect(
                path,
                "table checksum at byte 48",
                hex(file.get(INT, 48)),
                hex(checksum(file, table, count * ALIGNMENT)));
        Map<String, MemorySegment> sections = LinkedHashMap.newLinkedHashMap((int) count);
        long next = ALIGNMENT;
        for (long entry = table; entry < file.byteSize(); entry += ALIGNMENT) {
            String name = ascii(file, entry, NAME_BYTES);
            String place = "section '" + name + "', table entry at byte " + entry;
            expect(path, place + ", offset", next, file.get(LONG, entry + 40));
            long length = file.get(LONG, entry + 48);
            if (length < 0 || length > table - next) {
                throw new CorruptFileException(
                        path, place, "a length of at most " + (table - next), Long.toString(length), DAMAGED);
            }
            long padded = Math.min(table - next, padded(length));
            expect(
                    path,
                    "section '" + name + "' at byte " + next + ", checksum",
                    hex(file.get(INT, entry + 56)),
                    hex(checksum(file, next, padded)));
            if (sections.put(name, file.asSlice(next, length, ALIGNMENT)) != null) {
                throw new CorruptFileException(path, place, "unique names", "'" + name + "' twice", DAMAGED);
            }
            next += padded;
        }
        expect(path, "end of the sections", table, next);
        return sections;
    }

    /** {@return the file} */
    public Path path() {
        return path;
    }

    /** {@return the version of the kind's format} */
    public int version() {
        return version;
    }

    /** {@return the names of the sections in file order} */
    public List<String> names() {
        return List.copyOf(sections.keySet());
    }

    /** {@return the bytes of each section by its name, without padding, in file order} */
    public Map<String, Long> lengths() {
        Map<String, Long> lengths = new LinkedHashMap<>();
        sections.forEach((name, section) -> lengths.put(name, section.byteSize()));
        return lengths;
    }

    /**
     * Whether there is a section of this name.
     *
     * @param name the name
     * @return true if there is
     */
    public boolean has(String name) {
        return sections.containsKey(name);
    }

    /**
     * The bytes of a section, read-only, 64-byte aligned.
     *
     * @param name the name
     * @return the mapped bytes, without padding
     * @throws CorruptFileException if there is no such section
     */
    public MemorySegment section(String name) throws CorruptFileException {
        MemorySegment section = sections.get(name);
        if (section == null) {
            throw new CorruptFileException(path, "table", "a section '" + name + "'", "only " + names(), DAMAGED);
        }
        return section;
    }

    /**
     * A section of 32-bit integers, copied.
     *
     * @param name the name
     * @return the elements
     * @throws CorruptFileException if it is missing or no whole number of elements
     */
    public int[] ints(String name) throws CorruptFileException {
        MemorySegment section = section(name);
        int[] values = new int[elements(name, section, Integer.BYTES)];
        MemorySegment.copy(section, INT, 0, values, 0, values.length);
        return values;
    }

    /**
     * A section of 64-bit integers, copied.
     *
     * @param name the name
     * @return the elements
     * @throws CorruptFileException if it is missing or no whole number of elements
     */
    public long[] longs(String name) throws CorruptFileException {
        MemorySegment section = section(name);
        long[] values = new long[elements(name, section, Long.BYTES)];
        MemorySegment.copy(section, LONG, 0, values, 0, values.length);
        return values;
    }

    /**
     * A section of float32 in rows: a view of the mapped file, not a copy.
     *
     * @param name the name
     * @return the matrix; writing to it throws
     * @throws CorruptFileException if it is missing or its sizes do not fit
     */
    public Matrix matrix(String name) throws CorruptFileException {
        MemorySegment section = section(name);
        if (section.byteSize() < ALIGNMENT) {
            throw malformed(name, "at least " + ALIGNMENT + " bytes", section.byteSize() + " bytes");
        }
        int rows = section.get(INT, 0);
        int cols = section.get(INT, 4);
        int stride = section.get(INT, 8);
        if (rows < 0 || cols < 0 || stride < cols) {
            throw malformed(name, "a matrix shape", rows + "x" + cols + " with stride " + stride);
        }
        long floats = (long) rows * stride;
        long bytes = section.byteSize() - ALIGNMENT;
        if (bytes % Float.BYTES != 0 || bytes / Float.BYTES != floats) {
            throw malformed(
                    name, floats + " floats for " + rows + "x" + cols + " with stride " + stride, bytes + " bytes");
        }
        return new Matrix(section.asSlice(ALIGNMENT), rows, cols, stride);
    }

    /**
     * A section of UTF-8 text.
     *
     * @param name the name
     * @return the text
     * @throws CorruptFileException if it is missing or not UTF-8
     */
    public String text(String name) throws CorruptFileException {
        MemorySegment section = section(name);
        elements(name, section, 1);
        return decode(name, section, 0, section.byteSize());
    }

    /**
     * A section of strings.
     *
     * @param name the name
     * @return the strings in order
     * @throws CorruptFileException if it is missing or its sizes do not fit
     */
    public List<String> strings(String name) throws CorruptFileException {
        List<String> strings = new ArrayList<>();
        strings(name, strings::add);
        return strings;
    }

    /**
     * Reads a section of strings one by one, for readers that keep them in a form of their own.
     *
     * @param name the name
     * @param sink receives the strings in order
     * @throws CorruptFileException if it is missing or its sizes do not fit; some strings may have been told before
     */
    public void strings(String name, Consumer<String> sink) throws CorruptFileException {
        MemorySegment section = section(name);
        long size = section.byteSize();
        long count = size < 16 ? -1 : section.get(LONG, 0);
        if (count < 0 || count > Math.min(Integer.MAX_VALUE - 8, size / Long.BYTES - 2)) {
            throw malformed(name, "a count of strings that fits " + size + " bytes", Long.toString(count));
        }
        long bytes = (count + 2) * Long.BYTES;
        long from = section.get(LONG, Long.BYTES);
        for (int i = 0; i < count; i++) {
            long to = section.get(LONG, (i + 2L) * Long.BYTES);
            if (from < 0 || to < from || to > size - bytes || to - from > Integer.MAX_VALUE) {
                throw malformed(name, "ends of string " + i + " in [0, " + (size - bytes) + "]", from + " to " + to);
            }
            sink.accept(decode(name, section, bytes + from, to - from));
            from = to;
        }
    }

    private String decode(String name, MemorySegment section, long offset, long length) throws CorruptFileException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(section.asSlice(offset, length).asByteBuffer())
                    .toString();
        } catch (CharacterCodingException e) {
            CorruptFileException corrupt = malformed(name, "UTF-8 text", "other bytes at byte " + offset + " of it");
            corrupt.initCause(e);
            throw corrupt;
        }
    }

    private int elements(String name, MemorySegment section, int bytes) throws CorruptFileException {
        long count = section.byteSize() / bytes;
        if (section.byteSize() % bytes != 0 || count > Integer.MAX_VALUE - 8) {
            throw malformed(name, "whole elements of " + bytes + " bytes, below 2^31", section.byteSize() + " bytes");
        }
        return (int) count;
    }

    /**
     * An exception about the content of a section, for callers that check what a section means.
     *
     * @param name the section
     * @param expected what should be there
     * @param found what is there
     * @return the exception, to be thrown
     */
    public CorruptFileException malformed(String name, String expected, String found) {
        return new CorruptFileException(path, "section '" + name + "'", expected, found, DAMAGED);
    }

    static long padded(long length) {
        return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static int checksum(MemorySegment file, long offset, long length) {
        CRC32C crc = new CRC32C();
        for (long done = 0; done < length; done += CHECKSUM_CHUNK) {
            crc.update(file.asSlice(offset + done, Math.min(CHECKSUM_CHUNK, length - done))
                    .asByteBuffer());
        }
        return (int) crc.getValue();
    }

    private static String ascii(MemorySegment file, long offset, int most) {
        byte[] bytes = file.asSlice(offset, most).toArray(ValueLayout.JAVA_BYTE);
        int length = 0;
        while (length < most && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }

    private static String hex(int checksum) {
        return "0x" + Integer.toHexString(checksum);
    }

    private static void expect(Path path, String place, Object expected, Object found) throws CorruptFileException {
        if (!expected.equals(found)) {
            throw new CorruptFileException(path, place, expected.toString(), found.toString(), DAMAGED);
        }
    }
}
