package io.dovetail.kernels;

import static io.dovetail.kernels.SearchKernels.BLOCK;

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
 * <p><b>What must not change.</b> A tile is one body of direct Vector API calls on named locals. A helper of our own in
 * it would exceed C2's limit on inlined bytecodes, and its vectors would be boxed (hundreds of times slower). The loop
 * over tiles is in the same method, so that the segments are checked once per call. Counts of shifts are vectors: C2
 * moves a scalar count into a vector register anew for every shift. Tiles of eight gain little with 16 codes a vector,
 * and lose with 8.
 */
final class TableLookups implements LookupSums {

    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    /** Codes of a strip. */
    private static final int LANES = BYTES.length();

    /** Strips of a block. */
    private static final int PER_BLOCK = BLOCK / LANES;

    /** Blocks of a tile. */
    private static final int BLOCKS = 4 / PER_BLOCK;

    /** Where the second to fourth strip of a tile begin in their blocks. */
    private static final long STRIP_1 = 1L % PER_BLOCK * LANES;

    private static final long STRIP_2 = 2L % PER_BLOCK * LANES;
    private static final long STRIP_3 = 3L % PER_BLOCK * LANES;

    private static final ShortVector FOUR = ShortVector.broadcast(SHORTS, 4);
    private static final ShortVector EIGHT = ShortVector.broadcast(SHORTS, 8);

    /** Selects the first half of two interleaved vectors, even and odd. */
    private static final ShortVector ZIP_LOW = zip(0);

    /** Selects the second half. */
    private static final ShortVector ZIP_HIGH = zip(SHORTS.length() / 2);

    private static final int BITS = Specialized.constants(MethodHandles.lookup(), 1)[0];

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
     * @return the kernel, stateless
     */
    static LookupSums of(int bits) {
        return Specialized.of(MethodHandles.lookup(), LookupSums.class, bits);
    }

    @Override
    public void compute(MemorySegment codes, CodeLists lists, int subspaces, MemorySegment tables, MemorySegment sums) {
        tiles(
                codes,
                lists.blockOffsets(),
                lists.blockRaises(),
                lists.blocks() - 1,
                BLOCK,
                PAIRS ? subspaces / 2 : subspaces,
                STEP_BYTES,
                tables,
                sums,
                2L * BLOCK);
    }

    /** Lengths of steps are arguments, so that range checks stay in their loops: see the cliffs in docs/simd.md. */
    private static void tiles(
            MemorySegment codes,
            long[] offsets,
            int[] raises,
            int last,
            long codeStep,
            int steps,
            long tableStep,
            MemorySegment tables,
            MemorySegment sums,
            long sumStep) {
        for (int block = 0; block <= last; block += BLOCKS) {
            // Behind the last block of all comes that block again, to the same place.
            int block1 = Math.min(last, block + 1 / PER_BLOCK);
            int block2 = Math.min(last, block + 2 / PER_BLOCK);
            int block3 = Math.min(last, block + 3 / PER_BLOCK);
            long codes0 = Objects.checkIndex(offsets[block], CodeLists.OFFSETS);
            long codes1 = Objects.checkIndex(offsets[block1], CodeLists.OFFSETS) + STRIP_1;
            long codes2 = Objects.checkIndex(offsets[block2], CodeLists.OFFSETS) + STRIP_2;
            long codes3 = Objects.checkIndex(offsets[block3], CodeLists.OFFSETS) + STRIP_3;
            ShortVector odd0 = ShortVector.broadcast(SHORTS, (short) raises[block]);
            ShortVector odd1 = ShortVector.broadcast(SHORTS, (short) raises[block1]);
            ShortVector odd2 = ShortVector.broadcast(SHORTS, (short) raises[block2]);
            ShortVector odd3 = ShortVector.broadcast(SHORTS, (short) raises[block3]);
            ShortVector mixed0 = odd0.add(odd0.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector mixed1 = odd1.add(odd1.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector mixed2 = odd2.add(odd2.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector mixed3 = odd3.add(odd3.lanewise(VectorOperators.LSHL, EIGHT));
            for (int step = 0; step < steps; step++) {
                long at = step * codeStep;
                long table = step * tableStep;
                ByteVector table0 = ByteVector.fromMemorySegment(BYTES, tables, table, ORDER);
                ByteVector table1 = VECTORS > 1
                        ? ByteVector.fromMemorySegment(BYTES, tables, table + LANES, ORDER)
                        : PAIRS ? ByteVector.fromMemorySegment(BYTES, tables, table + TABLE_BYTES, ORDER) : table0;
                ByteVector table2 =
                        VECTORS > 2 ? ByteVector.fromMemorySegment(BYTES, tables, table + 2L * LANES, ORDER) : table0;
                ByteVector table3 =
                        VECTORS > 2 ? ByteVector.fromMemorySegment(BYTES, tables, table + 3L * LANES, ORDER) : table0;
                ByteVector code0 = ByteVector.fromMemorySegment(BYTES, codes, codes0 + at, ORDER);
                ByteVector entry0 = PAIRS
                        ? code0.selectFrom(table0)
                                .add(code0.reinterpretAsShorts()
                                        .lanewise(VectorOperators.LSHR, FOUR)
                                        .reinterpretAsBytes()
                                        .selectFrom(table1))
                        : VECTORS < 2 ? code0.selectFrom(table0) : code0.selectFrom(table0, table1);
                if (VECTORS == 4) {
                    VectorMask<Byte> upper0 = LANES == 64
                            ? code0.compare(VectorOperators.LT, (byte) 0)
                            : code0.and((byte) (2 * LANES)).compare(VectorOperators.NE, (byte) 0);
                    entry0 = entry0.blend(code0.selectFrom(table2, table3), upper0);
                }
                mixed0 = mixed0.add(entry0.reinterpretAsShorts());
                odd0 = odd0.add(entry0.reinterpretAsShorts().lanewise(VectorOperators.LSHR, EIGHT));
                ByteVector code1 = ByteVector.fromMemorySegment(BYTES, codes, codes1 + at, ORDER);
                ByteVector entry1 = PAIRS
                        ? code1.selectFrom(table0)
                                .add(code1.reinterpretAsShorts()
                                        .lanewise(VectorOperators.LSHR, FOUR)
                                        .reinterpretAsBytes()
                                        .selectFrom(table1))
                        : VECTORS < 2 ? code1.selectFrom(table0) : code1.selectFrom(table0, table1);
                if (VECTORS == 4) {
                    VectorMask<Byte> upper1 = LANES == 64
                            ? code1.compare(VectorOperators.LT, (byte) 0)
                            : code1.and((byte) (2 * LANES)).compare(VectorOperators.NE, (byte) 0);
                    entry1 = entry1.blend(code1.selectFrom(table2, table3), upper1);
                }
                mixed1 = mixed1.add(entry1.reinterpretAsShorts());
                odd1 = odd1.add(entry1.reinterpretAsShorts().lanewise(VectorOperators.LSHR, EIGHT));
                ByteVector code2 = ByteVector.fromMemorySegment(BYTES, codes, codes2 + at, ORDER);
                ByteVector entry2 = PAIRS
                        ? code2.selectFrom(table0)
                                .add(code2.reinterpretAsShorts()
                                        .lanewise(VectorOperators.LSHR, FOUR)
                                        .reinterpretAsBytes()
                                        .selectFrom(table1))
                        : VECTORS < 2 ? code2.selectFrom(table0) : code2.selectFrom(table0, table1);
                if (VECTORS == 4) {
                    VectorMask<Byte> upper2 = LANES == 64
                            ? code2.compare(VectorOperators.LT, (byte) 0)
                            : code2.and((byte) (2 * LANES)).compare(VectorOperators.NE, (byte) 0);
                    entry2 = entry2.blend(code2.selectFrom(table2, table3), upper2);
                }
                mixed2 = mixed2.add(entry2.reinterpretAsShorts());
                odd2 = odd2.add(entry2.reinterpretAsShorts().lanewise(VectorOperators.LSHR, EIGHT));
                ByteVector code3 = ByteVector.fromMemorySegment(BYTES, codes, codes3 + at, ORDER);
                ByteVector entry3 = PAIRS
                        ? code3.selectFrom(table0)
                                .add(code3.reinterpretAsShorts()
                                        .lanewise(VectorOperators.LSHR, FOUR)
                                        .reinterpretAsBytes()
                                        .selectFrom(table1))
                        : VECTORS < 2 ? code3.selectFrom(table0) : code3.selectFrom(table0, table1);
                if (VECTORS == 4) {
                    VectorMask<Byte> upper3 = LANES == 64
                            ? code3.compare(VectorOperators.LT, (byte) 0)
                            : code3.and((byte) (2 * LANES)).compare(VectorOperators.NE, (byte) 0);
                    entry3 = entry3.blend(code3.selectFrom(table2, table3), upper3);
                }
                mixed3 = mixed3.add(entry3.reinterpretAsShorts());
                odd3 = odd3.add(entry3.reinterpretAsShorts().lanewise(VectorOperators.LSHR, EIGHT));
            }
            ShortVector even0 = mixed0.sub(odd0.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector even1 = mixed1.sub(odd1.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector even2 = mixed2.sub(odd2.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector even3 = mixed3.sub(odd3.lanewise(VectorOperators.LSHL, EIGHT));
            long to0 = block * sumStep;
            long to1 = block1 * sumStep + 2 * STRIP_1;
            long to2 = block2 * sumStep + 2 * STRIP_2;
            long to3 = block3 * sumStep + 2 * STRIP_3;
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
