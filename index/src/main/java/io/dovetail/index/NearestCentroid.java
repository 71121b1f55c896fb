package io.dovetail.index;

import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.MatrixKernels;
import io.dovetail.kernels.Workers;
import java.lang.foreign.Arena;

/**
 * Assigns rows to centroids: one product {@code X Cᵀ} per chunk of rows, then the column of the greatest score.
 *
 * <p>Chunks are handed to workers; a chunk's product runs on one thread, so that its scores stay in that core's cache.
 * The chunks depend on shapes alone and each row is assigned by itself: the result is the same at any thread count.
 */
final class NearestCentroid implements AutoCloseable {

    /** What "nearest" means. */
    enum Rule {
        /** Least Euclidean distance: greatest {@code <x, c> - |c|² / 2}. */
        EUCLIDEAN,
        /** Greatest inner product with centroids of length 1: the direction decides. */
        SPHERICAL
    }

    /** Floats of a chunk's scores: 1 MiB, what the second-level cache of one core holds. */
    private static final int SCORES = 1 << 18;

    private static final int PADDING = 16;

    private final Kernels kernels;
    private final Workers workers;
    private final Arena arena = Arena.ofShared();
    private final Workers[] alone;
    private final Matrix[] scores;
    private final int[][] nearest;
    private final Matrix offsets;

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
        int floats = Math.max(SCORES, mostCentroids + PADDING);
        alone = new Workers[workers.threads()];
        scores = new Matrix[workers.threads()];
        nearest = new int[workers.threads()][SCORES];
        for (int worker = 0; worker < alone.length; worker++) {
            alone[worker] = Workers.of(1);
            scores[worker] = Matrix.allocate(arena, 1, floats);
        }
        offsets = Matrix.allocate(arena, 1, mostCentroids);
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
        int count = centroids.rows();
        int stride = (count + PADDING - 1) / PADDING * PADDING;
        int chunkRows = Math.max(1, SCORES / stride);
        int chunks = (x.rows() + chunkRows - 1) / chunkRows;
        Epilogue epilogue = rule == Rule.EUCLIDEAN ? Epilogue.bias(halfNorms(centroids)) : Epilogue.none();
        workers.run(chunks, (chunk, worker) -> {
            int from = chunk * chunkRows;
            Matrix rows = x.rows(from, Math.min(chunkRows, x.rows() - from));
            Matrix result = new Matrix(scores[worker].data(), rows.rows(), count, stride);
            kernels.matrices().gemm(alone[worker], MatrixKernels.Form.NT, 1, rows, centroids, 0, result, epilogue);
            kernels.search().argMax(alone[worker], result, nearest[worker]);
            System.arraycopy(nearest[worker], 0, out, from, rows.rows());
        });
    }

    private Matrix halfNorms(Matrix centroids) {
        for (int row = 0; row < centroids.rows(); row++) {
            offsets.set(0, row, -0.5f * Vectors.squareNorm(centroids, row));
        }
        return offsets.columns(0, centroids.rows());
    }

    @Override
    public void close() {
        for (Workers worker : alone) {
            worker.close();
        }
        arena.close();
    }
}
