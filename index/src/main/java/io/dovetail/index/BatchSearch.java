package io.dovetail.index;

import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.util.Arrays;

/**
 * Answers many queries with a team of workers, one searcher each. A query's result is the same as that of a single
 * search. Queries of the same neighbourhood are answered one after the other, while the codes and vectors that they share
 * are in cache. Close it; one batch at a time.
 */
public final class BatchSearch implements AutoCloseable {

    /** Queries per task: some hundred microseconds of work. */
    private static final int TASK_QUERIES = 16;

    private final Workers workers;
    private final Searcher[] searchers;

    /**
     * Makes a searcher per worker.
     *
     * @param index what to search
     * @param workers who searches
     */
    public BatchSearch(Index index, Workers workers) {
        this.workers = workers;
        searchers = new Searcher[workers.threads()];
        for (int worker = 0; worker < searchers.length; worker++) {
            searchers[worker] = index.searcher();
        }
    }

    /**
     * Searches for each row of {@code queries}.
     *
     * @param queries (n, dimension), in memory that all workers may read
     * @param k number of vectors to find per query, at least 1
     * @param params what to spend per query
     * @return the results in the order of the queries
     */
    public Neighbors search(Matrix queries, int k, SearchParams params) {
        return search(queries, k, params, IdFilter.all());
    }

    /**
     * Searches for each row of {@code queries} among the vectors that a filter accepts.
     *
     * @param queries (n, dimension), in memory that all workers may read
     * @param k number of vectors to find per query, at least 1
     * @param params what to spend per query
     * @param filter which ids may be found; asked by all workers at once
     * @return the results in the order of the queries
     */
    public Neighbors search(Matrix queries, int k, SearchParams params, IdFilter filter) {
        TopK[] results = new TopK[searchers.length];
        for (int worker = 0; worker < results.length; worker++) {
            results[worker] = new TopK(k);
        }
        Neighbors found = new Neighbors(queries.rows(), k);
        int[] order = byNeighborhood(queries);
        run(order.length, (place, worker) -> {
            int query = order[place];
            searchers[worker].search(queries.rows(query, 1), k, params, filter, results[worker]);
            found.set(query, results[worker]);
        });
        return found;
    }

    private int[] byNeighborhood(Matrix queries) {
        long[] keys = new long[queries.rows()];
        run(
                keys.length,
                (query, worker) -> keys[query] =
                        (long) searchers[worker].neighborhood(queries.rows(query, 1)) << Integer.SIZE | query);
        Arrays.sort(keys);
        return Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
    }

    private void run(int queries, Workers.Task each) {
        int tasks = (queries + TASK_QUERIES - 1) / TASK_QUERIES;
        workers.run(tasks, (task, worker) -> {
            int end = Math.min(queries, (task + 1) * TASK_QUERIES);
            for (int i = task * TASK_QUERIES; i < end; i++) {
                each.run(i, worker);
            }
        });
    }

    @Override
    public void close() {
        for (Searcher searcher : searchers) {
            searcher.close();
        }
    }
}
