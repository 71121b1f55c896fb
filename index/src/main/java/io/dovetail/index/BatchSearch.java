package io.dovetail.index;

import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Answers many queries with a team of workers, one searcher each. A query's result is the same as that of a single
 * search. Where it pays, a worker {@link Searcher#searchEach searches for many together}; else queries of the same neighbourhood are
 * answered one after the other, while the codes and vectors that they share are in cache. Close it; one batch at a time.
 */
public final class BatchSearch implements AutoCloseable {

    /** Queries per task, where each is searched for by itself: some hundred microseconds of work. */
    private static final int TASK_QUERIES = 16;

    private final Workers workers;
    private final Worker[] each;

    /** What a worker searches with. */
    private static final class Worker {

        private final Searcher searcher;
        private final Arena arena = Arena.ofShared();
        private Matrix queries = Matrix.allocate(arena, 0, 1);
        private TopK[] results = new TopK[0];

        private Worker(Searcher searcher) {
            this.searcher = searcher;
        }

        private void reserve(int count, int dimension, int k) {
            if (results.length < count || results[0].capacity() < k || queries.cols() != dimension) {
                queries = Matrix.allocate(arena, count, dimension);
                results = new TopK[count];
                Arrays.setAll(results, i -> new TopK(k));
            }
        }

        private void close() {
            searcher.close();
            arena.close();
        }
    }

    /**
     * Makes a searcher per worker.
     *
     * @param index what to search
     * @param workers who searches
     */
    public BatchSearch(Index index, Workers workers) {
        this.workers = workers;
        each = new Worker[workers.threads()];
        Arrays.setAll(each, worker -> new Worker(index.searcher()));
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
        int count = queries.rows();
        Neighbors found = new Neighbors(count, k);
        if (count > 0) {
            int share = (count + each.length - 1) / each.length;
            int group = each[0].searcher.groupSize(share, params, filter);
            int[] order = group > 1 ? IntStream.range(0, count).toArray() : byNeighborhood(queries);
            inGroups(queries, order, Math.max(TASK_QUERIES, group), k, params, filter, found);
        }
        return found;
    }

    private void inGroups(
            Matrix queries, int[] order, int size, int k, SearchParams params, IdFilter filter, Neighbors found) {
        for (Worker one : each) {
            one.reserve(size, queries.cols(), k);
        }
        workers.run((order.length + size - 1) / size, (task, worker) -> {
            int first = task * size;
            int count = Math.min(order.length - first, size);
            Worker one = each[worker];
            for (int i = 0; i < count; i++) {
                one.queries.rows(i, 1).copyFrom(queries.rows(order[first + i], 1));
            }
            one.searcher.searchEach(one.queries.rows(0, count), k, params, filter, one.results);
            for (int i = 0; i < count; i++) {
                found.set(order[first + i], one.results[i]);
            }
        });
    }

    private int[] byNeighborhood(Matrix queries) {
        long[] keys = new long[queries.rows()];
        int tasks = (keys.length + TASK_QUERIES - 1) / TASK_QUERIES;
        workers.run(tasks, (task, worker) -> {
            int end = Math.min(keys.length, (task + 1) * TASK_QUERIES);
            for (int query = task * TASK_QUERIES; query < end; query++) {
                keys[query] = (long) each[worker].searcher.neighborhood(queries.rows(query, 1)) << Integer.SIZE | query;
            }
        });
        Arrays.sort(keys);
        return Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
    }

    @Override
    public void close() {
        for (Worker one : each) {
            one.close();
        }
    }
}
