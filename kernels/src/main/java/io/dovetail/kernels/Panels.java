package io.dovetail.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
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

    /** Columns of a panel: two vectors. */
    static final int WIDTH = 2 * LANES;

    static final long ROW_BYTES = (long) WIDTH * Float.BYTES;

    private static final long VECTOR_BYTES = SPECIES.vectorByteSize();

    /** Rows that are copied to all panels before the next. */
    private static final int CHUNK = 32;

    private Panels() {}

    /** Bytes of a panel of {@code k} rows: room for whole transposed squares, and a row that keeps panels out of one cache set. */
    static long bytes(int k) {
        return ((k + LANES - 1) & -LANES) * ROW_BYTES + ROW_BYTES;
    }

    /** Number of panels for {@code n} columns. */
    static long across(int n) {
        return (n + WIDTH - 1L) / WIDTH;
    }

    /**
     * Packs rows {@code [fromK, fromK + k)} of columns {@code [from, from + count)} of B, which is (k, n). Some rows go to
     * all panels before the next are read, so that B is read in the order of memory.
     */
    static void packRows(Matrix b, int fromK, int k, int from, int count, MemorySegment out, long at) {
        for (int p = 0; p < k; p += CHUNK) {
            int rows = Math.min(CHUNK, k - p);
            long source = b.offset(fromK + p) + (long) from * Float.BYTES;
            long target = at + p * ROW_BYTES;
            for (int j = 0; j < count; j += WIDTH) {
                int width = Math.min(WIDTH, count - j);
                if (width == WIDTH) {
                    copyRows(b.data(), source, b.offset(1), rows, out, target);
                } else {
                    copyNarrowRows(b.data(), source, b.offset(1), rows, width, out, target);
                }
                source += ROW_BYTES;
                target += bytes(k);
            }
        }
    }

    /**
     * Packs columns {@code [fromK, fromK + k)} of rows {@code [from, from + count)} of B, which is (n, k).
     *
     * @param square byte offset in out of a square of scratch memory
     */
    static void packColumns(Matrix b, int fromK, int k, int from, int count, MemorySegment out, long at, long square) {
        MemorySegment data = b.data();
        long step = b.offset(1);
        int whole = SPECIES.loopBound(k);
        for (int j = 0; j < count; j += LANES) {
            int rows = Math.min(LANES, count - j);
            long source = b.offset(from + j) + (long) fromK * Float.BYTES;
            long target = at + j / WIDTH * bytes(k) + (long) (j % WIDTH) * Float.BYTES;
            int squares = rows == LANES ? whole / LANES : 0;
            Squares.transpose(squares, data, source, step, VECTOR_BYTES, out, target, ROW_BYTES, LANES * ROW_BYTES);
            for (int p = squares * LANES; p < k; p += LANES) {
                Squares.transposePart(
                        data,
                        source + (long) p * Float.BYTES,
                        step,
                        rows,
                        Math.min(LANES, k - p),
                        out,
                        square,
                        out,
                        target + p * ROW_BYTES,
                        ROW_BYTES);
            }
        }
        if (count % WIDTH != 0 && count % WIDTH <= LANES) {
            clear(out, at + count / WIDTH * bytes(k) + VECTOR_BYTES, k);
        }
    }

    /** Zeros for the right half of a panel. */
    static void clear(MemorySegment out, long at, int k) {
        for (int p = 0; p < k; p++) {
            FloatVector.zero(SPECIES).intoMemorySegment(out, at + p * ROW_BYTES, LITTLE_ENDIAN);
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
}
