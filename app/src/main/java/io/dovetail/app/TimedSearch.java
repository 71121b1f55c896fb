package io.dovetail.app;

import io.dovetail.index.BatchSearch;
import io.dovetail.index.IdFilter;
import io.dovetail.index.Index;
import io.dovetail.index.Neighbors;
import io.dovetail.index.SearchParams;
import io.dovetail.index.Searcher;
import io.dovetail.index.TopK;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.util.Arrays;

/**
 * What a measured pass over queries found, and how long it took. A warm-up pass goes before.
 *
 * @param found the neighbours
 * @param queriesPerSecond queries over the wall time of the pass
 * @param p50 median time of a search, of one query or of one batch, in microseconds
 * @param p99 time that 99 % of the searches did not exceed
 * @param threads number of threads that searched
 */
record TimedSearch(Neighbors found, double queriesPerSecond, double p50, double p99, int threads) {

    /** Searches one query at a time on this thread. */
    static TimedSearch single(Index index, Matrix queries, int k, SearchParams params, IdFilter filter) {
        try (Searcher searcher = index.searcher()) {
            Matrix[] rows = new Matrix[queries.rows()];
            Arrays.setAll(rows, query -> queries.rows(query, 1));
            singlePass(searcher, rows, k, params, filter);
            return singlePass(searcher, rows, k, params, filter);
        }
    }

    private static TimedSearch singlePass(
            Searcher searcher, Matrix[] queries, int k, SearchParams params, IdFilter filter) {
        Neighbors found = new Neighbors(queries.length, k);
        TopK result = new TopK(k);
        long[] nanos = new long[queries.length];
        long begin = System.nanoTime();
        long last = begin;
        for (int query = 0; query < queries.length; query++) {
            searcher.search(queries[query], k, params, filter, result);
            found.set(query, result);
            long now = System.nanoTime();
            nanos[query] = now - last;
            last = now;
        }
        return of(found, nanos, last - begin, 1);
    }

    /** Searches {@code batch} queries at a time on a team of threads. */
    static TimedSearch batched(
            Index index, Matrix queries, int k, SearchParams params, IdFilter filter, int batch, int threads) {
        try (Workers workers = Workers.of(threads);
                BatchSearch search = new BatchSearch(index, workers)) {
            batchedPass(search, queries, k, params, filter, batch, threads);
            return batchedPass(search, queries, k, params, filter, batch, threads);
        }
    }

    private static TimedSearch batchedPass(
            BatchSearch search, Matrix queries, int k, SearchParams params, IdFilter filter, int batch, int threads) {
        int batches = Math.ceilDiv(queries.rows(), batch);
        Neighbors[] parts = new Neighbors[batches];
        long[] nanos = new long[batches];
        long begin = System.nanoTime();
        long last = begin;
        for (int i = 0; i < batches; i++) {
            int from = i * batch;
            parts[i] = search.search(queries.rows(from, Math.min(batch, queries.rows() - from)), k, params, filter);
            long now = System.nanoTime();
            nanos[i] = now - last;
            last = now;
        }
        return of(joined(parts, queries.rows(), k), nanos, last - begin, threads);
    }

    private static Neighbors joined(Neighbors[] parts, int queries, int k) {
        Neighbors all = new Neighbors(queries, k);
        int query = 0;
        for (Neighbors part : parts) {
            for (int i = 0; i < part.queries(); i++) {
                all.set(query++, part, i);
            }
        }
        return all;
    }

    private static TimedSearch of(Neighbors found, long[] nanos, long total, int threads) {
        Arrays.sort(nanos);
        return new TimedSearch(
                found, found.queries() / (Math.max(1, total) * 1e-9), micros(nanos, 0.5), micros(nanos, 0.99), threads);
    }

    private static double micros(long[] sorted, double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1] * 1e-3;
    }

    /** Share of the true k neighbours that were found, k being that of the search. */
    double recall(Neighbors truth) {
        return found.recall(truth, found.k());
    }
}
