package io.dovetail.model;

import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SparseMatrix;
import java.lang.foreign.MemorySegment;

/**
 * Behaviour-to-interest dynamic routing (MIND, section 3.3): how much of each item of a user's history goes to each of the
 * user's interests.
 *
 * <p>Items are mapped by a matrix S that all share, {@code m = S e}. In each iteration the weights of an item are the
 * soft-max of its logits over the interests, {@code c_k = squash(sum w_kl m_l)}, and between iterations
 * {@code b_kl += <c_k, m_l>}. The weights of the last iteration are the result: to the model they are constants, as in
 * ComiRec's implementation (Cen et al., KDD 2020), which stops the gradient of all iterations before. So an interest is a
 * weighted look-up, whose gradient goes the way of any other.
 *
 * <p>Owns the memory of one user's routing; not thread-safe.
 */
final class InterestRouting {
    private final int iterations;
    private final int width;
    private final InitialLogits initial;
    private final float[] behaviour;
    private final float[] mapped;
    private final float[] sum;
    private final float[] logits;
    private final float[] weights;

    /**
     * Routing.
     *
     * @param spec greatest sizes, number of iterations
     * @param width of the embeddings
     * @param initial what it begins with
     */
    InterestRouting(InterestSpec spec, int width, InitialLogits initial) {
        iterations = spec.iterations();
        this.width = width;
        this.initial = initial;
        behaviour = new float[width];
        mapped = new float[spec.history() * width];
        sum = new float[width];
        logits = new float[spec.history() * spec.count()];
        weights = new float[spec.history() * spec.count()];
    }

    /**
     * Routes the items that a row looks up, and makes the weights of some interests those of rows from it on.
     *
     * @param table (items, w) embeddings
     * @param bilinear (w, w): S, transposed, row by row
     * @param user whose initial logits to take
     * @param interests number of interests of the user
     * @param lookUps each of the rows asks for the user's items
     * @param row the first row
     * @param interest which interest that row is
     * @param count number of rows: of interests from that one on
     */
    void route(
            Matrix table,
            float[] bilinear,
            int user,
            int interests,
            SparseMatrix lookUps,
            int row,
            int interest,
            int count) {
        int begin = lookUps.start(row);
        int n = lookUps.start(row + 1) - begin;
        for (int l = 0; l < n; l++) {
            int item = lookUps.columns()[begin + l];
            map(table, item, bilinear, l * width);
            for (int k = 0; k < interests; k++) {
                logits[k * n + l] = initial.of(user, item, k);
            }
        }
        softmaxOverInterests(n, interests);
        for (int iteration = 1; iteration < iterations; iteration++) {
            for (int k = 0; k < interests; k++) {
                agree(n, k * n);
            }
            softmaxOverInterests(n, interests);
        }
        System.arraycopy(weights, interest * n, lookUps.values(), begin, count * n);
    }

    private void map(Matrix table, int item, float[] bilinear, int to) {
        MemorySegment.copy(table.data(), Matrix.FLOAT, table.offset(item), behaviour, 0, width);
        for (int j = 0; j < width; j++) {
            mapped[to + j] = 0;
        }
        for (int i = 0; i < width; i++) {
            float factor = behaviour[i];
            for (int j = 0; j < width; j++) {
                mapped[to + j] += factor * bilinear[i * width + j];
            }
        }
    }

    /** Adds to an interest's logits how much it agrees with each item. */
    private void agree(int n, int first) {
        for (int j = 0; j < width; j++) {
            sum[j] = 0;
        }
        for (int l = 0; l < n; l++) {
            float weight = weights[first + l];
            for (int j = 0; j < width; j++) {
                sum[j] += weight * mapped[l * width + j];
            }
        }
        float factor = (float) Squash.factor(dot(sum, 0));
        for (int l = 0; l < n; l++) {
            logits[first + l] += factor * dot(mapped, l * width);
        }
    }

    /** The product of {@link #sum} with a vector; four sums, since one would wait for itself. */
    private float dot(float[] other, int from) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int j = 0;
        for (; j + 4 <= width; j += 4) {
            a += sum[j] * other[from + j];
            b += sum[j + 1] * other[from + j + 1];
            c += sum[j + 2] * other[from + j + 2];
            d += sum[j + 3] * other[from + j + 3];
        }
        for (; j < width; j++) {
            a += sum[j] * other[from + j];
        }
        return a + b + (c + d);
    }

    private void softmaxOverInterests(int n, int interests) {
        for (int l = 0; l < n; l++) {
            float greatest = Float.NEGATIVE_INFINITY;
            for (int k = 0; k < interests; k++) {
                greatest = Math.max(greatest, logits[k * n + l]);
            }
            float total = 0;
            for (int k = 0; k < interests; k++) {
                float weight = (float) Math.exp(logits[k * n + l] - greatest);
                weights[k * n + l] = weight;
                total += weight;
            }
            for (int k = 0; k < interests; k++) {
                weights[k * n + l] /= total;
            }
        }
    }
}
