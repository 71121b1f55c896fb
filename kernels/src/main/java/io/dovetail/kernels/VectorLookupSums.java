package io.dovetail.kernels;

import static io.dovetail.kernels.SearchKernels.BLOCK;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums of u8 table entries by code, with the tables in registers and 16-bit accumulators: the "fast scan" of André,
 * Kermarrec and Le Scouarnec (2015) as faiss lays it out.
 *
 * <p>Looked-up bytes are added as 16-bit lanes, twice: {@code mixed} adds the pairs as they are (even + 256 * odd,
 * modulo 65536) and {@code odd} adds their high halves alone. At the end even = mixed - 256 * odd. That saves the
 * widening of each looked-up vector.
 *
 * <p>The unit of work is a strip: as many codes as a vector has bytes, which is a block at 512 bits and a part of one
 * below. Strips go two at a time, so that the tables are loaded once for two. Both accumulators of a strip are stored
 * where its sums belong, and a last pass over them turns the pairs into sums: with that inside, or with four strips at a
 * time, the compiler stops inlining on the way and boxes vectors.
 */
final class VectorLookupSums {

    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Byte> TABLE_OF_16 = ByteVector.SPECIES_128;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private static final int LANES = BYTES.length();
    private static final int STRIPS_PER_BLOCK = BLOCK / LANES;
    private static final int TILE = 2;

    private static final ShortVector ZIP_LOW = zip(0);
    private static final ShortVector ZIP_HIGH = zip(SHORTS.length() / 2);

    private VectorLookupSums() {}

    /** Tables of 256 entries; needs 512-bit vectors, where a strip is a block. */
    static void sums8(
            MemorySegment codes, long offset, int blocks, int subspaces, MemorySegment tables, MemorySegment sums) {
        long step = (long) subspaces * BLOCK;
        int block = 0;
        for (; block + TILE <= blocks; block += TILE) {
            tile8(codes, offset + block * step, step, subspaces, tables, sums, 2L * BLOCK * block);
        }
        for (; block < blocks; block++) {
            strip8(codes, offset + block * step, subspaces, tables, sums, 2L * BLOCK * block);
        }
        interleave(sums, blocks);
    }

    private static void tile8(
            MemorySegment codes,
            long offset,
            long step,
            int subspaces,
            MemorySegment tables,
            MemorySegment sums,
            long out) {
        ShortVector mixed0 = ShortVector.zero(SHORTS);
        ShortVector mixed1 = ShortVector.zero(SHORTS);
        ShortVector odd0 = ShortVector.zero(SHORTS);
        ShortVector odd1 = ShortVector.zero(SHORTS);
        for (int m = 0; m < subspaces; m++) {
            long at = offset + (long) m * BLOCK;
            long table = m * 256L;
            ByteVector t0 = ByteVector.fromMemorySegment(BYTES, tables, table, ORDER);
            ByteVector t1 = ByteVector.fromMemorySegment(BYTES, tables, table + 64, ORDER);
            ByteVector t2 = ByteVector.fromMemorySegment(BYTES, tables, table + 128, ORDER);
            ByteVector t3 = ByteVector.fromMemorySegment(BYTES, tables, table + 192, ORDER);
            ShortVector s0 = entries(ByteVector.fromMemorySegment(BYTES, codes, at, ORDER), t0, t1, t2, t3);
            ShortVector s1 = entries(ByteVector.fromMemorySegment(BYTES, codes, at + step, ORDER), t0, t1, t2, t3);
            mixed0 = mixed0.add(s0);
            mixed1 = mixed1.add(s1);
            odd0 = odd0.add(highHalves(s0));
            odd1 = odd1.add(highHalves(s1));
        }
        mixed0.intoMemorySegment(sums, out, ORDER);
        odd0.intoMemorySegment(sums, out + LANES, ORDER);
        mixed1.intoMemorySegment(sums, out + 2L * LANES, ORDER);
        odd1.intoMemorySegment(sums, out + 3L * LANES, ORDER);
    }

    private static void strip8(
            MemorySegment codes, long offset, int subspaces, MemorySegment tables, MemorySegment sums, long out) {
        ShortVector mixed = ShortVector.zero(SHORTS);
        ShortVector odd = ShortVector.zero(SHORTS);
        for (int m = 0; m < subspaces; m++) {
            long table = m * 256L;
            ShortVector s = entries(
                    ByteVector.fromMemorySegment(BYTES, codes, offset + (long) m * BLOCK, ORDER),
                    ByteVector.fromMemorySegment(BYTES, tables, table, ORDER),
                    ByteVector.fromMemorySegment(BYTES, tables, table + 64, ORDER),
                    ByteVector.fromMemorySegment(BYTES, tables, table + 128, ORDER),
                    ByteVector.fromMemorySegment(BYTES, tables, table + 192, ORDER));
            mixed = mixed.add(s);
            odd = odd.add(highHalves(s));
        }
        mixed.intoMemorySegment(sums, out, ORDER);
        odd.intoMemorySegment(sums, out + LANES, ORDER);
    }

    /** The entries of a table of 256; a two-table selection takes the code modulo 128. */
    private static ShortVector entries(ByteVector codes, ByteVector t0, ByteVector t1, ByteVector t2, ByteVector t3) {
        ByteVector low = codes.selectFrom(t0, t1);
        ByteVector high = codes.selectFrom(t2, t3);
        return low.blend(high, codes.compare(VectorOperators.LT, (byte) 0)).reinterpretAsShorts();
    }

    /** Tables of 16 entries, at any width; two codes a byte. */
    static void sums4(
            MemorySegment codes, long offset, int blocks, int subspaces, MemorySegment tables, MemorySegment sums) {
        int pairs = subspaces / 2;
        int strips = blocks * STRIPS_PER_BLOCK;
        int strip = 0;
        for (; strip + TILE <= strips; strip += TILE) {
            tile4(codes, offset, strip, pairs, tables, sums);
        }
        for (; strip < strips; strip++) {
            strip4(codes, stripOffset(offset, strip, pairs), pairs, tables, sums, 2L * LANES * strip);
        }
        interleave(sums, strips);
    }

    private static long stripOffset(long offset, int strip, int pairs) {
        return offset + (long) (strip / STRIPS_PER_BLOCK) * pairs * BLOCK + (long) (strip % STRIPS_PER_BLOCK) * LANES;
    }

    private static void tile4(
            MemorySegment codes, long offset, int strip, int pairs, MemorySegment tables, MemorySegment sums) {
        long offset0 = stripOffset(offset, strip, pairs);
        long offset1 = stripOffset(offset, strip + 1, pairs);
        ShortVector mixed0 = ShortVector.zero(SHORTS);
        ShortVector mixed1 = ShortVector.zero(SHORTS);
        ShortVector odd0 = ShortVector.zero(SHORTS);
        ShortVector odd1 = ShortVector.zero(SHORTS);
        for (int pair = 0; pair < pairs; pair++) {
            long at = (long) pair * BLOCK;
            ByteVector even = tableOf16(tables, pair * 32L);
            ByteVector odd = tableOf16(tables, pair * 32L + 16);
            ByteVector codes0 = ByteVector.fromMemorySegment(BYTES, codes, offset0 + at, ORDER);
            ByteVector codes1 = ByteVector.fromMemorySegment(BYTES, codes, offset1 + at, ORDER);
            ShortVector s0 = lowEntries(codes0, even);
            ShortVector s1 = lowEntries(codes1, even);
            ShortVector h0 = highEntries(codes0, odd);
            ShortVector h1 = highEntries(codes1, odd);
            mixed0 = mixed0.add(s0).add(h0);
            mixed1 = mixed1.add(s1).add(h1);
            odd0 = odd0.add(highHalves(s0)).add(highHalves(h0));
            odd1 = odd1.add(highHalves(s1)).add(highHalves(h1));
        }
        long out = 2L * LANES * strip;
        mixed0.intoMemorySegment(sums, out, ORDER);
        odd0.intoMemorySegment(sums, out + LANES, ORDER);
        mixed1.intoMemorySegment(sums, out + 2L * LANES, ORDER);
        odd1.intoMemorySegment(sums, out + 3L * LANES, ORDER);
    }

    private static void strip4(
            MemorySegment codes, long offset, int pairs, MemorySegment tables, MemorySegment sums, long out) {
        ShortVector mixed = ShortVector.zero(SHORTS);
        ShortVector odd = ShortVector.zero(SHORTS);
        for (int pair = 0; pair < pairs; pair++) {
            ByteVector code = ByteVector.fromMemorySegment(BYTES, codes, offset + (long) pair * BLOCK, ORDER);
            ShortVector s = lowEntries(code, tableOf16(tables, pair * 32L));
            ShortVector h = highEntries(code, tableOf16(tables, pair * 32L + 16));
            mixed = mixed.add(s).add(h);
            odd = odd.add(highHalves(s)).add(highHalves(h));
        }
        mixed.intoMemorySegment(sums, out, ORDER);
        odd.intoMemorySegment(sums, out + LANES, ORDER);
    }

    /** A vector that begins with the table; no index reaches the rest. */
    private static ByteVector tableOf16(MemorySegment tables, long at) {
        return ByteVector.fromMemorySegment(TABLE_OF_16, tables, at, ORDER)
                .reinterpretShape(BYTES, 0)
                .reinterpretAsBytes();
    }

    private static ShortVector lowEntries(ByteVector codes, ByteVector table) {
        return codes.and((byte) 15).selectFrom(table).reinterpretAsShorts();
    }

    /** x86 has no shift of bytes; a shift of 16-bit lanes and a mask do the same. */
    private static ShortVector highEntries(ByteVector codes, ByteVector table) {
        ByteVector shifted =
                codes.reinterpretAsShorts().lanewise(VectorOperators.LSHR, 4).reinterpretAsBytes();
        return lowEntries(shifted, table);
    }

    private static ShortVector highHalves(ShortVector pairs) {
        return pairs.lanewise(VectorOperators.LSHR, 8);
    }

    /** Turns the accumulators of each strip into its sums, in place. */
    private static void interleave(MemorySegment sums, int strips) {
        for (int strip = 0; strip < strips; strip++) {
            long at = 2L * LANES * strip;
            ShortVector mixed = ShortVector.fromMemorySegment(SHORTS, sums, at, ORDER);
            ShortVector odd = ShortVector.fromMemorySegment(SHORTS, sums, at + LANES, ORDER);
            ShortVector even = mixed.sub(odd.lanewise(VectorOperators.LSHL, 8));
            ZIP_LOW.selectFrom(even, odd).intoMemorySegment(sums, at, ORDER);
            ZIP_HIGH.selectFrom(even, odd).intoMemorySegment(sums, at + LANES, ORDER);
        }
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
