package io.dovetail.index;

import io.dovetail.index.file.CorruptFileException;
import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** The {@code .fvecs} family: records of an int32 dimension and that many elements. See {@link VectorFiles}. */
final class VecsFormat {

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final String REMEDY = "make the file again; each vector is an int32 dimension and its elements";

    private final MemorySegment file;
    private final int rows;
    private final int dimension;
    private final long recordBytes;

    private VecsFormat(MemorySegment file, int rows, int dimension, long recordBytes) {
        this.file = file;
        this.rows = rows;
        this.dimension = dimension;
        this.recordBytes = recordBytes;
    }

    /** Checks the length of the file and the dimension of each record. An empty file has no vectors. */
    static VecsFormat of(Path path, MemorySegment file, int elementBytes) throws CorruptFileException {
        long size = file.byteSize();
        if (size == 0) {
            return new VecsFormat(file, 0, 0, Integer.BYTES);
        }
        if (size < Integer.BYTES) {
            throw new CorruptFileException(path, "byte 0", "an int32 dimension", size + " bytes", REMEDY);
        }
        int dimension = file.get(INT, 0);
        long recordBytes = Integer.BYTES + (long) dimension * elementBytes;
        if (dimension < 1 || recordBytes > size) {
            throw new CorruptFileException(
                    path,
                    "dimension at byte 0",
                    "1 to " + (size - Integer.BYTES) / elementBytes,
                    Integer.toString(dimension),
                    REMEDY);
        }
        long rows = size / recordBytes;
        if (size % recordBytes != 0 || rows > Integer.MAX_VALUE) {
            throw new CorruptFileException(
                    path,
                    "byte " + rows * recordBytes,
                    "fewer than 2^31 records of " + recordBytes + " bytes",
                    size + " bytes in all",
                    REMEDY);
        }
        for (long offset = 0; offset < size; offset += recordBytes) {
            int found = file.get(INT, offset);
            if (found != dimension) {
                throw new CorruptFileException(
                        path,
                        "dimension at byte " + offset,
                        dimension + " as in the first vector",
                        Integer.toString(found),
                        REMEDY);
            }
        }
        return new VecsFormat(file, (int) rows, dimension, recordBytes);
    }

    /** The vectors of 32-bit floats where they are: a record is a row with one number before it. */
    VectorSource floats() {
        int stride = dimension + 1;
        MemorySegment first = file.asSlice(Math.min(Integer.BYTES, file.byteSize()));
        return VectorSource.of(new Matrix(first, rows, dimension, stride));
    }

    /** The vectors of bytes, turned into floats as they are read. */
    VectorSource bytes() {
        return new VectorSource() {
            @Override
            public int rows() {
                return rows;
            }

            @Override
            public int cols() {
                return dimension;
            }

            @Override
            public void copyRow(int row, Matrix target, int targetRow) {
                long from = offset(row);
                long to = target.offset(targetRow);
                for (int col = 0; col < dimension; col++) {
                    int value = Byte.toUnsignedInt(file.get(ValueLayout.JAVA_BYTE, from + col));
                    target.data().set(Matrix.FLOAT, to + (long) col * Float.BYTES, value);
                }
            }
        };
    }

    int[][] ints() {
        int[][] x = new int[rows][dimension];
        for (int row = 0; row < rows; row++) {
            MemorySegment.copy(file, INT, offset(row), x[row], 0, dimension);
        }
        return x;
    }

    static void write(OutputStream out, int[][] x) throws IOException {
        for (int[] row : x) {
            if (row.length != x[0].length) {
                throw new IllegalArgumentException(
                        "ivecs: rows of " + x[0].length + " and of " + row.length + " elements; all must be equal");
            }
            byte[] record = new byte[Integer.BYTES * (1 + row.length)];
            ByteBuffer.wrap(record)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(row.length)
                    .asIntBuffer()
                    .put(row);
            out.write(record);
        }
    }

    private long offset(int row) {
        return row * recordBytes + Integer.BYTES;
    }
}
