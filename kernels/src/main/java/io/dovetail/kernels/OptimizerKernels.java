package io.dovetail.kernels;

/** Parameter updates. */
public abstract sealed class OptimizerKernels permits ScalarOptimizerKernels, VectorOptimizerKernels {

    private static final int BLOCK_ROWS = 64;

    OptimizerKernels() {}

    /**
     * Adam on every element.
     *
     * <p>An element whose gradient and moments are 0 keeps its value but for the decay. Gradients whose square
     * underflows move it by the first moment over epsilon. A NaN gradient makes the element and its moments NaN, an
     * infinite one the moments infinite and the element NaN; other elements do not see it.
     *
     * @param workers splits the rows
     * @param step constants of this update
     * @param parameters (n, d), updated
     * @param gradients (n, d)
     * @param firstMoments (n, d), updated
     * @param secondMoments (n, d), updated
     */
    public final void adam(
            Workers workers,
            AdamStep step,
            Matrix parameters,
            Matrix gradients,
            Matrix firstMoments,
            Matrix secondMoments) {
        sameShape(parameters, gradients);
        sameShape(parameters, firstMoments);
        sameShape(parameters, secondMoments);
        int rows = parameters.rows();
        if (workers.alone()) {
            adam(step, parameters, gradients, firstMoments, secondMoments, 0, rows);
        } else {
            workers.forEachBlock(
                    rows,
                    BLOCK_ROWS,
                    (from, to) -> adam(step, parameters, gradients, firstMoments, secondMoments, from, to));
        }
    }

    /**
     * Lazy Adam: only the listed rows change, moments included. Rows of {@code parameters}, {@code firstMoments} and
     * {@code secondMoments} are {@code rows[t]}, the gradient's row is t. Special values are treated as by {@link #adam}.
     *
     * @param workers splits the list
     * @param step constants of this update; bias corrections by the global step
     * @param parameters (n, d), updated
     * @param rows distinct rows, at least {@code to} long
     * @param from where in the list the rows to update begin
     * @param to where they end
     * @param gradients at least (to, d)
     * @param firstMoments (n, d), updated
     * @param secondMoments (n, d), updated
     */
    public final void adamRows(
            Workers workers,
            AdamStep step,
            Matrix parameters,
            int[] rows,
            int from,
            int to,
            Matrix gradients,
            Matrix firstMoments,
            Matrix secondMoments) {
        sameShape(parameters, firstMoments);
        sameShape(parameters, secondMoments);
        if (from < 0
                || from > to
                || gradients.rows() < to
                || gradients.cols() != parameters.cols()
                || rows.length < to) {
            throw new IllegalArgumentException("adamRows: [" + from + ", " + to + ") of " + rows.length
                    + " rows, gradients are " + gradients.shape() + ", parameters " + parameters.shape());
        }
        int t = RowLists.firstOutside(rows, from, to, parameters.rows());
        if (t >= 0) {
            throw new IllegalArgumentException("adamRows: row " + rows[t] + " of " + parameters.shape());
        }
        if (workers.alone()) {
            adamRows(step, parameters, rows, gradients, firstMoments, secondMoments, from, to);
        } else {
            workers.forEachBlock(
                    to - from,
                    BLOCK_ROWS,
                    (first, end) -> adamRows(
                            step, parameters, rows, gradients, firstMoments, secondMoments, from + first, from + end));
        }
    }

    /**
     * {@code sum of X[r, j]²}: in float32 along a row, in double over the rows of a block, and over the blocks in their
     * order, so that it has the same bits at any thread count.
     *
     * <p>A NaN or an infinity, or a row whose sum overflows float32, makes the result so.
     *
     * @param workers splits the rows
     * @param x (n, d)
     * @return the sum
     */
    public final double squaredNorm(Workers workers, Matrix x) {
        int rows = x.rows();
        double total = 0;
        if (workers.alone()) {
            for (int from = 0; from < rows; from += BLOCK_ROWS) {
                total += squaredNorm(x, from, Math.min(rows, from + BLOCK_ROWS));
            }
            return total;
        }
        double[] partial = new double[(rows + BLOCK_ROWS - 1) / BLOCK_ROWS];
        workers.forEachBlock(rows, BLOCK_ROWS, (from, to) -> {
            if (from < to) {
                partial[from / BLOCK_ROWS] = squaredNorm(x, from, to);
            }
        });
        for (double value : partial) {
            total += value;
        }
        return total;
    }

    /**
     * {@code X = factor * X}.
     *
     * <p>Each element is one product by the rules of IEEE 754.
     *
     * @param workers splits the rows
     * @param factor the factor
     * @param x (n, d), updated
     */
    public final void scale(Workers workers, float factor, Matrix x) {
        if (workers.alone()) {
            scale(factor, x, 0, x.rows());
        } else {
            workers.forEachBlock(x.rows(), BLOCK_ROWS, (from, to) -> scale(factor, x, from, to));
        }
    }

    abstract double squaredNorm(Matrix x, int from, int to);

    abstract void scale(float factor, Matrix x, int from, int to);

    abstract void adam(
            AdamStep step,
            Matrix parameters,
            Matrix gradients,
            Matrix firstMoments,
            Matrix secondMoments,
            int from,
            int to);

    abstract void adamRows(
            AdamStep step,
            Matrix parameters,
            int[] rows,
            Matrix gradients,
            Matrix firstMoments,
            Matrix secondMoments,
            int from,
            int to);

    private static void sameShape(Matrix x, Matrix y) {
        if (x.rows() != y.rows() || x.cols() != y.cols()) {
            throw new IllegalArgumentException("adam: shapes " + x.shape() + " and " + y.shape() + " differ");
        }
    }
}
