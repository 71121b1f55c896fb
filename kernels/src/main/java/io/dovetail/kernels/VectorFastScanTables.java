package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Fills {@link FastScanTables}: subspaces are lanes.
 *
 * <p><b>What must not change.</b> Straight bodies of direct Vector API calls on named locals.
 */
final class VectorFastScanTables {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int LANES = FLOATS.length();
    private static final int ABREAST = FastScanTables.ABREAST;
    private static final int BLOCK = FastScanTables.BLOCK;

    /** A table of 16 bytes is four lanes. */
    private static final int TABLE_LANES = 4;

    private static final int VECTOR_BYTES = LANES * Integer.BYTES;

    private static final FloatVector ONES = FloatVector.broadcast(FLOATS, FastScanTables.ONES);

    /** Interleave two vectors lane by lane, or two lanes by two; the lower halves and the upper ones. */
    private static final IntVector ZIP_LOW = zip(1, 0);

    private static final IntVector ZIP_HIGH = zip(1, LANES / 2);
    private static final IntVector ZIP_PAIRS_LOW = zip(2, 0);
    private static final IntVector ZIP_PAIRS_HIGH = zip(2, LANES / 2);

    /** Repeat a table of four lanes. */
    private static final VectorShuffle<Integer> TABLE_0 = repeat(0);

    private static final VectorShuffle<Integer> TABLE_1 = repeat(1);
    private static final VectorShuffle<Integer> TABLE_2 = repeat(2);
    private static final VectorShuffle<Integer> TABLE_3 = repeat(3);

    private VectorFastScanTables() {}

    static void innerProducts(FastScanTables tables) {
        for (int block = 0; block < tables.blocks(); block++) {
            multiply(tables, block);
            for (int j = 1; j < tables.width(); j++) {
                addProducts(tables, block, j * tables.blocks() + block);
            }
            for (int lane = 0; lane < ABREAST; lane += LANES) {
                compare(tables, block, lane);
            }
        }
    }

    static void toBytes(FastScanTables tables) {
        for (int block = 0; block < tables.blocks(); block++) {
            for (int lane = 0; lane < ABREAST; lane += LANES) {
                toBytes(tables, block, lane);
            }
        }
    }

    private static void multiply(FastScanTables tables, int block) {
        float[] centroids = tables.centroids();
        float[] query = tables.query();
        float[] products = tables.products();
        int first = block * BLOCK;
        for (int i = 0; i < BLOCK; i += LANES) {
            FloatVector.fromArray(FLOATS, centroids, first + i)
                    .mul(FloatVector.fromArray(FLOATS, query, block * ABREAST + i % ABREAST))
                    .intoArray(products, first + i);
        }
    }

    private static void addProducts(FastScanTables tables, int block, int from) {
        float[] centroids = tables.centroids();
        float[] query = tables.query();
        float[] products = tables.products();
        int first = block * BLOCK;
        for (int i = 0; i < BLOCK; i += LANES) {
            FloatVector.fromArray(FLOATS, centroids, from * BLOCK + i)
                    .fma(
                            FloatVector.fromArray(FLOATS, query, from * ABREAST + i % ABREAST),
                            FloatVector.fromArray(FLOATS, products, first + i))
                    .intoArray(products, first + i);
        }
    }

    /** The least and the greatest of floats mind NaN and -0, which takes several instructions; a comparison does not. */
    private static void compare(FastScanTables tables, int block, int lane) {
        float[] products = tables.products();
        int first = block * BLOCK + lane;
        FloatVector least = FloatVector.fromArray(FLOATS, products, first);
        FloatVector greatest = least;
        FloatVector squares = least.mul(least);
        for (int entry = 1; entry < FastScanTables.ENTRIES; entry++) {
            FloatVector values = FloatVector.fromArray(FLOATS, products, first + entry * ABREAST);
            least = least.blend(values, values.compare(VectorOperators.LT, least));
            greatest = greatest.blend(values, values.compare(VectorOperators.GT, greatest));
            squares = values.fma(values, squares);
        }
        int at = block * ABREAST + lane;
        least.intoArray(tables.leasts(), at);
        greatest.sub(least).intoArray(tables.widths(), at);
        squares.intoArray(tables.squaresOfTables(), at);
    }

    /**
     * Four entries of a subspace are the bytes of a lane, so that sixteen are a lane of four vectors; interleaved twice, these
     * lanes stand one after the other.
     */
    private static void toBytes(FastScanTables tables, int block, int lane) {
        float[] products = tables.products();
        MemorySegment bytes = tables.bytes();
        int table = block * ABREAST + lane;
        int first = block * BLOCK + lane;
        FloatVector least = FloatVector.fromArray(FLOATS, tables.leasts(), table);
        float scale = tables.scale();
        IntVector entries0 = fourEntries(products, first, least, scale);
        IntVector entries4 = fourEntries(products, first + 4 * ABREAST, least, scale);
        IntVector entries8 = fourEntries(products, first + 8 * ABREAST, least, scale);
        IntVector entries12 = fourEntries(products, first + 12 * ABREAST, least, scale);
        IntVector low0 = ZIP_LOW.selectFrom(entries0, entries4);
        IntVector high0 = ZIP_HIGH.selectFrom(entries0, entries4);
        IntVector low8 = ZIP_LOW.selectFrom(entries8, entries12);
        IntVector high8 = ZIP_HIGH.selectFrom(entries8, entries12);
        long at = (long) table * SearchKernels.LEAST_TABLE_BYTES;
        long step = (long) LANES / TABLE_LANES * SearchKernels.LEAST_TABLE_BYTES;
        store(ZIP_PAIRS_LOW.selectFrom(low0, low8), bytes, at);
        store(ZIP_PAIRS_HIGH.selectFrom(low0, low8), bytes, at + step);
        store(ZIP_PAIRS_LOW.selectFrom(high0, high8), bytes, at + 2 * step);
        store(ZIP_PAIRS_HIGH.selectFrom(high0, high8), bytes, at + 3 * step);
    }

    /** The shifts push out what makes an integer of a float, but for the first. */
    private static IntVector fourEntries(float[] products, int at, FloatVector least, float scale) {
        return rounded(products, at, least, scale)
                .and(0xff)
                .or(rounded(products, at + ABREAST, least, scale).lanewise(VectorOperators.LSHL, 8))
                .or(rounded(products, at + 2 * ABREAST, least, scale).lanewise(VectorOperators.LSHL, 16))
                .or(rounded(products, at + 3 * ABREAST, least, scale).lanewise(VectorOperators.LSHL, 24));
    }

    /** Floats whose last bits are integers: a conversion takes several instructions to mind NaN and what does not fit. */
    private static IntVector rounded(float[] products, int at, FloatVector least, float scale) {
        return FloatVector.fromArray(FLOATS, products, at)
                .sub(least)
                .fma(FloatVector.broadcast(FLOATS, scale), ONES)
                .reinterpretAsInts();
    }

    /** Stores each table of a vector, repeated to the bytes that any look-up reads. */
    private static void store(IntVector tables, MemorySegment bytes, long at) {
        repeat(tables.rearrange(TABLE_0), bytes, at);
        if (LANES > 4) {
            repeat(tables.rearrange(TABLE_1), bytes, at + SearchKernels.LEAST_TABLE_BYTES);
        }
        if (LANES > 8) {
            repeat(tables.rearrange(TABLE_2), bytes, at + 2 * SearchKernels.LEAST_TABLE_BYTES);
            repeat(tables.rearrange(TABLE_3), bytes, at + 3 * SearchKernels.LEAST_TABLE_BYTES);
        }
    }

    private static void repeat(IntVector table, MemorySegment bytes, long at) {
        for (int i = 0; i < SearchKernels.LEAST_TABLE_BYTES; i += VECTOR_BYTES) {
            table.intoMemorySegment(bytes, at + i, ORDER);
        }
    }

    /** Takes runs of lanes from two vectors by turns, beginning with the first and at a lane. */
    private static IntVector zip(int run, int start) {
        int[] lanes = new int[LANES];
        for (int lane = 0; lane < LANES; lane++) {
            int within = lane / (2 * run) * run + lane % run;
            lanes[lane] = lane / run % 2 * LANES + start + within;
        }
        return IntVector.fromArray(INTS, lanes, 0);
    }

    private static VectorShuffle<Integer> repeat(int table) {
        return VectorShuffle.fromOp(INTS, lane -> (table * TABLE_LANES + lane % TABLE_LANES) % LANES);
    }
}
