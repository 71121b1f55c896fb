package io.dovetail.index;

import io.dovetail.kernels.ScanKernels;

/**
 * How a search goes about the members of a {@link RowSet}. It reads the least: all members, if they are few; else, list by
 * list, the members alone or the codes of all vectors, of the more lists the fewer vectors are members.
 */
final class Probing {

    /**
     * How much quicker the centroids of lists are read than vectors here and there: they are in cache and in order.
     */
    private static final double CENTROIDS_PER_VECTOR = 8;

    /** How much quicker copies are read that lie one after another, beyond the caches near the core. */
    private static final double COPIES_PER_VECTOR = 20;

    /** A search that found too few looks at so many times as many lists. */
    static final int GROWTH = 4;

    private static final int FIRST_PER_NEIGHBOR = 16;
    private static final int LEAST_FIRST_LISTS = 4;

    private Probing() {}

    /** How many lists tell well enough what the k-th best vector will be: those of 16 k vectors, and no fewer than 4. */
    static int firstLists(int k, int lists, int vectors) {
        return (int) Math.max(
                LEAST_FIRST_LISTS, Math.min(lists, (long) FIRST_PER_NEIGHBOR * k * lists / Math.max(1, vectors)));
    }

    /** How many lists with a member to choose from. */
    static int lists(RowSet set, int nprobe) {
        return (int) Math.min(set.lists(), lists(set.selectivity(), nprobe));
    }

    /**
     * How many lists to look into where a share of the vectors may be found. Neighbours are as many ranks further down as there
     * are vectors for each that may, and lists that hold them are further away: by measurement about the root of that.
     */
    static long lists(double share, int nprobe) {
        return (long) Math.ceil(nprobe / Math.sqrt(share));
    }

    /** How many of some lists tell how much of the others a filter will refuse. */
    static int sample(int lists) {
        return (lists + 3) / 4;
    }

    /** Whether so many lists are worth that the search begins again. */
    static boolean isMore(long lists, int than) {
        return lists > than + than / 4;
    }

    /**
     * Whether to score all members: all are wanted, or that is less work than to find near lists and to score what
     * {@link #lists} of them hold.
     */
    static boolean scoresAll(RowSet set, int k, SearchParams params) {
        if (set.size() <= k) {
            return true;
        }
        IvfPqIndex index = set.index();
        int lists = lists(set, params.nprobe());
        double centroids = CoarseSearch.looks(lists, index.nlist()) / CENTROIDS_PER_VECTOR;
        double members = (double) lists * set.size() / set.lists();
        double codes = (double) lists * index.size() / index.nlist() * codeShare(index);
        double all = set.size() / (set.panels() == null ? 1 : COPIES_PER_VECTOR);
        return all <= centroids + Math.min(members, Math.max(k, params.rerank()) + codes);
    }

    /** Whether to score the members of lists, rather than to scan all codes and to score the best. */
    static boolean scoresMembers(RowSet set, CoarseSearch chosen, int count, int rerank) {
        long vectors = 0;
        long members = 0;
        for (int i = 0; i < count; i++) {
            int list = chosen.list(i);
            vectors += set.index().listEnd(list) - set.index().listStart(list);
            members += set.count(list);
        }
        return members <= rerank + vectors * codeShare(set.index());
    }

    /** Bytes of a code by those of a vector: both are read from memory. */
    private static double codeShare(IvfPqIndex index) {
        return (double) index.blockBytes()
                / ScanKernels.BLOCK
                / index.vectors().precision().bytesPerVector(index.dimension());
    }
}
