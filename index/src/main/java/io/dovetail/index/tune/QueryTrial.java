package io.dovetail.index.tune;

import io.dovetail.index.IdFilter;
import io.dovetail.index.Neighbors;
import io.dovetail.index.SearchParams;
import io.dovetail.index.Searcher;
import io.dovetail.index.TopK;
import io.dovetail.kernels.Matrix;

/** Searches for some queries whose neighbours are known, one at a time on the caller's thread. Not thread-safe. */
final class QueryTrial implements Trial {

    private final Searcher searcher;
    private final IdFilter filter;
    private final Matrix[] queries;
    private final Neighbors truth;
    private final Neighbors found;
    private final TopK result;

    /**
     * A trial with each {@code step}-th query.
     *
     * @param searcher searches
     * @param filter which ids may be found
     * @param all (n, d)
     * @param truth of all queries
     * @param k the number of neighbours to find
     * @param first number of the first query to try
     * @param step distance of two
     */
    QueryTrial(Searcher searcher, IdFilter filter, Matrix all, Neighbors truth, int k, int first, int step) {
        this.searcher = searcher;
        this.filter = filter;
        queries = new Matrix[(all.rows() - first + step - 1) / step];
        found = new Neighbors(queries.length, k);
        result = new TopK(k);
        this.truth = new Neighbors(queries.length, k);
        for (int i = 0; i < queries.length; i++) {
            queries[i] = all.rows(first + i * step, 1);
            this.truth.set(i, truth, first + i * step);
        }
    }

    /** {@return the number of queries} */
    int queries() {
        return queries.length;
    }

    @Override
    public OperatingPoint at(SearchParams params) {
        long begin = System.nanoTime();
        for (int i = 0; i < queries.length; i++) {
            searcher.search(queries[i], found.k(), params, filter, result);
            found.set(i, result);
        }
        double micros = Math.max(1, System.nanoTime() - begin) * 1e-3 / queries.length;
        return new OperatingPoint(params, found.recall(truth, found.k()), micros);
    }

    /** Searches until the compiler is done with it, or about. */
    void warmUp(SearchParams params, long nanos) {
        long begin = System.nanoTime();
        do {
            at(params);
        } while (System.nanoTime() - begin < nanos);
    }
}
