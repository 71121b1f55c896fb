package io.dovetail.kernels;

/** Forward and backward passes of a network's layers, row by row. */
public abstract sealed class LayerKernels permits ScalarLayerKernels, VectorLayerKernels {

    /** Rows whose length is below this count as zero: they normalise to zero and pass no gradient. */
    public static final float MIN_NORM = 1e-12f;

    private static final int BLOCK_ROWS = 128;

    LayerKernels() {}

    /**
     * {@code Y[r, yColumn + j] = sum over entries (c, w) of row r of S of w * X[c, xColumn + j]} for j in [0, width):
     * a sparse times a dense matrix. Gathers embeddings, pools them, and (with S transposed) adds up their gradients.
     * Entries are added in the order they stand in S. A row without entries becomes 0.
     *
     * <p>NaN and infinities spread by the rules of multiplication (weight 0 times an infinity is NaN); denormals are
     * kept.
     *
     * @param workers splits the rows of Y
     * @param s (n, X.rows)
     * @param x dense operand
     * @param xColumn first column of X to read
     * @param y result, S.rows() rows; must not overlap X
     * @param yColumn first column of Y to write; other columns stay as they are
     * @param width number of columns
     */
    public final void sparseTimesDense(
            Workers workers, SparseMatrix s, Matrix x, int xColumn, Matrix y, int yColumn, int width) {
        if (y.rows() < s.rows()) {
            throw new IllegalArgumentException("sparseTimesDense: s has " + s.rows() + " rows, y is " + y.shape());
        }
        if (xColumn < 0 || yColumn < 0 || xColumn + width > x.cols() || yColumn + width > y.cols()) {
            throw new IllegalArgumentException("sparseTimesDense: width " + width + " from column " + xColumn + " of "
                    + x.shape() + " to column " + yColumn + " of " + y.shape());
        }
        int entry = RowLists.firstOutside(s.columns(), 0, s.size(), x.rows());
        if (entry >= 0) {
            throw new IllegalArgumentException(
                    "sparseTimesDense: entry " + entry + " asks for row " + s.columns()[entry] + " of " + x.shape());
        }
        if (workers.alone()) {
            sparseTimesDense(s, x, xColumn, y, yColumn, width, 0, s.rows());
        } else {
            workers.forEachBlock(
                    s.rows(), BLOCK_ROWS, (from, to) -> sparseTimesDense(s, x, xColumn, y, yColumn, width, from, to));
        }
    }

    /**
     * {@code sums[0, j] = sum over rows of X[r, j]}, the gradient of a bias.
     *
     * <p>NaN and infinities spread to the sum of their column; denormals are kept.
     *
     * @param workers splits the columns
     * @param x (n, d)
     * @param sums (1, d)
     */
    public final void columnSums(Workers workers, Matrix x, Matrix sums) {
        if (sums.rows() != 1 || sums.cols() != x.cols()) {
            throw new IllegalArgumentException("columnSums: x is " + x.shape() + ", sums is " + sums.shape());
        }
        if (workers.alone()) {
            columnSums(x, sums, 0, x.cols());
        } else {
            workers.forEachBlock(x.cols(), 64, (from, to) -> columnSums(x, sums, from, to));
        }
    }

    /**
     * {@code dY = 0 where Y <= 0}: the backward pass of ReLU, in place.
     *
     * <p>Where Y is NaN the gradient becomes 0, as for 0 and -0; where Y is positive, however small, dY stays as it
     * is, NaN included.
     *
     * @param workers splits the rows
     * @param y (n, d) output of the ReLU
     * @param dY (n, d) gradient by the output; becomes the gradient by the input
     */
    public final void reluBackward(Workers workers, Matrix y, Matrix dY) {
        sameShape("reluBackward", y, dY);
        if (workers.alone()) {
            reluBackward(y, dY, 0, y.rows());
        } else {
            workers.forEachBlock(y.rows(), BLOCK_ROWS, (from, to) -> reluBackward(y, dY, from, to));
        }
    }

    /**
     * {@code Y[r] = X[r] / |X[r]|}; rows shorter than {@link #MIN_NORM} become 0.
     *
     * <p>A NaN makes its row NaN. An infinity, or squares whose sum is one, gives an inverse of 0: finite elements
     * become 0 and infinite ones NaN. Squares that underflow count as 0.
     *
     * @param workers splits the rows
     * @param x (n, d)
     * @param y (n, d); may be x
     * @param inverseNorms (1, n), receives 1/|X[r]|, or 0 for a row that counts as zero
     */
    public final void normalizeRows(Workers workers, Matrix x, Matrix y, Matrix inverseNorms) {
        sameShape("normalizeRows", x, y);
        if (inverseNorms.rows() != 1 || inverseNorms.cols() != x.rows()) {
            throw new IllegalArgumentException(
                    "normalizeRows: x is " + x.shape() + ", inverseNorms is " + inverseNorms.shape());
        }
        if (workers.alone()) {
            normalizeRows(x, y, inverseNorms, 0, x.rows());
        } else {
            workers.forEachBlock(x.rows(), BLOCK_ROWS, (from, to) -> normalizeRows(x, y, inverseNorms, from, to));
        }
    }

    /**
     * {@code dX[r] = (dY[r] - <dY[r], Y[r]> Y[r]) / |X[r]|}, the backward pass of {@link #normalizeRows}.
     *
     * <p>A NaN or infinity in dY or Y makes its row NaN or infinite; an inverse of 0 makes a finite row 0.
     *
     * @param workers splits the rows
     * @param y (n, d) output of the forward pass
     * @param inverseNorms (1, n) from the forward pass
     * @param dY (n, d)
     * @param dX (n, d); may be dY
     */
    public final void normalizeRowsBackward(Workers workers, Matrix y, Matrix inverseNorms, Matrix dY, Matrix dX) {
        sameShape("normalizeRowsBackward", y, dY);
        sameShape("normalizeRowsBackward", y, dX);
        if (inverseNorms.rows() != 1 || inverseNorms.cols() != y.rows()) {
            throw new IllegalArgumentException(
                    "normalizeRowsBackward: y is " + y.shape() + ", inverseNorms is " + inverseNorms.shape());
        }
        if (workers.alone()) {
            normalizeRowsBackward(y, inverseNorms, dY, dX, 0, y.rows());
        } else {
            workers.forEachBlock(
                    y.rows(), BLOCK_ROWS, (from, to) -> normalizeRowsBackward(y, inverseNorms, dY, dX, from, to));
        }
    }

    /**
     * {@code Y += alpha * X}.
     *
     * <p>Each element is one fused multiply-add by the rules of IEEE 754, also for alpha 0 (0 times an infinity is
     * NaN); denormals are kept.
     *
     * @param workers splits the rows
     * @param alpha factor
     * @param x (n, d)
     * @param y (n, d); must not overlap x
     */
    public final void axpy(Workers workers, float alpha, Matrix x, Matrix y) {
        sameShape("axpy", x, y);
        if (workers.alone()) {
            axpy(alpha, x, y, 0, x.rows());
        } else {
            workers.forEachBlock(x.rows(), BLOCK_ROWS, (from, to) -> axpy(alpha, x, y, from, to));
        }
    }

    /**
     * {@code Y[r, j] = X[r, j] * M[r, j]}, for dropout masks and their backward pass.
     *
     * <p>Each element is one product by the rules of IEEE 754: 0 times an infinity is NaN, denormals are kept.
     *
     * @param workers splits the rows
     * @param x (n, d)
     * @param m (n, d)
     * @param y (n, d); may be x or m
     */
    public final void multiply(Workers workers, Matrix x, Matrix m, Matrix y) {
        sameShape("multiply", x, m);
        sameShape("multiply", x, y);
        if (workers.alone()) {
            multiply(x, m, y, 0, x.rows());
        } else {
            workers.forEachBlock(x.rows(), BLOCK_ROWS, (from, to) -> multiply(x, m, y, from, to));
        }
    }

    /**
     * {@code Y[r, j] = max(X[r, j], Y[r, j])}.
     *
     * <p>By the rules of {@link Math#max(float, float)}: a NaN on either side gives NaN, and 0 is greater than -0.
     *
     * @param workers splits the rows
     * @param x (n, d)
     * @param y (n, d)
     */
    public final void maximum(Workers workers, Matrix x, Matrix y) {
        sameShape("maximum", x, y);
        if (workers.alone()) {
            maximum(x, y, 0, x.rows());
        } else {
            workers.forEachBlock(x.rows(), BLOCK_ROWS, (from, to) -> maximum(x, y, from, to));
        }
    }

    abstract void sparseTimesDense(
            SparseMatrix s, Matrix x, int xColumn, Matrix y, int yColumn, int width, int from, int to);

    abstract void columnSums(Matrix x, Matrix sums, int fromColumn, int toColumn);

    abstract void reluBackward(Matrix y, Matrix dY, int from, int to);

    abstract void normalizeRows(Matrix x, Matrix y, Matrix inverseNorms, int from, int to);

    abstract void normalizeRowsBackward(Matrix y, Matrix inverseNorms, Matrix dY, Matrix dX, int from, int to);

    abstract void axpy(float alpha, Matrix x, Matrix y, int from, int to);

    abstract void multiply(Matrix x, Matrix m, Matrix y, int from, int to);

    abstract void maximum(Matrix x, Matrix y, int from, int to);

    private static void sameShape(String kernel, Matrix x, Matrix y) {
        if (x.rows() != y.rows() || x.cols() != y.cols()) {
            throw new IllegalArgumentException(kernel + ": shapes " + x.shape() + " and " + y.shape() + " differ");
        }
    }
}
