package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;

/** Regularised least squares: many small problems over the rows of one matrix. */
public abstract sealed class LeastSquaresKernels permits ScalarLeastSquaresKernels, VectorLeastSquaresKernels {

    /** Most unknowns of a problem: its normal equations stay in the scratch memory of a worker. */
    public static final int MAX_UNKNOWNS = 512;

    /** Problems of a task. */
    private static final int BLOCK_ROWS = 8;

    LeastSquaresKernels() {}

    /**
     * Solves a problem for each row r of a sparse matrix of targets, whose entries e have the values t_e and the columns
     * c_e: {@code X[r] = argmin over x of sum over e of (t_e - <x, H[c_e]>)² + x G xᵀ + ridges[r] |x|²}, by the Cholesky
     * factor of {@code sum over e of H[c_e]ᵀ H[c_e] + G + ridges[r] I}.
     *
     * <p>This is a half-step of weighted alternating least squares for implicit feedback (Hu, Koren and Volinsky, ICDM
     * 2008, Eq. 4 and 5), where G is the Gram matrix of H times the weight of what was not observed.
     *
     * <p>Factors are float32. A row without targets becomes 0. A row whose matrix is not positive definite in float32, or
     * that meets a NaN or an infinity, becomes NaN or infinite, and no other does.
     *
     * @param workers splits the rows
     * @param targets (n, m): a value for each observed element
     * @param h (m, d), d at most {@link #MAX_UNKNOWNS}
     * @param gram (d, d), symmetric and positive semi-definite; its upper half is read
     * @param ridges at least n, each {@code > 0}
     * @param x (n, d), overwritten; must not overlap H or G
     */
    public final void solve(Workers workers, SparseMatrix targets, Matrix h, Matrix gram, float[] ridges, Matrix x) {
        int d = h.cols();
        if (d > MAX_UNKNOWNS) {
            throw new IllegalArgumentException("solve: h is " + h.shape() + ", at most " + MAX_UNKNOWNS + " unknowns");
        }
        if (gram.rows() != d || gram.cols() != d || x.cols() != d || x.rows() != targets.rows()) {
            throw new IllegalArgumentException("solve: h is " + h.shape() + " with targets for " + targets.rows()
                    + " rows, gram is " + gram.shape() + ", x is " + x.shape());
        }
        int t = RowLists.firstOutside(targets.columns(), 0, targets.size(), h.rows());
        if (t >= 0) {
            throw new IllegalArgumentException("solve: row " + targets.columns()[t] + " of " + h.shape());
        }
        requirePositive(ridges, targets.rows());
        if (workers.alone()) {
            solve(targets, h, gram, ridges, x, 0, x.rows(), workers.scratch(0), workers.floats(0));
            return;
        }
        int rows = x.rows();
        workers.run((rows + BLOCK_ROWS - 1) / BLOCK_ROWS, (block, worker) -> {
            int from = block * BLOCK_ROWS;
            int to = Math.min(rows, from + BLOCK_ROWS);
            solve(targets, h, gram, ridges, x, from, to, workers.scratch(worker), workers.floats(worker));
        });
    }

    private static void requirePositive(float[] ridges, int rows) {
        if (ridges.length < rows) {
            throw new IllegalArgumentException("solve: " + ridges.length + " ridges for " + rows + " rows");
        }
        for (int row = 0; row < rows; row++) {
            if (!(ridges[row] > 0)) {
                throw new IllegalArgumentException("solve: ridge " + ridges[row] + " of row " + row + ", need above 0");
            }
        }
    }

    abstract void solve(
            SparseMatrix targets,
            Matrix h,
            Matrix gram,
            float[] ridges,
            Matrix x,
            int from,
            int to,
            MemorySegment scratch,
            float[] floats);
}
