package io.dovetail.kernels;

/**
 * A right operand of matrix products in the layout of the kernels that packed it: see {@link MatrixKernels#pack}.
 *
 * <p>Valid as long as the arena that it was packed into. May be shared between threads while nobody repacks it.
 */
public final class PackedMatrix {

    private final MatrixKernels owner;
    private final Matrix memory;
    private final int rows;
    private final int cols;

    PackedMatrix(MatrixKernels owner, Matrix memory, int rows, int cols) {
        this.owner = owner;
        this.memory = memory;
        this.rows = rows;
        this.cols = cols;
    }

    /** {@return the number of rows of the matrix that was packed} */
    public int rows() {
        return rows;
    }

    /** {@return the number of columns of the matrix that was packed} */
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

    Matrix memory() {
        return memory;
    }
}
