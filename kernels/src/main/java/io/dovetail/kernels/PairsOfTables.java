package io.dovetail.kernels;

import static io.dovetail.kernels.CodeStrips.BLOCKS;
import static io.dovetail.kernels.CodeStrips.BYTES;
import static io.dovetail.kernels.CodeStrips.EIGHT;
import static io.dovetail.kernels.CodeStrips.LANES;
import static io.dovetail.kernels.CodeStrips.ORDER;
import static io.dovetail.kernels.CodeStrips.PER_BLOCK;
import static io.dovetail.kernels.CodeStrips.SHORTS;
import static io.dovetail.kernels.CodeStrips.ZIP_HIGH;
import static io.dovetail.kernels.CodeStrips.ZIP_LOW;
import static io.dovetail.kernels.SearchKernels.BLOCK;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Look-ups of two codes of 4 bits a byte, in pairs of tables of 16 entries, at any width. x86 has no shift of bytes; a
 * shift of 16-bit lanes does. What the low half of a byte, or the shift, leaves above an index does no harm, as the
 * tables repeat. The two entries of a pair are added as bytes, which they fit. See {@link CodeStrips}.
 */
final class PairsOfTables implements LookupSums {

    private static final long TABLE_BYTES = CodeShape.tableBytes(4);
    private static final long PAIR_BYTES = 2 * TABLE_BYTES;

    @Override
    public void compute(
            MemorySegment codes,
            long offset,
            int blocks,
            int subspaces,
            MemorySegment tables,
            int raise,
            MemorySegment sums,
            long out) {
        int done = tiles(codes, offset, blocks, subspaces, tables, raise, sums, out);
        for (int strip = done * PER_BLOCK; strip < blocks * PER_BLOCK; strip++) {
            strip(
                    codes,
                    CodeStrips.offset(strip, offset, (long) subspaces / 2 * BLOCK),
                    subspaces,
                    tables,
                    raise,
                    sums,
                    out + 2L * LANES * strip);
        }
    }

    private static int tiles(
            MemorySegment codes,
            long offset,
            int blocks,
            int subspaces,
            MemorySegment tables,
            int raise,
            MemorySegment sums,
            long out) {
        long step = (long) subspaces / 2 * BLOCK;
        long first = Objects.checkIndex(offset, CodeStrips.OFFSETS);
        int pairs = subspaces / 2;
        ShortVector raised = ShortVector.broadcast(SHORTS, (short) raise);
        ShortVector mixedRaised = ShortVector.broadcast(SHORTS, (short) (raise * 257));
        int block = 0;
        for (; block + BLOCKS <= blocks; block += BLOCKS) {
            long codes0 = first + block * step;
            long codes1 = codes0 + 1 / PER_BLOCK * step + (long) (1 % PER_BLOCK) * LANES;
            long codes2 = codes0 + 2 / PER_BLOCK * step + (long) (2 % PER_BLOCK) * LANES;
            long codes3 = codes0 + 3 / PER_BLOCK * step + (long) (3 % PER_BLOCK) * LANES;
            ShortVector mixed0 = mixedRaised;
            ShortVector mixed1 = mixedRaised;
            ShortVector mixed2 = mixedRaised;
            ShortVector mixed3 = mixedRaised;
            ShortVector odd0 = raised;
            ShortVector odd1 = raised;
            ShortVector odd2 = raised;
            ShortVector odd3 = raised;
            for (int pair = 0; pair < pairs; pair++) {
                long at = (long) pair * BLOCK;
                ByteVector low = ByteVector.fromMemorySegment(BYTES, tables, pair * PAIR_BYTES, ORDER);
                ByteVector high = ByteVector.fromMemorySegment(BYTES, tables, pair * PAIR_BYTES + TABLE_BYTES, ORDER);
                ByteVector code0 = ByteVector.fromMemorySegment(BYTES, codes, codes0 + at, ORDER);
                ShortVector entries0 = code0.selectFrom(low)
                        .add(code0.reinterpretAsShorts()
                                .lanewise(VectorOperators.LSHR, CodeStrips.FOUR)
                                .reinterpretAsBytes()
                                .selectFrom(high))
                        .reinterpretAsShorts();
                mixed0 = mixed0.add(entries0);
                odd0 = odd0.add(entries0.lanewise(VectorOperators.LSHR, EIGHT));
                ByteVector code1 = ByteVector.fromMemorySegment(BYTES, codes, codes1 + at, ORDER);
                ShortVector entries1 = code1.selectFrom(low)
                        .add(code1.reinterpretAsShorts()
                                .lanewise(VectorOperators.LSHR, CodeStrips.FOUR)
                                .reinterpretAsBytes()
                                .selectFrom(high))
                        .reinterpretAsShorts();
                mixed1 = mixed1.add(entries1);
                odd1 = odd1.add(entries1.lanewise(VectorOperators.LSHR, EIGHT));
                ByteVector code2 = ByteVector.fromMemorySegment(BYTES, codes, codes2 + at, ORDER);
                ShortVector entries2 = code2.selectFrom(low)
                        .add(code2.reinterpretAsShorts()
                                .lanewise(VectorOperators.LSHR, CodeStrips.FOUR)
                                .reinterpretAsBytes()
                                .selectFrom(high))
                        .reinterpretAsShorts();
                mixed2 = mixed2.add(entries2);
                odd2 = odd2.add(entries2.lanewise(VectorOperators.LSHR, EIGHT));
                ByteVector code3 = ByteVector.fromMemorySegment(BYTES, codes, codes3 + at, ORDER);
                ShortVector entries3 = code3.selectFrom(low)
                        .add(code3.reinterpretAsShorts()
                                .lanewise(VectorOperators.LSHR, CodeStrips.FOUR)
                                .reinterpretAsBytes()
                                .selectFrom(high))
                        .reinterpretAsShorts();
                mixed3 = mixed3.add(entries3);
                odd3 = odd3.add(entries3.lanewise(VectorOperators.LSHR, EIGHT));
            }
            long to = out + 2L * BLOCK * block;
            ShortVector even0 = mixed0.sub(odd0.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector even1 = mixed1.sub(odd1.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector even2 = mixed2.sub(odd2.lanewise(VectorOperators.LSHL, EIGHT));
            ShortVector even3 = mixed3.sub(odd3.lanewise(VectorOperators.LSHL, EIGHT));
            ZIP_LOW.selectFrom(even0, odd0).intoMemorySegment(sums, to, ORDER);
            ZIP_HIGH.selectFrom(even0, odd0).intoMemorySegment(sums, to + LANES, ORDER);
            ZIP_LOW.selectFrom(even1, odd1).intoMemorySegment(sums, to + 2L * LANES, ORDER);
            ZIP_HIGH.selectFrom(even1, odd1).intoMemorySegment(sums, to + 3L * LANES, ORDER);
            ZIP_LOW.selectFrom(even2, odd2).intoMemorySegment(sums, to + 4L * LANES, ORDER);
            ZIP_HIGH.selectFrom(even2, odd2).intoMemorySegment(sums, to + 5L * LANES, ORDER);
            ZIP_LOW.selectFrom(even3, odd3).intoMemorySegment(sums, to + 6L * LANES, ORDER);
            ZIP_HIGH.selectFrom(even3, odd3).intoMemorySegment(sums, to + 7L * LANES, ORDER);
        }
        return block;
    }

    private static void strip(
            MemorySegment codes,
            long offset,
            int subspaces,
            MemorySegment tables,
            int raise,
            MemorySegment sums,
            long out) {
        ShortVector raised = ShortVector.broadcast(SHORTS, (short) raise);
        ShortVector mixedRaised = ShortVector.broadcast(SHORTS, (short) (raise * 257));
        ShortVector mixed = mixedRaised;
        ShortVector odd = raised;
        int pairs = subspaces / 2;
        for (int pair = 0; pair < pairs; pair++) {
            ByteVector low = ByteVector.fromMemorySegment(BYTES, tables, pair * PAIR_BYTES, ORDER);
            ByteVector high = ByteVector.fromMemorySegment(BYTES, tables, pair * PAIR_BYTES + TABLE_BYTES, ORDER);
            ByteVector code = ByteVector.fromMemorySegment(BYTES, codes, offset + (long) pair * BLOCK, ORDER);
            ShortVector entries = code.selectFrom(low)
                    .add(code.reinterpretAsShorts()
                            .lanewise(VectorOperators.LSHR, CodeStrips.FOUR)
                            .reinterpretAsBytes()
                            .selectFrom(high))
                    .reinterpretAsShorts();
            mixed = mixed.add(entries);
            odd = odd.add(entries.lanewise(VectorOperators.LSHR, EIGHT));
        }
        ShortVector even = mixed.sub(odd.lanewise(VectorOperators.LSHL, EIGHT));
        ZIP_LOW.selectFrom(even, odd).intoMemorySegment(sums, out, ORDER);
        ZIP_HIGH.selectFrom(even, odd).intoMemorySegment(sums, out + LANES, ORDER);
    }
}
