package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Inner products of one row with many, four at a time: each vector of the one is loaded once, four sums are under way,
 * and their lanes are added up together. Merging halves of two vectors, and then of two of those, takes half the
 * permutes that four sums by {@link Lanes} take; the additions are the same, so a row gets the same bits either way.
 *
 * <p>Columns beyond the last whole vector are a masked vector, summed up by itself: a scalar tail costs several times
 * as much.
 *
 * <p><b>What must not change.</b> Straight bodies of direct Vector API calls on named locals, of this size: with the masked
 * loads in {@link #four}, C1 runs out of registers and the method may stay uncompiled. Lanes are added up where they are, as
 * {@link Lanes#sum} does it, without a call: these methods are inlined into searches so large that the compiler puts a call off and
 * boxes the vector that is handed over.
 */
final class VectorDots {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int LANES = FLOATS.length();

    /** The lower halves of two vectors, and the upper ones. */
    private static final IntVector LOWER_HALVES = parts(LANES / 2, 0);

    private static final IntVector UPPER_HALVES = parts(LANES / 2, LANES / 2);

    /** The lower quarters of each half of two vectors, and the upper ones. */
    private static final IntVector LOWER_QUARTERS = parts(LANES / 4, 0);

    private static final IntVector UPPER_QUARTERS = parts(LANES / 4, LANES / 4);

    private static final VectorShuffle<Float> BY_1 = VectorShuffle.fromOp(FLOATS, lane -> (lane ^ 1) % LANES);
    private static final VectorShuffle<Float> BY_2 = VectorShuffle.fromOp(FLOATS, lane -> (lane ^ 2) % LANES);

    /** Brings the first lane of each quarter to the front. */
    private static final VectorShuffle<Float> FIRSTS = VectorShuffle.fromOp(FLOATS, lane -> lane % 4 * (LANES / 4));

    private VectorDots() {}

    /**
     * Four inner products.
     *
     * @param query holds the one row, at byte 0
     * @param rows holds the four
     * @param row0 byte offset of the first
     * @param row1 of the second
     * @param row2 of the third
     * @param row3 of the fourth
     * @param cols length of a row, at least 1
     * @param out receives four floats
     * @param at byte offset of the first
     */
    static void four(
            MemorySegment query,
            MemorySegment rows,
            long row0,
            long row1,
            long row2,
            long row3,
            int cols,
            MemorySegment out,
            long at) {
        int bound = FLOATS.loopBound(cols);
        FloatVector sum0 = FloatVector.zero(FLOATS);
        FloatVector sum1 = FloatVector.zero(FLOATS);
        FloatVector sum2 = FloatVector.zero(FLOATS);
        FloatVector sum3 = FloatVector.zero(FLOATS);
        for (int j = 0; j < bound; j += LANES) {
            long column = (long) j * Float.BYTES;
            FloatVector q = FloatVector.fromMemorySegment(FLOATS, query, column, ORDER);
            sum0 = q.fma(FloatVector.fromMemorySegment(FLOATS, rows, row0 + column, ORDER), sum0);
            sum1 = q.fma(FloatVector.fromMemorySegment(FLOATS, rows, row1 + column, ORDER), sum1);
            sum2 = q.fma(FloatVector.fromMemorySegment(FLOATS, rows, row2 + column, ORDER), sum2);
            sum3 = q.fma(FloatVector.fromMemorySegment(FLOATS, rows, row3 + column, ORDER), sum3);
        }
        IntVector bits0 = sum0.reinterpretAsInts();
        IntVector bits1 = sum1.reinterpretAsInts();
        IntVector bits2 = sum2.reinterpretAsInts();
        IntVector bits3 = sum3.reinterpretAsInts();
        IntVector half0 = LOWER_HALVES
                .selectFrom(bits0, bits1)
                .reinterpretAsFloats()
                .add(UPPER_HALVES.selectFrom(bits0, bits1).reinterpretAsFloats())
                .reinterpretAsInts();
        IntVector half1 = LOWER_HALVES
                .selectFrom(bits2, bits3)
                .reinterpretAsFloats()
                .add(UPPER_HALVES.selectFrom(bits2, bits3).reinterpretAsFloats())
                .reinterpretAsInts();
        FloatVector quarters = LOWER_QUARTERS
                .selectFrom(half0, half1)
                .reinterpretAsFloats()
                .add(UPPER_QUARTERS.selectFrom(half0, half1).reinterpretAsFloats());
        if (LANES > 8) {
            quarters = quarters.add(quarters.rearrange(BY_2));
        }
        if (LANES > 4) {
            quarters = quarters.add(quarters.rearrange(BY_1));
        }
        ((FloatVector) quarters.rearrange(FIRSTS).reinterpretShape(FloatVector.SPECIES_128, 0))
                .intoMemorySegment(out, at, ORDER);
        if (bound < cols) {
            addRest(query, rows, row0, row1, row2, row3, bound, cols, out, at);
        }
    }

    /** Adds the columns {@code [from, cols)}, fewer than a vector has lanes, to four inner products. */
    private static void addRest(
            MemorySegment query,
            MemorySegment rows,
            long row0,
            long row1,
            long row2,
            long row3,
            int from,
            int cols,
            MemorySegment out,
            long at) {
        add(rest(query, rows, row0, from, cols), out, at);
        add(rest(query, rows, row1, from, cols), out, at + 4);
        add(rest(query, rows, row2, from, cols), out, at + 8);
        add(rest(query, rows, row3, from, cols), out, at + 12);
    }

    private static void add(float value, MemorySegment out, long at) {
        out.set(Matrix.FLOAT, at, out.get(Matrix.FLOAT, at) + value);
    }

    private static float rest(MemorySegment query, MemorySegment rows, long row, int from, int cols) {
        long column = (long) from * Float.BYTES;
        VectorMask<Float> present = FLOATS.indexInRange(from, cols);
        FloatVector sum = FloatVector.fromMemorySegment(FLOATS, query, column, ORDER, present)
                .mul(FloatVector.fromMemorySegment(FLOATS, rows, row + column, ORDER, present));
        if (LANES > 8) {
            sum = sum.add(sum.rearrange(Lanes.BY_8));
        }
        if (LANES > 4) {
            sum = sum.add(sum.rearrange(Lanes.BY_4));
        }
        sum = sum.add(sum.rearrange(Lanes.BY_2));
        return sum.add(sum.rearrange(Lanes.BY_1)).lane(0);
    }

    /**
     * One inner product, with the bits that it gets as one of four.
     */
    static float one(MemorySegment query, MemorySegment rows, long row, int cols) {
        int bound = FLOATS.loopBound(cols);
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int j = 0; j < bound; j += LANES) {
            long column = (long) j * Float.BYTES;
            sum = FloatVector.fromMemorySegment(FLOATS, query, column, ORDER)
                    .fma(FloatVector.fromMemorySegment(FLOATS, rows, row + column, ORDER), sum);
        }
        if (LANES > 8) {
            sum = sum.add(sum.rearrange(Lanes.BY_8));
        }
        if (LANES > 4) {
            sum = sum.add(sum.rearrange(Lanes.BY_4));
        }
        sum = sum.add(sum.rearrange(Lanes.BY_2));
        float total = sum.add(sum.rearrange(Lanes.BY_1)).lane(0);
        return bound < cols ? total + rest(query, rows, row, bound, cols) : total;
    }

    /**
     * Where the lanes of a merged vector come from: every second run of {@code width} lanes, from lane {@code start} on,
     * first those of the first vector, then those of the second.
     */
    private static IntVector parts(int width, int start) {
        int[] lanes = new int[LANES];
        for (int lane = 0; lane < LANES; lane++) {
            int run = lane / width; // of the result
            int runs = LANES / width / 2; // taken from each vector
            lanes[lane] = run / runs * LANES + run % runs * 2 * width + start + lane % width;
        }
        return IntVector.fromArray(INTS, lanes, 0);
    }
}
