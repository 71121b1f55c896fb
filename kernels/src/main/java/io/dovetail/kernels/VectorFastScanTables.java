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
 * <p><b>What must not change.</b> Short methods of direct Vector API calls on named locals, which leave their results in memory:
 * in a longer one, or with vectors handed from one to another, the compiler gives up and makes objects of vectors.
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
    private static final VectorShuffle<Integer> TABLE_0 = table(0);

    private static final VectorShuffle<Integer> TABLE_1 = table(1);
    private static final VectorShuffle<Integer> TABLE_2 = table(2);
    private static final VectorShuffle<Integer> TABLE_3 = table(3);

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
            round(tables, block);
            interleave(tables.scratch());
            repeat(tables, block);
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
     * Rounds the entries of a block: four of a subspace are the bytes of a lane, so that sixteen are the same lane of four rows.
     * They are the last bits of floats so great that these are integers: a conversion takes several instructions to mind NaN and
     * what does not fit. Shifts push out what makes a float of them, but for the first.
     */
    private static void round(FastScanTables tables, int block) {
        float[] products = tables.products();
        int[] rows = tables.scratch();
        FloatVector scale = FloatVector.broadcast(FLOATS, tables.scale());
        for (int i = 0; i < 4 * ABREAST; i += LANES) {
            int lane = i % ABREAST;
            int at = block * BLOCK + i / ABREAST * 4 * ABREAST + lane;
            FloatVector least = FloatVector.fromArray(FLOATS, tables.leasts(), block * ABREAST + lane);
            IntVector entry0 = FloatVector.fromArray(FLOATS, products, at)
                    .sub(least)
                    .fma(scale, ONES)
                    .reinterpretAsInts();
            IntVector entry1 = FloatVector.fromArray(FLOATS, products, at + ABREAST)
                    .sub(least)
                    .fma(scale, ONES)
                    .reinterpretAsInts();
            IntVector entry2 = FloatVector.fromArray(FLOATS, products, at + 2 * ABREAST)
                    .sub(least)
                    .fma(scale, ONES)
                    .reinterpretAsInts();
            IntVector entry3 = FloatVector.fromArray(FLOATS, products, at + 3 * ABREAST)
                    .sub(least)
                    .fma(scale, ONES)
                    .reinterpretAsInts();
            entry0.and(0xff)
                    .or(entry1.lanewise(VectorOperators.LSHL, 8))
                    .or(entry2.lanewise(VectorOperators.LSHL, 16))
                    .or(entry3.lanewise(VectorOperators.LSHL, 24))
                    .intoArray(rows, i);
        }
    }

    /** Interleaves the four rows twice, after which the sixteen bytes of a table stand together. */
    private static void interleave(int[] scratch) {
        for (int lane = 0; lane < ABREAST; lane += LANES) {
            IntVector entries0 = IntVector.fromArray(INTS, scratch, lane);
            IntVector entries4 = IntVector.fromArray(INTS, scratch, ABREAST + lane);
            IntVector entries8 = IntVector.fromArray(INTS, scratch, 2 * ABREAST + lane);
            IntVector entries12 = IntVector.fromArray(INTS, scratch, 3 * ABREAST + lane);
            IntVector low0 = ZIP_LOW.selectFrom(entries0, entries4);
            IntVector high0 = ZIP_HIGH.selectFrom(entries0, entries4);
            IntVector low8 = ZIP_LOW.selectFrom(entries8, entries12);
            IntVector high8 = ZIP_HIGH.selectFrom(entries8, entries12);
            int at = FastScanTables.TABLES_AT + lane * TABLE_LANES;
            ZIP_PAIRS_LOW.selectFrom(low0, low8).intoArray(scratch, at);
            ZIP_PAIRS_HIGH.selectFrom(low0, low8).intoArray(scratch, at + LANES);
            ZIP_PAIRS_LOW.selectFrom(high0, high8).intoArray(scratch, at + 2 * LANES);
            ZIP_PAIRS_HIGH.selectFrom(high0, high8).intoArray(scratch, at + 3 * LANES);
        }
    }

    /** Stores each table of a block, repeated to the bytes that any look-up reads. */
    private static void repeat(FastScanTables tables, int block) {
        MemorySegment bytes = tables.bytes();
        int[] scratch = tables.scratch();
        for (int i = 0; i < TABLE_LANES * ABREAST; i += LANES) {
            IntVector some = IntVector.fromArray(INTS, scratch, FastScanTables.TABLES_AT + i);
            long at = ((long) block * ABREAST + i / TABLE_LANES) * SearchKernels.LEAST_TABLE_BYTES;
            for (long end = at + SearchKernels.LEAST_TABLE_BYTES; at < end; at += VECTOR_BYTES) {
                some.rearrange(TABLE_0).intoMemorySegment(bytes, at, ORDER);
                if (LANES > 4) {
                    some.rearrange(TABLE_1).intoMemorySegment(bytes, at + SearchKernels.LEAST_TABLE_BYTES, ORDER);
                }
                if (LANES > 8) {
                    some.rearrange(TABLE_2).intoMemorySegment(bytes, at + 2 * SearchKernels.LEAST_TABLE_BYTES, ORDER);
                    some.rearrange(TABLE_3).intoMemorySegment(bytes, at + 3 * SearchKernels.LEAST_TABLE_BYTES, ORDER);
                }
            }
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

    private static VectorShuffle<Integer> table(int table) {
        return VectorShuffle.fromOp(INTS, lane -> (table * TABLE_LANES + lane % TABLE_LANES) % LANES);
    }
}
