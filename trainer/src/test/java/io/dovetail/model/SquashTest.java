package io.dovetail.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SquashTest {

    private static double squashed(double[] z, int j) {
        double square = 0;
        for (double value : z) {
            square += value * value;
        }
        return square / (1 + square) * z[j] / Math.sqrt(square + 1e-9);
    }

    /** Differences of float64 by steps of a thousandth of the length are good for 1e-6 of the slope; float32 for less. */
    @ParameterizedTest
    @ValueSource(doubles = {1e-3, 0.1, 1, 30})
    void gradientIsTheSlope(double length) {
        int width = 7;
        SplittableRandom random = new SplittableRandom(5);
        try (Arena arena = Arena.ofConfined()) {
            Matrix z = Matrix.allocate(arena, 2, width);
            Matrix out = Matrix.allocate(arena, 2, width);
            Matrix gradient = Matrix.allocate(arena, 2, width);
            double[] start = new double[width];
            double[] weights = new double[width];
            for (int j = 0; j < width; j++) {
                z.set(1, j, (float) (length * random.nextGaussian()));
                start[j] = z.get(1, j);
                gradient.set(1, j, (float) random.nextGaussian());
                weights[j] = gradient.get(1, j);
            }
            Squash.forward(z, out);
            Squash.backward(z, gradient, gradient);
            double step = 1e-3 * length;
            for (int j = 0; j < width; j++) {
                assertEquals(squashed(start, j), out.get(1, j), 1e-6 * length);
                double slope = 0;
                for (int sign = -1; sign <= 1; sign += 2) {
                    double[] moved = start.clone();
                    moved[j] += sign * step;
                    for (int i = 0; i < width; i++) {
                        slope += sign * weights[i] * squashed(moved, i) / (2 * step);
                    }
                }
                assertEquals(slope, gradient.get(1, j), 1e-5 * Math.max(1e-2, Math.abs(slope)));
            }
        }
    }

    @Test
    void zeroStaysZeroWithAFiniteGradient() {
        try (Arena arena = Arena.ofConfined()) {
            Matrix z = Matrix.allocate(arena, 1, 3);
            Matrix gradient = Matrix.allocate(arena, 1, 3);
            gradient.fill(1);
            Squash.forward(z, z);
            Squash.backward(z, gradient, gradient);
            assertEquals(0f, z.get(0, 1));
            assertTrue(Float.isFinite(gradient.get(0, 1)));
        }
    }
}
