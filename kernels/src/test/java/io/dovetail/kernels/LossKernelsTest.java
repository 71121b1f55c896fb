package io.dovetail.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LossKernelsTest {
    static final int[] SIZES = Framed.SIZES;
    static final int[] LONG_SIZES = {1, 3, 16, 17, 33, 129, 1000, 1023, 2500};

    /** Single-precision sums of up to a thousand terms of one sign, against double precision. */
    private static final double TOLERANCE = 2e-6;

    private static final float[] EXTREMES = {
        0f, -0f, Float.MIN_VALUE, -Float.MIN_NORMAL, 1e-6f, 16f, -17f, 87f, -87.5f, 89f, -104f, 1e30f, -1e30f
    };

    private final LossKernels scalar = Kernels.scalar().losses();
    private final LossKernels vector = Kernels.vector().losses();
    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(2);
    private final Framed framed = new Framed(arena, 3);

    @AfterEach
    void close() {
        framed.assertIntact();
        workers.close();
        arena.close();
    }

    private LossKernels kernels(String backend) {
        return backend.equals("vector") ? vector : scalar;
    }

    private Matrix logits(int rows, int cols) {
        Matrix x = framed.normal(rows, cols);
        for (int row = 0; row < rows; row += 3) {
            for (int j = row % 2; j < cols; j += 2) {
                x.set(row, j, EXTREMES[framed.random().nextInt(EXTREMES.length)]);
            }
        }
        return x;
    }

    private Matrix labels(int rows, int cols) {
        Matrix labels = framed.zeros(rows, cols);
        for (int row = 0; row < rows; row++) {
            for (int j = 0; j < cols; j++) {
                labels.set(
                        row,
                        j,
                        row % 4 == 0
                                ? framed.random().nextFloat()
                                : framed.random().nextInt(2));
            }
        }
        return labels;
    }

    private static void assertCloseSums(double expected, double actual) {
        assertEquals(expected, actual, TOLERANCE * Math.abs(expected));
    }

    @ParameterizedTest
    @FieldSource("LONG_SIZES")
    void binary_cross_entropy_and_sigmoid_agree_with_the_scalar_twin(int cols) {
        Matrix x = logits(70, cols);
        Matrix labels = labels(70, cols);
        Matrix expected = framed.zeros(70, cols);
        Matrix actual = framed.zeros(70, cols);
        scalar.sigmoid(workers, x, expected);
        vector.sigmoid(workers, x, actual);
        Framed.assertClose(expected, actual, TOLERANCE);

        double loss = scalar.binaryCrossEntropy(workers, x, labels, 0.5f, expected);
        assertCloseSums(loss, vector.binaryCrossEntropy(workers, x, labels, 0.5f, actual));
        Framed.assertClose(expected, actual, TOLERANCE);

        Matrix inPlace = framed.copy(x);
        assertEquals(
                vector.binaryCrossEntropy(workers, x, labels, 0.5f, actual),
                vector.binaryCrossEntropy(workers, inPlace, labels, 0.5f, inPlace));
        Framed.assertSame(actual, inPlace);
    }

    @Test
    void sigmoid_of_what_is_not_finite_is_its_limit() {
        Matrix x =
                Matrix.copyOf(arena, new float[][] {{Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, 0}});
        Matrix expected = Matrix.copyOf(arena, new float[][] {{1, 0, Float.NaN, 0.5f}});
        for (String backend : new String[] {"scalar", "vector"}) {
            Matrix y = framed.zeros(1, 4);
            kernels(backend).sigmoid(workers, x, y);
            Framed.assertSame(expected, y);
        }
    }

    @ParameterizedTest
    @FieldSource("LONG_SIZES")
    void softmax_cross_entropy_and_logsumexp_agree_with_the_scalar_twin(int cols) {
        Matrix x = logits(70, cols);
        for (int row = 1; row < 70; row += 3) { // columns that take no part
            for (int j = 0; j < cols - 1; j += 2) {
                x.set(row, j, Float.NEGATIVE_INFINITY);
            }
        }
        int[] targets = new int[70];
        for (int row = 0; row < 70; row++) {
            targets[row] =
                    cols == 1 || row % 2 == 0 ? cols - 1 : 1 + framed.random().nextInt(cols / 2) * 2;
        }
        Matrix expected = framed.zeros(70, cols);
        Matrix actual = framed.zeros(70, cols);
        double loss = scalar.softmaxCrossEntropy(workers, x, targets, 0.5f, expected);
        assertCloseSums(loss, vector.softmaxCrossEntropy(workers, x, targets, 0.5f, actual));
        Framed.assertClose(expected, actual, TOLERANCE);

        Matrix inPlace = framed.copy(x);
        vector.softmaxCrossEntropy(workers, inPlace, targets, 0.5f, inPlace);
        Framed.assertSame(actual, inPlace);

        Matrix expectedLog = framed.zeros(1, 70);
        Matrix actualLog = framed.zeros(1, 70);
        scalar.logSumExp(workers, x, expectedLog);
        vector.logSumExp(workers, x, actualLog);
        Framed.assertClose(expectedLog, actualLog, TOLERANCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"scalar", "vector"})
    void rows_without_a_finite_logit_do_not_spoil_others(String backend) {
        float inf = Float.POSITIVE_INFINITY;
        float nan = Float.NaN;
        Matrix x = framed.zeros(4, 17);
        x.rows(0, 1).fill(-inf);
        x.set(1, 16, nan);
        x.set(2, 3, inf);
        Matrix log = framed.zeros(1, 4);
        kernels(backend).logSumExp(workers, x, log);
        assertEquals(-inf, log.get(0, 0));
        assertTrue(Float.isNaN(log.get(0, 1)));
        assertTrue(Float.isNaN(log.get(0, 2)));
        assertEquals(Math.log(17), log.get(0, 3), 1e-6);

        Matrix gradient = framed.zeros(4, 17);
        assertTrue(Double.isNaN(kernels(backend).softmaxCrossEntropy(workers, x, new int[4], 1, gradient)));
        for (int j = 0; j < 17; j++) {
            assertTrue(Float.isNaN(gradient.get(0, j)) && Float.isNaN(gradient.get(1, j)), "column " + j);
            assertEquals(1 / 17. - (j == 0 ? 1 : 0), gradient.get(3, j), 1e-6);
        }
    }

    @Test
    void infinite_logits_have_the_gradient_of_the_limit_and_the_loss_of_the_scalar_twin() {
        float inf = Float.POSITIVE_INFINITY;
        float[] logit = {inf, inf, -inf, -inf, Float.NaN};
        float[] label = {0, 1, 0, 1, 1};
        float[] slope = {0.5f, 0, 0, -0.5f, Float.NaN};
        double[] loss = {Double.NaN, Double.NaN, Double.NaN, Double.POSITIVE_INFINITY, Double.NaN};
        for (String backend : new String[] {"scalar", "vector"}) {
            for (int column : new int[] {2, 39}) { // in a whole vector and in the tail
                for (int i = 0; i < logit.length; i++) {
                    Matrix x = framed.zeros(1, 40);
                    Matrix labels = framed.zeros(1, 40);
                    x.set(0, column, logit[i]);
                    labels.set(0, column, label[i]);
                    assertEquals(
                            loss[i], kernels(backend).binaryCrossEntropy(workers, x, labels, 0.5f, x), "case " + i);
                    for (int j = 0; j < 40; j++) {
                        assertEquals(j == column ? slope[i] : 0.25f, x.get(0, j), "case " + i + ", column " + j);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"scalar", "vector"})
    void a_target_that_takes_no_part_has_an_infinite_loss_and_a_finite_gradient(String backend) {
        Matrix x = framed.zeros(1, 33);
        x.set(0, 32, Float.NEGATIVE_INFINITY);
        assertEquals(Double.POSITIVE_INFINITY, kernels(backend).softmaxCrossEntropy(workers, x, new int[] {32}, 1, x));
        for (int j = 0; j < 33; j++) {
            assertEquals(j == 32 ? -1 : 1 / 32f, x.get(0, j), 1e-6f);
        }
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void special_values_go_through_selected_rows_as_in_the_scalar_twin(int cols) {
        Matrix x = framed.normal(20, cols);
        Matrix y = framed.normal(30, cols);
        x.set(3, cols / 2, Float.NaN);
        x.set(4, cols - 1, Float.POSITIVE_INFINITY);
        y.set(5, 0, Float.NEGATIVE_INFINITY);
        y.set(6, cols / 3, Float.MIN_VALUE);
        int[] xRows = framed.rows(100, 20);
        int[] yRows = framed.rows(100, 30);
        Matrix expected = framed.zeros(1, 100);
        Matrix actual = framed.zeros(1, 100);
        scalar.pairDots(workers, x, xRows, y, yRows, 0, 100, expected);
        vector.pairDots(workers, x, xRows, y, yRows, 0, 100, actual);
        Framed.assertClose(expected, actual, 1e-6 + cols * 0x1p-24);
        Matrix expectedGradient = framed.zeros(20, cols);
        Matrix actualGradient = framed.zeros(20, cols);
        double sum = scalar.squaredDistance(x, xRows, y, yRows, 100, 1, expectedGradient);
        assertEquals(sum, vector.squaredDistance(x, xRows, y, yRows, 100, 1, actualGradient));
        Framed.assertSame(expectedGradient, actualGradient);
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void selected_rows_agree_with_the_scalar_twin(int cols) {
        int n = 700;
        Matrix x = framed.normal(20, cols);
        Matrix y = framed.normal(30, cols);
        int[] xRows = framed.rows(n, 20);
        int[] yRows = framed.rows(n, 30);
        Matrix expected = framed.zeros(1, n);
        Matrix actual = framed.zeros(1, n);
        scalar.pairDots(workers, x, xRows, y, yRows, 0, n, expected);
        vector.pairDots(workers, x, xRows, y, yRows, 0, n, actual);
        Framed.assertClose(expected, actual, 1e-6 + cols * 0x1p-24);

        Matrix expectedGradient = framed.normal(20, cols);
        Matrix actualGradient = framed.copy(expectedGradient);
        double loss = scalar.squaredDistance(x, xRows, y, yRows, n, 0.25f, expectedGradient);
        assertCloseSums(loss, vector.squaredDistance(x, xRows, y, yRows, n, 0.25f, actualGradient));
        Framed.assertSame(expectedGradient, actualGradient); // the same operations in the same order
    }

    /** Groups of these sizes, over rows in no order; 600 rows are more than a worker centres at a time. */
    private SparseMatrix groups(int... sizes) {
        int total = Arrays.stream(sizes).sum();
        int[] rows = framed.random().ints(0, total).distinct().limit(total).toArray();
        SparseMatrix groups = new SparseMatrix();
        int next = 0;
        for (int size : sizes) {
            for (int i = 0; i < size; i++) {
                groups.add(rows[next++], 1);
            }
            groups.endRow();
        }
        return groups;
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void group_covariances_agree_with_the_scalar_twin(int d) {
        SparseMatrix groups = groups(0, 1, 2, 3, 5, 40, 600, 4);
        Matrix x = framed.normal(groups.size(), d);
        for (int row = 0; row < x.rows(); row++) {
            x.set(row, 0, x.get(row, 0) + 50); // far from the origin: centring counts
        }
        Matrix means = framed.normal(8, d);
        Matrix actualMeans = framed.normal(8, d);
        Matrix expected = framed.normal(8 * d, d);
        Matrix actual = framed.normal(8 * d, d);
        scalar.groupCovariance(workers, x, groups, 0, groups.rows(), means, expected);
        vector.groupCovariance(workers, x, groups, 0, groups.rows(), actualMeans, actual);
        Framed.assertClose(means, actualMeans, TOLERANCE);
        Framed.assertClose(expected, actual, 2e-5); // 50 is rounded to 4e-6
        for (int group = 0; group < 8; group++) {
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < i; j++) {
                    assertEquals(actual.get(group * d + i, j), actual.get(group * d + j, i));
                }
            }
        }

        Matrix dCovariances = symmetric(8, d);
        Matrix expectedGradient = framed.normal(x.rows(), d);
        Matrix actualGradient = framed.copy(expectedGradient);
        scalar.groupCovarianceBackward(workers, x, groups, 0, groups.rows(), means, dCovariances, expectedGradient);
        vector.groupCovarianceBackward(workers, x, groups, 0, groups.rows(), means, dCovariances, actualGradient);
        Framed.assertClose(expectedGradient, actualGradient, 1e-5);
    }

    /** Batches are centred by their own mean: the distance from the origin costs only the rounding of the data. */
    @ParameterizedTest
    @ValueSource(ints = {5, 32, 40})
    void covariances_far_from_the_origin_are_as_good_as_near_it(int d) {
        SparseMatrix groups = groups(10, 70, 1300);
        Matrix x = framed.normal(groups.size(), d);
        for (int e = groups.start(2); e < groups.size(); e++) {
            for (int j = 0; j < d; j++) {
                int row = groups.columns()[e];
                x.set(row, j, x.get(row, j) + 1000 + 0.01f * (e - groups.start(2))); // batches differ in their means
            }
        }
        Matrix means = framed.normal(3, d);
        Matrix actualMeans = framed.normal(3, d);
        Matrix expected = framed.normal(3 * d, d);
        Matrix actual = framed.normal(3 * d, d);
        scalar.groupCovariance(workers, x, groups, 0, groups.rows(), means, expected);
        vector.groupCovariance(workers, x, groups, 0, groups.rows(), actualMeans, actual);
        Framed.assertClose(means, actualMeans, TOLERANCE);
        // means of batches are rounded to 2^-15, and that times their distance of 5 is added to a variance of 15
        Framed.assertClose(expected, actual, 2e-5);
        for (int i = 0; i < 3 * d; i++) {
            for (int j = 0; j < d; j++) {
                assertEquals(actual.get(i, j), actual.get(i / d * d + j, i % d), "symmetric to the bit");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"scalar", "vector"})
    void what_is_not_finite_spoils_its_column_of_its_group_alone(String backend) {
        SparseMatrix groups = groups(70, 3, 600);
        int d = 40;
        int[] spoiledColumn = {5, -1, 39};
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            Matrix x = framed.normal(groups.size(), d);
            x.set(groups.columns()[60], 5, bad);
            x.set(groups.columns()[80], 39, bad);
            Matrix means = framed.zeros(3, d);
            Matrix covariances = framed.zeros(3 * d, d);
            kernels(backend).groupCovariance(workers, x, groups, 0, groups.rows(), means, covariances);
            for (int row = 0; row < 3 * d; row++) {
                int column = spoiledColumn[row / d];
                boolean own = row % d == column;
                assertEquals(own, !Float.isFinite(means.get(row / d, row % d)), "mean of " + row);
                for (int j = 0; j < d; j++) {
                    assertEquals(own || j == column, Float.isNaN(covariances.get(row, j)), "at " + row + ", " + j);
                }
            }
        }
    }

    @Test
    void covariances_have_the_same_bits_at_any_number_of_threads() {
        SparseMatrix groups = groups(10, 70, 600, 1, 33, 8);
        Matrix x = framed.normal(groups.size(), 45);
        Matrix dCovariances = symmetric(6, 45);
        Matrix expected = framed.zeros(6 * 45, 45);
        Matrix expectedGradient = framed.zeros(x.rows(), 45);
        Matrix means = framed.zeros(6, 45);
        vector.groupCovariance(workers, x, groups, 0, groups.rows(), means, expected);
        vector.groupCovarianceBackward(workers, x, groups, 0, groups.rows(), means, dCovariances, expectedGradient);
        for (int threads : new int[] {1, 3}) {
            Matrix actual = framed.zeros(6 * 45, 45);
            Matrix actualGradient = framed.zeros(x.rows(), 45);
            try (Workers team = Workers.of(threads)) {
                vector.groupCovariance(team, x, groups, 0, groups.rows(), means, actual);
                vector.groupCovarianceBackward(team, x, groups, 0, groups.rows(), means, dCovariances, actualGradient);
            }
            Framed.assertSame(expected, actual);
            Framed.assertSame(expectedGradient, actualGradient);
        }
    }

    private Matrix symmetric(int count, int d) {
        Matrix matrix = framed.normal(count * d, d);
        for (int group = 0; group < count; group++) {
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < i; j++) {
                    matrix.set(group * d + i, j, matrix.get(group * d + j, i));
                }
            }
        }
        return matrix;
    }

    @ParameterizedTest
    @ValueSource(strings = {"scalar", "vector"})
    void the_gradient_of_binary_cross_entropy_is_its_slope(String backend) {
        Matrix x = framed.normal(3, 18);
        Matrix labels = labels(3, 18);
        Matrix gradient = framed.zeros(3, 18);
        Matrix ignored = framed.zeros(3, 18);
        kernels(backend).binaryCrossEntropy(workers, x, labels, 0.5f, gradient);
        assertSlope(x, gradient, 0x1p-6f, () -> 0.5 * scalar.binaryCrossEntropy(workers, x, labels, 1, ignored));
    }

    @ParameterizedTest
    @ValueSource(strings = {"scalar", "vector"})
    void the_gradient_of_softmax_cross_entropy_is_its_slope(String backend) {
        Matrix x = framed.normal(3, 18);
        int[] targets = {17, 0, 5};
        Matrix gradient = framed.zeros(3, 18);
        Matrix ignored = framed.zeros(3, 18);
        kernels(backend).softmaxCrossEntropy(workers, x, targets, 0.5f, gradient);
        assertSlope(x, gradient, 0x1p-6f, () -> 0.5 * scalar.softmaxCrossEntropy(workers, x, targets, 1, ignored));
    }

    @ParameterizedTest
    @ValueSource(strings = {"scalar", "vector"})
    void the_gradient_of_squared_distance_is_its_slope(String backend) {
        Matrix x = framed.normal(3, 18);
        Matrix y = framed.normal(2, 18);
        int[] xRows = {2, 0, 2, 1};
        int[] yRows = {0, 0, 1, 1};
        Matrix gradient = framed.zeros(3, 18);
        Matrix ignored = framed.zeros(3, 18);
        kernels(backend).squaredDistance(x, xRows, y, yRows, 4, 0.5f, gradient);
        assertSlope(x, gradient, 0.5f, () -> 0.5 * scalar.squaredDistance(x, xRows, y, yRows, 4, 1, ignored));
    }

    @ParameterizedTest
    @ValueSource(strings = {"scalar", "vector"})
    void the_gradient_of_group_covariances_is_their_slope(String backend) {
        SparseMatrix groups = groups(4, 1, 7);
        int d = 18;
        Matrix x = framed.normal(12, d);
        Matrix means = framed.zeros(3, d);
        Matrix covariances = framed.zeros(3 * d, d);
        Matrix dCovariances = symmetric(3, d);
        Matrix gradient = framed.zeros(12, d);
        scalar.groupCovariance(workers, x, groups, 0, groups.rows(), means, covariances);
        kernels(backend).groupCovarianceBackward(workers, x, groups, 0, groups.rows(), means, dCovariances, gradient);
        assertSlope(x, gradient, 0.5f, () -> {
            scalar.groupCovariance(workers, x, groups, 0, groups.rows(), means, covariances);
            double sum = 0;
            for (int row = 0; row < covariances.rows(); row++) {
                for (int j = 0; j < d; j++) {
                    sum += (double) covariances.get(row, j) * dCovariances.get(row, j);
                }
            }
            return sum;
        });
    }

    /** Central differences; their error is h² / 6 times a third derivative below 1, or nothing for a quadratic. */
    private static void assertSlope(Matrix x, Matrix gradient, float h, DoubleSupplier loss) {
        for (int row = 0; row < x.rows(); row++) {
            for (int j = 0; j < x.cols(); j++) {
                float value = x.get(row, j);
                x.set(row, j, value + h);
                double above = loss.getAsDouble();
                x.set(row, j, value - h);
                double below = loss.getAsDouble();
                x.set(row, j, value);
                double width = (double) (value + h) - (value - h);
                assertEquals((above - below) / width, gradient.get(row, j), 1e-4, "at " + row + ", " + j);
            }
        }
    }

    @Test
    void losses_have_the_same_bits_at_any_number_of_threads() {
        Matrix x = logits(300, 50);
        Matrix labels = labels(300, 50);
        Matrix y = framed.zeros(300, 50);
        double loss = vector.binaryCrossEntropy(workers, x, labels, 1, y);
        double softmax = vector.softmaxCrossEntropy(workers, x, new int[300], 1, y);
        for (int threads : new int[] {1, 3, 7}) {
            try (Workers team = Workers.of(threads)) {
                assertEquals(loss, vector.binaryCrossEntropy(team, x, labels, 1, y));
                assertEquals(softmax, vector.softmaxCrossEntropy(team, x, new int[300], 1, y));
            }
        }
    }

    @Test
    void bad_shapes_and_rows_are_refused_with_their_values() {
        Matrix a = framed.zeros(2, 3);
        Matrix b = framed.zeros(3, 2);
        int[] none = {};
        SparseMatrix groups = new SparseMatrix();
        groups.addRow(2, 1);
        Matrix wide = new Matrix(arena.allocate(4L * 8193), 1, 8193, 8193);
        assertMessage("shapes 2x3 and 3x2 differ", () -> vector.sigmoid(workers, a, b));
        assertMessage("target 3 of row 1", () -> vector.softmaxCrossEntropy(workers, a, new int[] {0, 3}, 1, a));
        assertMessage("0 rows given for 1", () -> vector.squaredDistance(a, none, a, none, 1, 1, a));
        assertMessage("row 2 of 2x3", () -> vector.squaredDistance(a, new int[] {2}, a, new int[1], 1, 1, a));
        assertMessage(
                "row 2 of 2x3",
                () -> vector.groupCovariance(workers, a, groups, 0, groups.rows(), a, framed.zeros(3, 3)));
        assertMessage("covariances is 2x3", () -> vector.groupCovariance(workers, a, groups, 0, groups.rows(), a, a));
        assertMessage(
                "at most 8192", () -> vector.groupCovariance(workers, wide, groups, 0, groups.rows(), wide, wide));
        assertMessage("out is 2x3", () -> vector.logSumExp(workers, a, a));
    }

    private static void assertMessage(String part, Runnable call) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, call::run).getMessage());
        assertTrue(message.contains(part), message);
    }
}
