package io.dovetail.index;

/**
 * What one search may spend. A {@link FlatIndex} is always exact and heeds none of it.
 *
 * @param nprobe greatest number of lists to scan, at least 1; more than there are means all. More are scanned if these hold
 *     fewer than k vectors that the filter accepts, and if the filter is a {@link RowSet}, whose members may be far apart
 * @param rerank number of best candidates by code that are scored again with the stored vectors, at least 1; fewer than
 *     {@code k} means {@code k}
 * @param margin when to scan fewer lists than nprobe, above 0. A list is left out whose centroid's score is more than so
 *     many standard deviations below that of the k-th best vector of the first few lists; what deviates are the vectors of a
 *     list from their centroid. 1 to 4 are
 *     usual; which spares an easy query most of its lists at little cost depends on the vectors, so tune it. Where their
 *     lengths differ much, long vectors far from their centroid are lost. Positive infinity leaves none out
 * @param mostLists bounds the lists that are scanned beyond nprobe: no more than so many in all, at least 1; less than nprobe
 *     means nprobe. By default there is no bound, so that a search finds k vectors wherever there are k to be found
 */
public record SearchParams(int nprobe, int rerank, float margin, int mostLists) {

    /** Checks the ranges. */
    public SearchParams {
        if (nprobe < 1 || rerank < 1) {
            throw new IllegalArgumentException(
                    "search: nprobe and rerank are at least 1, got nprobe " + nprobe + " and rerank " + rerank);
        }
        if (!(margin > 0)) {
            throw new IllegalArgumentException("search: the margin is above 0, or infinite, got " + margin);
        }
        if (mostLists < 1) {
            throw new IllegalArgumentException("search: mostLists is at least 1, got " + mostLists);
        }
    }

    /**
     * Parameters without a bound for searches that would find too few.
     *
     * @param nprobe greatest number of lists to scan, at least 1
     * @param rerank number of best candidates to score again, at least 1
     * @param margin when to scan fewer lists, above 0
     */
    public SearchParams(int nprobe, int rerank, float margin) {
        this(nprobe, rerank, margin, Integer.MAX_VALUE);
    }

    /**
     * Parameters that scan as many lists for every query.
     *
     * @param nprobe number of lists to scan, at least 1
     * @param rerank number of best candidates to score again, at least 1
     */
    public SearchParams(int nprobe, int rerank) {
        this(nprobe, rerank, Float.POSITIVE_INFINITY);
    }

    /** {@return parameters that scan every list and re-rank every vector: exact, and slow} */
    public static SearchParams exhaustive() {
        return new SearchParams(Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /**
     * A copy with another number of lists.
     *
     * @param lists the number of lists to scan
     * @return the copy
     */
    public SearchParams withNprobe(int lists) {
        return new SearchParams(lists, rerank, margin, mostLists);
    }

    /**
     * A copy with another depth.
     *
     * @param candidates number of candidates to re-rank
     * @return the copy
     */
    public SearchParams withRerank(int candidates) {
        return new SearchParams(nprobe, candidates, margin, mostLists);
    }

    /**
     * A copy with another margin.
     *
     * @param deviations the margin in standard deviations, above 0
     * @return the copy
     */
    public SearchParams withMargin(float deviations) {
        return new SearchParams(nprobe, rerank, deviations, mostLists);
    }

    /**
     * A copy with a bound for searches that would find too few.
     *
     * @param lists greatest number of lists to scan in all, at least 1
     * @return the copy
     */
    public SearchParams withMostLists(int lists) {
        return new SearchParams(nprobe, rerank, margin, lists);
    }

    /** {@return the parameters in words; a margin that leaves no list out and a bound that bounds nothing are not mentioned} */
    @Override
    public String toString() {
        return "nprobe " + nprobe + ", rerank " + rerank
                + (margin == Float.POSITIVE_INFINITY ? "" : ", margin " + margin)
                + (mostLists == Integer.MAX_VALUE ? "" : ", at most " + mostLists + " lists");
    }
}
