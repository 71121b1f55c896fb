package io.dovetail.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies a strip of some rows of the left operand of a product to a small array, where it stays in the first-level
 * cache while all panels of the right operand go by. Float {@code (r, p)} of the strip lies at {@code r * STRIDE + p}.
 */
final class Strips {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** The number of rows is a multiple of two tiles and of any vector. */
    private static final int MULTIPLE = 16;

    /** Most rows of a strip. */
    static final int MAX_ROWS = 64;

    /** Floats that fill a first-level cache of 32 KiB. */
    private static final int CACHED = 8192;

    /** Greatest inner size. */
    static final int MAX_K = 512;

    /** Floats from one row to the next: an odd number of cache lines, so that rows do not share a cache set. */
    static final int STRIDE = MAX_K + 16;

    /** Rows of a strip that was transposed, floats from one column of it to the next. */
    static final int COLUMN_ROWS = 16;

    /** Floats of a strip in the larger layout. */
    static final int FLOATS = MAX_ROWS * STRIDE;

    private Strips() {}

    /**
     * How many rows a strip has: the more, the fewer times the panels come from the second-level cache, until the strip
     * itself does not stay in the first.
     *
     * @param k inner size
     * @return a multiple of {@link #MULTIPLE}, at most {@link #MAX_ROWS}
     */
    static int rows(int k) {
        int rows = CACHED / Math.max(1, k) / MULTIPLE * MULTIPLE;
        return Math.max(MULTIPLE, Math.min(MAX_ROWS, rows));
    }

    /**
     * {@code strip[r][p] = alpha * A[r][p]}.
     *
     * @param from byte offset of A[0][0]
     * @param step bytes from one row of A to the next
     * @param rows rows to copy; the others keep what they hold
     * @param k inner size, at most MAX_K
     */
    static void copyRows(MemorySegment a, long from, long step, int rows, int k, float alpha, float[] strip) {
        for (int r = 0; r < rows; r++) {
            copyRow(a, from + r * step, k, alpha, strip, r * STRIDE);
        }
    }

    private static void copyRow(MemorySegment a, long from, int k, float alpha, float[] strip, int at) {
        int whole = SPECIES.loopBound(k);
        FloatVector factor = FloatVector.broadcast(SPECIES, alpha);
        for (int p = 0; p < whole; p += LANES) {
            FloatVector.fromMemorySegment(SPECIES, a, from + (long) p * Float.BYTES, LITTLE_ENDIAN)
                    .mul(factor)
                    .intoArray(strip, at + p);
        }
        if (whole < k) {
            VectorMask<Float> rest = SPECIES.indexInRange(whole, k);
            FloatVector.fromMemorySegment(SPECIES, a, from + (long) whole * Float.BYTES, LITTLE_ENDIAN, rest)
                    .mul(factor)
                    .intoArray(strip, at + whole);
        }
    }

    /**
     * {@code strip[r][p] = alpha * A[p][r]}, column by column: float {@code (r, p)} lies at {@code p * COLUMN_ROWS + r}.
     *
     * @param from byte offset of A[0][0]
     * @param step bytes from one row of A to the next
     * @param rows rows of the strip, at most COLUMN_ROWS
     * @param k inner size, at most MAX_K
     */
    static void copyColumns(MemorySegment a, long from, long step, int rows, int k, float alpha, float[] strip) {
        for (int r = 0; r < rows; r += LANES) {
            copyLanes(a, from + (long) r * Float.BYTES, step, Math.min(LANES, rows - r), k, alpha, strip, r);
        }
    }

    private static void copyLanes(
            MemorySegment a, long from, long step, int rows, int k, float alpha, float[] strip, int at) {
        FloatVector factor = FloatVector.broadcast(SPECIES, alpha);
        if (rows == LANES) {
            for (int p = 0; p < k; p++) {
                FloatVector.fromMemorySegment(SPECIES, a, from + p * step, LITTLE_ENDIAN)
                        .mul(factor)
                        .intoArray(strip, at + p * COLUMN_ROWS);
            }
        } else {
            VectorMask<Float> present = SPECIES.indexInRange(0, rows);
            for (int p = 0; p < k; p++) {
                FloatVector.fromMemorySegment(SPECIES, a, from + p * step, LITTLE_ENDIAN, present)
                        .mul(factor)
                        .intoArray(strip, at + p * COLUMN_ROWS);
            }
        }
    }
}
