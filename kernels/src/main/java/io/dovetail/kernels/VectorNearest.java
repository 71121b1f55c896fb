package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The nearest of many centroids for each row: a product whose scores are reduced tile by tile, so that they never leave
 * the first-level cache.
 *
 * <p>Centroids are packed into panels two vectors wide, {@code [panel][1 + d][width]}, with their offsets in the first
 * row. A tile is eight rows and a panel: sixteen accumulators. Each lane adds up its score in the order of the columns,
 * as the scalar twin does, so both find the same bits. Per row and lane the greatest score so far and its vector's number
 * are kept; lanes are reduced once per row.
 *
 * <p><b>What must not change.</b> {@link #multiply} and {@link #keepBest} are apart: in one method, C1 runs out of
 * registers and C2 is never asked. Both are straight bodies of direct Vector API calls on named locals.
 */
final class VectorNearest {

    /** Rows of a tile. */
    static final int ROWS = 8;

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ORDER);
    private static final int LANES = FLOATS.length();
    private static final int WIDTH = 2 * LANES;
    private static final long VECTOR_BYTES = FLOATS.vectorByteSize();
    private static final long PANEL_BYTES = 2 * VECTOR_BYTES;

    /** Where in the scratch the greatest scores are, after a tile of scores; the numbers of their vectors follow. */
    private static final long BEST = ROWS * PANEL_BYTES;

    private static final long NUMBERS = BEST + ROWS * VECTOR_BYTES;

    private VectorNearest() {}

    /** Packs centroids and offsets; columns beyond the last centroid get an offset that never wins. */
    static void pack(Matrix centroids, Matrix offsets, MemorySegment packed) {
        int d = centroids.cols();
        int count = centroids.rows();
        int panels = panels(count);
        for (int centroid = 0; centroid < panels * WIDTH; centroid++) {
            long at = panelOffset(centroid / WIDTH, d) + (long) (centroid % WIDTH) * Float.BYTES;
            boolean present = centroid < count;
            packed.set(Matrix.FLOAT, at, present ? offsets.get(0, centroid) : Float.NEGATIVE_INFINITY);
            for (int j = 0; j < d; j++) {
                packed.set(Matrix.FLOAT, at + (j + 1L) * PANEL_BYTES, present ? centroids.get(centroid, j) : 0);
            }
        }
    }

    private static int panels(int centroids) {
        return (centroids + WIDTH - 1) / WIDTH;
    }

    private static long panelOffset(int panel, int d) {
        return panel * (d + 1L) * PANEL_BYTES;
    }

    /** The nearest centroids of the rows {@code [from, to)}. */
    static void nearest(
            Matrix x, MemorySegment packed, int centroids, int from, int to, int[] out, MemorySegment scratch) {
        MemorySegment data = x.data();
        long rowStep = x.offset(1);
        int d = x.cols();
        int panels = panels(centroids);
        for (int row = from; row < to; row += ROWS) {
            int rows = Math.min(ROWS, to - row);
            clear(scratch);
            for (int panel = 0; panel < panels; panel++) {
                multiply(data, x.offset(row), rowStep, rows, packed, panelOffset(panel, d), d, scratch);
                keepBest(scratch, 2 * panel);
            }
            for (int i = 0; i < rows; i++) {
                out[row + i] = first(scratch, i);
            }
        }
    }

    private static void clear(MemorySegment scratch) {
        FloatVector least = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
        IntVector zero = IntVector.zero(INTS);
        for (int i = 0; i < ROWS; i++) {
            least.intoMemorySegment(scratch, BEST + i * VECTOR_BYTES, ORDER);
            zero.intoMemorySegment(scratch, NUMBERS + i * VECTOR_BYTES, ORDER);
        }
    }

    /** The scores of a tile, into the scratch; rows beyond the last repeat it. */
    private static void multiply(
            MemorySegment x,
            long rowStart,
            long rowStep,
            int rows,
            MemorySegment packed,
            long panel,
            int d,
            MemorySegment scratch) {
        long row0 = rowStart;
        long row1 = rowStart + Math.min(1, rows - 1) * rowStep;
        long row2 = rowStart + Math.min(2, rows - 1) * rowStep;
        long row3 = rowStart + Math.min(3, rows - 1) * rowStep;
        long row4 = rowStart + Math.min(4, rows - 1) * rowStep;
        long row5 = rowStart + Math.min(5, rows - 1) * rowStep;
        long row6 = rowStart + Math.min(6, rows - 1) * rowStep;
        long row7 = rowStart + Math.min(7, rows - 1) * rowStep;
        FloatVector a0 = FloatVector.fromMemorySegment(FLOATS, packed, panel, ORDER);
        FloatVector b0 = FloatVector.fromMemorySegment(FLOATS, packed, panel + VECTOR_BYTES, ORDER);
        FloatVector a1 = a0;
        FloatVector b1 = b0;
        FloatVector a2 = a0;
        FloatVector b2 = b0;
        FloatVector a3 = a0;
        FloatVector b3 = b0;
        FloatVector a4 = a0;
        FloatVector b4 = b0;
        FloatVector a5 = a0;
        FloatVector b5 = b0;
        FloatVector a6 = a0;
        FloatVector b6 = b0;
        FloatVector a7 = a0;
        FloatVector b7 = b0;
        for (int j = 0; j < d; j++) {
            long at = panel + (j + 1L) * PANEL_BYTES;
            long column = (long) j * Float.BYTES;
            FloatVector left = FloatVector.fromMemorySegment(FLOATS, packed, at, ORDER);
            FloatVector right = FloatVector.fromMemorySegment(FLOATS, packed, at + VECTOR_BYTES, ORDER);
            FloatVector x0 = FloatVector.broadcast(FLOATS, x.get(Matrix.FLOAT, row0 + column));
            a0 = x0.fma(left, a0);
            b0 = x0.fma(right, b0);
            FloatVector x1 = FloatVector.broadcast(FLOATS, x.get(Matrix.FLOAT, row1 + column));
            a1 = x1.fma(left, a1);
            b1 = x1.fma(right, b1);
            FloatVector x2 = FloatVector.broadcast(FLOATS, x.get(Matrix.FLOAT, row2 + column));
            a2 = x2.fma(left, a2);
            b2 = x2.fma(right, b2);
            FloatVector x3 = FloatVector.broadcast(FLOATS, x.get(Matrix.FLOAT, row3 + column));
            a3 = x3.fma(left, a3);
            b3 = x3.fma(right, b3);
            FloatVector x4 = FloatVector.broadcast(FLOATS, x.get(Matrix.FLOAT, row4 + column));
            a4 = x4.fma(left, a4);
            b4 = x4.fma(right, b4);
            FloatVector x5 = FloatVector.broadcast(FLOATS, x.get(Matrix.FLOAT, row5 + column));
            a5 = x5.fma(left, a5);
            b5 = x5.fma(right, b5);
            FloatVector x6 = FloatVector.broadcast(FLOATS, x.get(Matrix.FLOAT, row6 + column));
            a6 = x6.fma(left, a6);
            b6 = x6.fma(right, b6);
            FloatVector x7 = FloatVector.broadcast(FLOATS, x.get(Matrix.FLOAT, row7 + column));
            a7 = x7.fma(left, a7);
            b7 = x7.fma(right, b7);
        }
        a0.intoMemorySegment(scratch, 0, ORDER);
        b0.intoMemorySegment(scratch, 1 * VECTOR_BYTES, ORDER);
        a1.intoMemorySegment(scratch, 2 * VECTOR_BYTES, ORDER);
        b1.intoMemorySegment(scratch, 3 * VECTOR_BYTES, ORDER);
        a2.intoMemorySegment(scratch, 4 * VECTOR_BYTES, ORDER);
        b2.intoMemorySegment(scratch, 5 * VECTOR_BYTES, ORDER);
        a3.intoMemorySegment(scratch, 6 * VECTOR_BYTES, ORDER);
        b3.intoMemorySegment(scratch, 7 * VECTOR_BYTES, ORDER);
        a4.intoMemorySegment(scratch, 8 * VECTOR_BYTES, ORDER);
        b4.intoMemorySegment(scratch, 9 * VECTOR_BYTES, ORDER);
        a5.intoMemorySegment(scratch, 10 * VECTOR_BYTES, ORDER);
        b5.intoMemorySegment(scratch, 11 * VECTOR_BYTES, ORDER);
        a6.intoMemorySegment(scratch, 12 * VECTOR_BYTES, ORDER);
        b6.intoMemorySegment(scratch, 13 * VECTOR_BYTES, ORDER);
        a7.intoMemorySegment(scratch, 14 * VECTOR_BYTES, ORDER);
        b7.intoMemorySegment(scratch, 15 * VECTOR_BYTES, ORDER);
    }

    /** Takes over the scores of a tile that are greater than the greatest so far; NaN never is. */
    private static void keepBest(MemorySegment scratch, int vector) {
        IntVector left = IntVector.broadcast(INTS, vector);
        IntVector right = IntVector.broadcast(INTS, vector + 1);
        for (int i = 0; i < ROWS; i++) {
            FloatVector a = FloatVector.fromMemorySegment(FLOATS, scratch, i * PANEL_BYTES, ORDER);
            FloatVector b = FloatVector.fromMemorySegment(FLOATS, scratch, i * PANEL_BYTES + VECTOR_BYTES, ORDER);
            FloatVector best = FloatVector.fromMemorySegment(FLOATS, scratch, BEST + i * VECTOR_BYTES, ORDER);
            IntVector numbers = IntVector.fromMemorySegment(INTS, scratch, NUMBERS + i * VECTOR_BYTES, ORDER);
            VectorMask<Float> first = a.compare(VectorOperators.GT, best);
            FloatVector better = best.blend(a, first);
            VectorMask<Float> second = b.compare(VectorOperators.GT, better);
            better.blend(b, second).intoMemorySegment(scratch, BEST + i * VECTOR_BYTES, ORDER);
            numbers.blend(left, first.cast(INTS))
                    .blend(right, second.cast(INTS))
                    .intoMemorySegment(scratch, NUMBERS + i * VECTOR_BYTES, ORDER);
        }
    }

    /** Of the lanes with a row's greatest score, the one with the least number of a centroid. */
    private static int first(MemorySegment scratch, int row) {
        float greatest = Float.NEGATIVE_INFINITY;
        int centroid = 0;
        for (int lane = 0; lane < LANES; lane++) {
            long at = row * VECTOR_BYTES + (long) lane * Float.BYTES;
            float score = scratch.get(Matrix.FLOAT, BEST + at);
            int number = scratch.get(INT, NUMBERS + at) * LANES + lane;
            if (score > greatest || (score == greatest && number < centroid)) {
                greatest = score;
                centroid = number;
            }
        }
        return centroid;
    }
}
