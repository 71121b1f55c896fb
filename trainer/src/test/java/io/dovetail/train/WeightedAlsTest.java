package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.data.Interactions;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightedAlsTest {
    /** Relative to 1: float32 has 6e-8, conditions are below 100, and errors of a sweep pass to the next. */
    private static final double TOLERANCE = 2e-5;

    private static final WalsSpec SPEC = new WalsSpec(0.05f, 0.02f, 1);

    @ParameterizedTest
    @ValueSource(strings = {"scalar", "best"})
    void sweeps_equal_the_oracle(String backend) throws IOException {
        JsonNode golden = golden();
        Kernels kernels = "scalar".equals(backend) ? Kernels.scalar() : Kernels.best();
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(2)) {
            Matrix users = matrix(arena, golden.get("W0"));
            Matrix items = matrix(arena, golden.get("H0"));
            WalsSpec spec = new WalsSpec(
                    golden.get("a0").floatValue(),
                    golden.get("lam").floatValue(),
                    golden.get("nu").floatValue());
            WeightedAls als = new WeightedAls(new Engine(kernels, workers), arena, spec, events(golden), users, items);
            assertTrue(golden.get("sweeps").size() > 1);
            for (JsonNode sweep : golden.get("sweeps")) {
                als.solveUsers();
                als.solveItems();
                assertClose(sweep.get("W"), users);
                assertClose(sweep.get("H"), items);
                double loss = sweep.get("loss").asDouble();
                assertEquals(loss, als.objective(), TOLERANCE * loss);
            }
        }
    }

    private static JsonNode golden() throws IOException {
        try (InputStream in = WeightedAlsTest.class.getResourceAsStream("wals.json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    /** The observed pairs, the first twice: a second event of a pair must change nothing. */
    private static FittedEvents events(JsonNode golden) {
        JsonNode feedback = golden.get("feedback");
        List<int[]> pairs = new ArrayList<>();
        for (int user = 0; user < feedback.size(); user++) {
            for (int item = 0; item < feedback.get(user).size(); item++) {
                if (feedback.get(user).get(item).asInt() == 1) {
                    pairs.add(new int[] {user, item});
                }
            }
        }
        pairs.add(pairs.getFirst());
        int[] users = pairs.stream().mapToInt(pair -> pair[0]).toArray();
        int[] items = pairs.stream().mapToInt(pair -> pair[1]).toArray();
        return FittedEvents.all(Interactions.leaveLastOut(
                feedback.size(), feedback.get(0).size(), users, items, new long[pairs.size()]));
    }

    private static Matrix matrix(Arena arena, JsonNode rows) {
        Matrix matrix = Matrix.allocate(arena, rows.size(), rows.get(0).size());
        for (int row = 0; row < matrix.rows(); row++) {
            for (int col = 0; col < matrix.cols(); col++) {
                matrix.set(row, col, rows.get(row).get(col).floatValue());
            }
        }
        return matrix;
    }

    private static void assertClose(JsonNode expected, Matrix actual) {
        for (int row = 0; row < actual.rows(); row++) {
            for (int col = 0; col < actual.cols(); col++) {
                String place = "at " + row + ", " + col;
                assertEquals(expected.get(row).get(col).asDouble(), actual.get(row, col), TOLERANCE, place);
            }
        }
    }

    private static Matrix normal(Arena arena, int rows, int cols, long seed) {
        Random random = new Random(seed);
        Matrix matrix = Matrix.allocate(arena, rows, cols);
        for (int row = 0; row < rows; row++) {
            for (int col = 0; col < cols; col++) {
                matrix.set(row, col, (float) (0.1 * random.nextGaussian()));
            }
        }
        return matrix;
    }

    @ParameterizedTest
    @CsvSource({"0", "0.5", "1", "1.5"})
    void no_half_of_a_sweep_raises_the_objective(float exponent) {
        Dataset data = TestRuns.data();
        FittedEvents events = FittedEvents.of(data.interactions(), Holdout.VALID);
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(2)) {
            Matrix users = normal(arena, events.users(), 12, 1);
            Matrix items = normal(arena, data.items().size(), 12, 2);
            WeightedAls als = new WeightedAls(
                    new Engine(Kernels.best(), workers),
                    arena,
                    new WalsSpec(0.05f, 0.02f, exponent),
                    events,
                    users,
                    items);
            double before = als.objective();
            for (int half = 0; half < 40; half++) {
                if (half % 2 == 0) {
                    als.solveUsers();
                } else {
                    als.solveItems();
                }
                double after = als.objective();
                // In exact arithmetic it falls; its float32 parts are exact to some 1e-7.
                assertTrue(after <= before * (1 + 1e-6), half + ": " + before + " to " + after);
                before = after;
            }
        }
    }

    @Test
    void the_number_of_threads_does_not_change_a_bit() {
        try (Arena arena = Arena.ofShared();
                Workers one = Workers.of(1);
                Workers three = Workers.of(3)) {
            assertEquals(bits(arena, one), bits(arena, three));
        }
    }

    private static String bits(Arena arena, Workers workers) {
        Dataset data = TestRuns.data();
        FittedEvents events = FittedEvents.of(data.interactions(), Holdout.VALID);
        Matrix users = normal(arena, events.users(), 40, 1);
        Matrix items = normal(arena, data.items().size(), 40, 2);
        WeightedAls als = new WeightedAls(new Engine(Kernels.best(), workers), arena, SPEC, events, users, items);
        als.solveUsers();
        als.solveItems();
        StringBuilder bits = new StringBuilder(Double.toHexString(als.objective()));
        for (Matrix matrix : List.of(users, items)) {
            for (float[] row : matrix.toArray()) {
                for (float value : row) {
                    bits.append(' ').append(Float.floatToIntBits(value));
                }
            }
        }
        return bits.toString();
    }

    @Test
    void settings_out_of_range_are_refused_by_name() {
        assertRefused("wals-unobserved: must be above 0", () -> new WalsSpec(0, 1, 1));
        assertRefused("wals-regularization: must be above 0", () -> new WalsSpec(1, 0, 1));
        assertRefused("wals-exponent: must be in [0, 2], is 3.0", () -> new WalsSpec(1, 1, 3));
    }

    private static void assertRefused(String part, Runnable call) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, call::run).getMessage());
        assertTrue(message.contains(part), message);
    }
}
