package io.dovetail.kernels;

import static io.dovetail.kernels.SearchKernels.BLOCK;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The reference look-ups, for codes of any width; and what runs where tables do not fit a few vectors.
 *
 * @param bits of a code, in [4, 8]
 */
record ScalarLookupSums(int bits) implements LookupSums {

    @Override
    public void compute(MemorySegment codes, CodeLists lists, int subspaces, MemorySegment tables, MemorySegment sums) {
        for (int block = 0; block < lists.blocks(); block++) {
            long offset = lists.blockOffsets()[block];
            for (int i = 0; i < BLOCK; i++) {
                int sum = lists.blockRaises()[block];
                for (int m = 0; m < subspaces; m++) {
                    long entry = m * CodeShape.tableBytes(bits) + code(codes, offset, m, i);
                    sum += tables.get(ValueLayout.JAVA_BYTE, entry) & 0xff;
                }
                sums.set(SearchKernels.SUM, 2L * (block * BLOCK + i), (short) sum);
            }
        }
    }

    /** The code of sub-vector m of vector i of the block at an offset. */
    private int code(MemorySegment codes, long offset, int m, int i) {
        if (bits == 4) {
            int pair = codes.get(ValueLayout.JAVA_BYTE, offset + (long) m / 2 * BLOCK + i) & 0xff;
            return m % 2 == 0 ? pair & 15 : pair >>> 4;
        }
        return codes.get(ValueLayout.JAVA_BYTE, offset + (long) m * BLOCK + i) & ((1 << bits) - 1);
    }
}
