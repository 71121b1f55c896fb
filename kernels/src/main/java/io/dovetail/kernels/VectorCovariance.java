package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Covariance of one group of rows, forward and backward, as products of small tiles.
 *
 * <p>The rows of a group lie apart, so they are gathered and centred in scratch memory first, as Z. Forward is then
 * {@code Zᵀ Z}, backward {@code Z dC}, both by the same tile of 4 rows by 2 vectors. Forward computes the whole matrix:
 * element (i, j) takes the same products in the same order as (j, i), so that it is symmetric to the bit.
 *
 * <p>Scratch: {@code [tile][panel of dC][Z]}.
 */
final class VectorCovariance {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int LANES = FLOATS.length();
    private static final int TILE_ROWS = 4;
    private static final int TILE_COLS = 2 * LANES;
    private static final long TILE_ROW_BYTES = (long) TILE_COLS * Float.BYTES;
    private static final long RIGHT = (long) LANES * Float.BYTES;
    private static final long PANEL = TILE_ROWS * TILE_ROW_BYTES;

    /** Rows that are centred at a time: at 32 columns they fill a first-level cache. */
    private static final int MAX_BATCH = 256;

    private final Matrix x;
    private final int[] rows;
    private final int begin;
    private final int end;
    private final Matrix means;
    private final int group;
    private final MemorySegment scratch;
    private final long centred;
    private final long centredRow;
    private final int batch;

    VectorCovariance(Matrix x, SparseMatrix groups, int group, Matrix means, MemorySegment scratch) {
        int d = x.cols();
        this.x = x;
        this.rows = groups.columns();
        this.begin = groups.start(group);
        this.end = groups.start(group + 1);
        this.means = means;
        this.group = group;
        this.scratch = scratch;
        this.centred = PANEL + d * TILE_ROW_BYTES;
        this.centredRow = (d + TILE_COLS - 1) / TILE_COLS * TILE_ROW_BYTES;
        long room = (scratch.byteSize() - centred) / Math.max(1, centredRow);
        this.batch = (int) Math.min(MAX_BATCH, room / TILE_ROWS * TILE_ROWS);
    }

    /** Means and covariance of the group. */
    void forward(Matrix covariances) {
        int d = x.cols();
        int n = end - begin;
        mean();
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                covariances.set(group * d + i, j, 0);
            }
        }
        if (n < 2) {
            return;
        }
        float scale = 1f / (n - 1);
        for (int from = begin; from < end; from += batch) {
            int count = Math.min(batch, end - from);
            centre(from, count);
            for (int i = 0; i < d; i += TILE_ROWS) {
                for (int j = 0; j < d; j += TILE_COLS) {
                    tile(
                            centred + (long) i * Float.BYTES,
                            Float.BYTES,
                            centredRow,
                            scratch,
                            centred + (long) j * Float.BYTES,
                            centredRow,
                            count);
                    for (int row = 0; row < Math.min(TILE_ROWS, d - i); row++) {
                        addTileRow(row, scale, covariances, group * d + i + row, j);
                    }
                }
            }
        }
    }

    /** Adds the group's part of the gradient by X. */
    void backward(Matrix dCovariances, Matrix dX) {
        int d = x.cols();
        int n = end - begin;
        if (n < 2) {
            return;
        }
        float scale = 2f / (n - 1);
        for (int from = begin; from < end; from += batch) {
            int count = Math.min(batch, end - from);
            centre(from, count);
            for (int j = 0; j < d; j += TILE_COLS) {
                boolean whole = j + TILE_COLS <= d;
                if (!whole) {
                    copyPanel(dCovariances, j);
                }
                MemorySegment b = whole ? dCovariances.data() : scratch;
                long offset = whole ? dCovariances.offset(group * d) + (long) j * Float.BYTES : PANEL;
                long step = whole ? (long) dCovariances.stride() * Float.BYTES : TILE_ROW_BYTES;
                for (int e = 0; e < count; e += TILE_ROWS) {
                    tile(centred + e * centredRow, centredRow, Float.BYTES, b, offset, step, d);
                    for (int row = 0; row < Math.min(TILE_ROWS, count - e); row++) {
                        addTileRow(row, scale, dX, rows[from + e + row], j);
                    }
                }
            }
        }
    }

    private void mean() {
        int d = x.cols();
        int n = end - begin;
        float scale = n == 0 ? 0 : 1f / n;
        int bound = FLOATS.loopBound(d);
        for (int j = 0; j < bound; j += LANES) {
            FloatVector sum = FloatVector.zero(FLOATS);
            for (int e = begin; e < end; e++) {
                sum = sum.add(VectorRows.load(x, rows[e], j));
            }
            VectorRows.store(sum.mul(scale), means, group, j);
        }
        for (int j = bound; j < d; j++) {
            float sum = 0;
            for (int e = begin; e < end; e++) {
                sum += x.get(rows[e], j);
            }
            means.set(group, j, sum * scale);
        }
    }

    /** Writes {@code count} centred rows; the columns beyond d up to whole tiles become 0. */
    private void centre(int from, int count) {
        int d = x.cols();
        int bound = FLOATS.loopBound(d);
        for (int e = 0; e < count; e++) {
            int row = rows[from + e];
            long to = centred + e * centredRow;
            for (int j = 0; j < bound; j += LANES) {
                VectorRows.load(x, row, j)
                        .sub(VectorRows.load(means, group, j))
                        .intoMemorySegment(scratch, to + (long) j * Float.BYTES, ORDER);
            }
            for (int j = bound; j < centredRow / Float.BYTES; j++) {
                float value = j < d ? x.get(row, j) - means.get(group, j) : 0;
                scratch.set(Matrix.FLOAT, to + (long) j * Float.BYTES, value);
            }
        }
    }

    /** Copies the last columns of dC, filled up with 0 to the width of a tile. */
    private void copyPanel(Matrix dCovariances, int column) {
        int d = x.cols();
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < TILE_COLS; j++) {
                float value = column + j < d ? dCovariances.get(group * d + i, column + j) : 0;
                scratch.set(Matrix.FLOAT, PANEL + i * TILE_ROW_BYTES + (long) j * Float.BYTES, value);
            }
        }
    }

    /**
     * {@code tile[r] = sum over t in [0, count) of a[r, t] * b[t]}, where a[r, t] is the float of scratch at
     * {@code aOffset + r * aRow + t * aStep}, and b[t] the two vectors at {@code bOffset + t * bStep}.
     *
     * <p>Written without helpers: a method of this size is compiled by itself, whatever calls it. Inlined into a
     * caller it takes the compiler past its limit, and then vectors are boxed.
     */
    private void tile(long aOffset, long aRow, long aStep, MemorySegment b, long bOffset, long bStep, int count) {
        FloatVector sum00 = FloatVector.zero(FLOATS);
        FloatVector sum01 = FloatVector.zero(FLOATS);
        FloatVector sum10 = FloatVector.zero(FLOATS);
        FloatVector sum11 = FloatVector.zero(FLOATS);
        FloatVector sum20 = FloatVector.zero(FLOATS);
        FloatVector sum21 = FloatVector.zero(FLOATS);
        FloatVector sum30 = FloatVector.zero(FLOATS);
        FloatVector sum31 = FloatVector.zero(FLOATS);
        for (int t = 0; t < count; t++) {
            long at = aOffset + t * aStep;
            FloatVector b0 = VectorRows.load(b, bOffset + t * bStep, 0);
            FloatVector b1 = VectorRows.load(b, bOffset + t * bStep, LANES);
            FloatVector a0 = FloatVector.broadcast(FLOATS, scratch.get(Matrix.FLOAT, at));
            FloatVector a1 = FloatVector.broadcast(FLOATS, scratch.get(Matrix.FLOAT, at + aRow));
            FloatVector a2 = FloatVector.broadcast(FLOATS, scratch.get(Matrix.FLOAT, at + 2 * aRow));
            FloatVector a3 = FloatVector.broadcast(FLOATS, scratch.get(Matrix.FLOAT, at + 3 * aRow));
            sum00 = a0.fma(b0, sum00);
            sum01 = a0.fma(b1, sum01);
            sum10 = a1.fma(b0, sum10);
            sum11 = a1.fma(b1, sum11);
            sum20 = a2.fma(b0, sum20);
            sum21 = a2.fma(b1, sum21);
            sum30 = a3.fma(b0, sum30);
            sum31 = a3.fma(b1, sum31);
        }
        sum00.intoMemorySegment(scratch, 0, ORDER);
        sum01.intoMemorySegment(scratch, RIGHT, ORDER);
        sum10.intoMemorySegment(scratch, TILE_ROW_BYTES, ORDER);
        sum11.intoMemorySegment(scratch, TILE_ROW_BYTES + RIGHT, ORDER);
        sum20.intoMemorySegment(scratch, 2 * TILE_ROW_BYTES, ORDER);
        sum21.intoMemorySegment(scratch, 2 * TILE_ROW_BYTES + RIGHT, ORDER);
        sum30.intoMemorySegment(scratch, 3 * TILE_ROW_BYTES, ORDER);
        sum31.intoMemorySegment(scratch, 3 * TILE_ROW_BYTES + RIGHT, ORDER);
    }

    /** {@code y[row, column...] += scale * tile[tileRow]}, as far as y has columns. */
    private void addTileRow(int tileRow, float scale, Matrix y, int row, int column) {
        long from = tileRow * TILE_ROW_BYTES;
        int end = Math.min(column + TILE_COLS, y.cols());
        int j = column;
        for (; j + LANES <= end; j += LANES) {
            FloatVector tile = VectorRows.load(scratch, from, j - column);
            VectorRows.store(tile.fma(FloatVector.broadcast(FLOATS, scale), VectorRows.load(y, row, j)), y, row, j);
        }
        for (; j < end; j++) {
            float tile = scratch.get(Matrix.FLOAT, from + (long) (j - column) * Float.BYTES);
            y.set(row, j, Math.fma(tile, scale, y.get(row, j)));
        }
    }
}
