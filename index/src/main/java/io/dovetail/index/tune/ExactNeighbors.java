package io.dovetail.index.tune;

import io.dovetail.index.BatchSearch;
import io.dovetail.index.FlatIndex;
import io.dovetail.index.Neighbors;
import io.dovetail.index.Progress;
import io.dovetail.index.SearchParams;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;

/** The true neighbours of queries, by exact search. */
public final class ExactNeighbors {

    /** Queries per report of progress. */
    private static final int PART = 64;

    private ExactNeighbors() {}

    /**
     * Searches for all queries.
     *
     * @param index the vectors, such as {@link io.dovetail.index.IvfPqIndex#flat}
     * @param queries (n, dimension), in memory that all workers may read
     * @param k the number of neighbours, at least 1
     * @param workers who searches
     * @param progress told how many queries are done
     * @return the neighbours
     */
    public static Neighbors of(FlatIndex index, Matrix queries, int k, Workers workers, Progress progress) {
        Neighbors all = new Neighbors(queries.rows(), k);
        try (BatchSearch search = new BatchSearch(index, workers)) {
            for (int from = 0; from < queries.rows(); from += PART) {
                Matrix part = queries.rows(from, Math.min(PART, queries.rows() - from));
                Neighbors found = search.search(part, k, SearchParams.exhaustive());
                for (int query = 0; query < found.queries(); query++) {
                    all.set(from + query, found, query);
                }
                progress.at("exact search", from + (long) part.rows(), queries.rows());
            }
        }
        return all;
    }
}
