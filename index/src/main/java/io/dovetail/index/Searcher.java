package io.dovetail.index;

import io.dovetail.kernels.Matrix;

/**
 * Searches an index on the caller's thread and owns the scratch memory for it.
 *
 * <p>One thread at a time. A search takes no lock and allocates nothing, except that the first search with a greater
 * {@code nprobe} or {@code rerank} than any before grows the scratch.
 */
public interface Searcher extends AutoCloseable {

    /**
     * Finds the vectors with the greatest inner products among those the filter accepts.
     *
     * @param query (1, dimension), finite, with a finite square norm
     * @param k number of vectors to find, in [1, out.capacity()]
     * @param params what to spend
     * @param filter which ids may be found; it applies inside the search, so there are k results whenever k accepted
     *     vectors are in the lists that are scanned
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
