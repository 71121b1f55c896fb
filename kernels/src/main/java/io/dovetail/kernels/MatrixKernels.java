package io.dovetail.kernels;

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
     * {@code C = epilogue(alpha * op(A) op(B) + beta * C)}.
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

    abstract void gemmUnchecked(
            Workers workers, Form form, float alpha, Matrix a, Matrix b, float beta, Matrix c, Epilogue epilogue);
}
