package io.dovetail.index;

import io.dovetail.index.file.CorruptFileException;
import io.dovetail.kernels.Matrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** NumPy's array file, as NumPy's {@code lib.format} documents it: two-dimensional float32. See {@link VectorFiles}. */
final class NpyFormat {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int PREAMBLE_BYTES = 10;

    /** A multiple of 64, with room for any two sizes. */
    private static final int HEADER_BYTES = 128;

    private static final int MOST_HEADER_BYTES = 1 << 16;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final Pattern TYPE = Pattern.compile("'descr':\\s*'([^']*)'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order':\\s*(\\w+)");
    private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\(([^)]*)\\)");
    private static final Pattern TWO_SIZES = Pattern.compile("\\s*(\\d{1,10})\\s*,\\s*(\\d{1,10})\\s*,?\\s*");
    private static final String SAVE =
            "save it with np.save(path, np.ascontiguousarray(x, dtype='<f4')), x with 2 axes";

    private NpyFormat() {}

    /** The vectors where they are. */
    static VectorSource of(Path path, MemorySegment file) throws CorruptFileException {
        long size = file.byteSize();
        if (size < 12 || file.asSlice(0, MAGIC.length).mismatch(MemorySegment.ofArray(MAGIC)) != -1) {
            throw new CorruptFileException(path, "byte 0", "the start of a .npy file", "other bytes", SAVE);
        }
        int version = file.get(ValueLayout.JAVA_BYTE, 6);
        if (version < 1 || version > 3) {
            throw new CorruptFileException(path, "version at byte 6", "1, 2 or 3", Integer.toString(version), SAVE);
        }
        int start = version == 1 ? 10 : 12;
        long headerBytes = version == 1 ? Short.toUnsignedInt(file.get(SHORT, 8)) : file.get(INT, 8);
        if (headerBytes < 0 || headerBytes > Math.min(MOST_HEADER_BYTES, size - start)) {
            throw new CorruptFileException(
                    path,
                    "header length at byte 8",
                    "at most " + Math.min(MOST_HEADER_BYTES, size - start),
                    Long.toString(headerBytes),
                    SAVE);
        }
        byte[] bytes = file.asSlice(start, headerBytes).toArray(ValueLayout.JAVA_BYTE);
        String header = new String(bytes, StandardCharsets.UTF_8);
        String place = "header at byte " + start;
        expect(path, place + ", type", "<f4", find(path, place, TYPE, header));
        expect(path, place + ", Fortran order", "False", find(path, place, ORDER, header));
        String shape = find(path, place, SHAPE, header);
        Matcher sizes = TWO_SIZES.matcher(shape);
        if (!sizes.matches()) {
            throw new CorruptFileException(path, place + ", shape", "two sizes", "(" + shape + ")", SAVE);
        }
        long rows = Long.parseLong(sizes.group(1));
        long cols = Long.parseLong(sizes.group(2));
        long floats = (size - start - headerBytes) / Float.BYTES;
        if (Math.max(rows, cols) > Integer.MAX_VALUE - 16
                || rows * cols != floats
                || (size - start - headerBytes) % Float.BYTES != 0) {
            throw new CorruptFileException(
                    path, place + ", shape (" + shape + ")", rows * cols + " floats", floats + " floats", SAVE);
        }
        return VectorSource.of(new Matrix(file.asSlice(start + headerBytes), (int) rows, (int) cols, (int) cols));
    }

    /** The bytes before the data; as many for every number of rows, so that it can be put in afterwards. */
    static byte[] header(long rows, int cols) {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + rows + ", " + cols + "), }";
        String padded = header + " ".repeat(HEADER_BYTES - PREAMBLE_BYTES - header.length() - 1) + "\n";
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) padded.length());
        return bytes.put(padded.getBytes(StandardCharsets.US_ASCII)).array();
    }

    private static String find(Path path, String place, Pattern pattern, String header) throws CorruptFileException {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw new CorruptFileException(path, place, pattern.pattern(), header.strip(), SAVE);
        }
        return matcher.group(1);
    }

    private static void expect(Path path, String place, String expected, String found) throws CorruptFileException {
        if (!expected.equals(found)) {
            throw new CorruptFileException(path, place, expected, found, SAVE);
        }
    }
}
