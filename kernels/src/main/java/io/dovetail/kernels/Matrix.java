package io.dovetail.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A view of a row-major float32 matrix in native memory.
 *
 * <p>Element {@code (row, col)} is the float at byte {@code 4 * (row * stride + col)} of {@link #data()}, little-endian.
 * The view owns nothing: it is valid as long as the arena of its segment. It may be shared between threads as long as nobody
 * calls {@link #resize}; the floats behind it are not synchronised.
 */
public final class Matrix {

    /** The layout of one element. Unaligned, since any column may start a view. */
    public static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int PADDING = 16;
    private static final long ALIGNMENT = 64;

    private final MemorySegment data;
    private final int stride;
    private int rows;
    private int cols;

    /**
     * Checks the shape against the segment.
     *
     * @param data native segment of at least {@code ((rows - 1) * stride + cols) * 4} bytes
     * @param rows number of rows, {@code >= 0}
     * @param cols number of columns, {@code >= 0}
     * @param stride distance of two row starts in floats, {@code >= cols}
     * @throws IllegalArgumentException if the segment is on the heap or too small, or a size is negative
     */
    public Matrix(MemorySegment data, int rows, int cols, int stride) {
        if (!data.isNative()) {
            throw new IllegalArgumentException("matrix: the segment is on the heap; allocate it from an Arena");
        }
        check(data, rows, cols, stride);
        this.data = data;
        this.rows = rows;
        this.cols = cols;
        this.stride = stride;
    }

    private static void check(MemorySegment data, int rows, int cols, int stride) {
        if (rows < 0 || cols < 0 || stride < cols) {
            throw new IllegalArgumentException("matrix: bad shape " + rows + "x" + cols + " with stride " + stride);
        }
        long needed = rows == 0 ? 0 : ((rows - 1L) * stride + cols) * Float.BYTES;
        if (data.byteSize() < needed) {
            throw new IllegalArgumentException("matrix: " + rows + "x" + cols + " with stride " + stride + " needs "
                    + needed + " bytes, the segment has " + data.byteSize());
        }
    }

    /** {@return the native segment} */
    public MemorySegment data() {
        return data;
    }

    /** {@return the number of rows} */
    public int rows() {
        return rows;
    }

    /** {@return the number of columns} */
    public int cols() {
        return cols;
    }

    /** {@return the distance of two row starts in floats} */
    public int stride() {
        return stride;
    }

    /**
     * Gives this view another shape, on the same memory with the same stride. For whoever owns a view and uses it batch after
     * batch, where a new view for each would be garbage. All who hold this view see the change; views made of it do not.
     *
     * @param newRows number of rows, {@code >= 0}
     * @param newCols number of columns, in {@code [0, stride]}
     * @throws IllegalArgumentException if the segment is too small, or a size is negative
     */
    public void resize(int newRows, int newCols) {
        check(data, newRows, newCols, stride);
        rows = newRows;
        cols = newCols;
    }

    /**
     * A new zero matrix whose rows start at multiples of 64 bytes.
     *
     * @param arena owner of the memory
     * @param rows number of rows
     * @param cols number of columns
     * @return a view of the whole allocation, stride rounded up to a multiple of 16 floats
     */
    public static Matrix allocate(Arena arena, int rows, int cols) {
        int stride = Math.max(PADDING, (cols + PADDING - 1) / PADDING * PADDING);
        return new Matrix(arena.allocate((long) rows * stride * Float.BYTES, ALIGNMENT), rows, cols, stride);
    }

    /**
     * A copy of {@code values} in new memory.
     *
     * @param arena owner of the memory
     * @param values rows of equal length
     * @return the copy
     */
    public static Matrix copyOf(Arena arena, float[][] values) {
        Matrix matrix = allocate(arena, values.length, values.length == 0 ? 0 : values[0].length);
        for (int row = 0; row < values.length; row++) {
            for (int col = 0; col < matrix.cols; col++) {
                matrix.set(row, col, values[row][col]);
            }
        }
        return matrix;
    }

    /**
     * Byte offset of the start of a row in {@link #data()}.
     *
     * @param row the row, not checked
     * @return {@code 4 * row * stride}
     */
    public long offset(int row) {
        return (long) row * stride * Float.BYTES;
    }

    /**
     * One element. For tests and small loops; kernels work on blocks.
     *
     * @param row in {@code [0, rows)}
     * @param col in {@code [0, cols)}
     * @return the value
     */
    public float get(int row, int col) {
        return data.get(FLOAT, offset(checkRow(row)) + (long) checkColumn(col) * Float.BYTES);
    }

    /**
     * Sets one element.
     *
     * @param row in {@code [0, rows)}
     * @param col in {@code [0, cols)}
     * @param value the value
     */
    public void set(int row, int col, float value) {
        data.set(FLOAT, offset(checkRow(row)) + (long) checkColumn(col) * Float.BYTES, value);
    }

    /**
     * The rows {@code [from, from + count)} as a view. Not for inner loops: a slice costs as much as a short kernel.
     *
     * @param from first row
     * @param count number of rows
     * @return a view with the same stride
     */
    public Matrix rows(int from, int count) {
        if (from < 0 || count < 0 || from + count > rows) {
            throw new IllegalArgumentException("rows [" + from + ", " + (from + count) + ") of " + shape());
        }
        return new Matrix(data.asSlice(offset(from)), count, cols, stride);
    }

    /**
     * The columns {@code [from, from + count)} as a view.
     *
     * @param from first column
     * @param count number of columns
     * @return a view with the same stride
     */
    public Matrix columns(int from, int count) {
        if (from < 0 || count < 0 || from + count > cols) {
            throw new IllegalArgumentException("columns [" + from + ", " + (from + count) + ") of " + shape());
        }
        return new Matrix(data.asSlice((long) from * Float.BYTES), rows, count, stride);
    }

    /** Sets every element to {@code value}; what lies outside the columns stays as it is. */
    public void fill(float value) {
        for (int row = 0; row < rows; row++) {
            long offset = offset(row);
            for (int col = 0; col < cols; col++) {
                data.set(FLOAT, offset + (long) col * Float.BYTES, value);
            }
        }
    }

    /**
     * Copies all elements of a matrix of the same shape.
     *
     * @param source matrix to read; must not overlap this one
     */
    public void copyFrom(Matrix source) {
        if (source.rows != rows || source.cols != cols) {
            throw new IllegalArgumentException("copy: from " + source.shape() + " to " + shape());
        }
        for (int row = 0; row < rows; row++) {
            MemorySegment.copy(source.data, source.offset(row), data, offset(row), (long) cols * Float.BYTES);
        }
    }

    /** {@return the elements as a new array of rows} */
    public float[][] toArray() {
        float[][] values = new float[rows][cols];
        for (int row = 0; row < rows; row++) {
            MemorySegment.copy(data, FLOAT, offset(row), values[row], 0, cols);
        }
        return values;
    }

    /** {@return the shape for messages, as {@code "3x4"}} */
    public String shape() {
        return rows + "x" + cols;
    }

    private int checkRow(int row) {
        if (row < 0 || row >= rows) {
            throw new IndexOutOfBoundsException("row " + row + " of " + shape());
        }
        return row;
    }

    private int checkColumn(int col) {
        if (col < 0 || col >= cols) {
            throw new IndexOutOfBoundsException("column " + col + " of " + shape());
        }
        return col;
    }
}
