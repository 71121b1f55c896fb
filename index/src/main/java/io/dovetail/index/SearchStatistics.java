package io.dovetail.index;

import java.util.Locale;

/**
 * What one search did, and how long each phase of it took. Handed over to {@link IvfPqSearcher#search(
 * io.dovetail.kernels.Matrix, int, SearchParams, IdFilter, TopK, SearchStatistics)}, or to the same method of a
 * {@link io.dovetail.index.live.LiveSearcher}, it is filled anew; used again and again it allocates nothing. Searches without
 * one read no clock. Not thread-safe.
 */
public final class SearchStatistics {

    /** A phase of a search, as {@code docs/searching.md} tells of it. */
    public enum Phase {
        /** Comparing the query with centroids. */
        COARSE,
        /** Inner products of the query with the codebooks, in 8 bits. */
        TABLES,
        /** Sums by code, and keeping the best. */
        SCAN,
        /** Exact scores. */
        RERANK
    }

    /** Is told when a phase has ended. */
    interface Stopwatch {
        void lap(Phase phase);

        /** Takes no time. */
        static Stopwatch none() {
            return Stopped.INSTANCE;
        }
    }

    private enum Stopped implements Stopwatch {
        INSTANCE;

        @Override
        public void lap(Phase phase) {}
    }

    /** Adds the time since the lap before to a phase. */
    private final class Running implements Stopwatch {
        private long since;

        @Override
        public void lap(Phase phase) {
            long now = System.nanoTime();
            long took = now - since;
            since = now;
            switch (phase) {
                case COARSE -> coarse += took;
                case TABLES -> tables += took;
                case SCAN -> scan += took;
                case RERANK -> rerank += took;
            }
        }
    }

    private final Running watch = new Running();
    private long coarse;
    private long tables;
    private long scan;
    private long rerank;
    private int lists;
    private int codes;
    private int candidates;

    /** Statistics of no search. */
    public SearchStatistics() {}

    /** {@return the number of lists that were scanned} */
    public int lists() {
        return lists;
    }

    /** {@return the number of codes in them that were looked up, those of vectors that a filter refused too} */
    public int codes() {
        return codes;
    }

    /** {@return the number of vectors whose exact score was computed} */
    public int candidates() {
        return candidates;
    }

    /**
     * How long a phase took, all its parts together.
     *
     * @param phase the phase
     * @return nanoseconds
     */
    public long nanoseconds(Phase phase) {
        return switch (phase) {
            case COARSE -> coarse;
            case TABLES -> tables;
            case SCAN -> scan;
            case RERANK -> rerank;
        };
    }

    /** {@return the figures in words} */
    @Override
    public String toString() {
        StringBuilder words = new StringBuilder(lists + " lists, " + codes + " codes, " + candidates + " candidates");
        for (Phase phase : Phase.values()) {
            words.append(", ").append(phase.name().toLowerCase(Locale.ROOT));
            words.append(' ').append(nanoseconds(phase)).append(" ns");
        }
        return words.toString();
    }

    /** Forgets what there was; time runs from now on. */
    Stopwatch start() {
        coarse = 0;
        tables = 0;
        scan = 0;
        rerank = 0;
        watch.since = System.nanoTime();
        return watch;
    }

    void count(int scannedLists, int scannedCodes, int scored) {
        lists = scannedLists;
        codes = scannedCodes;
        candidates = scored;
    }
}
