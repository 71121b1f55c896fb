package io.dovetail.index;

import io.dovetail.kernels.CodeLists;
import io.dovetail.kernels.CodeShape;
import io.dovetail.kernels.ScanKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The rows of the greatest sums, of those that a filter accepts: some more than wanted, and cut back to as many when they have
 * become twice as many. Of equal sums the least rows are kept, so that the order in which lists are scanned does not matter. They
 * stay in the order of the scan, so that re-ranking reads memory forwards within a list.
 *
 * <p>Integers make it quick: a threshold is found by counting, a vector of sums at a time, without moving any.
 */
final class Candidates {

    private static final ValueLayout.OfShort SUM = ValueLayout.JAVA_SHORT;
    private static final int BLOCK = ScanKernels.BLOCK;

    private final ScanKernels kernels;
    private final Scratch scratch;
    private final Arena arena;
    private MemorySegment sums = MemorySegment.NULL;
    private int[] rows = new int[0];

    private int wanted;
    private int size;
    private int threshold;
    private long asked;
    private long accepted;

    /** What adding needs for as long as it lasts: one for all that are not added to at the same time. */
    static final class Scratch {

        private final int[] places;
        private final int[] found;
        private final MemorySegment runs;

        /** Places of those that a cut keeps. */
        private int[] kept = new int[0];

        /** Rows whose sums are equal. */
        private int[] equals = new int[0];

        /**
         * Scratch.
         *
         * @param most greatest number of sums that are added at a time
         * @param arena owner
         */
        Scratch(int most, Arena arena) {
            places = new int[most];
            found = new int[most];
            runs = arena.allocate(ScanKernels.RUN_BYTES, 64);
        }
    }

    /**
     * No candidates.
     *
     * @param kernels select
     * @param scratch for adding
     * @param arena owner of the sums that are kept
     */
    Candidates(ScanKernels kernels, Scratch scratch, Arena arena) {
        this.kernels = kernels;
        this.scratch = scratch;
        this.arena = arena;
    }

    /** Forgets all, and wants so many from now on. */
    void clear(int count) {
        wanted = count;
        size = 0;
        threshold = 0;
        asked = 0;
        accepted = 0;
        reserve(2 * (long) count + scratch.places.length + 1); // a row is written before the filter is asked
        if (scratch.kept.length < rows.length) {
            scratch.kept = new int[rows.length];
            scratch.equals = new int[rows.length];
        }
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
                least = kernels.thresholdOfSums(scanned, count, (int) Math.min(enough, count), scratch.runs);
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
        int[] places = scratch.places;
        int[] found = scratch.found;
        int hits = kernels.selectSums(scanned, lists.sums(), least, 0, places, 0);
        lists.rows(places, hits, found);
        int before = size;
        int blank = 0; // places behind the last row of a list
        for (int i = 0; i < hits; i++) {
            int row = found[i];
            if (row < 0) {
                blank++;
            } else {
                rows[size] = row;
                sums.setAtIndex(SUM, size, scanned.getAtIndex(SUM, places[i]));
                size += filter.acceptsRow(index, row) ? 1 : 0;
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

    /** Keeps as many as wanted. */
    private void cut() {
        int[] keep = scratch.kept;
        threshold = threshold(wanted);
        int reaching = kernels.selectSums(sums, size, threshold, 0, keep, 0);
        if (reaching > wanted) {
            reaching = withoutLastEquals(reaching);
        }
        for (int i = 0; i < reaching; i++) {
            rows[i] = rows[keep[i]];
            sums.setAtIndex(SUM, i, sums.getAtIndex(SUM, keep[i]));
        }
        size = reaching;
    }

    /** Takes out of what reaches the threshold those that equal it and have the greatest rows. {@return how many are left} */
    private int withoutLastEquals(int reaching) {
        int[] keep = scratch.kept;
        int[] equals = scratch.equals;
        int count = 0;
        for (int i = 0; i < reaching; i++) {
            equals[count] = rows[keep[i]];
            count += sum(keep[i]) == threshold ? 1 : 0;
        }
        int last = ofRank(equals, count, wanted - (reaching - count));
        int left = 0;
        for (int i = 0; i < reaching; i++) {
            if (sum(keep[i]) > threshold || rows[keep[i]] <= last) {
                keep[left++] = keep[i];
            }
        }
        return left;
    }

    private int sum(int place) {
        return Short.toUnsignedInt(sums.getAtIndex(SUM, place));
    }

    /** The row up to which there are so many among some. */
    private static int ofRank(int[] rows, int count, int rank) {
        int least = 0;
        int enough = Integer.MAX_VALUE;
        while (least < enough) {
            int middle = (least + enough) >>> 1;
            int reach = 0;
            for (int i = 0; i < count; i++) {
                reach += rows[i] <= middle ? 1 : 0;
            }
            if (reach >= rank) {
                enough = middle;
            } else {
                least = middle + 1;
            }
        }
        return enough;
    }

    /** Cuts back to as many as wanted. {@return how many there are} */
    int keepBest() {
        if (size > wanted) {
            cut();
        }
        return size;
    }

    /** The rows, as many as {@link #keepBest} said. */
    int[] rows() {
        return rows;
    }
}
