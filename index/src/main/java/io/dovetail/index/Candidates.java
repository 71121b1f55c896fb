package io.dovetail.index;

import io.dovetail.kernels.CodeLists;
import io.dovetail.kernels.CodeShape;
import io.dovetail.kernels.SearchKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The rows of the greatest sums, of those that a filter accepts: some more than wanted, and cut back to about as many when
 * they have become twice as many. In ascending order of the scan, so that re-ranking reads memory forwards.
 *
 * <p>Integers make it quick: a threshold is found by counting, a vector of sums at a time, without moving any.
 */
final class Candidates {

    private static final ValueLayout.OfShort SUM = ValueLayout.JAVA_SHORT;
    private static final int BLOCK = SearchKernels.BLOCK;

    private final SearchKernels kernels;
    private final int most;
    private final int[] places;
    private final int[] found;
    private final Arena arena;
    private final MemorySegment scratch;
    private MemorySegment sums = MemorySegment.NULL;
    private int[] rows = new int[0];
    private int wanted;
    private int size;
    private int threshold;
    private long asked;
    private long accepted;

    /**
     * No candidates.
     *
     * @param kernels select
     * @param most greatest number of sums that are added at a time
     * @param arena owner of the scratch
     */
    Candidates(SearchKernels kernels, int most, Arena arena) {
        this.kernels = kernels;
        this.most = most;
        this.arena = arena;
        places = new int[most];
        found = new int[most];
        scratch = arena.allocate(SearchKernels.RUN_BYTES, 64);
    }

    /** Forgets all, and wants so many from now on. */
    void clear(int count) {
        wanted = count;
        size = 0;
        threshold = 0;
        asked = 0;
        accepted = 0;
        reserve(2 * (long) count + most);
    }

    private void reserve(long capacity) {
        if (rows.length < capacity) {
            // At least doubled: what was there before is freed with the arena.
            int room = Math.toIntExact((Math.max(capacity, 2L * rows.length) + BLOCK - 1) / BLOCK * BLOCK);
            rows = new int[room];
            sums = arena.allocate(2L * room, 64);
        }
    }

    /**
     * Adds the best of what was scanned.
     *
     * @param lists what was scanned
     * @param scanned its sums
     * @param index knows the ids
     * @param filter which ids may be found
     */
    void add(CodeLists lists, MemorySegment scanned, IvfPqIndex index, IdFilter filter) {
        int count = lists.sums();
        if (size >= wanted) {
            append(lists, scanned, threshold, index, filter);
        } else {
            // Of these sums alone the best `wanted` could be among the best of all, as far as the filter accepts them.
            int before = size;
            long enough = wanted;
            int least;
            do {
                size = before;
                least = kernels.thresholdOfSums(scanned, count, (int) Math.min(enough, count), scratch);
                append(lists, scanned, least, index, filter);
                enough *= 2;
            } while (least > 0 && enough < 2L * count && size - before < wanted);
        }
        if (size >= 2L * wanted) {
            cut();
        } else if (size >= wanted && threshold == 0) {
            threshold = threshold(wanted);
        }
    }

    private void append(CodeLists lists, MemorySegment scanned, int least, IvfPqIndex index, IdFilter filter) {
        int hits = kernels.selectSums(scanned, lists.sums(), least, 0, places, 0);
        lists.rows(places, hits, found);
        int before = size;
        int blank = 0; // places behind the last row of a list
        for (int i = 0; i < hits; i++) {
            int row = found[i];
            if (row < 0) {
                blank++;
            } else if (filter.acceptsRow(index, row)) {
                rows[size] = row;
                sums.setAtIndex(SUM, size, scanned.getAtIndex(SUM, places[i]));
                size++;
            }
        }
        asked += hits - blank;
        accepted += size - before;
    }

    /** {@return how many are wanted} */
    int wanted() {
        return wanted;
    }

    /** The share of the rows asked about that the filter accepted; a little more than none where it accepted none. */
    double acceptedShare() {
        return (accepted + 1.0) / (asked + 1.0);
    }

    /** The greatest sum that so many candidates reach, 0 if they are fewer. */
    int threshold(int count) {
        int padded = CodeShape.blocks(size) * BLOCK;
        for (int i = size; i < padded; i++) {
            sums.setAtIndex(SUM, i, (short) 0);
        }
        return kernels.exactThresholdOfSums(sums, padded, count);
    }

    /** Keeps as many as wanted; of equal sums at the end those that were scanned first, however many there are. */
    private void cut() {
        threshold = threshold(wanted);
        int equals = wanted;
        for (int i = 0; i < size; i++) {
            equals -= Short.toUnsignedInt(sums.getAtIndex(SUM, i)) > threshold ? 1 : 0;
        }
        int left = 0;
        for (int i = 0; i < size; i++) {
            short sum = sums.getAtIndex(SUM, i);
            int unsigned = Short.toUnsignedInt(sum);
            if (unsigned > threshold || (unsigned == threshold && equals-- > 0)) {
                rows[left] = rows[i];
                sums.setAtIndex(SUM, left, sum);
                left++;
            }
        }
        size = left;
    }

    /** Cuts back to about as many as wanted. {@return how many are left} */
    int keepBest() {
        if (size > wanted + wanted / 4) {
            cut();
        }
        return size;
    }

    /** The rows, as many as {@link #keepBest} said. */
    int[] rows() {
        return rows;
    }
}
