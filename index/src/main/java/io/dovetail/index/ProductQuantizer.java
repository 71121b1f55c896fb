package io.dovetail.index;

import io.dovetail.index.NearestCentroid.Rule;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Splits a vector into M sub-vectors and replaces each by the number of its nearest centroid (Jegou, Douze and Schmid,
 * 2011). Centroids are trained per subspace with Euclidean k-means.
 */
final class ProductQuantizer {

    /**
     * Training rows per centroid. The mean of so many errs by a 256th of their variance, so that more rows have
     * little to add.
     */
    private static final int ROWS_PER_CENTROID = 256;

    private final Matrix[] centroids;
    private final int width;

    private ProductQuantizer(Matrix[] centroids, int width) {
        this.centroids = centroids;
        this.width = width;
    }

    /**
     * How many of the rows at hand to train on.
     *
     * @param rows number of rows
     * @param bits of a code
     * @return at most {@code rows}
     */
    static int trainingRows(int rows, int bits) {
        return Math.min(rows, ROWS_PER_CENTROID << bits);
    }

    /**
     * Trains the centroids: subspaces side by side, each by one worker.
     *
     * @param x (n, d) vectors to train on, all of them
     * @param spec gives subspaces, bits, iterations and seed
     * @param kernels how to compute
     * @param workers who computes
     * @param progress told as subspaces end
     * @param arena owner of the centroids, shared
     * @return the quantizer
     */
    static ProductQuantizer train(
            Matrix x, IvfPqSpec spec, Kernels kernels, Workers workers, Progress progress, Arena arena) {
        Matrix[] centroids = new Matrix[spec.subspaces()];
        ProductQuantizer quantizer = new ProductQuantizer(centroids, x.cols() / spec.subspaces());
        quantizer.forEachSubspace(
                x,
                1 << spec.bits(),
                kernels,
                workers,
                progress,
                (kMeans, part, m) -> centroids[m] = kMeans.train(
                        part,
                        1 << spec.bits(),
                        Rule.EUCLIDEAN,
                        spec.iterations(),
                        spec.seed() + 1 + m,
                        Progress.none(),
                        arena));
        return quantizer;
    }

    /**
     * Goes on with the centroids as they are.
     *
     * @param x (n, d) vectors to train on
     * @param iterations of k-means
     * @param kernels how to compute
     * @param workers who computes
     */
    void improve(Matrix x, int iterations, Kernels kernels, Workers workers) {
        forEachSubspace(
                x,
                centroids[0].rows(),
                kernels,
                workers,
                Progress.none(),
                (kMeans, part, m) -> kMeans.improve(part, centroids[m], Rule.EUCLIDEAN, iterations, Progress.none()));
    }

    private interface Training {
        void run(KMeans kMeans, Matrix part, int m);
    }

    private void forEachSubspace(
            Matrix x, int count, Kernels kernels, Workers workers, Progress progress, Training training) {
        AtomicInteger done = new AtomicInteger();
        workers.run(centroids.length, (m, worker) -> {
            Workers alone = workers.member(worker);
            try (NearestCentroid nearest = new NearestCentroid(kernels, alone, count)) {
                training.run(new KMeans(kernels, alone, nearest), part(x, m), m);
            }
            int ended = done.incrementAndGet();
            if (worker == 0 && ended < centroids.length) { // from the caller's thread alone, and the end but once
                progress.at("codebooks", ended, centroids.length);
            }
        });
        progress.at("codebooks", centroids.length, centroids.length);
    }

    private Matrix part(Matrix x, int m) {
        return x.columns(m * width, width);
    }

    /**
     * The quantizer that {@link #codebooks} came from.
     *
     * @param codebooks (d, number of centroids)
     * @param subspaces number of sub-vectors M, a divisor of d
     * @param arena owner of the centroids
     * @return the quantizer
     */
    static ProductQuantizer of(Matrix codebooks, int subspaces, Arena arena) {
        int width = codebooks.rows() / subspaces;
        Matrix[] centroids = new Matrix[subspaces];
        for (int m = 0; m < subspaces; m++) {
            centroids[m] = Matrix.allocate(arena, codebooks.cols(), width);
            for (int row = 0; row < codebooks.cols(); row++) {
                for (int col = 0; col < width; col++) {
                    centroids[m].set(row, col, codebooks.get(m * width + col, row));
                }
            }
        }
        return new ProductQuantizer(centroids, width);
    }

    /** {@return the number of sub-vectors M} */
    int subspaces() {
        return centroids.length;
    }

    /**
     * Codes of vectors.
     *
     * @param x (n, d)
     * @param nearest finds centroids
     * @param codes M arrays of at least n, receive a centroid's number each
     */
    void encode(Matrix x, NearestCentroid nearest, int[][] codes) {
        for (int m = 0; m < centroids.length; m++) {
            nearest.assign(part(x, m), centroids[m], Rule.EUCLIDEAN, codes[m]);
        }
    }

    /**
     * What codes stand for.
     *
     * @param codes M arrays of at least n
     * @param out (n, d), receives the vectors that the centroids make
     */
    void decode(int[][] codes, Matrix out) {
        long bytes = (long) width * Float.BYTES;
        for (int m = 0; m < centroids.length; m++) {
            Matrix from = centroids[m];
            for (int row = 0; row < out.rows(); row++) {
                MemorySegment.copy(
                        from.data(), from.offset(codes[m][row]), out.data(), out.offset(row) + m * bytes, bytes);
            }
        }
    }

    /**
     * The centroids as a search wants them: each subspace transposed, so that one dimension of all centroids is a row.
     *
     * @param arena owner of the result
     * @return (d, number of centroids)
     */
    Matrix codebooks(Arena arena) {
        Matrix codebooks = Matrix.allocate(arena, centroids.length * width, centroids[0].rows());
        for (int row = 0; row < codebooks.rows(); row++) {
            for (int col = 0; col < codebooks.cols(); col++) {
                codebooks.set(row, col, centroids[row / width].get(col, row % width));
            }
        }
        return codebooks;
    }
}
