package io.dovetail.index;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SearchKernels;
import io.dovetail.kernels.Workers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Assigns rows to centroids: owner of the scratch of {@link SearchKernels#nearest}. */
final class NearestCentroid implements AutoCloseable {

    /** What "nearest" means. */
    enum Rule {
        /** Least Euclidean distance: greatest {@code <x, c> - |c|² / 2}. */
        EUCLIDEAN,
        /** Greatest inner product with centroids of length 1: the direction decides. */
        SPHERICAL
    }

    private static final long ALIGNMENT = 64;

    private final Kernels kernels;
    private final Workers workers;
    private final Arena arena = Arena.ofShared();
    private final Matrix offsets;
    private MemorySegment packed;
    private Matrix used;

    /**
     * Scratch for assignments to at most {@code mostCentroids} centroids; close it.
     *
     * @param kernels how to compute
     * @param workers who computes
     * @param mostCentroids greatest number of centroids
     */
    NearestCentroid(Kernels kernels, Workers workers, int mostCentroids) {
        this.kernels = kernels;
        this.workers = workers;
        offsets = Matrix.allocate(arena, 1, mostCentroids);
        packed = arena.allocate(SearchKernels.packedBytes(mostCentroids, 1), ALIGNMENT);
        used = offsets.rows(0, 0);
    }

    /**
     * The nearest centroid of each row; the first of equals.
     *
     * @param x (n, d)
     * @param centroids (k, d)
     * @param rule what "nearest" means
     * @param out at least n long, receives numbers in [0, k)
     */
    void assign(Matrix x, Matrix centroids, Rule rule, int[] out) {
        use(centroids, rule);
        assign(x, out);
    }

    /** Prepares centroids (k, d) for assignments, which hold as long as the centroids do not change. */
    void use(Matrix centroids, Rule rule) {
        long bytes = SearchKernels.packedBytes(centroids.rows(), centroids.cols());
        if (packed.byteSize() < bytes) {
            packed = arena.allocate(bytes, ALIGNMENT);
        }
        for (int row = 0; row < centroids.rows(); row++) {
            offsets.set(0, row, rule == Rule.EUCLIDEAN ? -0.5f * Vectors.squareNorm(centroids, row) : 0);
        }
        kernels.search().packCentroids(centroids, offsets, packed);
        used = centroids;
    }

    /** As {@link #assign(Matrix, Matrix, Rule, int[])}, to the centroids that are in use. */
    void assign(Matrix x, int[] out) {
        kernels.search().nearest(workers, x, used, offsets, packed, out);
    }

    @Override
    public void close() {
        arena.close();
    }
}
