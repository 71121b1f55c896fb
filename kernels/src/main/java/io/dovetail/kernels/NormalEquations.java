package io.dovetail.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The normal equations {@code A x = b} of one least-squares problem, in scratch memory.
 *
 * <p>Scratch: {@code [tile][b][y][x][inverse pivots][A][Z]}. A and Z, the gathered rows, are in panels of
 * {@link GramTile#COLS} columns, filled up with zeros; of A the upper half is kept, whole tiles of it.
 */
final class NormalEquations {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    private static final long V1 = FLOATS.vectorByteSize();

    /** Rows that are gathered at a time: at 64 columns they stay in a second-level cache. */
    private static final int MAX_BATCH = 512;

    private NormalEquations() {}

    /** Columns with those that fill up the last panel. */
    static int padded(int d) {
        return (d + GramTile.COLS - 1) / GramTile.COLS * GramTile.COLS;
    }

    private static long paddedRow(int d) {
        return (long) padded(d) * Float.BYTES;
    }

    static long rightSide(int d) {
        return GramTile.ROWS * GramTile.ROW;
    }

    static long forwardSolution(int d) {
        return rightSide(d) + paddedRow(d);
    }

    static long solution(int d) {
        return forwardSolution(d) + paddedRow(d);
    }

    static long inversePivots(int d) {
        return solution(d) + paddedRow(d);
    }

    /** Where the panel of A that begins with column j lies. */
    static long panel(int d, int j) {
        return inversePivots(d) + paddedRow(d) + (long) j * Float.BYTES * padded(d);
    }

    private static long gathered(int d, int j, int batch) {
        return panel(d, padded(d)) + (long) j * Float.BYTES * batch;
    }

    private static int batch(int d, MemorySegment scratch) {
        return (int) Math.min(MAX_BATCH, (scratch.byteSize() - panel(d, padded(d))) / paddedRow(d));
    }

    /** {@code A = sum of rowsᵀ rows, b = sum of values * rows} over {@code count} rows of H, at least one. */
    static void gather(Matrix h, int[] rows, float[] values, int begin, int count, MemorySegment scratch) {
        int d = h.cols();
        int batch = batch(d, scratch);
        for (int j = 0; j < padded(d); j += LANES) {
            FloatVector.zero(FLOATS).intoMemorySegment(scratch, rightSide(d) + (long) j * Float.BYTES, LITTLE_ENDIAN);
        }
        for (int done = 0; done < count; done += batch) {
            int here = Math.min(batch, count - done);
            for (int j = 0; j < d; j += GramTile.COLS) {
                gatherPanel(h, j, rows, values, begin + done, here, scratch, gathered(d, j, batch));
            }
            for (int j = 0; j < d; j += GramTile.COLS) {
                long b = gathered(d, j, batch);
                for (int i = 0; i < Math.min(d, j + GramTile.COLS); i += GramTile.ROWS) {
                    long a = gathered(d, i / GramTile.COLS * GramTile.COLS, batch)
                            + (long) (i % GramTile.COLS) * Float.BYTES;
                    long tile = panel(d, j) + i * GramTile.ROW;
                    if (done == 0) {
                        Gram.OF_TWO.multiply(scratch, a, Gram.COLUMN, b, here, 1, scratch, tile, GramTile.ROW);
                    } else {
                        Gram.OF_TWO.multiply(scratch, a, Gram.COLUMN, b, here, 1, scratch, 0, GramTile.ROW);
                        addTile(scratch, tile);
                    }
                }
            }
        }
    }

    /** Adds the tile at the beginning of scratch memory to one of A. */
    static void addTile(MemorySegment scratch, long tile) {
        for (int r = 0; r < GramTile.ROWS; r++) {
            long at = r * GramTile.ROW;
            load(scratch, tile + at).add(load(scratch, at)).intoMemorySegment(scratch, tile + at, LITTLE_ENDIAN);
            load(scratch, tile + at + V1)
                    .add(load(scratch, at + V1))
                    .intoMemorySegment(scratch, tile + at + V1, LITTLE_ENDIAN);
        }
    }

    /** {@code A += G + ridge * I}. Rows that fill up the last tile get the ridge too, so that they have a factor. */
    static void addGram(Matrix gram, float ridge, MemorySegment scratch) {
        int d = gram.cols();
        for (int j = 0; j < d; j += GramTile.COLS) {
            int rows = Math.min(d, j + GramTile.COLS);
            long from = (long) j * Float.BYTES;
            addColumns(gram.data(), from, gram.offset(1), rows, d - j, scratch, panel(d, j));
            addColumns(gram.data(), from + V1, gram.offset(1), rows, d - j - LANES, scratch, panel(d, j) + V1);
        }
        int last = (d + GramTile.ROWS - 1) / GramTile.ROWS * GramTile.ROWS;
        for (int i = 0; i < last; i++) {
            long at = panel(d, i / GramTile.COLS * GramTile.COLS)
                    + i * GramTile.ROW
                    + (long) (i % GramTile.COLS) * Float.BYTES;
            scratch.set(Matrix.FLOAT, at, scratch.get(Matrix.FLOAT, at) + ridge);
        }
    }

    /** Adds a vector of columns, of which {@code cols} exist, perhaps none or more than a vector. */
    private static void addColumns(
            MemorySegment gram, long from, long step, int rows, int cols, MemorySegment scratch, long to) {
        if (cols >= LANES) {
            for (int i = 0; i < rows; i++) {
                long at = to + i * GramTile.ROW;
                load(scratch, at).add(load(gram, from + i * step)).intoMemorySegment(scratch, at, LITTLE_ENDIAN);
            }
        } else if (cols > 0) {
            VectorMask<Float> inside = FLOATS.indexInRange(0, cols);
            for (int i = 0; i < rows; i++) {
                long at = to + i * GramTile.ROW;
                FloatVector values =
                        FloatVector.fromMemorySegment(FLOATS, gram, from + i * step, LITTLE_ENDIAN, inside);
                load(scratch, at).add(values).intoMemorySegment(scratch, at, LITTLE_ENDIAN);
            }
        }
    }

    /** Copies the columns [j, j + COLS) of some rows, and adds them, times their values, to the right side. */
    private static void gatherPanel(
            Matrix h, int j, int[] rows, float[] values, int first, int count, MemorySegment scratch, long z) {
        int d = h.cols();
        long at = (long) j * Float.BYTES;
        long b = rightSide(d) + at;
        long step = h.offset(1);
        if (j + GramTile.COLS <= d) {
            gatherPairs(h.data(), at, step, rows, values, first, count, scratch, b, z);
        } else {
            int left = Math.min(d - j, LANES);
            int right = d - j - left;
            gatherTail(h.data(), at, step, rows, values, first, count, scratch, b, z, left);
            gatherTail(h.data(), at + V1, step, rows, values, first, count, scratch, b + V1, z + V1, right);
        }
    }

    private static void gatherPairs(
            MemorySegment h,
            long at,
            long step,
            int[] rows,
            float[] values,
            int first,
            int count,
            MemorySegment scratch,
            long b,
            long z) {
        FloatVector left = load(scratch, b);
        FloatVector right = load(scratch, b + V1);
        for (int t = 0; t < count; t++) {
            long from = at + rows[first + t] * step;
            long to = z + t * GramTile.ROW;
            FloatVector value = FloatVector.broadcast(FLOATS, values[first + t]);
            FloatVector h0 = load(h, from);
            FloatVector h1 = load(h, from + V1);
            left = value.fma(h0, left);
            right = value.fma(h1, right);
            h0.intoMemorySegment(scratch, to, LITTLE_ENDIAN);
            h1.intoMemorySegment(scratch, to + V1, LITTLE_ENDIAN);
        }
        left.intoMemorySegment(scratch, b, LITTLE_ENDIAN);
        right.intoMemorySegment(scratch, b + V1, LITTLE_ENDIAN);
    }

    /** A vector of which only {@code lanes} lie in H, perhaps none. */
    private static void gatherTail(
            MemorySegment h,
            long at,
            long step,
            int[] rows,
            float[] values,
            int first,
            int count,
            MemorySegment scratch,
            long b,
            long z,
            int lanes) {
        VectorMask<Float> inside = FLOATS.indexInRange(0, lanes);
        FloatVector sum = load(scratch, b);
        for (int t = 0; t < count; t++) {
            FloatVector value = FloatVector.broadcast(FLOATS, values[first + t]);
            FloatVector row =
                    FloatVector.fromMemorySegment(FLOATS, h, at + rows[first + t] * step, LITTLE_ENDIAN, inside);
            sum = value.fma(row, sum);
            row.intoMemorySegment(scratch, z + t * GramTile.ROW, LITTLE_ENDIAN);
        }
        sum.intoMemorySegment(scratch, b, LITTLE_ENDIAN);
    }

    private static FloatVector load(MemorySegment data, long at) {
        return FloatVector.fromMemorySegment(FLOATS, data, at, LITTLE_ENDIAN);
    }
}
