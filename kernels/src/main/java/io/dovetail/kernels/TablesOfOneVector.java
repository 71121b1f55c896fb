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

/** Look-ups in tables that fill one vector: codes of 6 bits at 512 bits, of 5 at 256. See {@link CodeStrips}. */
final class TablesOfOneVector implements LookupSums {

    /** At 512 bits, tables of 32 entries stand twice in a vector, so that the bits above a code do not matter. */
    private static final long TABLE_BYTES = CodeShape.tableBytes(6);

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
                    CodeStrips.offset(strip, offset, (long) subspaces * BLOCK),
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
        long step = (long) subspaces * BLOCK;
        long first = Objects.checkIndex(offset, CodeStrips.OFFSETS);
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
            for (int m = 0; m < subspaces; m++) {
                long at = (long) m * BLOCK;
                long table = m * TABLE_BYTES;
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
        for (int m = 0; m < subspaces; m++) {
            long table = m * TABLE_BYTES;
            ByteVector table0 = ByteVector.fromMemorySegment(BYTES, tables, table, ORDER);
            ByteVector code = ByteVector.fromMemorySegment(BYTES, codes, offset + (long) m * BLOCK, ORDER);
            ShortVector entry = code.selectFrom(table0).reinterpretAsShorts();
            mixed = mixed.add(entry);
            odd = odd.add(entry.lanewise(VectorOperators.LSHR, EIGHT));
        }
        ShortVector even = mixed.sub(odd.lanewise(VectorOperators.LSHL, EIGHT));
        ZIP_LOW.selectFrom(even, odd).intoMemorySegment(sums, out, ORDER);
        ZIP_HIGH.selectFrom(even, odd).intoMemorySegment(sums, out + LANES, ORDER);
    }
}
