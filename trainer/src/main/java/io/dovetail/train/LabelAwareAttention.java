package io.dovetail.train;

import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Activations;
import io.dovetail.model.Engine;
import io.dovetail.model.InterestSpec;
import java.lang.foreign.Arena;

/**
 * Makes one vector of a user's interests, for the item that is to be predicted (MIND, section 3.4):
 * {@code u = sum a_k v_k} with {@code a = softmax(s_k^p)}, {@code s_k = <v_k, p_v>}. A negative score keeps its sign. With
 * power {@link InterestSpec#HARD} u is the interest of the greatest score, the first of equal ones.
 *
 * <p>Owns the memory of a step. Not thread-safe.
 */
final class LabelAwareAttention {
    private static final int BLOCK_POSITIVES = 32;

    private final float power;
    private final Matrix users;
    private final Matrix dUsers;
    private final Matrix dLabels;
    private final float[] scores;
    private final float[] attention;

    /**
     * Attention.
     *
     * @param arena owner of its memory
     * @param spec the power, and how many interests there may be
     * @param positives greatest number of positives of a batch
     * @param dimension d
     */
    LabelAwareAttention(Arena arena, InterestSpec spec, int positives, int dimension) {
        power = spec.power();
        users = Matrix.allocate(arena, positives, dimension);
        dUsers = Matrix.allocate(arena, positives, dimension);
        dLabels = Matrix.allocate(arena, positives, dimension);
        scores = new float[positives * spec.count()];
        attention = new float[positives * spec.count()];
    }

    /**
     * The main loss by u, in place of one vector a user, with its gradients by the interests and the items.
     *
     * @param engine what to compute on
     * @param objective the loss
     * @param batch the batch
     * @param users of the forward pass, a row for each interest; receives the gradient
     * @param items of the forward pass; receives the gradient
     * @return the mean loss
     */
    double apply(Engine engine, Objective objective, Batch batch, Activations users, Activations items) {
        int n = batch.positives;
        Workers workers = engine.workers();
        forward(workers, n, users::start, users.output(), items.output(), batch.slots);
        double loss = objective.apply(batch, users(n), items.output(), dUsers(n), items.dOutput());
        backward(
                workers,
                n,
                users::start,
                users.output(),
                items.output(),
                batch.slots,
                users.dOutput(),
                items.dOutput());
        return loss;
    }

    /** Which rows belong together. */
    @FunctionalInterface
    interface Starts {
        /**
         * The first of the rows of a positive.
         *
         * @param positive in {@code [0, positives]}
         * @return its row; the number of rows for the positive after the last
         */
        int of(int positive);
    }

    /** {@return u (positives, d) of the last forward pass} */
    Matrix users(int positives) {
        return users.rows(0, positives);
    }

    /** {@return the gradient by u (positives, d), to be written before the backward pass} */
    Matrix dUsers(int positives) {
        return dUsers.rows(0, positives);
    }

    /**
     * Computes u.
     *
     * @param workers splits the positives
     * @param positives their number
     * @param starts where the interests of each begin
     * @param interests v (rows, d)
     * @param items p_v (distinct items, d)
     * @param labels row of {@code items} of each positive
     */
    void forward(Workers workers, int positives, Starts starts, Matrix interests, Matrix items, int[] labels) {
        workers.forEachBlock(positives, BLOCK_POSITIVES, (from, to) -> {
            for (int i = from; i < to; i++) {
                int begin = starts.of(i);
                int end = starts.of(i + 1);
                for (int row = begin; row < end; row++) {
                    scores[row] = dot(interests, row, items, labels[i]);
                }
                attend(begin, end);
                clear(users, i);
                for (int row = begin; row < end; row++) {
                    add(attention[row], interests, row, users, i);
                }
            }
        });
    }

    private void attend(int begin, int end) {
        int best = begin;
        for (int row = begin; row < end; row++) {
            best = scores[row] > scores[best] ? row : best;
        }
        double total = 0;
        for (int row = begin; row < end; row++) {
            double weight = row == best ? 1 : 0;
            if (power < InterestSpec.HARD) {
                weight = Math.exp(raised(scores[row]) - raised(scores[best]));
            }
            attention[row] = (float) weight;
            total += weight;
        }
        for (int row = begin; row < end; row++) {
            attention[row] = (float) (attention[row] / total);
        }
    }

    private double raised(float score) {
        return Math.copySign(Math.pow(Math.abs(score), power), score);
    }

    private float slope(float score) {
        return power < InterestSpec.HARD ? (float) (power * Math.pow(Math.abs(score), power - 1)) : 0;
    }

    /**
     * Computes the gradients by the interests and adds to that by the items.
     *
     * @param workers splits the positives
     * @param positives their number
     * @param starts as in the forward pass
     * @param interests v (rows, d)
     * @param items p_v (distinct items, d)
     * @param labels row of {@code items} of each positive
     * @param dInterests (rows, d), overwritten
     * @param dItems (distinct items, d); the share of the attention is added, positive after positive
     */
    void backward(
            Workers workers,
            int positives,
            Starts starts,
            Matrix interests,
            Matrix items,
            int[] labels,
            Matrix dInterests,
            Matrix dItems) {
        workers.forEachBlock(positives, BLOCK_POSITIVES, (from, to) -> {
            for (int i = from; i < to; i++) {
                int begin = starts.of(i);
                int end = starts.of(i + 1);
                float mean = 0;
                for (int row = begin; row < end; row++) {
                    mean += attention[row] * dot(interests, row, dUsers, i);
                }
                clear(dLabels, i);
                for (int row = begin; row < end; row++) {
                    float dAttention = dot(interests, row, dUsers, i) - mean;
                    float dScore = attention[row] * dAttention * slope(scores[row]);
                    clear(dInterests, row);
                    add(attention[row], dUsers, i, dInterests, row);
                    add(dScore, items, labels[i], dInterests, row);
                    add(dScore, interests, row, dLabels, i);
                }
            }
        });
        if (power < InterestSpec.HARD) {
            for (int i = 0; i < positives; i++) {
                add(1, dLabels, i, dItems, labels[i]);
            }
        }
    }

    private static float dot(Matrix x, int row, Matrix y, int other) {
        float sum = 0;
        for (int j = 0; j < x.cols(); j++) {
            sum += at(x, row, j) * at(y, other, j);
        }
        return sum;
    }

    private static void clear(Matrix y, int row) {
        for (int j = 0; j < y.cols(); j++) {
            y.data().set(Matrix.FLOAT, y.offset(row) + 4L * j, 0);
        }
    }

    private static void add(float factor, Matrix x, int row, Matrix y, int to) {
        for (int j = 0; j < y.cols(); j++) {
            y.data().set(Matrix.FLOAT, y.offset(to) + 4L * j, at(y, to, j) + factor * at(x, row, j));
        }
    }

    private static float at(Matrix x, int row, int col) {
        return x.data().get(Matrix.FLOAT, x.offset(row) + 4L * col);
    }
}
