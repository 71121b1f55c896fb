package io.dovetail.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LeastSquaresKernelsTest {
    static final int[] SIZES = Framed.SIZES;

    /** None, fewer than a tile, more than the unknowns, and more than are gathered at a time. */
    private static final int[] COUNTS = {5, 0, 1, 2, 40, 150, 513, 1, 1100, 7, 0, 3};

    private static final int ITEMS = 400;

    private final LeastSquaresKernels scalar = Kernels.scalar().leastSquares();
    private final LeastSquaresKernels vector = Kernels.vector().leastSquares();
    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(2);
    private final Framed framed = new Framed(arena, 5);

    @AfterEach
    void close() {
        framed.assertIntact();
        workers.close();
        arena.close();
    }

    private SparseMatrix targets() {
        SparseMatrix targets = new SparseMatrix();
        for (int count : COUNTS) {
            for (int e = 0; e < count; e++) {
                targets.add(
                        framed.random().nextInt(ITEMS), 0.5f + framed.random().nextFloat());
            }
            targets.endRow();
        }
        return targets;
    }

    private float[] ridges(float ridge) {
        float[] ridges = new float[COUNTS.length];
        Arrays.fill(ridges, ridge);
        return ridges;
    }

    private Matrix gram(Matrix h, float factor) {
        Matrix gram = framed.zeros(h.cols(), h.cols());
        Kernels.scalar().matrices().gemm(workers, MatrixKernels.Form.TN, factor, h, h, 0, gram, Epilogue.none());
        return gram;
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void solutions_agree_with_the_scalar_twin(int d) {
        Matrix h = framed.normal(ITEMS, d);
        SparseMatrix targets = targets();
        float[] ridges = ridges(3);
        ridges[0] = 0.5f;
        Matrix gram = gram(h, 0.02f);
        Matrix expected = framed.zeros(COUNTS.length, d);
        Matrix actual = framed.zeros(COUNTS.length, d);
        scalar.solve(workers, targets, h, gram, ridges, expected);
        actual.fill(Float.NaN);
        vector.solve(workers, targets, h, gram, ridges, actual);
        // Conditions are below 1000 here; elements are below 1, so the bound is an absolute one.
        Framed.assertClose(expected, actual, 1e-5);
    }

    /**
     * As training meets it: a wide spread of eigenvalues from a factor of 100 between columns, and a small ridge. The
     * condition is about 1e6: single precision keeps a few digits of x, and the fit is as good as can be nevertheless.
     */
    @ParameterizedTest
    @ValueSource(ints = {64, 128, 256, 512})
    void a_badly_conditioned_fit_is_as_good_as_in_double_precision(int d) {
        Matrix h = framed.normal(ITEMS, d);
        for (int item = 0; item < ITEMS; item++) {
            for (int j = 0; j < d; j++) {
                h.set(item, j, h.get(item, j) * (float) Math.pow(100, -j / (double) d));
            }
        }
        SparseMatrix targets = targets();
        float[] ridges = ridges(0.01f);
        Matrix gram = gram(h, 0.1f);
        Matrix expected = framed.zeros(COUNTS.length, d);
        Matrix actual = framed.zeros(COUNTS.length, d);
        scalar.solve(workers, targets, h, gram, ridges, expected);
        vector.solve(workers, targets, h, gram, ridges, actual);
        for (int row = 0; row < COUNTS.length; row++) {
            double best = cost(targets, row, h, gram, ridges[row], expected);
            double reached = cost(targets, row, h, gram, ridges[row], actual);
            assertEquals(best, reached, 1e-4 * Math.max(1, best), "row " + row);
        }
    }

    /** What a solution costs, less nothing: the function whose least value is sought. */
    private static double cost(SparseMatrix targets, int row, Matrix h, Matrix gram, float ridge, Matrix x) {
        int d = h.cols();
        double cost = 0;
        for (int e = targets.start(row); e < targets.start(row + 1); e++) {
            double error = targets.values()[e];
            for (int j = 0; j < d; j++) {
                error -= (double) x.get(row, j) * h.get(targets.columns()[e], j);
            }
            cost += error * error;
        }
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                double ofG = i <= j ? gram.get(i, j) : gram.get(j, i);
                cost += x.get(row, i) * (ofG + (i == j ? ridge : 0)) * x.get(row, j);
            }
        }
        return cost;
    }

    @ParameterizedTest
    @ValueSource(strings = {"scalar", "vector"})
    void the_gradient_of_the_cost_is_zero_at_the_solution(String backend) {
        LeastSquaresKernels kernels = backend.equals("vector") ? vector : scalar;
        int d = 9;
        Matrix h = framed.normal(ITEMS, d);
        SparseMatrix targets = targets();
        float[] ridges = ridges(3);
        Matrix gram = gram(h, 0.02f);
        Matrix x = framed.zeros(COUNTS.length, d);
        kernels.solve(workers, targets, h, gram, ridges, x);
        float step = 1 / 128f;
        for (int row = 0; row < COUNTS.length; row++) {
            for (int j = 0; j < d; j++) {
                float value = x.get(row, j);
                x.set(row, j, value + step);
                double above = cost(targets, row, h, gram, ridges[row], x);
                x.set(row, j, value - step);
                double below = cost(targets, row, h, gram, ridges[row], x);
                x.set(row, j, value);
                double slope = (above - below) / (2 * step);
                // The curvature is below 3000, x exact to 1e-6.
                assertEquals(0, slope, 1e-2, "row " + row + ", column " + j);
            }
        }
    }

    @Test
    void the_number_of_threads_does_not_change_a_bit() {
        Matrix h = framed.normal(ITEMS, 33);
        SparseMatrix targets = targets();
        Matrix gram = gram(h, 0.02f);
        Matrix one = framed.zeros(COUNTS.length, 33);
        Matrix two = framed.zeros(COUNTS.length, 33);
        try (Workers alone = Workers.of(1)) {
            vector.solve(alone, targets, h, gram, ridges(1), one);
        }
        vector.solve(workers, targets, h, gram, ridges(1), two);
        Framed.assertSame(one, two);
    }

    @ParameterizedTest
    @ValueSource(strings = {"scalar", "vector"})
    void what_is_no_number_stays_in_its_row(String backend) {
        LeastSquaresKernels kernels = backend.equals("vector") ? vector : scalar;
        Matrix h = framed.normal(3, 17);
        h.set(1, 4, Float.NaN);
        SparseMatrix targets = new SparseMatrix();
        targets.addRow(0, 1);
        targets.addRow(1, 1);
        targets.addRow(2, 1);
        Matrix gram = framed.zeros(17, 17);
        Matrix x = framed.zeros(3, 17);
        kernels.solve(workers, targets, h, gram, new float[] {1, 1, 1}, x);
        for (int j = 0; j < 17; j++) {
            assertTrue(Float.isFinite(x.get(0, j)) && Float.isFinite(x.get(2, j)));
            assertTrue(Float.isNaN(x.get(1, j)));
        }
    }

    @Test
    void shapes_that_do_not_fit_are_refused_with_their_sizes() {
        Matrix h = framed.normal(3, 4);
        Matrix gram = framed.zeros(4, 4);
        Matrix x = framed.zeros(1, 4);
        SparseMatrix targets = new SparseMatrix();
        targets.addRow(2, 1);
        float[] one = {1};
        assertRefused("x is 1x4", () -> vector.solve(workers, targets, h, framed.zeros(4, 3), one, x));
        assertRefused("x is 2x4", () -> vector.solve(workers, targets, h, gram, one, framed.zeros(2, 4)));
        assertRefused("ridge 0.0 of row 0", () -> vector.solve(workers, targets, h, gram, new float[1], x));
        assertRefused("0 ridges for 1", () -> vector.solve(workers, targets, h, gram, new float[0], x));
        assertRefused("row 2 of 2x4", () -> vector.solve(workers, targets, h.rows(0, 2), gram, one, x));
        Matrix wide = framed.zeros(3, 513);
        assertRefused("at most 512", () -> vector.solve(workers, targets, wide, gram, one, x));
    }

    private static void assertRefused(String part, Runnable call) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, call::run).getMessage());
        assertTrue(message.contains(part), message);
    }
}
