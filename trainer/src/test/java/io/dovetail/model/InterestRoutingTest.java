package io.dovetail.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SparseMatrix;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The routing against a float64 oracle, iteration by iteration. The values lie below 1 and each is a sum of fewer than ten
 * products, so that float32 is good for 1e-6.
 */
final class InterestRoutingTest {
    private static final double TOLERANCE = 1e-6;

    private static JsonNode golden() throws IOException {
        try (InputStream in = InterestRoutingTest.class.getResourceAsStream("mind-routing.json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    private static float[][] floats(JsonNode rows) {
        float[][] values = new float[rows.size()][rows.get(0).size()];
        for (int i = 0; i < values.length; i++) {
            for (int j = 0; j < values[i].length; j++) {
                values[i][j] = (float) rows.get(i).get(j).asDouble();
            }
        }
        return values;
    }

    private static float[] transposed(float[][] matrix) {
        float[] values = new float[matrix.length * matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < matrix.length; j++) {
                values[j * matrix.length + i] = matrix[i][j];
            }
        }
        return values;
    }

    /** Rows that ask for all items, one row for each interest. */
    private static SparseMatrix lookUps(int rows, int items) {
        SparseMatrix lookUps = new SparseMatrix();
        for (int row = 0; row < rows; row++) {
            for (int item = 0; item < items; item++) {
                lookUps.add(item, 1f / items);
            }
            lookUps.endRow();
        }
        return lookUps;
    }

    private static float[] weights(InterestRouting routing, float[] bilinear, Matrix table, int interests) {
        SparseMatrix lookUps = lookUps(interests, table.rows());
        routing.route(table, bilinear, 7, interests, lookUps, 0, 0, interests);
        return Arrays.copyOf(lookUps.values(), lookUps.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void weightsAndInterestsEqualTheOracle(int iterations) throws IOException {
        JsonNode golden = golden();
        float[][] initial = floats(golden.get("initialLogits"));
        float[][] bilinear = floats(golden.get("bilinear"));
        int interests = initial.length;
        try (Arena arena = Arena.ofConfined()) {
            Matrix table = Matrix.copyOf(arena, floats(golden.get("behaviours")));
            InterestSpec spec = new InterestSpec(interests, iterations, InterestSpec.HARD, table.rows());
            InterestRouting routing =
                    new InterestRouting(spec, table.cols(), (user, item, interest) -> initial[interest][item]);
            float[] weights = weights(routing, transposed(bilinear), table, interests);
            JsonNode expected = golden.get("iterations").get(iterations - 1);
            Matrix capsules = Matrix.allocate(arena, interests, table.cols());
            for (int k = 0; k < interests; k++) {
                for (int l = 0; l < table.rows(); l++) {
                    float weight = weights[k * table.rows() + l];
                    assertEquals(expected.get("weights").get(k).get(l).asDouble(), weight, TOLERANCE);
                    for (int j = 0; j < table.cols(); j++) {
                        float mapped = 0;
                        for (int i = 0; i < table.cols(); i++) {
                            mapped += bilinear[j][i] * table.get(l, i);
                        }
                        capsules.set(k, j, capsules.get(k, j) + weight * mapped);
                    }
                }
            }
            Squash.forward(capsules, capsules);
            for (int k = 0; k < interests; k++) {
                for (int j = 0; j < table.cols(); j++) {
                    assertEquals(expected.get("interests").get(k).get(j).asDouble(), capsules.get(k, j), TOLERANCE);
                }
            }
        }
    }

    @Test
    void someRowsOfAUserGetWhatTheyGetAmongAll() {
        int width = 5;
        try (Arena arena = Arena.ofConfined()) {
            Matrix table = Matrix.allocate(arena, 9, width);
            float[] bilinear = new float[width * width];
            for (int i = 0; i < 9; i++) {
                for (int j = 0; j < width; j++) {
                    table.set(i, j, (float) Math.sin(3 * i + j));
                    bilinear[(i * width + j) % bilinear.length] = (float) Math.cos(i + 2 * j);
                }
            }
            InterestRouting routing = new InterestRouting(new InterestSpec(3, 3, 1, 9), width, InitialLogits.random());
            float[] all = weights(routing, bilinear, table, 3);
            SparseMatrix last = lookUps(2, 9);
            routing.route(table, bilinear, 7, 3, last, 1, 2, 1);
            assertArrayEquals(Arrays.copyOfRange(all, 18, 27), Arrays.copyOfRange(last.values(), 9, 18));
            for (int item = 0; item < 9; item++) {
                assertEquals(1, all[item] + all[9 + item] + all[18 + item], 1e-6);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"4, 0, 1", "4, 1, 1", "4, 3, 1", "4, 4, 2", "4, 7, 2", "4, 8, 3", "4, 16, 4", "4, 500, 4", "0, 500, 1"})
    void usersHaveAsManyInterestsAsTheLogarithmOfTheirItems(int most, int items, int expected) {
        assertEquals(expected, new InterestSpec(most, 3, 1, 20).interests(items));
    }

    /** The deviation of a mean of n is 1/sqrt(n), that of a variance of near-normal values sqrt(2/n); five of them. */
    @Test
    void initialLogitsAreStandardizedAndTheSameAgain() {
        InitialLogits logits = InitialLogits.random();
        int n = 40_000;
        double sum = 0;
        double squares = 0;
        double products = 0;
        for (int i = 0; i < n; i++) {
            float value = logits.of(i / 200 - 1, i % 50, i / 50 % 4);
            assertEquals(value, InitialLogits.random().of(i / 200 - 1, i % 50, i / 50 % 4));
            sum += value;
            squares += (double) value * value;
            products += (double) value * logits.of(i / 200 - 1, i % 50 + 1, i / 50 % 4);
        }
        assertEquals(0, sum / n, 5 / Math.sqrt(n));
        assertEquals(1, squares / n, 5 * Math.sqrt(2.0 / n));
        assertEquals(0, products / n, 5 / Math.sqrt(n));
    }
}
