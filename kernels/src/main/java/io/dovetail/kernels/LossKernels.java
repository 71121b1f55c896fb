package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;

/**
 * Losses with their gradients. Sums over rows are taken block by block in double precision and added in the order of
 * the blocks, so that a loss has the same bits at any thread count.
 */
public abstract sealed class LossKernels permits ScalarLossKernels, VectorLossKernels {

    /** Most columns of a covariance: what the scratch memory of a worker has room for. */
    public static final int MAX_COVARIANCE = 8192;

    /** Rows of a block; a partial sum per block. */
    static final int BLOCK_ROWS = 64;

    LossKernels() {}

    /**
     * {@code Y = 1 / (1 + exp(-X))}.
     *
     * <p>Infinities give 0 and 1, NaN gives NaN; a result below 2^-126 may be 0.
     *
     * @param workers splits the rows
     * @param x (n, d)
     * @param y (n, d); may be x
     */
    public final void sigmoid(Workers workers, Matrix x, Matrix y) {
        sameShape("sigmoid", x, y);
        if (workers.alone()) {
            sigmoid(x, y, 0, x.rows());
        } else {
            workers.forEachBlock(x.rows(), BLOCK_ROWS, (from, to) -> sigmoid(x, y, from, to));
        }
    }

    /**
     * Binary cross-entropy of logits: {@code sum of log(1 + exp(x)) - label * x}, stable at any x.
     *
     * <p>The gradient of an infinite logit is the limit; its loss is infinite for negative infinity with a label
     * above 0, else NaN (0 times an infinity). A NaN logit makes its gradient and the loss NaN.
     *
     * @param workers splits the rows
     * @param logits (n, d)
     * @param labels (n, d), each in [0, 1]
     * @param gradientScale factor of the gradient, as 1/T for a mean over T pairs
     * @param dLogits (n, d), receives {@code gradientScale * (sigmoid(x) - label)}; may be logits
     * @return the sum over all elements, not scaled
     */
    public final double binaryCrossEntropy(
            Workers workers, Matrix logits, Matrix labels, float gradientScale, Matrix dLogits) {
        sameShape("binaryCrossEntropy", logits, labels);
        sameShape("binaryCrossEntropy", logits, dLogits);
        int rows = logits.rows();
        if (!workers.alone()) {
            return sum(
                    workers, rows, (from, to) -> binaryCrossEntropy(logits, labels, gradientScale, dLogits, from, to));
        }
        double total = 0;
        for (int from = 0; from < rows; from += BLOCK_ROWS) {
            int to = Math.min(rows, from + BLOCK_ROWS);
            total += binaryCrossEntropy(logits, labels, gradientScale, dLogits, from, to);
        }
        return total;
    }

    /**
     * Soft-max cross-entropy of each row against one target column: {@code sum of logsumexp(x[r]) - x[r, target[r]]}.
     * A logit of negative infinity takes no part.
     *
     * <p>A row with a NaN or positive infinity, or with no finite logit, makes its gradient and the loss NaN; a
     * target of negative infinity makes the loss infinite and leaves the gradient finite. Probabilities below 2^-126
     * may be 0.
     *
     * @param workers splits the rows
     * @param logits (n, d)
     * @param targets column of the true class of each row; at least n long
     * @param gradientScale factor of the gradient, as 1/n for a mean over rows
     * @param dLogits (n, d), receives {@code gradientScale * (softmax(x) - onehot)}; may be logits
     * @return the sum over rows, not scaled
     */
    public final double softmaxCrossEntropy(
            Workers workers, Matrix logits, int[] targets, float gradientScale, Matrix dLogits) {
        sameShape("softmaxCrossEntropy", logits, dLogits);
        for (int row = 0; row < logits.rows(); row++) {
            if (targets[row] < 0 || targets[row] >= logits.cols()) {
                throw new IllegalArgumentException("softmaxCrossEntropy: target " + targets[row] + " of row " + row
                        + ", logits are " + logits.shape());
            }
        }
        int rows = logits.rows();
        if (!workers.alone()) {
            return sum(
                    workers,
                    rows,
                    (from, to) -> softmaxCrossEntropy(logits, targets, gradientScale, dLogits, from, to));
        }
        double total = 0;
        for (int from = 0; from < rows; from += BLOCK_ROWS) {
            int to = Math.min(rows, from + BLOCK_ROWS);
            total += softmaxCrossEntropy(logits, targets, gradientScale, dLogits, from, to);
        }
        return total;
    }

    /**
     * {@code out[0, r] = log(sum over j of exp(X[r, j]))}.
     *
     * <p>A row of negative infinities gives negative infinity; a NaN or positive infinity gives NaN.
     *
     * @param workers splits the rows
     * @param x (n, d)
     * @param out (1, n)
     */
    public final void logSumExp(Workers workers, Matrix x, Matrix out) {
        if (out.rows() != 1 || out.cols() != x.rows()) {
            throw new IllegalArgumentException("logSumExp: x is " + x.shape() + ", out is " + out.shape());
        }
        if (workers.alone()) {
            logSumExp(x, out, 0, x.rows());
        } else {
            workers.forEachBlock(x.rows(), BLOCK_ROWS, (from, to) -> logSumExp(x, out, from, to));
        }
    }

    /**
     * Squared distance of selected rows: {@code sum over t in [0, n) of |X[xRows[t]] - Y[yRows[t]]|²} with the gradient
     * by X alone (Y is a constant: the stop-gradient of DAT's mimic losses, Eq. 2).
     *
     * <p>Each row of X may be selected many times; gradients of repeated rows add up in the order of t.
     *
     * <p>NaN and infinities spread to the sum and to their elements of dX; denormals are kept.
     *
     * @param x (nx, d)
     * @param xRows rows of X, at least n long
     * @param y (ny, d)
     * @param yRows rows of Y, at least n long
     * @param n number of pairs
     * @param gradientScale factor of the gradient
     * @param dX (nx, d); {@code gradientScale * 2 (x - y)} is added to it
     * @return the sum, not scaled
     */
    public final double squaredDistance(
            Matrix x, int[] xRows, Matrix y, int[] yRows, int n, float gradientScale, Matrix dX) {
        sameShape("squaredDistance", x, dX);
        if (x.cols() != y.cols()) {
            throw new IllegalArgumentException("squaredDistance: x is " + x.shape() + ", y is " + y.shape());
        }
        checkRows("squaredDistance", xRows, 0, n, x);
        checkRows("squaredDistance", yRows, 0, n, y);
        return squaredDistanceUnchecked(x, xRows, y, yRows, n, gradientScale, dX);
    }

    /**
     * Inner products of selected rows: {@code out[0, t] = <U[uRows[t]], V[vRows[t]]>} for t in [from, to).
     *
     * <p>NaN and infinities spread to their own product only.
     *
     * @param workers splits the pairs
     * @param u (nu, d)
     * @param uRows rows of U, at least {@code to} long
     * @param v (nv, d)
     * @param vRows rows of V, at least {@code to} long
     * @param from the first pair
     * @param to the pair after the last
     * @param out (1, at least {@code to})
     */
    public final void pairDots(
            Workers workers, Matrix u, int[] uRows, Matrix v, int[] vRows, int from, int to, Matrix out) {
        if (u.cols() != v.cols()) {
            throw new IllegalArgumentException("pairDots: u is " + u.shape() + ", v is " + v.shape());
        }
        if (out.rows() != 1 || from < 0 || from > to || out.cols() < to) {
            throw new IllegalArgumentException(
                    "pairDots: out is " + out.shape() + " for pairs [" + from + ", " + to + ")");
        }
        checkRows("pairDots", uRows, from, to, u);
        checkRows("pairDots", vRows, from, to, v);
        if (workers.alone()) {
            pairDots(u, uRows, v, vRows, out, from, to);
        } else {
            workers.forEachBlock(
                    to - from, 512, (first, end) -> pairDots(u, uRows, v, vRows, out, from + first, from + end));
        }
    }

    /**
     * Mean and unbiased covariance of groups of rows: {@code C_g = 1/(n_g - 1) sum (x - mean_g)ᵀ(x - mean_g)}.
     * A group of one row has covariance 0, an empty group mean and covariance 0.
     *
     * <p>A NaN or infinity makes the mean of its column in its group not finite, and NaN each covariance with that
     * column; others do not see it.
     *
     * @param workers splits the groups
     * @param x (n, d), d at most {@link #MAX_COVARIANCE}
     * @param groups a row per group whose entries' columns are the rows of X in that group; values are not read
     * @param from the first group
     * @param to the group after the last
     * @param means (groups, d)
     * @param covariances (groups * d, d): the d x d matrices one below the other
     */
    public final void groupCovariance(
            Workers workers, Matrix x, SparseMatrix groups, int from, int to, Matrix means, Matrix covariances) {
        checkGroups("groupCovariance", x, groups, from, to, means, covariances);
        if (workers.alone()) {
            for (int group = from; group < to; group++) {
                groupCovariance(x, groups, means, covariances, group, workers.scratch(0));
            }
        } else {
            workers.run(
                    to - from,
                    (task, worker) ->
                            groupCovariance(x, groups, means, covariances, from + task, workers.scratch(worker)));
        }
    }

    /**
     * The backward pass of {@link #groupCovariance} for symmetric gradients:
     * {@code dX[r] += 2/(n_g - 1) (X[r] - mean_g) dC_g}.
     *
     * <p>What is not finite in X, in the mean of its group or in dC makes NaN what it takes part in: a row, a group, a
     * column of a group.
     *
     * @param workers splits the groups
     * @param x (n, d)
     * @param groups as in the forward pass; no row may be in two groups
     * @param from the first group
     * @param to the group after the last
     * @param means (groups, d) from the forward pass
     * @param dCovariances (groups * d, d), each d x d block symmetric
     * @param dX (n, d), added to
     */
    public final void groupCovarianceBackward(
            Workers workers,
            Matrix x,
            SparseMatrix groups,
            int from,
            int to,
            Matrix means,
            Matrix dCovariances,
            Matrix dX) {
        checkGroups("groupCovarianceBackward", x, groups, from, to, means, dCovariances);
        sameShape("groupCovarianceBackward", x, dX);
        if (workers.alone()) {
            for (int group = from; group < to; group++) {
                groupCovarianceBackward(x, groups, means, dCovariances, dX, group, workers.scratch(0));
            }
        } else {
            workers.run(
                    to - from,
                    (task, worker) -> groupCovarianceBackward(
                            x, groups, means, dCovariances, dX, from + task, workers.scratch(worker)));
        }
    }

    /** A sum over the rows {@code [from, to)}. */
    private interface BlockSum {
        double sum(int from, int to);
    }

    private static double sum(Workers workers, int rows, BlockSum block) {
        double[] partial = new double[(rows + BLOCK_ROWS - 1) / BLOCK_ROWS];
        workers.forEachBlock(rows, BLOCK_ROWS, (from, to) -> {
            if (from < to) {
                partial[from / BLOCK_ROWS] = block.sum(from, to);
            }
        });
        double total = 0;
        for (double value : partial) {
            total += value;
        }
        return total;
    }

    abstract void sigmoid(Matrix x, Matrix y, int from, int to);

    abstract double binaryCrossEntropy(
            Matrix logits, Matrix labels, float gradientScale, Matrix dLogits, int from, int to);

    abstract double softmaxCrossEntropy(
            Matrix logits, int[] targets, float gradientScale, Matrix dLogits, int from, int to);

    abstract void logSumExp(Matrix x, Matrix out, int from, int to);

    abstract double squaredDistanceUnchecked(
            Matrix x, int[] xRows, Matrix y, int[] yRows, int n, float gradientScale, Matrix dX);

    abstract void pairDots(Matrix u, int[] uRows, Matrix v, int[] vRows, Matrix out, int from, int to);

    abstract void groupCovariance(
            Matrix x, SparseMatrix groups, Matrix means, Matrix covariances, int group, MemorySegment scratch);

    abstract void groupCovarianceBackward(
            Matrix x,
            SparseMatrix groups,
            Matrix means,
            Matrix dCovariances,
            Matrix dX,
            int group,
            MemorySegment scratch);

    private static void checkGroups(
            String kernel, Matrix x, SparseMatrix groups, int from, int to, Matrix means, Matrix covariances) {
        int d = x.cols();
        if (from < 0 || from > to || to > groups.rows()) {
            throw new IllegalArgumentException(kernel + ": groups [" + from + ", " + to + ") of " + groups.rows());
        }
        if (d > MAX_COVARIANCE) {
            throw new IllegalArgumentException(
                    kernel + ": x is " + x.shape() + ", at most " + MAX_COVARIANCE + " columns");
        }
        if (means.rows() < groups.rows() || means.cols() != d) {
            throw new IllegalArgumentException(
                    kernel + ": x is " + x.shape() + " in " + groups.rows() + " groups, means is " + means.shape());
        }
        if (covariances.rows() < (long) groups.rows() * d || covariances.cols() != d) {
            throw new IllegalArgumentException(kernel + ": x is " + x.shape() + " in " + groups.rows()
                    + " groups, covariances is " + covariances.shape());
        }
        checkRows(kernel, groups.columns(), groups.start(from), groups.start(to), x);
    }

    private static void checkRows(String kernel, int[] rows, int from, int to, Matrix x) {
        if (rows.length < to) {
            throw new IllegalArgumentException(kernel + ": " + rows.length + " rows given for " + to);
        }
        int t = RowLists.firstOutside(rows, from, to, x.rows());
        if (t >= 0) {
            throw new IllegalArgumentException(kernel + ": row " + rows[t] + " of " + x.shape());
        }
    }

    private static void sameShape(String kernel, Matrix x, Matrix y) {
        if (x.rows() != y.rows() || x.cols() != y.cols()) {
            throw new IllegalArgumentException(kernel + ": shapes " + x.shape() + " and " + y.shape() + " differ");
        }
    }
}
