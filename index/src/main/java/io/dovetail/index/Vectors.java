package io.dovetail.index;

import io.dovetail.kernels.Matrix;
import java.util.Arrays;

/** Checks of what callers hand in. */
public final class Vectors {

    private Vectors() {}

    /** Square norm of a row, in float32 and column order. */
    static float squareNorm(Matrix x, int row) {
        long offset = x.offset(row);
        float sum = 0;
        for (int col = 0; col < x.cols(); col++) {
            float value = x.data().get(Matrix.FLOAT, offset + (long) col * Float.BYTES);
            sum = Math.fma(value, value, sum);
        }
        return sum;
    }

    /**
     * Refuses rows that hold NaN, infinity, or numbers whose squares overflow. By the Cauchy-Schwarz inequality all
     * inner products of what passes are finite, so scores can always be ordered.
     *
     * @param what names the rows in the message
     * @param x (n, d)
     * @throws IllegalArgumentException if a row is refused; the message says which, and what is in it
     */
    public static void checkFinite(String what, Matrix x) {
        for (int row = 0; row < x.rows(); row++) {
            if (!Float.isFinite(squareNorm(x, row))) {
                throw notFinite(what, row, x, row);
            }
        }
    }

    /** What to say of a vector with the number {@code number} that is not finite: row {@code row} of {@code x}. */
    static IllegalArgumentException notFinite(String what, int number, Matrix x, int row) {
        return new IllegalArgumentException(what + ": row " + number + " is " + Arrays.toString(row(x, row))
                + "; every element must be finite, and so must the sum of squares");
    }

    static void checkQuery(Matrix query, int dimension, int k, TopK out) {
        if (query.rows() != 1 || query.cols() != dimension) {
            throw new IllegalArgumentException(
                    "search: the query is " + query.shape() + ", the index needs 1x" + dimension);
        }
        if (k < 1 || k > out.capacity()) {
            throw new IllegalArgumentException("search: k is in [1, " + out.capacity() + "], got " + k);
        }
        checkFinite("query", query);
    }

    static void checkLeast(float least) {
        if (Float.isNaN(least)) {
            throw new IllegalArgumentException("range search: the score to reach is NaN; give a number");
        }
    }

    static void checkIds(int vectors, long[] ids) {
        if (ids.length != vectors) {
            throw new IllegalArgumentException(
                    "ids: " + ids.length + " ids for " + vectors + " vectors; give one id per vector");
        }
        long[] sorted = ids.clone();
        Arrays.sort(sorted);
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] == sorted[i - 1]) {
                throw new IllegalArgumentException("ids: " + sorted[i] + " stands twice; ids must be unique");
            }
        }
    }

    private static float[] row(Matrix x, int row) {
        return x.rows(row, 1).toArray()[0];
    }
}
