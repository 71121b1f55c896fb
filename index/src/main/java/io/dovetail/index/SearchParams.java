package io.dovetail.index;

/**
 * What one search may spend. A {@link FlatIndex} is always exact and heeds neither.
 *
 * @param nprobe number of lists to scan, at least 1; more than there are means all
 * @param rerank number of best candidates by code that are scored again with the stored vectors, at least 1; fewer than
 *     {@code k} means {@code k}
 */
public record SearchParams(int nprobe, int rerank) {

    /** Checks the ranges. */
    public SearchParams {
        if (nprobe < 1 || rerank < 1) {
            throw new IllegalArgumentException(
                    "search: nprobe and rerank are at least 1, got nprobe " + nprobe + " and rerank " + rerank);
        }
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
        return new SearchParams(lists, rerank);
    }

    /**
     * A copy with another depth.
     *
     * @param candidates number of candidates to re-rank
     * @return the copy
     */
    public SearchParams withRerank(int candidates) {
        return new SearchParams(nprobe, candidates);
    }
}
