package io.dovetail.train;

import io.dovetail.kernels.Matrix;
import io.dovetail.model.Engine;
import io.dovetail.model.TwoTower;
import java.lang.foreign.Arena;

/**
 * The output vectors of all users and all items of a model.
 *
 * @param users (users, d)
 * @param items (items, d)
 */
public record Embeddings(Matrix users, Matrix items) {

    /**
     * Computes them.
     *
     * @param engine what to compute on
     * @param arena owner of the result
     * @param model the model
     * @return unit vectors
     */
    public static Embeddings of(Engine engine, Arena arena, TwoTower model) {
        int d = model.spec().dimension();
        Matrix users = Matrix.allocate(arena, model.users().inputs().entities(), d);
        Matrix items = Matrix.allocate(arena, model.items().inputs().entities(), d);
        TwoTower.embedAll(engine, model.users(), users);
        TwoTower.embedAll(engine, model.items(), items);
        return new Embeddings(users, items);
    }

    /** {@return how healthy the vectors look} */
    public Health health() {
        return new Health(zeroShare(users), zeroShare(items), likeness(users), likeness(items));
    }

    /**
     * Signs of a model that has collapsed.
     *
     * @param zeroUsers share of users whose vector is all zero
     * @param zeroItems share of items whose vector is all zero
     * @param userLikeness length of the mean user vector: 1 if all are the same
     * @param itemLikeness length of the mean item vector: 1 if all are the same
     */
    public record Health(double zeroUsers, double zeroItems, double userLikeness, double itemLikeness) {
        private static final double TOO_MANY_ZEROS = 0.5;
        private static final double TOO_ALIKE = 0.999;

        /** {@return whether scores can tell hardly anything apart any more} */
        public boolean collapsed() {
            return zeroUsers > TOO_MANY_ZEROS
                    || zeroItems > TOO_MANY_ZEROS
                    || userLikeness > TOO_ALIKE
                    || itemLikeness > TOO_ALIKE;
        }
    }

    private static double zeroShare(Matrix vectors) {
        int zeros = 0;
        for (int row = 0; row < vectors.rows(); row++) {
            boolean zero = true;
            for (int j = 0; zero && j < vectors.cols(); j++) {
                zero = vectors.get(row, j) == 0;
            }
            zeros += zero ? 1 : 0;
        }
        return zeros / (double) Math.max(1, vectors.rows());
    }

    private static double likeness(Matrix vectors) {
        double squares = 0;
        for (int j = 0; j < vectors.cols(); j++) {
            double sum = 0;
            for (int row = 0; row < vectors.rows(); row++) {
                sum += vectors.get(row, j);
            }
            double mean = sum / Math.max(1, vectors.rows());
            squares += mean * mean;
        }
        return Math.sqrt(squares);
    }
}
