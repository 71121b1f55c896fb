package io.dovetail.model;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.MemorySegment;

/**
 * The nonlinearity of capsules: {@code squash(z) = |z|²/(1 + |z|²) z/|z|}, which keeps the direction and brings the length
 * below 1 (Sabour et al., "Dynamic routing between capsules", NIPS 2017, Eq. 1). The length is
 * {@code sqrt(|z|² + 1e-9)}, so that a vector of zeros has a gradient.
 */
final class Squash {
    private static final double EPSILON = 1e-9;

    private Squash() {}

    /**
     * What a vector is multiplied by.
     *
     * @param square |z|²
     * @return the factor
     */
    static double factor(double square) {
        return square / ((1 + square) * Math.sqrt(square + EPSILON));
    }

    private static double slope(double square) {
        double length = Math.sqrt(square + EPSILON);
        double one = 1 + square;
        return 1 / (one * one * length) - square / (2 * one * (square + EPSILON) * length);
    }

    /**
     * Squashes rows.
     *
     * @param z (n, w)
     * @param out (n, w); may be z
     */
    static void forward(Matrix z, Matrix out) {
        for (int row = 0; row < z.rows(); row++) {
            float factor = (float) factor(dot(z, z, row));
            long from = z.offset(row);
            long to = out.offset(row);
            for (int j = 0; j < z.cols(); j++) {
                out.data().set(Matrix.FLOAT, to + 4L * j, factor * z.data().get(Matrix.FLOAT, from + 4L * j));
            }
        }
    }

    /**
     * {@code dZ = f dOut + 2 f' <z, dOut> z} with f the {@link #factor} of {@code |z|²}.
     *
     * @param z (n, w) what was squashed
     * @param dOut (n, w) gradient by the result
     * @param dZ (n, w) receives the gradient by z; may be dOut
     */
    static void backward(Matrix z, Matrix dOut, Matrix dZ) {
        MemorySegment result = dZ.data();
        for (int row = 0; row < z.rows(); row++) {
            double square = dot(z, z, row);
            float factor = (float) factor(square);
            float along = (float) (2 * slope(square) * dot(z, dOut, row));
            for (int j = 0; j < z.cols(); j++) {
                float own = z.data().get(Matrix.FLOAT, z.offset(row) + 4L * j);
                float given = dOut.data().get(Matrix.FLOAT, dOut.offset(row) + 4L * j);
                result.set(Matrix.FLOAT, dZ.offset(row) + 4L * j, factor * given + along * own);
            }
        }
    }

    private static double dot(Matrix x, Matrix y, int row) {
        double sum = 0;
        for (int j = 0; j < x.cols(); j++) {
            sum += (double) x.data().get(Matrix.FLOAT, x.offset(row) + 4L * j)
                    * y.data().get(Matrix.FLOAT, y.offset(row) + 4L * j);
        }
        return sum;
    }
}
