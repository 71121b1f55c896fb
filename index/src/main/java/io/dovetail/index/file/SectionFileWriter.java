package io.dovetail.index.file;

import io.dovetail.kernels.Matrix;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Writes a {@link SectionFile}: all of it or nothing.
 *
 * <p>Bytes go to a temporary file beside the target. {@link #commit} forces it to disk and renames it over the target
 * in one step; {@link #close} without a commit deletes it. Sections are streamed and may be of any length. Close the
 * writer with try-with-resources. Not thread-safe.
 */
public final class SectionFileWriter implements Closeable {

    private static final int ALIGNMENT = SectionFile.ALIGNMENT;
    private static final long WRITE_CHUNK = 1L << 30;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int NUMBERS = 1 << 12;

    private record Entry(String name, long offset, long length, int checksum) {}

    private final Path target;
    private final Path temporary;
    private final String kind;
    private final int version;
    private final FileChannel channel;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, ALIGNMENT);
    private final MemorySegment numbers = arena.allocate((long) NUMBERS * Long.BYTES, ALIGNMENT);
    private final MemorySegment zeros = arena.allocate(ALIGNMENT, ALIGNMENT);
    private final List<Entry> entries = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final CRC32C crc = new CRC32C();
    private String current = "";
    private long start = ALIGNMENT;
    private long length;
    private int buffered;

    /**
     * Begins a file.
     *
     * @param target where the file will be; its folder must exist
     * @param kind what the file is, ASCII, 1 to 16 letters
     * @param version version of the kind's format, at least 1
     * @throws IOException if the temporary file cannot be made
     */
    public SectionFileWriter(Path target, String kind, int version) throws IOException {
        checkAscii("kind", kind, SectionFile.KIND_BYTES);
        if (version < 1) {
            throw new IllegalArgumentException("version: at least 1, got " + version);
        }
        this.target = target;
        this.kind = kind;
        this.version = version;
        String unique = ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
        temporary = target.resolveSibling("." + target.getFileName() + "." + unique + ".tmp");
        channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        channel.position(ALIGNMENT);
    }

    /**
     * Begins a section and ends the one before.
     *
     * @param name ASCII, 1 to 40 letters, not used before
     * @throws IOException if writing fails
     */
    public void begin(String name) throws IOException {
        checkAscii("section name", name, SectionFile.NAME_BYTES);
        if (!names.add(name)) {
            throw new IllegalArgumentException("section '" + name + "' is there already");
        }
        endSection();
        current = name;
        length = 0;
        crc.reset();
    }

    /**
     * Adds bytes to the section.
     *
     * @param bytes native or heap
     * @throws IOException if writing fails
     */
    public void append(MemorySegment bytes) throws IOException {
        if (current.isEmpty()) {
            throw new IllegalStateException("append: begin a section first");
        }
        long size = bytes.byteSize();
        if (size > BUFFER_BYTES - buffered) {
            flush();
        }
        if (size > BUFFER_BYTES) {
            for (long done = 0; done < size; done += WRITE_CHUNK) {
                write(bytes.asSlice(done, Math.min(WRITE_CHUNK, size - done)).asByteBuffer());
            }
        } else {
            MemorySegment.copy(bytes, 0, buffer, buffered, size);
            buffered += (int) size;
        }
        length += size;
    }

    /**
     * Writes a section of 32-bit integers.
     *
     * @param name the name
     * @param values the elements
     * @throws IOException if writing fails
     */
    public void ints(String name, int... values) throws IOException {
        begin(name);
        for (int from = 0; from < values.length; from += NUMBERS) {
            int count = Math.min(NUMBERS, values.length - from);
            MemorySegment.copy(values, from, numbers, SectionFile.INT, 0, count);
            append(numbers.asSlice(0, (long) count * Integer.BYTES));
        }
    }

    /**
     * Writes a section of 64-bit integers.
     *
     * @param name the name
     * @param values the elements
     * @throws IOException if writing fails
     */
    public void longs(String name, long... values) throws IOException {
        begin(name);
        appendLongs(values);
    }

    /**
     * Writes a matrix in one section.
     *
     * @param name the name
     * @param matrix the elements
     * @throws IOException if writing fails
     */
    public void matrix(String name, Matrix matrix) throws IOException {
        beginMatrix(name, matrix.rows(), matrix.cols());
        appendRows(matrix);
    }

    /**
     * Begins a matrix section whose rows follow with {@link #appendRows}.
     *
     * @param name the name
     * @param rows number of rows that will follow in all
     * @param cols number of columns
     * @throws IOException if writing fails
     */
    public void beginMatrix(String name, int rows, int cols) throws IOException {
        begin(name);
        MemorySegment shape = numbers.asSlice(0, SectionFile.ALIGNMENT).fill((byte) 0);
        shape.set(SectionFile.INT, 0, rows);
        shape.set(SectionFile.INT, 4, cols);
        shape.set(SectionFile.INT, 8, stride(cols));
        append(shape);
    }

    /**
     * Adds rows to a matrix section. Each is padded with zeros to a multiple of 16 floats, whatever its stride here.
     *
     * @param rows the rows
     * @throws IOException if writing fails
     */
    public void appendRows(Matrix rows) throws IOException {
        long used = (long) rows.cols() * Float.BYTES;
        MemorySegment padding = zeros.asSlice(0, (long) stride(rows.cols()) * Float.BYTES - used);
        for (int row = 0; row < rows.rows(); row++) {
            append(rows.data().asSlice(rows.offset(row), used));
            append(padding);
        }
    }

    /**
     * Writes a section of UTF-8 text.
     *
     * @param name the name
     * @param text the text
     * @throws IOException if writing fails
     */
    public void text(String name, String text) throws IOException {
        begin(name);
        append(MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Writes a section of strings.
     *
     * @param name the name
     * @param strings the strings
     * @throws IOException if writing fails
     */
    public void strings(String name, List<String> strings) throws IOException {
        begin(name);
        appendLongs(strings.size(), 0);
        long end = 0;
        for (String string : strings) {
            end += string.getBytes(StandardCharsets.UTF_8).length;
            appendLongs(end);
        }
        for (String string : strings) {
            append(MemorySegment.ofArray(string.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /**
     * Ends the file: writes table and header, forces all to disk and renames the file to its target.
     *
     * @throws IOException if that fails; the target is then as it was
     */
    public void commit() throws IOException {
        endSection();
        MemorySegment table = arena.allocate((long) ALIGNMENT * entries.size(), ALIGNMENT);
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            MemorySegment row = table.asSlice((long) ALIGNMENT * i, ALIGNMENT);
            putAscii(row, 0, entry.name);
            row.set(SectionFile.LONG, 40, entry.offset);
            row.set(SectionFile.LONG, 48, entry.length);
            row.set(SectionFile.INT, 56, entry.checksum);
        }
        crc.reset();
        write(table.asByteBuffer());
        MemorySegment header = arena.allocate(ALIGNMENT, ALIGNMENT);
        MemorySegment.copy(SectionFile.MAGIC, 0, header, ValueLayout.JAVA_BYTE, 0, SectionFile.MAGIC.length);
        putAscii(header, 8, kind);
        header.set(SectionFile.INT, 24, version);
        header.set(SectionFile.INT, 28, entries.size());
        header.set(SectionFile.LONG, 32, start);
        header.set(SectionFile.LONG, 40, start + table.byteSize());
        header.set(SectionFile.INT, 48, (int) crc.getValue());
        crc.reset();
        crc.update(header.asSlice(0, 60).asByteBuffer());
        header.set(SectionFile.INT, 60, (int) crc.getValue());
        channel.position(0);
        write(header.asByteBuffer());
        channel.force(true);
        channel.close();
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Frees the writer. Without a {@link #commit} before, nothing of the file remains. */
    @Override
    public void close() throws IOException {
        if (arena.scope().isAlive()) {
            arena.close();
            try {
                channel.close();
            } finally {
                Files.deleteIfExists(temporary);
            }
        }
    }

    private void endSection() throws IOException {
        if (current.isEmpty()) {
            return;
        }
        long unpadded = length;
        append(zeros.asSlice(0, SectionFile.padded(length) - length));
        flush();
        entries.add(new Entry(current, start, unpadded, (int) crc.getValue()));
        start += length;
        current = "";
    }

    private void appendLongs(long... values) throws IOException {
        for (int from = 0; from < values.length; from += NUMBERS) {
            int count = Math.min(NUMBERS, values.length - from);
            MemorySegment.copy(values, from, numbers, SectionFile.LONG, 0, count);
            append(numbers.asSlice(0, (long) count * Long.BYTES));
        }
    }

    private void flush() throws IOException {
        write(buffer.asSlice(0, buffered).asByteBuffer());
        buffered = 0;
    }

    private void write(ByteBuffer bytes) throws IOException {
        crc.update(bytes.duplicate());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static int stride(int cols) {
        return Math.max(16, (cols + 15) / 16 * 16);
    }

    private static void putAscii(MemorySegment target, long offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(bytes, 0, target, ValueLayout.JAVA_BYTE, offset, bytes.length);
    }

    private static void checkAscii(String what, String text, int most) {
        if (text.isEmpty() || text.length() > most || !text.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException(
                    what + ": 1 to " + most + " printable ASCII letters without spaces, got '" + text + "'");
        }
    }
}
