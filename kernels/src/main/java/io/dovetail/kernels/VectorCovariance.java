package io.dovetail.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Covariance of one group of rows, forward and backward, as products of small tiles.
 *
 * <p>The rows of a group lie apart. They are read once, in batches that stay in cache: gathered in scratch
 * memory as Z with their mean, and centred there. Forward is then the upper half of {@code Zᵀ Z}, mirrored at the end;
 * backward is {@code Z dC}. Batches of a larger group are merged by the update of Chan, Golub and LeVeque (1979):
 * {@code S = S1 + S2 + n1 n2 / (n1 + n2) (m2 - m1)ᵀ(m2 - m1)}, which subtracts nothing that is large.
 *
 * <p>Upper half means blocks of {@link #BLOCK} columns on and above the diagonal. The blocks on the diagonal are computed
 * whole: element (i, j) takes the same products in the same order as (j, i), so that they are symmetric to the bit. With
 * few rows the whole matrix is one block.
 */
final class VectorCovariance {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    private static final long V1 = FLOATS.vectorByteSize();

    /** Size of the blocks of the symmetric half. */
    private static final int BLOCK = Math.max(LANES, GramTile.ROWS);

    /** Groups of fewer rows are computed whole: to mirror a half would take longer. */
    private static final int FEW = 64;

    private VectorCovariance() {}

    /** Mean and covariance of a group. */
    static void forward(
            Matrix x, SparseMatrix groups, Matrix means, Matrix covariances, int group, MemorySegment scratch) {
        int d = x.cols();
        int begin = groups.start(group);
        int n = groups.start(group + 1) - begin;
        int top = group * d;
        if (n < 2) {
            copyOnlyRow(x, groups.columns(), begin, n, means, group);
            fillRows(covariances, top, d);
            return;
        }
        int batch = CenteredRows.batch(d, scratch);
        int block = n < FEW ? d : BLOCK;
        float scale = 1f / (n - 1);
        for (int done = 0; done < n; done += batch) {
            int count = Math.min(batch, n - done);
            CenteredRows.takeShift(x, groups.columns()[begin + done], scratch);
            for (int j = 0; j < d; j += GramTile.COLS) {
                long z = CenteredRows.zPanel(d, j, batch);
                CenteredRows.gather(x, j, groups.columns(), begin + done, count, scratch, z, GramTile.ROW);
                CenteredRows.centre(d, j, count, scratch, z, GramTile.ROW);
            }
            if (done == 0) {
                storeUpperHalf(d, block, count, batch, scale, scratch, covariances, top);
                takeMean(means, group, scratch);
            } else {
                addUpperHalf(d, block, count, batch, scale, scratch, covariances, top);
                mergeMean(means, group, done, count, scale, covariances, top, block, scratch);
            }
        }
        mirror(covariances, top, d, block);
    }

    /** Adds a group's part of the gradient by X. */
    static void backward(
            Matrix x,
            SparseMatrix groups,
            Matrix means,
            Matrix dCovariances,
            Matrix dX,
            int group,
            MemorySegment scratch) {
        int d = x.cols();
        int[] rows = groups.columns();
        int begin = groups.start(group);
        int n = groups.start(group + 1) - begin;
        if (n < 2) {
            return;
        }
        int batch = CenteredRows.batch(d, scratch);
        float scale = 2f / (n - 1);
        long zStep = CenteredRows.paddedRow(d);
        for (int done = 0; done < n; done += batch) {
            int count = Math.min(batch, n - done);
            CenteredRows.takeShift(means, group, scratch);
            for (int j = 0; j < d; j += GramTile.COLS) {
                long z = CenteredRows.centred(d) + (long) j * Float.BYTES;
                CenteredRows.gather(x, j, rows, begin + done, count, scratch, z, zStep);
            }
            for (int j = 0; j < d; j += GramTile.COLS) {
                copyPanel(dCovariances, group * d, j, scratch);
                addProduct(j, scale, dX, rows, begin + done, count, scratch);
            }
        }
    }

    /** Columns [j, j + COLS) of {@code dX += scale * Z dC}. */
    private static void addProduct(
            int j, float scale, Matrix dX, int[] rows, int first, int count, MemorySegment scratch) {
        int d = dX.cols();
        long zStep = CenteredRows.paddedRow(d);
        for (int t = 0; t < count; t += GramTile.ROWS) {
            long z = CenteredRows.centred(d) + t * zStep;
            Gram.OF_ROWS.multiply(scratch, z, zStep, CenteredRows.panel(d), d, scale, scratch, 0, GramTile.ROW);
            int here = Math.min(GramTile.ROWS, count - t);
            if (j + GramTile.COLS <= d) {
                addTile(scratch, dX.data(), (long) j * Float.BYTES, dX.offset(1), rows, first + t, here);
            } else {
                for (int r = 0; r < here; r++) {
                    addTileRow(scratch, r, dX, rows[first + t + r], j, d - j);
                }
            }
        }
    }

    /** Packs a column tile of dC, filled up with 0 to its width. */
    private static void copyPanel(Matrix dCovariances, int top, int column, MemorySegment scratch) {
        int d = dCovariances.cols();
        MemorySegment source = dCovariances.data();
        long at = dCovariances.offset(top) + (long) column * Float.BYTES;
        long step = dCovariances.offset(1);
        VectorMask<Float> left = FLOATS.indexInRange(column, d);
        VectorMask<Float> right = FLOATS.indexInRange(Math.min(d, column + LANES), d);
        for (int i = 0; i < d; i++) {
            long from = at + i * step;
            long to = CenteredRows.panel(d) + i * GramTile.ROW;
            FloatVector.fromMemorySegment(FLOATS, source, from, LITTLE_ENDIAN, left)
                    .intoMemorySegment(scratch, to, LITTLE_ENDIAN);
            FloatVector.fromMemorySegment(FLOATS, source, from + V1, LITTLE_ENDIAN, right)
                    .intoMemorySegment(scratch, to + V1, LITTLE_ENDIAN);
        }
    }

    private static void copyOnlyRow(Matrix x, int[] rows, int begin, int n, Matrix means, int group) {
        if (n == 0) {
            fillRows(means, group, 1);
        } else {
            long bytes = (long) x.cols() * Float.BYTES;
            MemorySegment.copy(x.data(), x.offset(rows[begin]), means.data(), means.offset(group), bytes);
        }
    }

    private static void fillRows(Matrix matrix, int from, int count) {
        for (int row = from; row < from + count; row++) {
            for (int j = 0; j < matrix.cols(); j++) {
                matrix.data().set(Matrix.FLOAT, matrix.offset(row) + (long) j * Float.BYTES, 0);
            }
        }
    }

    /** Upper half of {@code scale * Zᵀ Z}; where a tile lies in C whole, it is stored there. */
    private static void storeUpperHalf(
            int d, int block, int count, int batch, float scale, MemorySegment scratch, Matrix c, int top) {
        for (int j = 0; j < d; j += GramTile.COLS) {
            for (int i = 0; i < Math.min(d, j + Math.max(GramTile.COLS, block)); i += GramTile.ROWS) {
                if (i + GramTile.ROWS <= d && j + GramTile.COLS <= d) {
                    tile(
                            d,
                            block,
                            count,
                            batch,
                            i,
                            j,
                            scale,
                            scratch,
                            c.data(),
                            c.offset(top + i) + (long) j * Float.BYTES,
                            c.offset(1));
                } else {
                    tile(d, block, count, batch, i, j, scale, scratch, scratch, 0, GramTile.ROW);
                    for (int r = 0; r < Math.min(GramTile.ROWS, d - i); r++) {
                        copyTileRow(scratch, r, c, top + i + r, j, Math.min(GramTile.COLS, d - j));
                    }
                }
            }
        }
    }

    /** Adds the upper half of {@code scale * Zᵀ Z}. */
    private static void addUpperHalf(
            int d, int block, int count, int batch, float scale, MemorySegment scratch, Matrix c, int top) {
        for (int j = 0; j < d; j += GramTile.COLS) {
            for (int i = 0; i < Math.min(d, j + Math.max(GramTile.COLS, block)); i += GramTile.ROWS) {
                tile(d, block, count, batch, i, j, scale, scratch, scratch, 0, GramTile.ROW);
                for (int r = 0; r < Math.min(GramTile.ROWS, d - i); r++) {
                    addTileRow(scratch, r, c, top + i + r, j, Math.min(GramTile.COLS, d - j));
                }
            }
        }
    }

    /** Rows [i, i + 8) of column tile j; of a tile that crosses the diagonal, only the vectors on and above it. */
    private static void tile(
            int d,
            int block,
            int count,
            int batch,
            int i,
            int j,
            float scale,
            MemorySegment scratch,
            MemorySegment out,
            long outAt,
            long outStep) {
        long a = CenteredRows.zPanel(d, i, batch) + (long) (i % GramTile.COLS) * Float.BYTES;
        long b = CenteredRows.zPanel(d, j, batch);
        if (i >= j + block) {
            Gram.OF_ONE.multiply(scratch, a, Gram.COLUMN, b + V1, count, scale, out, outAt + V1, outStep);
        } else if (d - j <= LANES) {
            Gram.OF_ONE.multiply(scratch, a, Gram.COLUMN, b, count, scale, out, outAt, outStep);
        } else {
            Gram.OF_TWO.multiply(scratch, a, Gram.COLUMN, b, count, scale, out, outAt, outStep);
        }
    }

    private static void takeMean(Matrix means, int group, MemorySegment scratch) {
        MemorySegment.copy(
                scratch, CenteredRows.MEAN, means.data(), means.offset(group), (long) means.cols() * Float.BYTES);
    }

    /** Merges the mean of the batch into that of the {@code done} rows before, and what their distance adds to C. */
    private static void mergeMean(
            Matrix means,
            int group,
            int done,
            int count,
            float scale,
            Matrix c,
            int top,
            int block,
            MemorySegment scratch) {
        int d = means.cols();
        float share = (float) count / (done + count);
        float root = (float) Math.sqrt(scale * share * done); // both factors alike: the product is symmetric to the bit
        MemorySegment data = means.data();
        long mean = means.offset(group);
        for (int j = 0; j < d; j++) {
            long at = (long) j * Float.BYTES;
            float old = data.get(Matrix.FLOAT, mean + at);
            float difference = scratch.get(Matrix.FLOAT, CenteredRows.MEAN + at) - old;
            scratch.set(Matrix.FLOAT, CenteredRows.MEAN + at, root * difference);
            data.set(Matrix.FLOAT, mean + at, Math.fma(share, difference, old));
        }
        for (int i = 0; i < d; i++) {
            int j = i / block * block;
            long at = CenteredRows.MEAN + (long) j * Float.BYTES;
            float factor = scratch.get(Matrix.FLOAT, CenteredRows.MEAN + (long) i * Float.BYTES);
            VectorElementwise.axpy(factor, scratch, at, c.data(), c.offset(top + i) + (long) j * Float.BYTES, d - j);
        }
    }

    /** Copies what is above the blocks on the diagonal to where it belongs below. */
    private static void mirror(Matrix c, int top, int d, int block) {
        MemorySegment data = c.data();
        long step = c.offset(1);
        long start = c.offset(top);
        for (int i = block; i < d; i++) {
            int end = i / block * block;
            long row = start + i * step;
            long column = start + (long) i * Float.BYTES;
            for (int j = 0; j < end; j++) {
                data.set(Matrix.FLOAT, row + (long) j * Float.BYTES, data.get(Matrix.FLOAT, column + j * step));
            }
        }
    }

    /** {@code y[row, column...] = tile[r]}, {@code count} elements; an uncomputed left half is copied as it is. */
    private static void copyTileRow(MemorySegment scratch, int r, Matrix y, int row, int column, int count) {
        long to = y.offset(row) + (long) column * Float.BYTES;
        MemorySegment.copy(scratch, r * GramTile.ROW, y.data(), to, (long) count * Float.BYTES);
    }

    /** {@code y[row, column...] += tile[r]}, {@code count} elements. */
    private static void addTileRow(MemorySegment scratch, int r, Matrix y, int row, int column, int count) {
        long to = y.offset(row) + (long) column * Float.BYTES;
        VectorElementwise.axpy(1f, scratch, r * GramTile.ROW, y.data(), to, count);
    }

    /** Adds whole rows of the tile to rows that lie apart. */
    private static void addTile(
            MemorySegment scratch, MemorySegment y, long at, long step, int[] rows, int first, int count) {
        for (int r = 0; r < count; r++) {
            long to = at + rows[first + r] * step;
            FloatVector left = load(y, to).add(load(scratch, r * GramTile.ROW));
            FloatVector right = load(y, to + V1).add(load(scratch, r * GramTile.ROW + V1));
            left.intoMemorySegment(y, to, LITTLE_ENDIAN);
            right.intoMemorySegment(y, to + V1, LITTLE_ENDIAN);
        }
    }

    private static FloatVector load(MemorySegment data, long at) {
        return FloatVector.fromMemorySegment(FLOATS, data, at, LITTLE_ENDIAN);
    }
}
