package io.dovetail.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Seeded matrices that are column views in a frame of NaN: a kernel that reads beyond its columns gets NaN into its
 * result, one that writes there fails {@link #assertIntact}.
 */
final class Framed {
    /** Around the vector lengths of 4, 8 and 16 floats, and two and four vectors of each. */
    static final int[] SIZES = {1, 3, 7, 8, 15, 16, 17, 31, 32, 33, 64, 127, 128, 129};

    private static final int LEFT = 3;
    private static final int RIGHT = 4;

    private final Arena arena;
    private final Random random;
    private final List<Matrix> wholes = new ArrayList<>();

    Framed(Arena arena, long seed) {
        this.arena = arena;
        this.random = new Random(seed);
    }

    Random random() {
        return random;
    }

    Matrix zeros(int rows, int cols) {
        int stride = LEFT + cols + RIGHT;
        Matrix whole = new Matrix(arena.allocate(4L * rows * stride, 4), rows, stride, stride);
        whole.fill(Float.NaN);
        wholes.add(whole);
        Matrix view = whole.columns(LEFT, cols);
        view.fill(0);
        return view;
    }

    /** Rows without gaps between them, with a frame before the first and after the last. */
    Matrix packed(int rows, int cols) {
        int length = LEFT + rows * cols + RIGHT;
        Matrix whole = new Matrix(arena.allocate(4L * length, 4), 1, length, length);
        whole.fill(Float.NaN);
        wholes.add(whole);
        return fillNormal(new Matrix(whole.columns(LEFT, length - LEFT).data(), rows, cols, cols));
    }

    Matrix packedCopy(Matrix source) {
        Matrix matrix = packed(source.rows(), source.cols());
        matrix.copyFrom(source);
        return matrix;
    }

    /** Normally distributed elements. */
    Matrix normal(int rows, int cols) {
        return fillNormal(zeros(rows, cols));
    }

    private Matrix fillNormal(Matrix matrix) {
        int rows = matrix.rows();
        int cols = matrix.cols();
        for (int row = 0; row < rows; row++) {
            for (int col = 0; col < cols; col++) {
                matrix.set(row, col, (float) random.nextGaussian());
            }
        }
        return matrix;
    }

    Matrix copy(Matrix source) {
        Matrix matrix = zeros(source.rows(), source.cols());
        matrix.copyFrom(source);
        return matrix;
    }

    int[] rows(int count, int bound) {
        return random.ints(count, 0, bound).toArray();
    }

    void assertIntact() {
        for (Matrix whole : wholes) {
            for (int row = 0; row < whole.rows(); row++) {
                for (int col = 0; col < whole.cols(); col++) {
                    if (col < LEFT || col >= whole.cols() - RIGHT) {
                        assertTrue(Float.isNaN(whole.get(row, col)), "frame written at " + row + ", " + col);
                    }
                }
            }
        }
    }

    static void assertSame(Matrix expected, Matrix actual) {
        for (int row = 0; row < expected.rows(); row++) {
            assertArrayEquals(expected.toArray()[row], actual.toArray()[row], "row " + row);
        }
    }

    /** Equal within {@code relative * max(1, |expected|)}; infinities and NaN must be the same. */
    static void assertClose(Matrix expected, Matrix actual, double relative) {
        for (int row = 0; row < expected.rows(); row++) {
            for (int col = 0; col < expected.cols(); col++) {
                float e = expected.get(row, col);
                assertEquals(
                        e,
                        actual.get(row, col),
                        Float.isFinite(e) ? (float) (relative * Math.max(1, Math.abs(e))) : 0f,
                        "at " + row + ", " + col);
            }
        }
    }
}
