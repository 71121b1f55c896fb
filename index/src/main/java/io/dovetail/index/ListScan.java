package io.dovetail.index;

import io.dovetail.kernels.CodeLists;
import io.dovetail.kernels.CodeShape;
import io.dovetail.kernels.ScanKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Scans lists for one query at a time, many lists in one go: their blocks share the tables. For one thread. */
final class ListScan {

    private final IvfPqIndex index;
    private final ScanKernels kernels;
    private final int round;
    private final CodeLists lists = new CodeLists();
    private final MemorySegment sums;

    /**
     * A scan.
     *
     * @param index whose lists
     * @param round most sums in one go, a multiple of the block
     * @param arena owner of the sums
     */
    ListScan(IvfPqIndex index, int round, Arena arena) {
        this.index = index;
        this.round = round;
        kernels = index.kernels().scan();
        sums = arena.allocate(2L * round, 64);
    }

    /**
     * Scans lists [from, to) of those that were chosen.
     *
     * @param tables of the query, as a scan reads them
     * @return the number of codes
     */
    int scan(
            CoarseSearch chosen,
            int from,
            int to,
            MemorySegment tables,
            SumScale scale,
            IdFilter filter,
            Candidates candidates) {
        int scanned = 0;
        lists.clear();
        for (int i = from; i < to; i++) {
            int list = chosen.list(i);
            int raise = scale.raise(chosen.score(i));
            int end = index.listEnd(list);
            int row = index.listStart(list);
            long offset = index.codeOffset(list);
            scanned += end - row;
            while (row < end) {
                int room = round - lists.sums();
                if (room == 0) {
                    finishRound(tables, filter, candidates);
                } else {
                    int count = Math.min(room, end - row);
                    lists.add(offset, row, count, raise);
                    row += count;
                    offset += CodeShape.blocks(count) * index.blockBytes();
                }
            }
        }
        if (lists.size() > 0) { // all that were chosen may be empty
            finishRound(tables, filter, candidates);
        }
        return scanned;
    }

    private void finishRound(MemorySegment tables, IdFilter filter, Candidates candidates) {
        kernels.scan(index.bits(), index.codes(), index.subspaces(), tables, lists, sums);
        candidates.add(lists, sums, index, filter);
        lists.clear();
    }
}
