package io.dovetail.kernels;

import static io.dovetail.kernels.ScanKernels.BLOCK;

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
            block(codes, lists, block, subspaces, tables, 0, lists.blockRaises()[block], sums, 0);
        }
    }

    @Override
    public void compute(
            MemorySegment codes,
            CodeLists lists,
            int subspaces,
            MemorySegment tables,
            FourQueries queries,
            MemorySegment sums) {
        for (int query = 0; query < queries.size(); query++) {
            long to = sums.byteSize() / FourQueries.COUNT * query;
            for (int block = 0; block < lists.blocks(); block++) {
                long from = queries.tables()[query];
                block(codes, lists, block, subspaces, tables, from, queries.raises()[query], sums, to);
            }
        }
    }

    private void block(
            MemorySegment codes,
            CodeLists lists,
            int block,
            int subspaces,
            MemorySegment tables,
            long from,
            int raise,
            MemorySegment sums,
            long to) {
        long offset = lists.blockOffsets()[block];
        for (int i = 0; i < BLOCK; i++) {
            int sum = raise;
            for (int m = 0; m < subspaces; m++) {
                long entry = from + m * CodeShape.tableBytes(bits) + code(codes, offset, m, i);
                sum += tables.get(ValueLayout.JAVA_BYTE, entry) & 0xff;
            }
            sums.set(ScanKernels.SUM, to + 2L * (block * BLOCK + i), (short) sum);
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
