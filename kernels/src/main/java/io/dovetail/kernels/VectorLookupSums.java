package io.dovetail.kernels;

import static io.dovetail.kernels.SearchKernels.BLOCK;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums of u8 table entries by code, with the tables in registers and 16-bit accumulators: the "fast scan" of André,
 * Kermarrec and Le Scouarnec (2015) as faiss lays it out. One method for each shape of a table, in vectors;
 * {@link LookupStrategy} says which suits a code.
 *
 * <p>Looked-up bytes are added as 16-bit lanes, twice: {@code mixed} adds the pairs as they are (even + 256 * odd,
 * modulo 65536) and {@code odd} adds their high halves alone. At the end even = mixed - 256 * odd, and the two are
 * interleaved. That saves the widening of each looked-up vector.
 *
 * <p>The unit of work is a strip: as many codes as a vector has bytes, which is a block at 512 bits and a part of one
 * below. Strips go four at a time, so that the tables are loaded once for four. The last tile is moved back, or its last
 * strip repeated, rather than cut: a strip computed twice gets the same sums.
 *
 * <p><b>What must not change.</b> Each method is one nest of loops whose body is direct Vector API calls on named locals.
 * A helper of our own in it would exceed C2's limit on inlined bytecodes, and its vectors would be boxed (hundreds of
 * times slower). The loop over tiles is in the same method, so that the checks of the segments are made once per call.
 * Counts of shifts are vectors: C2 loads a scalar count into a vector register anew for every shift. Eight strips a tile
 * gain nothing with 16 codes a vector, and lose with 8.
 */
final class VectorLookupSums {

    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Byte> TABLE_OF_16 = ByteVector.SPECIES_128;
    private static final VectorSpecies<Byte> TABLE_OF_32 = ByteVector.SPECIES_256;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private static final int LANES = BYTES.length();
    private static final int STRIPS_PER_BLOCK = BLOCK / LANES;
    private static final int TILE = 4;

    private static final ShortVector FOUR = ShortVector.broadcast(SHORTS, 4);
    private static final ShortVector EIGHT = ShortVector.broadcast(SHORTS, 8);
    private static final ShortVector ZIP_LOW = zip(0);
    private static final ShortVector ZIP_HIGH = zip(SHORTS.length() / 2);

    private VectorLookupSums() {}

    /** Tables that fill one vector: codes of 6 bits at 512 bits, of 5 at 256. */
    static void oneVector(
            MemorySegment codes, long offset, int blocks, int subspaces, MemorySegment tables, MemorySegment sums) {
        int strips = blocks * STRIPS_PER_BLOCK;
        long step = (long) subspaces * BLOCK;
        for (int tile = 0; tile < strips; tile += TILE) {
            int strip0 = stripOf(tile, 0, strips);
            int strip1 = stripOf(tile, 1, strips);
            int strip2 = stripOf(tile, 2, strips);
            int strip3 = stripOf(tile, 3, strips);
            long codes0 = codesOf(strip0, offset, step);
            long codes1 = codesOf(strip1, offset, step);
            long codes2 = codesOf(strip2, offset, step);
            long codes3 = codesOf(strip3, offset, step);
            ShortVector mixed0 = ShortVector.zero(SHORTS);
            ShortVector mixed1 = ShortVector.zero(SHORTS);
            ShortVector mixed2 = ShortVector.zero(SHORTS);
            ShortVector mixed3 = ShortVector.zero(SHORTS);
            ShortVector odd0 = ShortVector.zero(SHORTS);
            ShortVector odd1 = ShortVector.zero(SHORTS);
            ShortVector odd2 = ShortVector.zero(SHORTS);
            ShortVector odd3 = ShortVector.zero(SHORTS);
            for (int m = 0; m < subspaces; m++) {
                long at = (long) m * BLOCK;
                long table = (long) m * LANES;
                ByteVector table0 = ByteVector.fromMemorySegment(BYTES, tables, table, ORDER);
                ByteVector code0 = ByteVector.fromMemorySegment(BYTES, codes, codes0 + at, ORDER);
                ShortVector entry0 = code0.selectFrom(table0).reinterpretAsShorts();
                mixed0 = mixed0.add(entry0);
                odd0 = odd0.add(entry0.lanewise(VectorOperators.LSHR, EIGHT));
                ByteVector code1 = ByteVector.fromMemorySegment(BYTES, codes, codes1 + at, ORDER);
                ShortVector entry1 = code1.selectFrom(table0).reinterpretAsShorts();
                mixed1 = mixed1.add(entry1);
                odd1 = odd1.add(entry1.lanewise(VectorOperators.LSHR, EIGHT));
                ByteVector code2 = ByteVector.fromMemorySegment(BYTES, codes, codes2 + at, ORDER);
                ShortVector entry2 = code2.selectFrom(table0).reinterpretAsShorts();
                mixed2 = mixed2.add(entry2);
                odd2 = odd2.add(entry2.lanewise(VectorOperators.LSHR, EIGHT));
                ByteVector code3 = ByteVector.fromMemorySegment(BYTES, codes, codes3 + at, ORDER);
                ShortVector entry3 = code3.selectFrom(table0).reinterpretAsShorts();
                mixed3 = mixed3.add(entry3);
                odd3 = odd3.add(entry3.lanewise(VectorOperators.LSHR, EIGHT));
            }
            ShortVector even0 = mixed0.sub(odd0.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector even1 = mixed1.sub(odd1.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector even2 = mixed2.sub(odd2.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector even3 = mixed3.sub(odd3.lanewise(VectorOperators.LSHL, EIGHT));
            ZIP_LOW.selectFrom(even0, odd0).intoMemorySegment(sums, 2L * LANES * strip0, ORDER);
            ZIP_HIGH.selectFrom(even0, odd0).intoMemorySegment(sums, 2L * LANES * strip0 + LANES, ORDER);
            ZIP_LOW.selectFrom(even1, odd1).intoMemorySegment(sums, 2L * LANES * strip1, ORDER);
            ZIP_HIGH.selectFrom(even1, odd1).intoMemorySegment(sums, 2L * LANES * strip1 + LANES, ORDER);
            ZIP_LOW.selectFrom(even2, odd2).intoMemorySegment(sums, 2L * LANES * strip2, ORDER);
            ZIP_HIGH.selectFrom(even2, odd2).intoMemorySegment(sums, 2L * LANES * strip2 + LANES, ORDER);
            ZIP_LOW.selectFrom(even3, odd3).intoMemorySegment(sums, 2L * LANES * strip3, ORDER);
            ZIP_HIGH.selectFrom(even3, odd3).intoMemorySegment(sums, 2L * LANES * strip3 + LANES, ORDER);
        }
    }

    /** Tables that fill two vectors: codes of 7 bits at 512 bits, of 6 at 256, of 5 at 128. */
    static void twoVectors(
            MemorySegment codes, long offset, int blocks, int subspaces, MemorySegment tables, MemorySegment sums) {
        int strips = blocks * STRIPS_PER_BLOCK;
        long step = (long) subspaces * BLOCK;
        for (int tile = 0; tile < strips; tile += TILE) {
            int strip0 = stripOf(tile, 0, strips);
            int strip1 = stripOf(tile, 1, strips);
            int strip2 = stripOf(tile, 2, strips);
            int strip3 = stripOf(tile, 3, strips);
            long codes0 = codesOf(strip0, offset, step);
            long codes1 = codesOf(strip1, offset, step);
            long codes2 = codesOf(strip2, offset, step);
            long codes3 = codesOf(strip3, offset, step);
            ShortVector mixed0 = ShortVector.zero(SHORTS);
            ShortVector mixed1 = ShortVector.zero(SHORTS);
            ShortVector mixed2 = ShortVector.zero(SHORTS);
            ShortVector mixed3 = ShortVector.zero(SHORTS);
            ShortVector odd0 = ShortVector.zero(SHORTS);
            ShortVector odd1 = ShortVector.zero(SHORTS);
            ShortVector odd2 = ShortVector.zero(SHORTS);
            ShortVector odd3 = ShortVector.zero(SHORTS);
            for (int m = 0; m < subspaces; m++) {
                long at = (long) m * BLOCK;
                long table = (long) m * 2 * LANES;
                ByteVector table0 = ByteVector.fromMemorySegment(BYTES, tables, table, ORDER);
                ByteVector table1 = ByteVector.fromMemorySegment(BYTES, tables, table + LANES, ORDER);
                ByteVector code0 = ByteVector.fromMemorySegment(BYTES, codes, codes0 + at, ORDER);
                ShortVector entry0 = code0.selectFrom(table0, table1).reinterpretAsShorts();
                mixed0 = mixed0.add(entry0);
                odd0 = odd0.add(entry0.lanewise(VectorOperators.LSHR, EIGHT));
                ByteVector code1 = ByteVector.fromMemorySegment(BYTES, codes, codes1 + at, ORDER);
                ShortVector entry1 = code1.selectFrom(table0, table1).reinterpretAsShorts();
                mixed1 = mixed1.add(entry1);
                odd1 = odd1.add(entry1.lanewise(VectorOperators.LSHR, EIGHT));
                ByteVector code2 = ByteVector.fromMemorySegment(BYTES, codes, codes2 + at, ORDER);
                ShortVector entry2 = code2.selectFrom(table0, table1).reinterpretAsShorts();
                mixed2 = mixed2.add(entry2);
                odd2 = odd2.add(entry2.lanewise(VectorOperators.LSHR, EIGHT));
                ByteVector code3 = ByteVector.fromMemorySegment(BYTES, codes, codes3 + at, ORDER);
                ShortVector entry3 = code3.selectFrom(table0, table1).reinterpretAsShorts();
                mixed3 = mixed3.add(entry3);
                odd3 = odd3.add(entry3.lanewise(VectorOperators.LSHR, EIGHT));
            }
            ShortVector even0 = mixed0.sub(odd0.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector even1 = mixed1.sub(odd1.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector even2 = mixed2.sub(odd2.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector even3 = mixed3.sub(odd3.lanewise(VectorOperators.LSHL, EIGHT));
            ZIP_LOW.selectFrom(even0, odd0).intoMemorySegment(sums, 2L * LANES * strip0, ORDER);
            ZIP_HIGH.selectFrom(even0, odd0).intoMemorySegment(sums, 2L * LANES * strip0 + LANES, ORDER);
            ZIP_LOW.selectFrom(even1, odd1).intoMemorySegment(sums, 2L * LANES * strip1, ORDER);
            ZIP_HIGH.selectFrom(even1, odd1).intoMemorySegment(sums, 2L * LANES * strip1 + LANES, ORDER);
            ZIP_LOW.selectFrom(even2, odd2).intoMemorySegment(sums, 2L * LANES * strip2, ORDER);
            ZIP_HIGH.selectFrom(even2, odd2).intoMemorySegment(sums, 2L * LANES * strip2 + LANES, ORDER);
            ZIP_LOW.selectFrom(even3, odd3).intoMemorySegment(sums, 2L * LANES * strip3, ORDER);
            ZIP_HIGH.selectFrom(even3, odd3).intoMemorySegment(sums, 2L * LANES * strip3 + LANES, ORDER);
        }
    }

    /**
     * Tables that fill four vectors: codes of 8 bits at 512 bits, of 7 at 256, of 6 at 128. A two-table selection takes
     * the code modulo two vectors; the bit above it says which of two selections counts.
     */
    static void fourVectors(
            MemorySegment codes, long offset, int blocks, int subspaces, MemorySegment tables, MemorySegment sums) {
        int strips = blocks * STRIPS_PER_BLOCK;
        long step = (long) subspaces * BLOCK;
        for (int tile = 0; tile < strips; tile += TILE) {
            int strip0 = stripOf(tile, 0, strips);
            int strip1 = stripOf(tile, 1, strips);
            int strip2 = stripOf(tile, 2, strips);
            int strip3 = stripOf(tile, 3, strips);
            long codes0 = codesOf(strip0, offset, step);
            long codes1 = codesOf(strip1, offset, step);
            long codes2 = codesOf(strip2, offset, step);
            long codes3 = codesOf(strip3, offset, step);
            ShortVector mixed0 = ShortVector.zero(SHORTS);
            ShortVector mixed1 = ShortVector.zero(SHORTS);
            ShortVector mixed2 = ShortVector.zero(SHORTS);
            ShortVector mixed3 = ShortVector.zero(SHORTS);
            ShortVector odd0 = ShortVector.zero(SHORTS);
            ShortVector odd1 = ShortVector.zero(SHORTS);
            ShortVector odd2 = ShortVector.zero(SHORTS);
            ShortVector odd3 = ShortVector.zero(SHORTS);
            for (int m = 0; m < subspaces; m++) {
                long at = (long) m * BLOCK;
                long table = (long) m * 4 * LANES;
                ByteVector table0 = ByteVector.fromMemorySegment(BYTES, tables, table, ORDER);
                ByteVector table1 = ByteVector.fromMemorySegment(BYTES, tables, table + LANES, ORDER);
                ByteVector table2 = ByteVector.fromMemorySegment(BYTES, tables, table + 2L * LANES, ORDER);
                ByteVector table3 = ByteVector.fromMemorySegment(BYTES, tables, table + 3L * LANES, ORDER);
                ByteVector code0 = ByteVector.fromMemorySegment(BYTES, codes, codes0 + at, ORDER);
                VectorMask<Byte> upper0 = LANES == 64
                        ? code0.compare(VectorOperators.LT, (byte) 0)
                        : code0.and((byte) (2 * LANES)).compare(VectorOperators.NE, (byte) 0);
                ShortVector entry0 = code0.selectFrom(table0, table1)
                        .blend(code0.selectFrom(table2, table3), upper0)
                        .reinterpretAsShorts();
                mixed0 = mixed0.add(entry0);
                odd0 = odd0.add(entry0.lanewise(VectorOperators.LSHR, EIGHT));
                ByteVector code1 = ByteVector.fromMemorySegment(BYTES, codes, codes1 + at, ORDER);
                VectorMask<Byte> upper1 = LANES == 64
                        ? code1.compare(VectorOperators.LT, (byte) 0)
                        : code1.and((byte) (2 * LANES)).compare(VectorOperators.NE, (byte) 0);
                ShortVector entry1 = code1.selectFrom(table0, table1)
                        .blend(code1.selectFrom(table2, table3), upper1)
                        .reinterpretAsShorts();
                mixed1 = mixed1.add(entry1);
                odd1 = odd1.add(entry1.lanewise(VectorOperators.LSHR, EIGHT));
                ByteVector code2 = ByteVector.fromMemorySegment(BYTES, codes, codes2 + at, ORDER);
                VectorMask<Byte> upper2 = LANES == 64
                        ? code2.compare(VectorOperators.LT, (byte) 0)
                        : code2.and((byte) (2 * LANES)).compare(VectorOperators.NE, (byte) 0);
                ShortVector entry2 = code2.selectFrom(table0, table1)
                        .blend(code2.selectFrom(table2, table3), upper2)
                        .reinterpretAsShorts();
                mixed2 = mixed2.add(entry2);
                odd2 = odd2.add(entry2.lanewise(VectorOperators.LSHR, EIGHT));
                ByteVector code3 = ByteVector.fromMemorySegment(BYTES, codes, codes3 + at, ORDER);
                VectorMask<Byte> upper3 = LANES == 64
                        ? code3.compare(VectorOperators.LT, (byte) 0)
                        : code3.and((byte) (2 * LANES)).compare(VectorOperators.NE, (byte) 0);
                ShortVector entry3 = code3.selectFrom(table0, table1)
                        .blend(code3.selectFrom(table2, table3), upper3)
                        .reinterpretAsShorts();
                mixed3 = mixed3.add(entry3);
                odd3 = odd3.add(entry3.lanewise(VectorOperators.LSHR, EIGHT));
            }
            ShortVector even0 = mixed0.sub(odd0.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector even1 = mixed1.sub(odd1.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector even2 = mixed2.sub(odd2.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector even3 = mixed3.sub(odd3.lanewise(VectorOperators.LSHL, EIGHT));
            ZIP_LOW.selectFrom(even0, odd0).intoMemorySegment(sums, 2L * LANES * strip0, ORDER);
            ZIP_HIGH.selectFrom(even0, odd0).intoMemorySegment(sums, 2L * LANES * strip0 + LANES, ORDER);
            ZIP_LOW.selectFrom(even1, odd1).intoMemorySegment(sums, 2L * LANES * strip1, ORDER);
            ZIP_HIGH.selectFrom(even1, odd1).intoMemorySegment(sums, 2L * LANES * strip1 + LANES, ORDER);
            ZIP_LOW.selectFrom(even2, odd2).intoMemorySegment(sums, 2L * LANES * strip2, ORDER);
            ZIP_HIGH.selectFrom(even2, odd2).intoMemorySegment(sums, 2L * LANES * strip2 + LANES, ORDER);
            ZIP_LOW.selectFrom(even3, odd3).intoMemorySegment(sums, 2L * LANES * strip3, ORDER);
            ZIP_HIGH.selectFrom(even3, odd3).intoMemorySegment(sums, 2L * LANES * strip3 + LANES, ORDER);
        }
    }

    /** Tables of 32 that fill half a vector: codes of 5 bits at 512 bits. */
    static void halfVector(
            MemorySegment codes, long offset, int blocks, int subspaces, MemorySegment tables, MemorySegment sums) {
        int strips = blocks * STRIPS_PER_BLOCK;
        long step = (long) subspaces * BLOCK;
        for (int tile = 0; tile < strips; tile += TILE) {
            int strip0 = stripOf(tile, 0, strips);
            int strip1 = stripOf(tile, 1, strips);
            int strip2 = stripOf(tile, 2, strips);
            int strip3 = stripOf(tile, 3, strips);
            long codes0 = codesOf(strip0, offset, step);
            long codes1 = codesOf(strip1, offset, step);
            long codes2 = codesOf(strip2, offset, step);
            long codes3 = codesOf(strip3, offset, step);
            ShortVector mixed0 = ShortVector.zero(SHORTS);
            ShortVector mixed1 = ShortVector.zero(SHORTS);
            ShortVector mixed2 = ShortVector.zero(SHORTS);
            ShortVector mixed3 = ShortVector.zero(SHORTS);
            ShortVector odd0 = ShortVector.zero(SHORTS);
            ShortVector odd1 = ShortVector.zero(SHORTS);
            ShortVector odd2 = ShortVector.zero(SHORTS);
            ShortVector odd3 = ShortVector.zero(SHORTS);
            for (int m = 0; m < subspaces; m++) {
                long at = (long) m * BLOCK;
                ByteVector table = ByteVector.fromMemorySegment(TABLE_OF_32, tables, m * 32L, ORDER)
                        .reinterpretShape(BYTES, 0)
                        .reinterpretAsBytes();
                ByteVector code0 = ByteVector.fromMemorySegment(BYTES, codes, codes0 + at, ORDER);
                ShortVector entry0 = code0.and((byte) 31).selectFrom(table).reinterpretAsShorts();
                mixed0 = mixed0.add(entry0);
                odd0 = odd0.add(entry0.lanewise(VectorOperators.LSHR, EIGHT));
                ByteVector code1 = ByteVector.fromMemorySegment(BYTES, codes, codes1 + at, ORDER);
                ShortVector entry1 = code1.and((byte) 31).selectFrom(table).reinterpretAsShorts();
                mixed1 = mixed1.add(entry1);
                odd1 = odd1.add(entry1.lanewise(VectorOperators.LSHR, EIGHT));
                ByteVector code2 = ByteVector.fromMemorySegment(BYTES, codes, codes2 + at, ORDER);
                ShortVector entry2 = code2.and((byte) 31).selectFrom(table).reinterpretAsShorts();
                mixed2 = mixed2.add(entry2);
                odd2 = odd2.add(entry2.lanewise(VectorOperators.LSHR, EIGHT));
                ByteVector code3 = ByteVector.fromMemorySegment(BYTES, codes, codes3 + at, ORDER);
                ShortVector entry3 = code3.and((byte) 31).selectFrom(table).reinterpretAsShorts();
                mixed3 = mixed3.add(entry3);
                odd3 = odd3.add(entry3.lanewise(VectorOperators.LSHR, EIGHT));
            }
            ShortVector even0 = mixed0.sub(odd0.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector even1 = mixed1.sub(odd1.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector even2 = mixed2.sub(odd2.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector even3 = mixed3.sub(odd3.lanewise(VectorOperators.LSHL, EIGHT));
            ZIP_LOW.selectFrom(even0, odd0).intoMemorySegment(sums, 2L * LANES * strip0, ORDER);
            ZIP_HIGH.selectFrom(even0, odd0).intoMemorySegment(sums, 2L * LANES * strip0 + LANES, ORDER);
            ZIP_LOW.selectFrom(even1, odd1).intoMemorySegment(sums, 2L * LANES * strip1, ORDER);
            ZIP_HIGH.selectFrom(even1, odd1).intoMemorySegment(sums, 2L * LANES * strip1 + LANES, ORDER);
            ZIP_LOW.selectFrom(even2, odd2).intoMemorySegment(sums, 2L * LANES * strip2, ORDER);
            ZIP_HIGH.selectFrom(even2, odd2).intoMemorySegment(sums, 2L * LANES * strip2 + LANES, ORDER);
            ZIP_LOW.selectFrom(even3, odd3).intoMemorySegment(sums, 2L * LANES * strip3, ORDER);
            ZIP_HIGH.selectFrom(even3, odd3).intoMemorySegment(sums, 2L * LANES * strip3 + LANES, ORDER);
        }
    }

    /**
     * Tables of 16 entries, at any width; two codes a byte. x86 has no shift of bytes; a shift of 16-bit lanes and a mask
     * do the same.
     */
    static void pairsOf16(
            MemorySegment codes, long offset, int blocks, int subspaces, MemorySegment tables, MemorySegment sums) {
        int strips = blocks * STRIPS_PER_BLOCK;
        long step = (long) subspaces / 2 * BLOCK;
        int pairs = subspaces / 2;
        for (int tile = 0; tile < strips; tile += TILE) {
            int strip0 = stripOf(tile, 0, strips);
            int strip1 = stripOf(tile, 1, strips);
            int strip2 = stripOf(tile, 2, strips);
            int strip3 = stripOf(tile, 3, strips);
            long codes0 = codesOf(strip0, offset, step);
            long codes1 = codesOf(strip1, offset, step);
            long codes2 = codesOf(strip2, offset, step);
            long codes3 = codesOf(strip3, offset, step);
            ShortVector mixed0 = ShortVector.zero(SHORTS);
            ShortVector mixed1 = ShortVector.zero(SHORTS);
            ShortVector mixed2 = ShortVector.zero(SHORTS);
            ShortVector mixed3 = ShortVector.zero(SHORTS);
            ShortVector odd0 = ShortVector.zero(SHORTS);
            ShortVector odd1 = ShortVector.zero(SHORTS);
            ShortVector odd2 = ShortVector.zero(SHORTS);
            ShortVector odd3 = ShortVector.zero(SHORTS);
            for (int pair = 0; pair < pairs; pair++) {
                long at = (long) pair * BLOCK;
                ByteVector low = ByteVector.fromMemorySegment(TABLE_OF_16, tables, pair * 32L, ORDER)
                        .reinterpretShape(BYTES, 0)
                        .reinterpretAsBytes();
                ByteVector high = ByteVector.fromMemorySegment(TABLE_OF_16, tables, pair * 32L + 16, ORDER)
                        .reinterpretShape(BYTES, 0)
                        .reinterpretAsBytes();
                ByteVector code0 = ByteVector.fromMemorySegment(BYTES, codes, codes0 + at, ORDER);
                ShortVector entry0 = code0.and((byte) 15).selectFrom(low).reinterpretAsShorts();
                ShortVector other0 = code0.reinterpretAsShorts()
                        .lanewise(VectorOperators.LSHR, FOUR)
                        .reinterpretAsBytes()
                        .and((byte) 15)
                        .selectFrom(high)
                        .reinterpretAsShorts();
                mixed0 = mixed0.add(entry0).add(other0);
                odd0 = odd0.add(entry0.lanewise(VectorOperators.LSHR, EIGHT))
                        .add(other0.lanewise(VectorOperators.LSHR, EIGHT));
                ByteVector code1 = ByteVector.fromMemorySegment(BYTES, codes, codes1 + at, ORDER);
                ShortVector entry1 = code1.and((byte) 15).selectFrom(low).reinterpretAsShorts();
                ShortVector other1 = code1.reinterpretAsShorts()
                        .lanewise(VectorOperators.LSHR, FOUR)
                        .reinterpretAsBytes()
                        .and((byte) 15)
                        .selectFrom(high)
                        .reinterpretAsShorts();
                mixed1 = mixed1.add(entry1).add(other1);
                odd1 = odd1.add(entry1.lanewise(VectorOperators.LSHR, EIGHT))
                        .add(other1.lanewise(VectorOperators.LSHR, EIGHT));
                ByteVector code2 = ByteVector.fromMemorySegment(BYTES, codes, codes2 + at, ORDER);
                ShortVector entry2 = code2.and((byte) 15).selectFrom(low).reinterpretAsShorts();
                ShortVector other2 = code2.reinterpretAsShorts()
                        .lanewise(VectorOperators.LSHR, FOUR)
                        .reinterpretAsBytes()
                        .and((byte) 15)
                        .selectFrom(high)
                        .reinterpretAsShorts();
                mixed2 = mixed2.add(entry2).add(other2);
                odd2 = odd2.add(entry2.lanewise(VectorOperators.LSHR, EIGHT))
                        .add(other2.lanewise(VectorOperators.LSHR, EIGHT));
                ByteVector code3 = ByteVector.fromMemorySegment(BYTES, codes, codes3 + at, ORDER);
                ShortVector entry3 = code3.and((byte) 15).selectFrom(low).reinterpretAsShorts();
                ShortVector other3 = code3.reinterpretAsShorts()
                        .lanewise(VectorOperators.LSHR, FOUR)
                        .reinterpretAsBytes()
                        .and((byte) 15)
                        .selectFrom(high)
                        .reinterpretAsShorts();
                mixed3 = mixed3.add(entry3).add(other3);
                odd3 = odd3.add(entry3.lanewise(VectorOperators.LSHR, EIGHT))
                        .add(other3.lanewise(VectorOperators.LSHR, EIGHT));
            }
            ShortVector even0 = mixed0.sub(odd0.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector even1 = mixed1.sub(odd1.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector even2 = mixed2.sub(odd2.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector even3 = mixed3.sub(odd3.lanewise(VectorOperators.LSHL, EIGHT));
            ZIP_LOW.selectFrom(even0, odd0).intoMemorySegment(sums, 2L * LANES * strip0, ORDER);
            ZIP_HIGH.selectFrom(even0, odd0).intoMemorySegment(sums, 2L * LANES * strip0 + LANES, ORDER);
            ZIP_LOW.selectFrom(even1, odd1).intoMemorySegment(sums, 2L * LANES * strip1, ORDER);
            ZIP_HIGH.selectFrom(even1, odd1).intoMemorySegment(sums, 2L * LANES * strip1 + LANES, ORDER);
            ZIP_LOW.selectFrom(even2, odd2).intoMemorySegment(sums, 2L * LANES * strip2, ORDER);
            ZIP_HIGH.selectFrom(even2, odd2).intoMemorySegment(sums, 2L * LANES * strip2 + LANES, ORDER);
            ZIP_LOW.selectFrom(even3, odd3).intoMemorySegment(sums, 2L * LANES * strip3, ORDER);
            ZIP_HIGH.selectFrom(even3, odd3).intoMemorySegment(sums, 2L * LANES * strip3 + LANES, ORDER);
        }
    }

    /** The number of a tile's strip; tiles and strips that would lie beyond the last repeat earlier ones. */
    private static int stripOf(int tile, int i, int strips) {
        return Math.min(Math.min(tile, Math.max(0, strips - TILE)) + i, strips - 1);
    }

    private static long codesOf(int strip, long offset, long step) {
        return offset + strip / STRIPS_PER_BLOCK * step + (long) (strip % STRIPS_PER_BLOCK) * LANES;
    }

    /** Where lane i of two interleaved vectors comes from: the first vector for even i, the second for odd i. */
    private static ShortVector zip(int from) {
        int length = SHORTS.length();
        short[] lanes = new short[length];
        for (int i = 0; i < length; i++) {
            lanes[i] = (short) (from + i / 2 + (i % 2) * length);
        }
        return ShortVector.fromArray(SHORTS, lanes, 0);
    }
}
