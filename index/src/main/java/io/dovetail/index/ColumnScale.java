package io.dovetail.index;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.util.Arrays;

/** What the numbers of a column are counted in: a number x is kept as {@code (x - middle) / step}. */
final class ColumnScale {

    /** Steps from the middle to either end. */
    private static final int STEPS = 127;

    private final float[] middles;
    private final float[] steps;

    private ColumnScale(float[] middles, float[] steps) {
        this.middles = middles;
        this.steps = steps;
    }

    /** Numbers are kept as they are. */
    static ColumnScale none(int cols) {
        float[] ones = new float[cols];
        Arrays.fill(ones, 1);
        return new ColumnScale(new float[cols], ones);
    }

    /** From a matrix (2, d) of middles and steps. */
    static ColumnScale of(Matrix matrix) {
        return new ColumnScale(matrix.rows(0, 1).toArray()[0], matrix.rows(1, 1).toArray()[0]);
    }

    /** A matrix (2, d) of middles and steps. */
    Matrix matrix(Arena arena) {
        Matrix matrix = Matrix.allocate(arena, 2, steps.length);
        for (int col = 0; col < steps.length; col++) {
            matrix.set(0, col, middles[col]);
            matrix.set(1, col, steps[col]);
        }
        return matrix;
    }

    /** Whether every number of 8 bits stands for one that is finite. */
    boolean isValid() {
        for (int col = 0; col < steps.length; col++) {
            if (!(steps[col] > 0) || !Float.isFinite(Math.abs(middles[col]) + 128 * steps[col])) {
                return false;
            }
        }
        return true;
    }

    /** A number as it is kept, before it is rounded. */
    float encoded(float value, int col) {
        return (value - middles[col]) / steps[col];
    }

    /** The number that is kept as this. */
    float decoded(float kept, int col) {
        return Math.fma(kept, steps[col], middles[col]);
    }

    /** {@code scaled = query ∘ steps}. {@return {@code <query, middles>}} */
    float turn(Matrix query, Matrix scaled) {
        float sum = 0;
        for (int col = 0; col < steps.length; col++) {
            float q = query.get(0, col);
            sum = Math.fma(q, middles[col], sum);
            scaled.set(0, col, q * steps[col]);
        }
        return sum;
    }

    /** The least and the greatest number of each column. */
    static final class Ranges {

        private final float[] least;
        private final float[] greatest;

        Ranges(int cols) {
            least = new float[cols];
            greatest = new float[cols];
            Arrays.fill(least, Float.POSITIVE_INFINITY);
            Arrays.fill(greatest, Float.NEGATIVE_INFINITY);
        }

        /** Takes in the rows of a matrix. */
        void add(Matrix rows) {
            for (int row = 0; row < rows.rows(); row++) {
                for (int col = 0; col < least.length; col++) {
                    float value = rows.get(row, col);
                    least[col] = Math.min(least[col], value);
                    greatest[col] = Math.max(greatest[col], value);
                }
            }
        }

        /** The greatest magnitude of all. */
        float greatest() {
            float most = 0;
            for (int col = 0; col < least.length; col++) {
                most = Math.max(most, Math.max(-least[col], greatest[col]));
            }
            return most;
        }

        /** As many steps in each column. A column of equal numbers is all middle. */
        ColumnScale scale() {
            float[] middles = new float[least.length];
            float[] steps = new float[least.length];
            for (int col = 0; col < least.length; col++) {
                middles[col] = least[col] / 2 + greatest[col] / 2;
                float step = (greatest[col] / 2 - least[col] / 2) / STEPS;
                steps[col] = step >= Float.MIN_NORMAL ? step : Float.MIN_NORMAL;
            }
            return new ColumnScale(middles, steps);
        }
    }
}
