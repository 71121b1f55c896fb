package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;

/** The reference scan kernels. */
final class ScalarScanKernels extends ScanKernels {

    private final ScalarLookupSums[] lookups = {
        new ScalarLookupSums(4),
        new ScalarLookupSums(5),
        new ScalarLookupSums(6),
        new ScalarLookupSums(7),
        new ScalarLookupSums(8)
    };

    @Override
    void lookupSumsUnchecked(
            int bits, MemorySegment codes, CodeLists lists, int subspaces, MemorySegment tables, MemorySegment sums) {
        lookups[bits - 4].compute(codes, lists, subspaces, tables, sums);
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
        lookups[bits - 4].compute(codes, lists, subspaces, tables, queries, sums);
    }

    @Override
    int greatestSum(MemorySegment sums, int count) {
        int greatest = 0;
        for (int i = 0; i < count; i++) {
            greatest = Math.max(greatest, Short.toUnsignedInt(sums.get(SUM, 2L * i)));
        }
        return greatest;
    }

    @Override
    void greatestOfRuns(MemorySegment sums, int count, int runs, MemorySegment greatest) {
        for (int run = 0; run < runs; run++) {
            int most = 0;
            for (int i = run; i < count; i += runs) {
                most = Math.max(most, Short.toUnsignedInt(sums.get(SUM, 2L * i)));
            }
            greatest.set(SUM, 2L * run, (short) most);
        }
    }

    @Override
    int countSums(MemorySegment sums, int count, int threshold) {
        int reach = 0;
        for (int i = 0; i < count; i++) {
            reach += Short.toUnsignedInt(sums.get(SUM, 2L * i)) >= threshold ? 1 : 0;
        }
        return reach;
    }

    @Override
    void clearRest(MemorySegment sums, long offset, int count) {
        for (int i = count; i < BLOCK; i++) {
            sums.set(SUM, offset + 2L * i, (short) 0);
        }
    }

    @Override
    int selectSumsUnchecked(MemorySegment sums, int count, int threshold, int base, int[] out, int at) {
        int end = at;
        for (int i = 0; i < count; i++) {
            if (Short.toUnsignedInt(sums.get(SUM, 2L * i)) >= threshold) {
                out[end++] = base + i;
            }
        }
        return end;
    }
}
