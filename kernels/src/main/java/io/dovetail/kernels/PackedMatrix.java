package io.dovetail.kernels;

/**
 * A right operand of matrix products in the layout of the kernels that packed it: see {@link MatrixKernels#pack}.
 *
 * <p>Valid as long as the arena that it was packed into. May be shared between threads while nobody repacks it.
 */
public final class PackedMatrix {

    /** How the operand lay before it was packed. */
    enum Source {
        ROWS,
        COLUMNS
    }

    private final MatrixKernels owner;
    private final Matrix memory;
    private final Source source;
    private final int rows;
    private final int cols;

    PackedMatrix(MatrixKernels owner, Matrix memory, Source source, int rows, int cols) {
        this.owner = owner;
        this.memory = memory;
        this.source = source;
        this.rows = rows;
        this.cols = cols;
    }

    /** {@return the inner size of products by it: the number of rows of the right operand} */
    public int rows() {
        return rows;
    }

    /** {@return the number of columns of products by it} */
    public int cols() {
        return cols;
    }

    /** {@return the shape for messages, as {@code "3x4"}} */
    public String shape() {
        return rows + "x" + cols;
    }

    MatrixKernels owner() {
        return owner;
    }

    Source source() {
        return source;
    }

    Matrix memory() {
        return memory;
    }
}
