package io.dovetail.kernels;

import java.lang.foreign.Arena;

/** Matrix products. */
public abstract sealed class MatrixKernels permits ScalarMatrixKernels, VectorMatrixKernels {

    /** Which operands of a product are read transposed. */
    public enum Form {
        /** {@code A B}: A is (m, k), B is (k, n). */
        NN,
        /** {@code A Bᵀ}: A is (m, k), B is (n, k). */
        NT,
        /** {@code Aᵀ B}: A is (k, m), B is (k, n). */
        TN
    }

    MatrixKernels() {}

    /**
     * {@code C = epilogue(alpha * op(A) op(B) + beta * C)}. An element is one sum over the inner size in order, which starts
     * with the old value: a product taken in pieces of the inner size, the later ones with a beta of 1, has the bits of the
     * whole.
     *
     * @param workers splits C into tiles
     * @param form which operand is transposed
     * @param alpha factor of the product
     * @param a left operand
     * @param b right operand
     * @param beta factor of the old C; 0 means that C is not read, even if it holds NaN
     * @param c result (m, n); must not overlap A or B
     * @param epilogue what to do with each element of the result
     */
    public final void gemm(
            Workers workers, Form form, float alpha, Matrix a, Matrix b, float beta, Matrix c, Epilogue epilogue) {
        int m = form == Form.TN ? a.cols() : a.rows();
        int k = form == Form.TN ? a.rows() : a.cols();
        int n = form == Form.NT ? b.rows() : b.cols();
        int innerOfB = form == Form.NT ? b.cols() : b.rows();
        if (k != innerOfB || c.rows() != m || c.cols() != n) {
            throw new IllegalArgumentException("gemm " + form + ": a is " + a.shape() + ", b is " + b.shape()
                    + ", c is " + c.shape() + "; c should be " + m + "x" + n + " and the inner sizes " + k + " and "
                    + innerOfB + " equal");
        }
        epilogue.check(m, n);
        gemmUnchecked(workers, form, alpha, a, b, beta, c, epilogue);
    }

    /**
     * A copy of the right operand in the layout that products read fastest, for whoever multiplies by it again and again.
     *
     * @param arena owner of the copy
     * @param b (k, n)
     * @return the copy; it does not follow later changes of B, see {@link #repack}
     */
    public final PackedMatrix pack(Arena arena, Matrix b) {
        return packed(arena, b, PackedMatrix.Source.ROWS, b.rows(), b.cols());
    }

    /**
     * A copy of the transpose in that layout: products by it are {@code A Bᵀ}.
     *
     * @param arena owner of the copy
     * @param b (n, k)
     * @return the copy, (k, n); it does not follow later changes of B, see {@link #repack}
     */
    public final PackedMatrix packTransposed(Arena arena, Matrix b) {
        return packed(arena, b, PackedMatrix.Source.COLUMNS, b.cols(), b.rows());
    }

    private PackedMatrix packed(Arena arena, Matrix b, PackedMatrix.Source source, int k, int n) {
        PackedMatrix packed = new PackedMatrix(this, packedMemory(arena, k, n), source, k, n);
        repack(b, packed);
        return packed;
    }

    /**
     * Packs anew after B has changed, into the memory of before.
     *
     * @param b of the shape that {@code packed} was made of
     * @param packed made by {@link #pack} or {@link #packTransposed} of these kernels; overwritten
     */
    public final void repack(Matrix b, PackedMatrix packed) {
        boolean transposed = packed.source() == PackedMatrix.Source.COLUMNS;
        if (b.rows() != (transposed ? packed.cols() : packed.rows())
                || b.cols() != (transposed ? packed.rows() : packed.cols())) {
            throw new IllegalArgumentException("repack: b is " + b.shape() + ", packed is " + packed.shape()
                    + (transposed ? " and of a transpose" : ""));
        }
        checkOwner("repack", packed);
        switch (packed.source()) {
            case ROWS -> packUnchecked(b, packed.memory());
            case COLUMNS -> packTransposedUnchecked(b, packed.memory());
        }
    }

    /**
     * {@code C = epilogue(alpha * A B + beta * C)} with a B that was packed before; the same bits as from {@link #gemm}.
     *
     * @param workers splits C into tiles
     * @param alpha factor of the product
     * @param a left operand (m, k)
     * @param b packed right operand (k, n), made by {@link #pack} of these kernels
     * @param beta factor of the old C; 0 means that C is not read, even if it holds NaN
     * @param c result (m, n); must not overlap A
     * @param epilogue what to do with each element of the result
     */
    public final void gemm(
            Workers workers, float alpha, Matrix a, PackedMatrix b, float beta, Matrix c, Epilogue epilogue) {
        if (a.cols() != b.rows() || c.rows() != a.rows() || c.cols() != b.cols()) {
            throw new IllegalArgumentException("gemm: a is " + a.shape() + ", packed b is " + b.shape() + ", c is "
                    + c.shape() + "; c should be " + a.rows() + "x" + b.cols() + " and the inner sizes " + a.cols()
                    + " and " + b.rows() + " equal");
        }
        checkOwner("gemm", b);
        epilogue.check(c.rows(), c.cols());
        gemmPackedUnchecked(workers, alpha, a, b.memory(), beta, c, epilogue);
    }

    private void checkOwner(String kernel, PackedMatrix packed) {
        if (packed.owner().getClass() != getClass()) {
            throw new IllegalArgumentException(kernel + ": b was packed by other kernels, whose layout differs");
        }
    }

    /** Memory for a packed (k, n) matrix, as a view whose rows and columns mean what the kernels like. */
    abstract Matrix packedMemory(Arena arena, int k, int n);

    abstract void packUnchecked(Matrix b, Matrix memory);

    abstract void packTransposedUnchecked(Matrix b, Matrix memory);

    abstract void gemmPackedUnchecked(
            Workers workers, float alpha, Matrix a, Matrix packed, float beta, Matrix c, Epilogue epilogue);

    abstract void gemmUnchecked(
            Workers workers, Form form, float alpha, Matrix a, Matrix b, float beta, Matrix c, Epilogue epilogue);
}
