package io.dovetail.index;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;

/**
 * Exact search: every inner product is computed. The ground truth for recall, and the better choice up to some ten
 * thousand vectors.
 */
public final class FlatIndex implements Index {

    /** Rows per block: their scores stay in the first-level cache. */
    private static final int BLOCK_ROWS = 1024;

    private final Matrix vectors;
    private final long[] ids;
    private final String fingerprint;
    private final Kernels kernels;

    private FlatIndex(Matrix vectors, long[] ids, String fingerprint, Kernels kernels) {
        this.vectors = vectors;
        this.ids = ids;
        this.fingerprint = fingerprint;
        this.kernels = kernels;
    }

    /**
     * An index over vectors where they lie; the caller keeps them alive and unchanged.
     *
     * @param vectors (n, d), finite
     * @param ids one per vector, unique
     * @param fingerprint identifies the model the vectors came from, or empty
     * @param kernels how to compute
     * @return the index
     * @throws IllegalArgumentException if a vector is not finite or the ids do not fit
     */
    public static FlatIndex of(Matrix vectors, long[] ids, String fingerprint, Kernels kernels) {
        Vectors.checkIds(vectors.rows(), ids);
        Vectors.checkFinite("vectors", vectors);
        return new FlatIndex(vectors, ids.clone(), fingerprint, kernels);
    }

    @Override
    public int size() {
        return vectors.rows();
    }

    @Override
    public int dimension() {
        return vectors.cols();
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public SearchParams defaults() {
        return SearchParams.exhaustive();
    }

    @Override
    public Searcher searcher() {
        return new FlatSearcher();
    }

    private final class FlatSearcher implements Searcher {

        // Shared, since whoever makes a searcher may hand it to a worker.
        private final Arena arena = Arena.ofShared();
        private final Matrix scores = Matrix.allocate(arena, 1, BLOCK_ROWS);
        private final int[] hits = new int[BLOCK_ROWS];

        @Override
        public void search(Matrix query, int k, SearchParams params, IdFilter filter, TopK out) {
            Vectors.checkQuery(query, dimension(), k, out);
            out.clear(k);
            scan(query, Float.NEGATIVE_INFINITY, filter, out);
        }

        @Override
        public void searchRange(Matrix query, float least, SearchParams params, IdFilter filter, TopK out) {
            Vectors.checkQuery(query, dimension(), out.capacity(), out);
            Vectors.checkLeast(least);
            out.clear(out.capacity());
            scan(query, least, filter, out);
        }

        private void scan(Matrix query, float least, IdFilter filter, TopK out) {
            for (int from = 0; from < size(); from += BLOCK_ROWS) {
                int count = Math.min(BLOCK_ROWS, size() - from);
                kernels.search().dots(query, vectors, from, count, scores);
                int found = kernels.search().selectScores(scores, count, Math.max(least, out.threshold()), 0, hits, 0);
                for (int i = 0; i < found; i++) {
                    long id = ids[from + hits[i]];
                    if (filter.accepts(id)) {
                        out.offer(scores.get(0, hits[i]), id);
                    }
                }
            }
            out.sort();
        }

        @Override
        public void close() {
            arena.close();
        }
    }
}
