package io.dovetail.jmh.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class TowerVectorsTest {

    private static double dot(float[] x, float[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += (double) x[i] * y[i];
        }
        return sum;
    }

    @Test
    void vectorsHaveLengthOneAndFollowTheSeed() {
        try (Arena arena = Arena.ofConfined()) {
            TowerVectors one = TowerVectors.of(arena, 50, 20, 8, 1);
            for (Matrix matrix : new Matrix[] {one.vectors(), one.queries()}) {
                for (float[] row : matrix.toArray()) {
                    assertEquals(1, dot(row, row), 1e-6);
                }
            }
            float[][] first = one.vectors().toArray();
            assertArrayEquals(
                    first, TowerVectors.of(arena, 50, 20, 8, 1).vectors().toArray());
            assertFalse(Arrays.deepEquals(
                    first, TowerVectors.of(arena, 50, 20, 8, 2).vectors().toArray()));
        }
    }

    @Test
    void someVectorsAreMuchNearerThanOthers() {
        try (Arena arena = Arena.ofConfined()) {
            float[][] x = TowerVectors.of(arena, 2_000, 1, 16, 1).vectors().toArray();
            double nearest = 0;
            double mean = 0;
            for (int row = 0; row < 50; row++) {
                double best = -1;
                for (int other = 0; other < x.length; other++) {
                    double cosine = other == row ? -1 : dot(x[row], x[other]);
                    best = Math.max(best, cosine);
                    mean += Math.max(-1, cosine) / (50.0 * x.length);
                }
                nearest += best / 50;
            }
            // Independent directions of 16 dimensions: the nearest of 2,000 would be at about 0.75, their mean at 0.
            assertTrue(nearest > 0.8, "nearest " + nearest);
            assertTrue(mean < 0.4, "mean " + mean);
        }
    }

    @Test
    void lengthsSpreadAroundOneAndDirectionsStay() {
        try (Arena arena = Arena.ofConfined()) {
            TowerVectors units = TowerVectors.of(arena, 500, 20, 8, 1);
            TowerVectors made = TowerVectors.of(arena, 500, 20, 8, 0.5, 1);
            double squares = 0;
            for (int row = 0; row < 500; row++) {
                float[] unit = units.vectors().rows(row, 1).toArray()[0];
                float[] vector = made.vectors().rows(row, 1).toArray()[0];
                double length = Math.sqrt(dot(vector, vector));
                assertEquals(length, dot(unit, vector), 1e-5 * length);
                squares += Math.pow(Math.log(length), 2) / 500;
            }
            assertEquals(0.5, Math.sqrt(squares), 0.05);
            assertArrayEquals(units.queries().toArray(), made.queries().toArray());
        }
    }
}
