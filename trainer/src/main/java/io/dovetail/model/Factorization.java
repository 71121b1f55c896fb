package io.dovetail.model;

import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SparseMatrix;

/**
 * A factorization machine as an inner product. Of {@code y(x) = w0 + sum_i w_i x_i + sum_{i<j} <v_i, v_j> x_i x_j} (Rendle,
 * ICDM 2010, Eq. 1) what depends on the user alone, and w0, are left out, since they do not change the order of items. The
 * rest is {@code <[s_u, 1], [s_v, b_v]>} with {@code s = sum_i x_i v_i} over the user's and over the item's variables, and
 * the item's own terms {@code b_v = sum_i w_i x_i + (|s_v|² - sum_i x_i² |v_i|²) / 2} (the pairs in linear time, his Lemma
 * 3.1).
 *
 * <p>A row of an item table holds the k factors v, then w; one of a user table the factors alone.
 */
final class Factorization {

    private Factorization() {}

    /** Ends user vectors with 1; their factors have been summed. */
    static void completeUsers(TowerViews views) {
        Matrix output = views.output;
        output.columns(output.cols() - 1, 1).fill(1);
    }

    /** Adds the pairwise terms to item vectors, which hold the sums of factors and of linear terms. */
    static void completeItems(Tower tower, TowerChunk chunk) {
        Matrix output = chunk.views().output;
        int k = output.cols() - 1;
        for (int row = 0; row < output.rows(); row++) {
            double pairs = 0;
            for (int j = 0; j < k; j++) {
                pairs += (double) output.get(row, j) * output.get(row, j);
            }
            for (int block = 0; block < tower.inputs().blocks(); block++) {
                pairs -= squares(tower.tables().get(block).value(), chunk.lookUps.get(block), row, k);
            }
            output.set(row, k, (float) (output.get(row, k) + pairs / 2));
        }
    }

    private static double squares(Matrix table, SparseMatrix lookUps, int row, int k) {
        double sum = 0;
        for (int e = lookUps.start(row); e < lookUps.start(row + 1); e++) {
            double square = 0;
            for (int j = 0; j < k; j++) {
                float v = table.get(lookUps.columns()[e], j);
                square += (double) v * v;
            }
            sum += (double) lookUps.values()[e] * lookUps.values()[e] * square;
        }
        return sum;
    }

    /** Turns the gradient by item vectors into that by their sums: {@code ds += db s}. {@link #subtractSquares} goes on. */
    static void backwardItems(TowerViews views) {
        Matrix output = views.output;
        Matrix dSum = views.dLast;
        int k = output.cols() - 1;
        for (int row = 0; row < output.rows(); row++) {
            float dOwn = dSum.get(row, k);
            for (int j = 0; j < k; j++) {
                dSum.set(row, j, Math.fma(dOwn, output.get(row, j), dSum.get(row, j)));
            }
        }
    }

    /**
     * The part of the gradient that a variable's own square has: {@code dv_i -= db x_i² v_i}.
     *
     * @param dVectors gradient by item vectors (n, k + 1), whose last column is {@code db}
     * @param rowsOfSlot for each slot the batch rows that look it up, with weights x
     * @param rows of the table that the slots stand for
     * @param table (rows, k + 1)
     * @param gradients updated; row t for {@code rows[t]}
     */
    static void subtractSquares(Matrix dVectors, SparseMatrix rowsOfSlot, int[] rows, Matrix table, Matrix gradients) {
        int k = table.cols() - 1;
        for (int slot = 0; slot < rowsOfSlot.rows(); slot++) {
            double factor = 0;
            for (int e = rowsOfSlot.start(slot); e < rowsOfSlot.start(slot + 1); e++) {
                double x = rowsOfSlot.values()[e];
                factor += x * x * dVectors.get(rowsOfSlot.columns()[e], k);
            }
            for (int j = 0; j < k; j++) {
                gradients.set(slot, j, (float) (gradients.get(slot, j) - factor * table.get(rows[slot], j)));
            }
        }
    }
}
