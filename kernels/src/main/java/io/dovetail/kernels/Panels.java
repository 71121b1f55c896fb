package io.dovetail.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies a block of the right operand of a product into panels, so that the tile kernel reads it front to back.
 *
 * <p>A panel holds {@link #WIDTH} columns of op(B): float {@code (p, j)} lies at {@code p * WIDTH + j}. Columns that the
 * block does not have are zero. Panels follow each other, {@link #bytes} apart.
 */
final class Panels {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int STAGES = Integer.numberOfTrailingZeros(LANES);

    /** Columns of a panel: two vectors. */
    static final int WIDTH = 2 * LANES;

    static final long ROW_BYTES = (long) WIDTH * Float.BYTES;

    private static final long VECTOR_BYTES = SPECIES.vectorByteSize();

    /** Per stage of a transposition: lane l and lane l ^ 2^stage change places. */
    private static final VectorShuffle<Float>[] SWAP = swaps();

    /** Per stage of a transposition: the lanes l with bit {@code stage} set. */
    private static final VectorMask<Float>[] UPPER = uppers();

    private Panels() {}

    /** Bytes of a panel of {@code k} rows: room for a whole number of transposed squares. */
    static long bytes(int k) {
        return (long) ((k + LANES - 1) & -LANES) * ROW_BYTES;
    }

    /** Packs rows {@code [fromK, fromK + k)} of columns {@code [from, from + count)} of B, which is (k, n). */
    static void packRows(Matrix b, int fromK, int k, int from, int count, MemorySegment out, long at) {
        for (int j = 0; j < count; j += WIDTH) {
            int width = Math.min(WIDTH, count - j);
            long source = b.offset(fromK) + (long) (from + j) * Float.BYTES;
            if (width == WIDTH) {
                copyRows(b.data(), source, b.offset(1), k, out, at);
            } else {
                copyNarrowRows(b.data(), source, b.offset(1), k, width, out, at);
            }
            at += bytes(k);
        }
    }

    /** Packs columns {@code [fromK, fromK + k)} of rows {@code [from, from + count)} of B, which is (n, k). */
    static void packColumns(Matrix b, int fromK, int k, int from, int count, MemorySegment out, long at) {
        for (int j = 0; j < count; j += WIDTH) {
            for (int half = 0; half < 2; half++) {
                int row = j + half * LANES;
                int rows = Math.clamp(count - row, 0, LANES);
                long source = b.offset(from + Math.min(row, count)) + (long) fromK * Float.BYTES;
                for (int p = 0; p < k; p += LANES) {
                    long square = at + p * ROW_BYTES + half * VECTOR_BYTES;
                    int cols = Math.min(LANES, k - p);
                    loadSquare(b.data(), source + (long) p * Float.BYTES, b.offset(1), rows, cols, out, square);
                    transpose(out, square);
                }
            }
            at += bytes(k);
        }
    }

    private static void copyRows(MemorySegment b, long source, long step, int k, MemorySegment out, long at) {
        for (int p = 0; p < k; p++) {
            long from = source + p * step;
            long to = at + p * ROW_BYTES;
            FloatVector.fromMemorySegment(SPECIES, b, from, LITTLE_ENDIAN).intoMemorySegment(out, to, LITTLE_ENDIAN);
            FloatVector.fromMemorySegment(SPECIES, b, from + VECTOR_BYTES, LITTLE_ENDIAN)
                    .intoMemorySegment(out, to + VECTOR_BYTES, LITTLE_ENDIAN);
        }
    }

    private static void copyNarrowRows(
            MemorySegment b, long source, long step, int k, int width, MemorySegment out, long at) {
        VectorMask<Float> left = SPECIES.indexInRange(0, width);
        VectorMask<Float> right = SPECIES.indexInRange(0, Math.max(0, width - LANES));
        for (int p = 0; p < k; p++) {
            long from = source + p * step;
            long to = at + p * ROW_BYTES;
            FloatVector.fromMemorySegment(SPECIES, b, from, LITTLE_ENDIAN, left)
                    .intoMemorySegment(out, to, LITTLE_ENDIAN);
            FloatVector.fromMemorySegment(SPECIES, b, from + VECTOR_BYTES, LITTLE_ENDIAN, right)
                    .intoMemorySegment(out, to + VECTOR_BYTES, LITTLE_ENDIAN);
        }
    }

    /** Copies {@code rows x cols} floats into a square of LANES x LANES, zeros beyond. */
    private static void loadSquare(
            MemorySegment b, long source, long step, int rows, int cols, MemorySegment out, long square) {
        if (cols == LANES) {
            for (int r = 0; r < rows; r++) {
                FloatVector.fromMemorySegment(SPECIES, b, source + r * step, LITTLE_ENDIAN)
                        .intoMemorySegment(out, square + r * ROW_BYTES, LITTLE_ENDIAN);
            }
        } else {
            VectorMask<Float> present = SPECIES.indexInRange(0, cols);
            for (int r = 0; r < rows; r++) {
                FloatVector.fromMemorySegment(SPECIES, b, source + r * step, LITTLE_ENDIAN, present)
                        .intoMemorySegment(out, square + r * ROW_BYTES, LITTLE_ENDIAN);
            }
        }
        for (int r = rows; r < LANES; r++) {
            FloatVector.zero(SPECIES).intoMemorySegment(out, square + r * ROW_BYTES, LITTLE_ENDIAN);
        }
    }

    /**
     * Transposes a square in place: stage s exchanges bit s of the row number with bit s of the column number (Eklundh,
     * A fast computer method for matrix transposing, 1972).
     */
    private static void transpose(MemorySegment out, long square) {
        for (int stage = 0; stage < STAGES; stage++) {
            exchange(out, square, 1 << stage, SWAP[stage], UPPER[stage]);
        }
    }

    private static void exchange(
            MemorySegment out, long square, int distance, VectorShuffle<Float> swap, VectorMask<Float> upper) {
        for (int pair = 0; pair < LANES / 2; pair++) {
            int row = (pair & -distance) + pair; // inserts a zero bit at the place of `distance`
            long low = square + row * ROW_BYTES;
            long high = low + distance * ROW_BYTES;
            FloatVector a = FloatVector.fromMemorySegment(SPECIES, out, low, LITTLE_ENDIAN);
            FloatVector b = FloatVector.fromMemorySegment(SPECIES, out, high, LITTLE_ENDIAN);
            a.blend(b.rearrange(swap), upper).intoMemorySegment(out, low, LITTLE_ENDIAN);
            a.rearrange(swap).blend(b, upper).intoMemorySegment(out, high, LITTLE_ENDIAN);
        }
    }

    // Java has no generic arrays; the element types are right by construction.
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static VectorShuffle<Float>[] swaps() {
        VectorShuffle<Float>[] swaps = new VectorShuffle[STAGES];
        for (int stage = 0; stage < STAGES; stage++) {
            int distance = 1 << stage;
            swaps[stage] = VectorShuffle.fromOp(SPECIES, lane -> lane ^ distance);
        }
        return swaps;
    }

    // Java has no generic arrays; the element types are right by construction.
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static VectorMask<Float>[] uppers() {
        VectorMask<Float>[] uppers = new VectorMask[STAGES];
        for (int stage = 0; stage < STAGES; stage++) {
            boolean[] upper = new boolean[LANES];
            for (int lane = 0; lane < LANES; lane++) {
                upper[lane] = (lane >> stage & 1) != 0;
            }
            uppers[stage] = VectorMask.fromArray(SPECIES, upper, 0);
        }
        return uppers;
    }
}
