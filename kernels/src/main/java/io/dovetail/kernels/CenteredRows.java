package io.dovetail.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rows of a group that lie apart, gathered in scratch memory and centred: the Z of a covariance.
 *
 * <p>A shift near the rows is subtracted on the way, so that their sum in single precision loses nothing however far from
 * the origin they lie: in the forward pass the first row of the batch, in the backward pass the mean itself.
 *
 * <p>Scratch: {@code [tile][shift][mean of Z][panel of dC][Z]}, rows padded with zeros to whole tiles. The forward pass keeps Z in
 * panels of {@link GramTile#COLS} columns, the backward pass in rows.
 */
final class CenteredRows {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    private static final long V1 = FLOATS.vectorByteSize();

    /** Where the shift lies, which becomes the mean. */
    static final long MEAN = GramTile.ROWS * GramTile.ROW;

    /** Rows that are centred at a time: at 32 columns they stay in a second-level cache beside the rows of X. */
    private static final int MAX_BATCH = 512;

    private CenteredRows() {}

    /** Bytes of a padded row. */
    static long paddedRow(int d) {
        return (d + GramTile.COLS - 1) / GramTile.COLS * GramTile.ROW;
    }

    static long panel(int d) {
        return MEAN + 2 * paddedRow(d);
    }

    static long centred(int d) {
        return panel(d) + d * GramTile.ROW;
    }

    /** Where the column tile j of Z lies in the forward pass. */
    static long zPanel(int d, int j, int batch) {
        return centred(d) + (long) j / GramTile.COLS * batch * GramTile.ROW;
    }

    static int batch(int d, MemorySegment scratch) {
        long room = (scratch.byteSize() - centred(d)) / Math.max(1, paddedRow(d));
        return (int) Math.min(MAX_BATCH, room / GramTile.ROWS * GramTile.ROWS);
    }

    /** Puts a row where the shift is, filled up with zeros. */
    static void takeShift(Matrix from, int row, MemorySegment scratch) {
        int d = from.cols();
        long last = MEAN + paddedRow(d) - GramTile.ROW;
        FloatVector.zero(FLOATS).intoMemorySegment(scratch, last, LITTLE_ENDIAN);
        FloatVector.zero(FLOATS).intoMemorySegment(scratch, last + V1, LITTLE_ENDIAN);
        MemorySegment.copy(from.data(), from.offset(row), scratch, MEAN, (long) d * Float.BYTES);
    }

    /**
     * Writes the column tile j of {@code count} rows less the shift, and the mean of what it wrote; columns beyond d
     * become 0.
     */
    static void gather(Matrix x, int j, int[] rows, int first, int count, MemorySegment scratch, long z, long zStep) {
        int d = x.cols();
        long at = (long) j * Float.BYTES;
        long shift = MEAN + at;
        long mean = MEAN + paddedRow(d) + at;
        long step = x.offset(1);
        if (j + GramTile.COLS <= d) {
            gatherPairs(x.data(), at, step, rows, first, count, scratch, shift, z, zStep, mean);
        } else {
            int left = Math.min(d - j, LANES);
            int right = d - j - left;
            gatherTail(x.data(), at, step, rows, first, count, scratch, shift, z, zStep, mean, left);
            gatherTail(
                    x.data(), at + V1, step, rows, first, count, scratch, shift + V1, z + V1, zStep, mean + V1, right);
        }
    }

    private static void gatherPairs(
            MemorySegment x,
            long at,
            long step,
            int[] rows,
            int first,
            int count,
            MemorySegment scratch,
            long shift,
            long z,
            long zStep,
            long mean) {
        FloatVector left = FloatVector.zero(FLOATS);
        FloatVector right = FloatVector.zero(FLOATS);
        for (int t = 0; t < count; t++) {
            long from = at + rows[first + t] * step;
            long to = z + t * zStep;
            FloatVector x0 = load(x, from).sub(load(scratch, shift));
            FloatVector x1 = load(x, from + V1).sub(load(scratch, shift + V1));
            left = left.add(x0);
            right = right.add(x1);
            x0.intoMemorySegment(scratch, to, LITTLE_ENDIAN);
            x1.intoMemorySegment(scratch, to + V1, LITTLE_ENDIAN);
        }
        left.div(count).intoMemorySegment(scratch, mean, LITTLE_ENDIAN);
        right.div(count).intoMemorySegment(scratch, mean + V1, LITTLE_ENDIAN);
    }

    /** A vector of which only {@code lanes} lie in x, perhaps none. */
    private static void gatherTail(
            MemorySegment x,
            long at,
            long step,
            int[] rows,
            int first,
            int count,
            MemorySegment scratch,
            long shift,
            long z,
            long zStep,
            long mean,
            int lanes) {
        VectorMask<Float> inside = FLOATS.indexInRange(0, lanes);
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int t = 0; t < count; t++) {
            FloatVector values = FloatVector.fromMemorySegment(
                            FLOATS, x, at + rows[first + t] * step, LITTLE_ENDIAN, inside)
                    .sub(load(scratch, shift));
            sum = sum.add(values);
            values.intoMemorySegment(scratch, z + t * zStep, LITTLE_ENDIAN);
        }
        sum.div(count).intoMemorySegment(scratch, mean, LITTLE_ENDIAN);
    }

    /** Subtracts their mean from the gathered rows of the column tile j, and adds it to the shift: the mean of the rows. */
    static void centre(int d, int j, int count, MemorySegment scratch, long z, long zStep) {
        long shift = MEAN + (long) j * Float.BYTES;
        long mean = shift + paddedRow(d);
        for (int t = 0; t < count; t++) {
            long at = z + t * zStep;
            FloatVector left = load(scratch, at).sub(load(scratch, mean));
            FloatVector right = load(scratch, at + V1).sub(load(scratch, mean + V1));
            left.intoMemorySegment(scratch, at, LITTLE_ENDIAN);
            right.intoMemorySegment(scratch, at + V1, LITTLE_ENDIAN);
        }
        load(scratch, shift).add(load(scratch, mean)).intoMemorySegment(scratch, shift, LITTLE_ENDIAN);
        load(scratch, shift + V1).add(load(scratch, mean + V1)).intoMemorySegment(scratch, shift + V1, LITTLE_ENDIAN);
    }

    private static FloatVector load(MemorySegment data, long at) {
        return FloatVector.fromMemorySegment(FLOATS, data, at, LITTLE_ENDIAN);
    }
}
