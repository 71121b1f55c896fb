package io.dovetail.index.live;

import java.util.stream.IntStream;

/** Which live rows belong to which list of the generation. Immutable: a longer one takes its place. */
final class LiveLists {

    private final int covered;
    private final int[] starts;
    private final int[] rows;

    private LiveLists(int covered, int[] starts, int[] rows) {
        this.covered = covered;
        this.starts = starts;
        this.rows = rows;
    }

    /** Rows [0, covered) are sorted in if they were alive; those after them are not. */
    int covered() {
        return covered;
    }

    /** {@return the place where the rows of a list begin; of the list after the last, their number} */
    int start(int list) {
        return starts[list];
    }

    /** {@return the live row at a place; rows ascend in each list} */
    int row(int place) {
        return rows[place];
    }

    /** The same lists of rows that stand in their order. */
    LiveLists packed() {
        return new LiveLists(
                rows.length, starts, IntStream.range(0, rows.length).toArray());
    }

    int size() {
        return rows.length;
    }

    boolean isEmpty() {
        return rows.length == 0;
    }

    static LiveLists none(int nlist) {
        return new LiveLists(0, new int[nlist + 1], new int[0]);
    }

    /** Sorts rows that are alive by list: a counting sort. */
    static LiveLists of(int nlist, int[] listOfRow, int[] deaths, int count) {
        int[] starts = new int[nlist + 1];
        for (int row = 0; row < count; row++) {
            if (deaths[row] == Generation.NEVER) {
                starts[listOfRow[row] + 1]++;
            }
        }
        for (int list = 0; list < nlist; list++) {
            starts[list + 1] += starts[list];
        }
        int[] next = starts.clone();
        int[] rows = new int[starts[nlist]];
        for (int row = 0; row < count; row++) {
            if (deaths[row] == Generation.NEVER) {
                rows[next[listOfRow[row]]++] = row;
            }
        }
        return new LiveLists(count, starts, rows);
    }
}
