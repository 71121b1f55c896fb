package io.dovetail.index.live;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which live rows belong to which list of the generation. Immutable: a longer one takes its place.
 *
 * <p>In tiers, as a log-structured merge tree has them: new rows are a tier of their own, merged with those before it while
 * these are not much larger. So a row is sorted a few times, not again and again with all others, and there are few tiers for
 * a search to look into.
 */
final class LiveLists {

    /** A tier is larger than all newer ones together, this many times. */
    private static final int GROWTH = 2;

    private final int nlist;
    private final Tier[] tiers;

    /** Rows [from, to): those that were alive, by list, and by list the place of the first. */
    private static final class Tier {
        private final int from;
        private final int to;
        private final int[] starts;
        private final int[] rows;

        Tier(int from, int to, int[] starts, int[] rows) {
            this.from = from;
            this.to = to;
            this.starts = starts;
            this.rows = rows;
        }
    }

    private LiveLists(int nlist, Tier... tiers) {
        this.nlist = nlist;
        this.tiers = tiers;
    }

    static LiveLists none(int nlist) {
        return new LiveLists(nlist);
    }

    /** Rows [0, covered) are sorted in if they were alive; those after them are not. */
    int covered() {
        return tiers.length == 0 ? 0 : tiers[tiers.length - 1].to;
    }

    /** How many tiers there are, the oldest rows in the first. */
    int tiers() {
        return tiers.length;
    }

    /** {@return the place in a tier where the rows of a list begin; of the list after the last, their number} */
    int start(int tier, int list) {
        return tiers[tier].starts[list];
    }

    /** {@return the live row at a place of a tier; rows ascend in each list} */
    int row(int tier, int place) {
        return tiers[tier].rows[place];
    }

    /**
     * These, and the rows after them.
     *
     * @param listOfRow by row, its list
     * @param deaths by row, when it dies
     * @param count row after the last
     */
    LiveLists with(int[] listOfRow, int[] deaths, int count) {
        int kept = tiers.length;
        int from = covered();
        while (kept > 0 && tiers[kept - 1].to - tiers[kept - 1].from < GROWTH * (long) (count - from)) {
            kept--;
            from = tiers[kept].from;
        }
        Tier[] more = Arrays.copyOf(tiers, kept + 1);
        more[kept] = tier(listOfRow, deaths, from, count);
        return new LiveLists(nlist, more);
    }

    /** All rows in one tier. */
    LiveLists merged(int[] listOfRow, int[] deaths) {
        return new LiveLists(nlist, tier(listOfRow, deaths, 0, covered()));
    }

    /** The same lists of rows that stand in their order; of a single tier. */
    LiveLists packed() {
        int[] rows = IntStream.range(0, tiers[0].rows.length).toArray();
        return new LiveLists(nlist, new Tier(0, rows.length, tiers[0].starts, rows));
    }

    /** A counting sort of the rows that are alive. */
    private Tier tier(int[] listOfRow, int[] deaths, int from, int to) {
        int[] starts = new int[nlist + 1];
        for (int row = from; row < to; row++) {
            if (deaths[row] == Generation.NEVER) {
                starts[listOfRow[row] + 1]++;
            }
        }
        for (int list = 0; list < nlist; list++) {
            starts[list + 1] += starts[list];
        }
        int[] next = starts.clone();
        int[] rows = new int[starts[nlist]];
        for (int row = from; row < to; row++) {
            if (deaths[row] == Generation.NEVER) {
                rows[next[listOfRow[row]]++] = row;
            }
        }
        return new Tier(from, to, starts, rows);
    }
}
