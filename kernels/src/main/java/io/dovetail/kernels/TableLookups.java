package io.dovetail.kernels;

import static io.dovetail.kernels.ScanKernels.BLOCK;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import java.util.Objects;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Look-ups in tables that fit a few vectors. Sums of u8 table entries by code, with the tables in registers and 16-bit
 * accumulators, are the "fast scan" of André, Kermarrec and Le Scouarnec (2015) as faiss lays it out. {@link Specialized} for each
 * width of a code, as tables of 16, of up to one vector, of two and of four are read by different permutes.
 *
 * <p>Codes of 4 bits come two a byte, for a pair of tables. x86 has no shift of bytes; a shift of 16-bit lanes does. What the low
 * half of a byte, or the shift, leaves above an index does no harm, as the tables repeat. The two entries of a pair are added as
 * bytes, which they fit.
 *
 * <p>Looked-up bytes are added as 16-bit lanes, twice: {@code mixed} adds the pairs as they are (even + 256 * odd,
 * modulo 65536) and {@code odd} adds their high halves alone. At the end even = mixed - 256 * odd, and the two are
 * interleaved. That saves the widening of each looked-up vector. What is to be added to all sums costs nothing: the
 * accumulators begin with it.
 *
 * <p>The unit of work is a strip: as many codes as a vector has bytes, which is a block at 512 bits and a part of one
 * below. A tile is four strips, so that the tables are loaded once for four. Its blocks need not lie together: lists are short,
 * and where a tile ended with its list, most blocks of an index of a million vectors went without the company of others.
 *
 * <p>Or a tile is one strip, of which four queries look up their sums, each in its own tables: codes are loaded, shifted and masked
 * once for four. With 4-bit codes 84 look-ups a nanosecond were measured where tiles of four strips had 58, and 52 where a list had ten
 * blocks (AVX-512 with VBMI, 50 sub-vectors).
 *
 * <p><b>What must not change.</b> A tile is one body of direct Vector API calls on named locals. A helper of our own in
 * it would exceed C2's limit on inlined bytecodes, and its vectors would be boxed (hundreds of times slower). The loop
 * over tiles is in the same method, so that the segments are checked once per call. Counts of shifts are vectors: C2
 * moves a scalar count into a vector register anew for every shift. Tiles of eight gain little with 16 codes a vector,
 * and lose with 8.
 */
final class TableLookups implements PermutedSums.Tiles {

    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    /** Codes of a strip. */
    private static final int LANES = BYTES.length();

    /** Strips of a block. */
    private static final int PER_BLOCK = BLOCK / LANES;

    private static final ShortVector FOUR = ShortVector.broadcast(SHORTS, 4);
    private static final ShortVector EIGHT = ShortVector.broadcast(SHORTS, 8);

    /** Selects the first half of two interleaved vectors, even and odd. */
    private static final ShortVector ZIP_LOW = zip(0);

    /** Selects the second half. */
    private static final ShortVector ZIP_HIGH = zip(SHORTS.length() / 2);

    private static final int[] CONSTANTS = Specialized.constants(MethodHandles.lookup(), 2);
    private static final int BITS = CONSTANTS[0];

    /** The four strips of a tile are one strip, of which four queries look up their sums. */
    private static final boolean SHARED = CONSTANTS[1] != 0;

    /** Codes are two a byte, and steps go by two tables. */
    private static final boolean PAIRS = BITS == CodeShape.LEAST_BITS;

    private static final long TABLE_BYTES = CodeShape.tableBytes(BITS);
    private static final long STEP_BYTES = PAIRS ? 2 * TABLE_BYTES : TABLE_BYTES;

    /** Vectors that a table fills; 0 if it is repeated in one. */
    private static final int VECTORS = (1 << BITS) / LANES;

    TableLookups() {}

    /**
     * The kernel for a width of codes.
     *
     * @param bits in [4, 8], such that a table is no more than four vectors
     * @param shared 0 for tiles of four strips that one query looks up, 1 for tiles of one strip for four queries
     * @return the kernel, stateless
     */
    static PermutedSums.Tiles of(int bits, int shared) {
        return Specialized.of(MethodHandles.lookup(), PermutedSums.Tiles.class, bits, shared);
    }

    @Override
    public void run(
            MemorySegment codes,
            long[] offsets,
            int blocks,
            int subspaces,
            MemorySegment tables,
            long[] queryTables,
            int[] raises,
            MemorySegment sums,
            long querySums) {
        tiles(
                codes,
                offsets,
                blocks * PER_BLOCK - 1,
                BLOCK,
                PAIRS ? subspaces / 2 : subspaces,
                STEP_BYTES,
                tables,
                queryTables,
                raises,
                sums,
                2L * BLOCK,
                querySums);
    }

    /** Lengths of steps are arguments, so that range checks stay in their loops: see the cliffs in docs/simd.md. */
    private static void tiles(
            MemorySegment codes,
            long[] offsets,
            int last,
            long codeStep,
            int steps,
            long tableStep,
            MemorySegment tables,
            long[] queryTables,
            int[] raises,
            MemorySegment sums,
            long sumStep,
            long querySums) {
        for (int strip = 0; strip <= last; strip += SHARED ? 1 : 4) {
            // Behind the last strip of all comes that strip again, to the same place.
            int strip1 = SHARED ? strip : Math.min(last, strip + 1);
            int strip2 = SHARED ? strip : Math.min(last, strip + 2);
            int strip3 = SHARED ? strip : Math.min(last, strip + 3);
            int block0 = strip / PER_BLOCK;
            int block1 = strip1 / PER_BLOCK;
            int block2 = strip2 / PER_BLOCK;
            int block3 = strip3 / PER_BLOCK;
            long part0 = (long) strip % PER_BLOCK * LANES;
            long part1 = (long) strip1 % PER_BLOCK * LANES;
            long part2 = (long) strip2 % PER_BLOCK * LANES;
            long part3 = (long) strip3 % PER_BLOCK * LANES;
            long codes0 = Objects.checkIndex(offsets[block0], CodeLists.OFFSETS) + part0;
            long codes1 = Objects.checkIndex(offsets[block1], CodeLists.OFFSETS) + part1;
            long codes2 = Objects.checkIndex(offsets[block2], CodeLists.OFFSETS) + part2;
            long codes3 = Objects.checkIndex(offsets[block3], CodeLists.OFFSETS) + part3;
            long tables0 = SHARED ? Objects.checkIndex(queryTables[0], CodeLists.OFFSETS) : 0;
            long tables1 = SHARED ? Objects.checkIndex(queryTables[1], CodeLists.OFFSETS) : 0;
            long tables2 = SHARED ? Objects.checkIndex(queryTables[2], CodeLists.OFFSETS) : 0;
            long tables3 = SHARED ? Objects.checkIndex(queryTables[3], CodeLists.OFFSETS) : 0;
            ShortVector odd0 = ShortVector.broadcast(SHORTS, (short) raises[SHARED ? 0 : block0]);
            ShortVector odd1 = ShortVector.broadcast(SHORTS, (short) raises[SHARED ? 1 : block1]);
            ShortVector odd2 = ShortVector.broadcast(SHORTS, (short) raises[SHARED ? 2 : block2]);
            ShortVector odd3 = ShortVector.broadcast(SHORTS, (short) raises[SHARED ? 3 : block3]);
            ShortVector mixed0 = odd0.add(odd0.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector mixed1 = odd1.add(odd1.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector mixed2 = odd2.add(odd2.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector mixed3 = odd3.add(odd3.lanewise(VectorOperators.LSHL, EIGHT));
            for (int step = 0; step < steps; step++) {
                long at = step * codeStep;
                long table = step * tableStep;
                ByteVector code0 = ByteVector.fromMemorySegment(BYTES, codes, codes0 + at, ORDER);
                ByteVector table0of0 = ByteVector.fromMemorySegment(BYTES, tables, tables0 + table, ORDER);
                ByteVector table1of0 = VECTORS > 1
                        ? ByteVector.fromMemorySegment(BYTES, tables, tables0 + table + LANES, ORDER)
                        : PAIRS
                                ? ByteVector.fromMemorySegment(BYTES, tables, tables0 + table + TABLE_BYTES, ORDER)
                                : table0of0;
                ByteVector table2of0 = VECTORS > 2
                        ? ByteVector.fromMemorySegment(BYTES, tables, tables0 + table + 2L * LANES, ORDER)
                        : table0of0;
                ByteVector table3of0 = VECTORS > 2
                        ? ByteVector.fromMemorySegment(BYTES, tables, tables0 + table + 3L * LANES, ORDER)
                        : table0of0;
                ByteVector entry0 = PAIRS
                        ? code0.selectFrom(table0of0)
                                .add(code0.reinterpretAsShorts()
                                        .lanewise(VectorOperators.LSHR, FOUR)
                                        .reinterpretAsBytes()
                                        .selectFrom(table1of0))
                        : VECTORS < 2 ? code0.selectFrom(table0of0) : code0.selectFrom(table0of0, table1of0);
                if (VECTORS == 4) {
                    VectorMask<Byte> upper0 = LANES == 64
                            ? code0.compare(VectorOperators.LT, (byte) 0)
                            : code0.and((byte) (2 * LANES)).compare(VectorOperators.NE, (byte) 0);
                    entry0 = entry0.blend(code0.selectFrom(table2of0, table3of0), upper0);
                }
                mixed0 = mixed0.add(entry0.reinterpretAsShorts());
                odd0 = odd0.add(entry0.reinterpretAsShorts().lanewise(VectorOperators.LSHR, EIGHT));
                ByteVector code1 = SHARED ? code0 : ByteVector.fromMemorySegment(BYTES, codes, codes1 + at, ORDER);
                ByteVector table0of1 =
                        SHARED ? ByteVector.fromMemorySegment(BYTES, tables, tables1 + table, ORDER) : table0of0;
                ByteVector table1of1 = !SHARED
                        ? table1of0
                        : VECTORS > 1
                                ? ByteVector.fromMemorySegment(BYTES, tables, tables1 + table + LANES, ORDER)
                                : PAIRS
                                        ? ByteVector.fromMemorySegment(
                                                BYTES, tables, tables1 + table + TABLE_BYTES, ORDER)
                                        : table0of1;
                ByteVector table2of1 = !SHARED
                        ? table2of0
                        : VECTORS > 2
                                ? ByteVector.fromMemorySegment(BYTES, tables, tables1 + table + 2L * LANES, ORDER)
                                : table0of1;
                ByteVector table3of1 = !SHARED
                        ? table3of0
                        : VECTORS > 2
                                ? ByteVector.fromMemorySegment(BYTES, tables, tables1 + table + 3L * LANES, ORDER)
                                : table0of1;
                ByteVector entry1 = PAIRS
                        ? code1.selectFrom(table0of1)
                                .add(code1.reinterpretAsShorts()
                                        .lanewise(VectorOperators.LSHR, FOUR)
                                        .reinterpretAsBytes()
                                        .selectFrom(table1of1))
                        : VECTORS < 2 ? code1.selectFrom(table0of1) : code1.selectFrom(table0of1, table1of1);
                if (VECTORS == 4) {
                    VectorMask<Byte> upper1 = LANES == 64
                            ? code1.compare(VectorOperators.LT, (byte) 0)
                            : code1.and((byte) (2 * LANES)).compare(VectorOperators.NE, (byte) 0);
                    entry1 = entry1.blend(code1.selectFrom(table2of1, table3of1), upper1);
                }
                mixed1 = mixed1.add(entry1.reinterpretAsShorts());
                odd1 = odd1.add(entry1.reinterpretAsShorts().lanewise(VectorOperators.LSHR, EIGHT));
                ByteVector code2 = SHARED ? code0 : ByteVector.fromMemorySegment(BYTES, codes, codes2 + at, ORDER);
                ByteVector table0of2 =
                        SHARED ? ByteVector.fromMemorySegment(BYTES, tables, tables2 + table, ORDER) : table0of0;
                ByteVector table1of2 = !SHARED
                        ? table1of0
                        : VECTORS > 1
                                ? ByteVector.fromMemorySegment(BYTES, tables, tables2 + table + LANES, ORDER)
                                : PAIRS
                                        ? ByteVector.fromMemorySegment(
                                                BYTES, tables, tables2 + table + TABLE_BYTES, ORDER)
                                        : table0of2;
                ByteVector table2of2 = !SHARED
                        ? table2of0
                        : VECTORS > 2
                                ? ByteVector.fromMemorySegment(BYTES, tables, tables2 + table + 2L * LANES, ORDER)
                                : table0of2;
                ByteVector table3of2 = !SHARED
                        ? table3of0
                        : VECTORS > 2
                                ? ByteVector.fromMemorySegment(BYTES, tables, tables2 + table + 3L * LANES, ORDER)
                                : table0of2;
                ByteVector entry2 = PAIRS
                        ? code2.selectFrom(table0of2)
                                .add(code2.reinterpretAsShorts()
                                        .lanewise(VectorOperators.LSHR, FOUR)
                                        .reinterpretAsBytes()
                                        .selectFrom(table1of2))
                        : VECTORS < 2 ? code2.selectFrom(table0of2) : code2.selectFrom(table0of2, table1of2);
                if (VECTORS == 4) {
                    VectorMask<Byte> upper2 = LANES == 64
                            ? code2.compare(VectorOperators.LT, (byte) 0)
                            : code2.and((byte) (2 * LANES)).compare(VectorOperators.NE, (byte) 0);
                    entry2 = entry2.blend(code2.selectFrom(table2of2, table3of2), upper2);
                }
                mixed2 = mixed2.add(entry2.reinterpretAsShorts());
                odd2 = odd2.add(entry2.reinterpretAsShorts().lanewise(VectorOperators.LSHR, EIGHT));
                ByteVector code3 = SHARED ? code0 : ByteVector.fromMemorySegment(BYTES, codes, codes3 + at, ORDER);
                ByteVector table0of3 =
                        SHARED ? ByteVector.fromMemorySegment(BYTES, tables, tables3 + table, ORDER) : table0of0;
                ByteVector table1of3 = !SHARED
                        ? table1of0
                        : VECTORS > 1
                                ? ByteVector.fromMemorySegment(BYTES, tables, tables3 + table + LANES, ORDER)
                                : PAIRS
                                        ? ByteVector.fromMemorySegment(
                                                BYTES, tables, tables3 + table + TABLE_BYTES, ORDER)
                                        : table0of3;
                ByteVector table2of3 = !SHARED
                        ? table2of0
                        : VECTORS > 2
                                ? ByteVector.fromMemorySegment(BYTES, tables, tables3 + table + 2L * LANES, ORDER)
                                : table0of3;
                ByteVector table3of3 = !SHARED
                        ? table3of0
                        : VECTORS > 2
                                ? ByteVector.fromMemorySegment(BYTES, tables, tables3 + table + 3L * LANES, ORDER)
                                : table0of3;
                ByteVector entry3 = PAIRS
                        ? code3.selectFrom(table0of3)
                                .add(code3.reinterpretAsShorts()
                                        .lanewise(VectorOperators.LSHR, FOUR)
                                        .reinterpretAsBytes()
                                        .selectFrom(table1of3))
                        : VECTORS < 2 ? code3.selectFrom(table0of3) : code3.selectFrom(table0of3, table1of3);
                if (VECTORS == 4) {
                    VectorMask<Byte> upper3 = LANES == 64
                            ? code3.compare(VectorOperators.LT, (byte) 0)
                            : code3.and((byte) (2 * LANES)).compare(VectorOperators.NE, (byte) 0);
                    entry3 = entry3.blend(code3.selectFrom(table2of3, table3of3), upper3);
                }
                mixed3 = mixed3.add(entry3.reinterpretAsShorts());
                odd3 = odd3.add(entry3.reinterpretAsShorts().lanewise(VectorOperators.LSHR, EIGHT));
            }
            ShortVector even0 = mixed0.sub(odd0.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector even1 = mixed1.sub(odd1.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector even2 = mixed2.sub(odd2.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector even3 = mixed3.sub(odd3.lanewise(VectorOperators.LSHL, EIGHT));
            long to0 = block0 * sumStep + 2 * part0;
            long to1 = block1 * sumStep + 2 * part1 + querySums;
            long to2 = block2 * sumStep + 2 * part2 + 2 * querySums;
            long to3 = block3 * sumStep + 2 * part3 + 3 * querySums;
            ZIP_LOW.selectFrom(even0, odd0).intoMemorySegment(sums, to0, ORDER);
            ZIP_HIGH.selectFrom(even0, odd0).intoMemorySegment(sums, to0 + LANES, ORDER);
            ZIP_LOW.selectFrom(even1, odd1).intoMemorySegment(sums, to1, ORDER);
            ZIP_HIGH.selectFrom(even1, odd1).intoMemorySegment(sums, to1 + LANES, ORDER);
            ZIP_LOW.selectFrom(even2, odd2).intoMemorySegment(sums, to2, ORDER);
            ZIP_HIGH.selectFrom(even2, odd2).intoMemorySegment(sums, to2 + LANES, ORDER);
            ZIP_LOW.selectFrom(even3, odd3).intoMemorySegment(sums, to3, ORDER);
            ZIP_HIGH.selectFrom(even3, odd3).intoMemorySegment(sums, to3 + LANES, ORDER);
        }
    }

    private static ShortVector zip(int from) {
        int length = SHORTS.length();
        short[] lanes = new short[length];
        for (int i = 0; i < length; i++) {
            lanes[i] = (short) (from + i / 2 + (i % 2) * length);
        }
        return ShortVector.fromArray(SHORTS, lanes, 0);
    }
}
