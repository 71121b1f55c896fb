package io.dovetail.train;

import io.dovetail.kernels.Matrix;
import io.dovetail.model.Engine;
import io.dovetail.model.TwoTower;
import java.lang.foreign.Arena;
import java.util.stream.IntStream;

/**
 * The output vectors of all users and all items of a model.
 *
 * @param users (users, d); of users of several interests (users, K d), as {@link
 *     io.dovetail.model.Activations#copyOutput} lays them out
 * @param items (items, d)
 */
public record Embeddings(Matrix users, Matrix items) {
    private static final int SAMPLED_USERS = 64;
    private static final int SAMPLED_ITEMS = 1024;
    private static final int MOST_USERS_OF_HEALTH = 1 << 16;

    /**
     * Computes them.
     *
     * @param engine what to compute on
     * @param arena owner of the result
     * @param model the model
     * @return the vectors; of length 1 unless the head is {@code dot}
     */
    public static Embeddings of(Engine engine, Arena arena, TwoTower model) {
        Matrix users = Matrix.allocate(
                arena, model.users().inputs().entities(), model.users().outputWidth());
        Matrix items = Matrix.allocate(
                arena, model.items().inputs().entities(), model.items().outputWidth());
        TwoTower.embedAll(engine, model.users(), users);
        TwoTower.embedAll(engine, model.items(), items);
        return new Embeddings(users, items);
    }

    /**
     * Looks at the vectors of a model: at those of all items, and of all users up to 65,536, beyond of so many at even
     * distances.
     *
     * @param engine what to compute on
     * @param model the model
     * @param items the vectors of all its items
     * @return how healthy they look
     */
    static Health health(Engine engine, TwoTower model, Matrix items) {
        int count = model.users().inputs().entities();
        int step = Math.ceilDiv(Math.max(1, count), MOST_USERS_OF_HEALTH);
        int[] rows =
                IntStream.range(0, Math.ceilDiv(count, step)).map(i -> i * step).toArray();
        try (Arena arena = Arena.ofShared()) {
            Matrix users = Matrix.allocate(arena, rows.length, model.users().outputWidth());
            TwoTower.embed(engine, model.users(), rows, users);
            return new Embeddings(users, items).health();
        }
    }

    /** {@return how healthy the vectors look} */
    public Health health() {
        return new Health(zeroShare(users), zeroShare(items), scoreSpread());
    }

    /**
     * Signs of a model that has collapsed.
     *
     * @param zeroUsers share of users whose vector is all zero
     * @param zeroItems share of items whose vector is all zero
     * @param scoreSpread difference of the greatest and the least score of a user's first vector, mean over a sample: 0 if
     *     scores tell nothing apart, be it that vectors are zero, all alike, or that users and items live on different axes
     */
    public record Health(double zeroUsers, double zeroItems, double scoreSpread) {
        private static final double TOO_NARROW = 0.01;

        /** {@return whether scores can tell hardly anything apart any more} */
        public boolean collapsed() {
            return !(scoreSpread >= TOO_NARROW);
        }
    }

    private double scoreSpread() {
        int userStep = Math.max(1, users.rows() / SAMPLED_USERS);
        int itemStep = Math.max(1, items.rows() / SAMPLED_ITEMS);
        double sum = 0;
        int count = 0;
        for (int user = 0; user < users.rows(); user += userStep) {
            double least = Double.POSITIVE_INFINITY;
            double greatest = Double.NEGATIVE_INFINITY;
            for (int item = 0; item < items.rows(); item += itemStep) {
                double score = 0;
                for (int j = 0; j < items.cols(); j++) {
                    score += (double) users.get(user, j) * items.get(item, j);
                }
                least = Math.min(least, score);
                greatest = Math.max(greatest, score);
            }
            sum += greatest - least;
            count++;
        }
        return sum / count;
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
}
