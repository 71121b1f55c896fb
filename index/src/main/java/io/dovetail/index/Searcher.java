package io.dovetail.index;

import io.dovetail.kernels.Matrix;

/**
 * Searches an index on the caller's thread and owns the scratch memory for it.
 *
 * <p>One thread at a time. A search takes no lock and allocates nothing, except that the first search with a greater
 * {@code nprobe}, {@code rerank} or {@code k} than any before grows the scratch.
 */
public interface Searcher extends AutoCloseable {

    /**
     * Finds the vectors with the greatest inner products among those the filter accepts.
     *
     * @param query (1, dimension), finite, with a finite square norm
     * @param k number of vectors to find, in [1, out.capacity()]
     * @param params what to spend
     * @param filter which ids may be found; it applies inside the search, and more lists are scanned as long as there are
     *     fewer than k results. So there are k whenever the filter accepts k vectors, unless
     *     {@link SearchParams#mostLists} forbids it
     * @param out receives the result, best first
     * @throws IllegalArgumentException if the query or k does not fit
     */
    void search(Matrix query, int k, SearchParams params, IdFilter filter, TopK out);

    /**
     * Finds the vectors with the greatest inner products.
     *
     * @param query (1, dimension)
     * @param k number of vectors to find, in [1, out.capacity()]
     * @param params what to spend
     * @param out receives the result, best first
     */
    default void search(Matrix query, int k, SearchParams params, TopK out) {
        search(query, k, params, IdFilter.all(), out);
    }

    /**
     * Finds the vectors whose inner products reach a score: range search. Where {@link #search} is exact, so is this;
     * elsewhere it misses what a search for as many neighbours would miss. It searches for more and more neighbours until
     * no more than a quarter of them reach the score.
     *
     * @param query (1, dimension), finite, with a finite square norm
     * @param least the score to reach
     * @param params what to spend on each of the searches
     * @param filter which ids may be found
     * @param out receives the result, best first; no more than its capacity, so there may be others if it is full. Use
     *     {@link TopK#growing} if there may be few or many
     * @throws IllegalArgumentException if the query does not fit, or the score is not a number
     */
    default void searchRange(Matrix query, float least, SearchParams params, IdFilter filter, TopK out) {
        Vectors.checkLeast(least);
        long k = Math.min(64, out.capacity());
        search(query, (int) k, params, filter, out);
        // Codes tell the first of the k for sure, and the last of them less so.
        while (out.size() == k && k < out.capacity() && out.score((int) k / 4) >= least) {
            k = Math.min(4 * k, out.capacity());
            search(query, (int) k, params, filter, out);
        }
        out.dropBelow(least);
    }

    /**
     * Finds for each of several queries what {@link #search} finds. It may take less time for many than one search after
     * another, see {@link #groupSize}; it then holds scratch for as many queries.
     *
     * @param queries (n, dimension), finite, with finite square norms
     * @param k number of vectors to find for each, in [1, capacity of each out]
     * @param params what to spend on each
     * @param filter which ids may be found
     * @param out receive the results, each best first; at least n
     * @throws IllegalArgumentException if the queries or k do not fit
     */
    default void searchEach(Matrix queries, int k, SearchParams params, IdFilter filter, TopK[] out) {
        for (int i = 0; i < queries.rows(); i++) {
            search(queries.rows(i, 1), k, params, filter, out[i]);
        }
    }

    /**
     * How many of some queries are best handed over to {@link #searchEach} at once.
     *
     * @param queries how many there are, at least 1
     * @param params what to spend on each
     * @param filter which ids may be found
     * @return 1 if nothing is gained; queries are then best asked by their {@link #neighborhood}
     */
    default int groupSize(int queries, SearchParams params, IdFilter filter) {
        return 1;
    }

    /**
     * Where in the index a query looks first, so that queries may be put in an order in which neighbours read the same
     * memory.
     *
     * @param query (1, dimension)
     * @return a number that queries share that look at much the same vectors; always 0 if every query looks at all
     */
    default int neighborhood(Matrix query) {
        return 0;
    }

    /** Frees the scratch memory. */
    @Override
    void close();
}
