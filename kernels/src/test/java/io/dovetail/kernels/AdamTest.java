package io.dovetail.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AdamTest {
    static final int[] SIZES = Framed.SIZES;

    // Three updates of seven parameters, computed in double precision by an independent program.
    private static final double[] START = {
        -0.801931425253,
        -1.324358995628,
        -0.248361622095,
        0.420445238066,
        1.13604653249,
        0.109706399322,
        -0.552647320536
    };
    private static final double[][] GRADIENTS = {
        {
            -0.784780355344,
            0.748745770735,
            1.634783042959,
            0.272768775845,
            -1.233328664031,
            -0.958265205436,
            1.600019088999
        },
        {
            0.202882440509,
            -1.73213484244,
            -0.083696192817,
            -1.163225973445,
            -0.629288094062,
            -0.488005823277,
            -0.713313371632
        },
        {
            0.553378470353,
            -0.063085971925,
            -0.589431258033,
            0.409637826557,
            0.829855307061,
            -1.643023371406,
            -0.256730126365
        },
    };
    private static final double[][] AFTER = {
        {
            -0.791931425381,
            -1.334358995495,
            -0.258361622034,
            0.410445238432,
            1.146046532409,
            0.119706399217,
            -0.562647320474
        },
        {
            -0.787307717467,
            -1.330185496813,
            -0.264672763159,
            0.41616125255,
            1.15539785185,
            0.129054941123,
            -0.565735494061
        },
        {
            -0.787960984505,
            -1.326747606246,
            -0.267096108975,
            0.418267879515,
            1.158310419824,
            0.138356419083,
            -0.56717026432
        },
    };

    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(2);
    private final Framed framed = new Framed(arena, 2);

    @AfterEach
    void close() {
        framed.assertIntact();
        workers.close();
        arena.close();
    }

    private static OptimizerKernels kernels(String backend) {
        return (backend.equals("vector") ? Kernels.vector() : Kernels.scalar()).optimizers();
    }

    @ParameterizedTest
    @ValueSource(strings = {"scalar", "vector"})
    void three_updates_give_the_reference_figures(String backend) {
        int repeats = 5; // 35 columns: whole vectors and a tail at any width
        int cols = repeats * START.length;
        Matrix parameters = framed.zeros(1, cols);
        Matrix gradients = framed.zeros(1, cols);
        Matrix first = framed.zeros(1, cols);
        Matrix second = framed.zeros(1, cols);
        for (int j = 0; j < cols; j++) {
            parameters.set(0, j, (float) START[j % START.length]);
        }
        for (int t = 0; t < AFTER.length; t++) {
            for (int j = 0; j < cols; j++) {
                gradients.set(0, j, (float) GRADIENTS[t][j % START.length]);
            }
            AdamStep step = new AdamStep(0.01f, 0.9f, 0.999f, 1e-8f, 0, t + 1);
            kernels(backend).adam(workers, step, parameters, gradients, first, second);
            for (int j = 0; j < cols; j++) {
                double expected = AFTER[t][j % START.length];
                assertEquals(expected, parameters.get(0, j), 1e-6 * Math.abs(expected), "step " + t + ", " + j);
            }
        }
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void updates_have_the_bits_of_the_scalar_twin(int cols) {
        Matrix[] expected = {framed.normal(70, cols), framed.zeros(70, cols), framed.zeros(70, cols)};
        Matrix[] actual = {framed.copy(expected[0]), framed.zeros(70, cols), framed.zeros(70, cols)};
        int[] rows = framed.random().ints(0, 70).distinct().limit(66).toArray();
        for (int t = 1; t <= 3; t++) {
            AdamStep step = new AdamStep(0.01f, 0.9f, 0.99f, 1e-6f, 0.1f, t);
            Matrix gradients = framed.normal(70, cols);
            gradients.set(0, 0, 1e-40f);
            gradients.set(1, cols - 1, 0);
            kernels("scalar").adam(workers, step, expected[0], gradients, expected[1], expected[2]);
            kernels("vector").adam(workers, step, actual[0], gradients, actual[1], actual[2]);
            kernels("scalar").adamRows(workers, step, expected[0], rows, 0, 66, gradients, expected[1], expected[2]);
            kernels("vector").adamRows(workers, step, actual[0], rows, 0, 66, gradients, actual[1], actual[2]);
            for (int i = 0; i < 3; i++) {
                Framed.assertSame(expected[i], actual[i]);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"scalar", "vector"})
    void lazy_updates_leave_other_rows_alone_and_equal_dense_ones_where_they_touch(String backend) {
        Matrix dense = framed.normal(9, 33);
        Matrix lazy = framed.copy(dense);
        Matrix before = framed.copy(dense);
        Matrix gradients = framed.normal(9, 33);
        Matrix picked = framed.zeros(2, 33);
        picked.rows(0, 1).copyFrom(gradients.rows(7, 1));
        picked.rows(1, 1).copyFrom(gradients.rows(2, 1));
        AdamStep step = new AdamStep(0.01f, 0.9f, 0.999f, 1e-8f, 0.01f, 5);
        kernels(backend).adam(workers, step, dense, gradients, framed.zeros(9, 33), framed.zeros(9, 33));
        kernels(backend)
                .adamRows(
                        workers, step, lazy, new int[] {7, 2}, 0, 2, picked, framed.zeros(9, 33), framed.zeros(9, 33));
        for (int row = 0; row < 9; row++) {
            Matrix expected = row == 7 || row == 2 ? dense : before;
            Framed.assertSame(expected.rows(row, 1), lazy.rows(row, 1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"scalar", "vector"})
    void a_list_of_rows_may_be_updated_in_parts(String backend) {
        Matrix[] whole = {framed.normal(300, 33), framed.zeros(300, 33), framed.zeros(300, 33)};
        Matrix[] parts = {framed.copy(whole[0]), framed.zeros(300, 33), framed.zeros(300, 33)};
        Matrix before = framed.copy(whole[0]);
        Matrix gradients = framed.normal(200, 33);
        int[] rows = framed.random().ints(0, 300).distinct().limit(200).toArray();
        AdamStep step = new AdamStep(0.01f, 0.9f, 0.999f, 1e-8f, 0, 1);
        kernels(backend).adamRows(workers, step, whole[0], rows, 0, 200, gradients, whole[1], whole[2]);
        kernels(backend).adamRows(workers, step, parts[0], rows, 131, 200, gradients, parts[1], parts[2]);
        Framed.assertSame(before.rows(rows[130], 1), parts[0].rows(rows[130], 1));
        kernels(backend).adamRows(workers, step, parts[0], rows, 0, 131, gradients, parts[1], parts[2]);
        for (int i = 0; i < 3; i++) {
            Framed.assertSame(whole[i], parts[i]);
        }
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void rows_without_gaps_are_updated_as_rows_with_gaps(int cols) {
        Matrix gradients = framed.packed(70, cols);
        Matrix[] expected = {framed.normal(70, cols), framed.zeros(70, cols), framed.zeros(70, cols)};
        Matrix[] actual = {
            framed.packedCopy(expected[0]), framed.packedCopy(expected[1]), framed.packedCopy(expected[2])
        };
        AdamStep step = new AdamStep(0.01f, 0.9f, 0.99f, 1e-6f, 0.1f, 1);
        try (Workers single = Workers.of(1)) {
            kernels("scalar").adam(single, step, expected[0], gradients, expected[1], expected[2]);
            kernels("vector").adam(single, step, actual[0], gradients, actual[1], actual[2]);
        }
        for (int i = 0; i < 3; i++) {
            Framed.assertSame(expected[i], actual[i]);
        }
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void special_values_have_the_bits_of_the_scalar_twin(int cols) {
        float[] values = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MIN_VALUE, 1e-30f, 0, -0f};
        Matrix gradients = framed.normal(70, cols);
        for (int row = 0; row < 70; row++) {
            gradients.set(row, row * 3 % cols, values[row % values.length]);
        }
        Matrix[] expected = {framed.normal(70, cols), framed.zeros(70, cols), framed.zeros(70, cols)};
        Matrix[] actual = {framed.copy(expected[0]), framed.zeros(70, cols), framed.zeros(70, cols)};
        AdamStep step = new AdamStep(0.01f, 0.9f, 0.99f, 1e-6f, 0, 1);
        int[] rows = framed.random().ints(0, 70).distinct().limit(50).toArray();
        kernels("scalar").adam(workers, step, expected[0], gradients, expected[1], expected[2]);
        kernels("vector").adam(workers, step, actual[0], gradients, actual[1], actual[2]);
        kernels("scalar").adamRows(workers, step, expected[0], rows, 0, 50, gradients, expected[1], expected[2]);
        kernels("vector").adamRows(workers, step, actual[0], rows, 0, 50, gradients, actual[1], actual[2]);
        for (int i = 0; i < 3; i++) {
            Framed.assertSame(expected[i], actual[i]);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"scalar", "vector"})
    void gradients_that_are_zero_tiny_or_not_finite_touch_their_own_element_alone(String backend) {
        Matrix parameters = framed.zeros(1, 40);
        parameters.fill(1);
        Matrix gradients = framed.zeros(1, 40);
        gradients.set(
                0, 1, Float.MIN_VALUE); // its square is 0: the step is the first moment over epsilon, next to nothing
        gradients.set(0, 2, Float.NaN);
        gradients.set(0, 39, Float.POSITIVE_INFINITY);
        Matrix first = framed.zeros(1, 40);
        Matrix second = framed.zeros(1, 40);
        AdamStep step = new AdamStep(0.01f, 0.9f, 0.999f, 1e-8f, 0, 1);
        kernels(backend).adam(workers, step, parameters, gradients, first, second);
        for (int j = 0; j < 40; j++) {
            assertEquals(j == 2 || j == 39 ? Float.NaN : 1, parameters.get(0, j), "element " + j);
            float infinite = j == 39 ? Float.POSITIVE_INFINITY : 0;
            assertEquals(j == 2 ? Float.NaN : infinite, second.get(0, j), "element " + j);
        }
    }

    /** The relative error of a float32 sum of 129 squares, far above; and a matrix with gaps between its rows. */
    @ParameterizedTest
    @FieldSource("SIZES")
    void square_norms_equal_the_sum_in_float64_and_have_the_same_bits_at_any_thread_count(int cols) {
        Matrix x = framed.normal(150, cols);
        double expected = 0;
        for (int row = 0; row < 150; row++) {
            for (int j = 0; j < cols; j++) {
                expected += (double) x.get(row, j) * x.get(row, j);
            }
        }
        try (Workers single = Workers.of(1)) {
            for (String backend : new String[] {"scalar", "vector"}) {
                double actual = kernels(backend).squaredNorm(workers, x);
                assertEquals(expected, actual, 1e-5 * expected, backend);
                assertEquals(actual, kernels(backend).squaredNorm(single, x), backend);
            }
        }
        x.set(77, cols - 1, Float.NaN);
        assertTrue(Double.isNaN(kernels("vector").squaredNorm(workers, x)));
        assertEquals(0, kernels("vector").squaredNorm(workers, x.rows(0, 0)));
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void scaled_rows_have_the_bits_of_the_scalar_twin(int cols) {
        Matrix expected = framed.normal(70, cols);
        expected.set(3, 0, Float.NEGATIVE_INFINITY);
        expected.set(4, cols - 1, 1e-40f);
        Matrix actual = framed.copy(expected);
        Matrix packed = framed.packedCopy(expected);
        kernels("scalar").scale(workers, 0.3f, expected);
        kernels("vector").scale(workers, 0.3f, actual);
        Framed.assertSame(expected, actual);
        try (Workers single = Workers.of(1)) {
            kernels("vector").scale(single, 0.3f, packed);
        }
        Framed.assertSame(expected, packed);
    }

    @Test
    void bad_shapes_rows_and_constants_are_refused_with_their_values() {
        OptimizerKernels kernels = kernels("vector");
        AdamStep step = new AdamStep(0.01f, 0.9f, 0.999f, 1e-8f, 0, 1);
        Matrix a = framed.zeros(2, 3);
        Matrix b = framed.zeros(3, 2);
        assertMessage("shapes 2x3 and 3x2 differ", () -> kernels.adam(workers, step, a, b, a, a));
        assertMessage("row 2 of 2x3", () -> kernels.adamRows(workers, step, a, new int[] {2}, 0, 1, a, a, a));
        assertMessage("step 0", () -> new AdamStep(0.01f, 0.9f, 0.999f, 1e-8f, 0, 1).set(0.01f, 0));
        assertMessage("beta1 1.0", () -> new AdamStep(0.01f, 1f, 0.999f, 1e-8f, 0, 1));
        assertMessage("step 0", () -> new AdamStep(0.01f, 0.9f, 0.999f, 1e-8f, 0, 0));
    }

    private static void assertMessage(String part, Runnable call) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, call::run).getMessage());
        assertTrue(message.contains(part), message);
    }
}
