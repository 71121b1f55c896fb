package io.dovetail.index;

import io.dovetail.index.file.CorruptFileException;
import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads a mapped faiss file from its beginning. No size is believed before the file is known to be as long. */
final class FaissInput {

    private static final String REMEDY = "write the file again by faiss.write_index, of an IndexIVFPQ by inner product";
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path path;
    private final MemorySegment file;
    private long position;

    FaissInput(Path path, MemorySegment file) {
        this.path = path;
        this.file = file;
    }

    /** The whole file. */
    MemorySegment file() {
        return file;
    }

    /** Goes over bytes. {@return the first of them} */
    long skip(String what, long bytes) throws CorruptFileException {
        if (bytes < 0 || bytes > file.byteSize() - position) {
            throw malformed(what, "as long as the file, which ends at byte " + file.byteSize(), bytes + " bytes");
        }
        long from = position;
        position += bytes;
        return from;
    }

    int uint8(String what) throws CorruptFileException {
        return file.get(ValueLayout.JAVA_BYTE, skip(what, Byte.BYTES)) & 0xff;
    }

    int int32(String what) throws CorruptFileException {
        return file.get(INT, skip(what, Integer.BYTES));
    }

    long int64(String what) throws CorruptFileException {
        return file.get(LONG, skip(what, Long.BYTES));
    }

    /** A number that must be in [{@code least}, {@code most}]. */
    int count(String what, long least, long most) throws CorruptFileException {
        long value = int64(what);
        expect(value >= least && value <= most, what, least + " to " + most, Long.toString(value));
        return (int) value;
    }

    /** A number that must have a certain value. */
    void require(String what, long expected, long found) throws CorruptFileException {
        expect(found == expected, what, Long.toString(expected), Long.toString(found));
    }

    String fourcc(String what) throws CorruptFileException {
        byte[] bytes = file.asSlice(skip(what, Integer.BYTES), Integer.BYTES).toArray(ValueLayout.JAVA_BYTE);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    void requireFourcc(String what, String expected) throws CorruptFileException {
        String found = fourcc(what);
        expect(found.equals(expected), what, "'" + expected + "'", "'" + printable(found) + "'");
    }

    static String printable(String fourcc) {
        return fourcc.replaceAll("[^ -~]", "?");
    }

    /** A vector of as many elements of so many bytes as fit. {@return how many} */
    long vector(String what, int bytes) throws CorruptFileException {
        long count = int64(what);
        expect(
                count >= 0 && count <= (file.byteSize() - position) / bytes,
                what,
                "0 to " + (file.byteSize() - position) / bytes + " elements",
                Long.toString(count));
        return count;
    }

    /** A vector of floats as a matrix, whose size is known. */
    Matrix matrix(String what, int rows, int cols, Arena arena) throws CorruptFileException {
        require(what, (long) rows * cols, vector(what, Float.BYTES));
        Matrix matrix = Matrix.allocate(arena, rows, cols);
        for (int row = 0; row < rows; row++) {
            long from = skip(what, (long) cols * Float.BYTES);
            for (int col = 0; col < cols; col++) {
                float value = file.get(FLOAT, from + (long) col * Float.BYTES);
                if (!Float.isFinite(value)) {
                    throw malformed(what, "finite numbers", Float.toString(value));
                }
                matrix.set(row, col, value);
            }
        }
        return matrix;
    }

    /** An element of a vector of int64 that begins at a byte. */
    long int64At(long vector, long element) {
        return file.get(LONG, vector + element * Long.BYTES);
    }

    /** The file must end here. */
    void end() throws CorruptFileException {
        expect(position == file.byteSize(), "end", "nothing more", (file.byteSize() - position) + " bytes");
    }

    void expect(boolean holds, String what, String expected, String found) throws CorruptFileException {
        if (!holds) {
            throw malformed(what, expected, found);
        }
    }

    CorruptFileException malformed(String what, String expected, String found) {
        return new CorruptFileException(path, what + " before byte " + position, expected, found, REMEDY);
    }
}
