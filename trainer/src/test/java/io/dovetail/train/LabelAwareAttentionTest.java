package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import io.dovetail.model.InterestSpec;
import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The attention and its gradients against the formula in float64 and its differences. */
final class LabelAwareAttentionTest {
    private static final int POSITIVES = 70;
    private static final int ITEMS = 9;
    private static final int D = 5;

    /** Positives have 1, 2 or 3 interests, and share labels. */
    private static int start(int positive) {
        return positive / 3 * 6 + positive % 3 * (positive % 3 + 1) / 2;
    }

    /** One batch; interests and items of about unit length. */
    private static final class Setting implements AutoCloseable {
        private final Arena arena = Arena.ofShared();
        private final int[] labels = new int[POSITIVES];
        private final Matrix interests = Matrix.allocate(arena, start(POSITIVES), D);
        private final Matrix items = Matrix.allocate(arena, ITEMS, D);
        private final Matrix dInterests = Matrix.allocate(arena, start(POSITIVES), D);
        private final Matrix dItems = Matrix.allocate(arena, ITEMS, D);
        private final LabelAwareAttention attention;

        Setting(float power) {
            attention = new LabelAwareAttention(arena, new InterestSpec(3, 1, power, 20), POSITIVES, D);
            SplittableRandom random = new SplittableRandom(4);
            for (int i = 0; i < POSITIVES; i++) {
                labels[i] = random.nextInt(ITEMS);
            }
            for (Matrix matrix : new Matrix[] {interests, items, attention.dUsers(POSITIVES)}) {
                for (int i = 0; i < matrix.rows(); i++) {
                    for (int j = 0; j < D; j++) {
                        matrix.set(i, j, (float) (random.nextGaussian() / Math.sqrt(D)));
                    }
                }
            }
            dItems.fill(2);
            dInterests.fill(9);
        }

        void run(int threads) {
            try (Workers workers = Workers.of(threads)) {
                attention.forward(workers, POSITIVES, LabelAwareAttentionTest::start, interests, items, labels);
                attention.backward(
                        workers,
                        POSITIVES,
                        LabelAwareAttentionTest::start,
                        interests,
                        items,
                        labels,
                        dInterests,
                        dItems);
            }
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    private static double[][] doubles(Matrix matrix) {
        double[][] values = new double[matrix.rows()][D];
        for (int i = 0; i < values.length; i++) {
            for (int j = 0; j < D; j++) {
                values[i][j] = matrix.get(i, j);
            }
        }
        return values;
    }

    private static double[] user(float power, double[][] interests, double[] label, int positive) {
        int begin = start(positive);
        int count = start(positive + 1) - begin;
        double[] weights = new double[count];
        double greatest = Double.NEGATIVE_INFINITY;
        int best = 0;
        double total = 0;
        for (int k = 0; k < count; k++) {
            double score = 0;
            for (int j = 0; j < D; j++) {
                score += interests[begin + k][j] * label[j];
            }
            best = score > greatest ? k : best;
            greatest = Math.max(score, greatest);
            weights[k] = Math.exp(Math.signum(score) * Math.pow(Math.abs(score), power));
            total += weights[k];
        }
        double[] user = new double[D];
        for (int k = 0; k < count; k++) {
            double weight = power < InterestSpec.HARD ? weights[k] / total : k == best ? 1 : 0;
            for (int j = 0; j < D; j++) {
                user[j] += weight * interests[begin + k][j];
            }
        }
        return user;
    }

    /** The function whose gradient the backward pass takes: the sum of all u, weighted by the given gradient. */
    private static double loss(float power, Setting setting, double[][] interests, double[][] items) {
        double loss = 0;
        for (int i = 0; i < POSITIVES; i++) {
            double[] user = user(power, interests, items[setting.labels[i]], i);
            for (int j = 0; j < D; j++) {
                loss += user[j] * setting.attention.dUsers(POSITIVES).get(i, j);
            }
        }
        return loss;
    }

    /** Some tens of float32 products below 1 are added up in each entry; differences of float64 are good for 1e-8. */
    @ParameterizedTest
    @ValueSource(floats = {1, 2, 3.5f, Float.POSITIVE_INFINITY})
    void gradientsAreSlopes(float power) {
        try (Setting setting = new Setting(power)) {
            setting.run(2);
            double[][] interests = doubles(setting.interests);
            double[][] items = doubles(setting.items);
            for (int i = 0; i < POSITIVES; i++) {
                double[] user = user(power, interests, items[setting.labels[i]], i);
                for (int j = 0; j < D; j++) {
                    assertEquals(user[j], setting.attention.users(POSITIVES).get(i, j), 1e-6);
                }
            }
            assertSlopes(power, setting, interests, items, interests, setting.dInterests, 0);
            assertSlopes(power, setting, interests, items, items, setting.dItems, 2);
        }
    }

    private static void assertSlopes(
            float power,
            Setting setting,
            double[][] interests,
            double[][] items,
            double[][] moved,
            Matrix gradient,
            double before) {
        double step = 1e-5;
        for (int i = 0; i < moved.length; i++) {
            double[] row = moved[i];
            for (int j = 0; j < D; j++) {
                double start = row[j];
                row[j] = start + step;
                double ahead = loss(power, setting, interests, items);
                row[j] = start - step;
                double behind = loss(power, setting, interests, items);
                row[j] = start;
                assertEquals((ahead - behind) / (2 * step) + before, gradient.get(i, j), 1e-5);
            }
        }
    }

    @Test
    void bitsDoNotDependOnTheNumberOfThreads() {
        try (Setting one = new Setting(2);
                Setting three = new Setting(2)) {
            one.run(1);
            three.run(3);
            assertArrayEquals(one.dInterests.toArray(), three.dInterests.toArray());
            assertArrayEquals(one.dItems.toArray(), three.dItems.toArray());
            assertArrayEquals(
                    one.attention.users(POSITIVES).toArray(),
                    three.attention.users(POSITIVES).toArray());
        }
    }
}
