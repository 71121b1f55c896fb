package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The scan kernels on vectors. */
final class VectorScanKernels extends ScanKernels {

    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final ShortVector NUMBERS = ShortVector.zero(SHORTS).addIndex(1);

    private final LookupStrategy strategy;

    VectorScanKernels(LookupStrategy strategy) {
        this.strategy = strategy;
    }

    String describe() {
        return strategy.describe();
    }

    @Override
    void lookupSumsUnchecked(
            int bits, MemorySegment codes, CodeLists lists, int subspaces, MemorySegment tables, MemorySegment sums) {
        strategy.sums(bits).compute(codes, lists, subspaces, tables, sums);
    }

    @Override
    void lookupSumsUnchecked(
            int bits,
            MemorySegment codes,
            CodeLists lists,
            int subspaces,
            MemorySegment tables,
            FourQueries queries,
            MemorySegment sums) {
        strategy.sums(bits).compute(codes, lists, subspaces, tables, queries, sums);
    }

    @Override
    int greatestSum(MemorySegment sums, int count) {
        ShortVector greatest0 = ShortVector.zero(SHORTS);
        ShortVector greatest1 = greatest0;
        for (int i = 0; i < count; i += 2 * SHORTS.length()) {
            ShortVector sums0 = ShortVector.fromMemorySegment(SHORTS, sums, 2L * i, ORDER);
            ShortVector sums1 = ShortVector.fromMemorySegment(SHORTS, sums, 2L * (i + SHORTS.length()), ORDER);
            greatest0 = greatest0.lanewise(VectorOperators.UMAX, sums0);
            greatest1 = greatest1.lanewise(VectorOperators.UMAX, sums1);
        }
        // With the sign bit flipped the order of unsigned numbers is that of signed ones, which a reduction knows.
        short greatest = greatest0
                .lanewise(VectorOperators.UMAX, greatest1)
                .lanewise(VectorOperators.XOR, Short.MIN_VALUE)
                .reduceLanes(VectorOperators.MAX);
        return Short.toUnsignedInt((short) (greatest ^ Short.MIN_VALUE));
    }

    @Override
    void greatestOfRuns(MemorySegment sums, int count, int runs, MemorySegment greatest) {
        int lanes = SHORTS.length();
        for (int run = 0; run < runs; run += lanes) {
            ShortVector most = ShortVector.zero(SHORTS);
            for (int i = run; i < count; i += runs) {
                most = most.lanewise(VectorOperators.UMAX, ShortVector.fromMemorySegment(SHORTS, sums, 2L * i, ORDER));
            }
            most.intoMemorySegment(greatest, 2L * run, ORDER);
        }
    }

    @Override
    int countSums(MemorySegment sums, int count, int threshold) {
        int reach0 = 0;
        int reach1 = 0;
        for (int i = 0; i < count; i += 2 * SHORTS.length()) {
            reach0 += ShortVector.fromMemorySegment(SHORTS, sums, 2L * i, ORDER)
                    .compare(VectorOperators.UGE, (short) threshold)
                    .trueCount();
            reach1 += ShortVector.fromMemorySegment(SHORTS, sums, 2L * (i + SHORTS.length()), ORDER)
                    .compare(VectorOperators.UGE, (short) threshold)
                    .trueCount();
        }
        return reach0 + reach1;
    }

    @Override
    void clearRest(MemorySegment sums, long offset, int count) {
        int lanes = SHORTS.length();
        for (int i = count / lanes * lanes; i < BLOCK; i += lanes) {
            ShortVector values = ShortVector.fromMemorySegment(SHORTS, sums, offset + 2L * i, ORDER);
            values.blend((short) 0, NUMBERS.compare(VectorOperators.GE, (short) (count - i)))
                    .intoMemorySegment(sums, offset + 2L * i, ORDER);
        }
    }

    @Override
    int selectSumsUnchecked(MemorySegment sums, int count, int threshold, int base, int[] out, int at) {
        int bound = SHORTS.loopBound(count);
        int end = at;
        for (int i = 0; i < bound; i += SHORTS.length()) {
            long hits = ShortVector.fromMemorySegment(SHORTS, sums, 2L * i, ORDER)
                    .compare(VectorOperators.UGE, (short) threshold)
                    .toLong();
            end = VectorSearchKernels.append(hits, base + i, out, end);
        }
        for (int i = bound; i < count; i++) {
            if (Short.toUnsignedInt(sums.get(SUM, 2L * i)) >= threshold) {
                out[end++] = base + i;
            }
        }
        return end;
    }
}
