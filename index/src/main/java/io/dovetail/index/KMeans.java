package io.dovetail.index;

import io.dovetail.index.NearestCentroid.Rule;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SparseMatrix;
import io.dovetail.kernels.Workers;
import java.lang.foreign.Arena;
import java.util.SplittableRandom;

/**
 * Lloyd's algorithm. Starts from k different rows drawn by seed; each iteration assigns all rows and moves each
 * centroid to the mean of its rows, for {@link Rule#SPHERICAL} scaled to length 1 (Dhillon and Modha, 2001).
 *
 * <p>A centroid without rows takes over half of the largest cluster: both get that cluster's centroid, one scaled by
 * 1 + 1/1024 and the other by 1 - 1/1024 in alternate dimensions, as in faiss. If no more rows than centroids exist,
 * the rows are the centroids, and repeat.
 *
 * <p>Rows of a cluster are summed in their order: same rows, same seed, same bits at any thread count.
 */
final class KMeans {

    private static final float SPLIT = 1f / 1024;

    private final Kernels kernels;
    private final Workers workers;
    private final NearestCentroid nearest;

    KMeans(Kernels kernels, Workers workers, NearestCentroid nearest) {
        this.kernels = kernels;
        this.workers = workers;
        this.nearest = nearest;
    }

    /**
     * Trains centroids.
     *
     * @param x (n, d) rows to train on, n at least 1
     * @param count number of centroids k, at least 1
     * @param rule what "nearest" means
     * @param iterations number of assignments
     * @param seed of the rows to start from
     * @param progress told after each iteration, of the phase {@code lists}
     * @param arena owner of the result
     * @return centroids (k, d)
     */
    Matrix train(Matrix x, int count, Rule rule, int iterations, long seed, Progress progress, Arena arena) {
        Matrix centroids = Matrix.allocate(arena, count, x.cols());
        int[] start = sample(x.rows(), Math.min(count, x.rows()), seed);
        for (int i = 0; i < count; i++) {
            centroids.rows(i, 1).copyFrom(x.rows(start[i % start.length], 1));
        }
        normalize(centroids, rule);
        improve(x, centroids, rule, iterations, progress);
        return centroids;
    }

    /**
     * Goes on with centroids that are there. Does nothing if no more rows than centroids exist.
     *
     * @param x (n, d) rows to train on
     * @param centroids (k, d), moved
     * @param rule what "nearest" means
     * @param iterations number of assignments
     * @param progress told after each iteration, of the phase {@code lists}
     */
    void improve(Matrix x, Matrix centroids, Rule rule, int iterations, Progress progress) {
        int count = centroids.rows();
        if (x.rows() <= count) {
            return;
        }
        int[] assigned = new int[x.rows()];
        SparseMatrix clusterOfRow = new SparseMatrix();
        SparseMatrix rowsOfCluster = new SparseMatrix();
        for (int iteration = 0; iteration < iterations; iteration++) {
            nearest.assign(x, centroids, rule, assigned);
            int[] sizes = sizes(assigned, count);
            clusterOfRow.clear();
            for (int cluster : assigned) {
                clusterOfRow.addRow(cluster, 1f / sizes[cluster]);
            }
            rowsOfCluster.transposeOf(clusterOfRow, count);
            kernels.layers().sparseTimesDense(workers, rowsOfCluster, x, 0, centroids, 0, x.cols());
            splitLargest(centroids, sizes);
            normalize(centroids, rule);
            progress.at("lists", iteration + 1L, iterations);
        }
    }

    /**
     * Draws different numbers.
     *
     * @param n draw from [0, n)
     * @param count how many, at most n
     * @param seed of the draw
     * @return the numbers in the order drawn
     */
    static int[] sample(int n, int count, long seed) {
        int[] all = new int[n];
        for (int i = 0; i < n; i++) {
            all[i] = i;
        }
        SplittableRandom random = new SplittableRandom(seed);
        int[] drawn = new int[count];
        for (int i = 0; i < count; i++) {
            int j = i + random.nextInt(n - i);
            drawn[i] = all[j];
            all[j] = all[i];
        }
        return drawn;
    }

    static int[] sizes(int[] assigned, int clusters) {
        int[] sizes = new int[clusters];
        for (int cluster : assigned) {
            sizes[cluster]++;
        }
        return sizes;
    }

    private void normalize(Matrix centroids, Rule rule) {
        if (rule == Rule.SPHERICAL) {
            try (Arena scratch = Arena.ofShared()) {
                Matrix inverseNorms = Matrix.allocate(scratch, 1, centroids.rows());
                kernels.layers().normalizeRows(workers, centroids, centroids, inverseNorms);
            }
        }
    }

    private static void splitLargest(Matrix centroids, int[] sizes) {
        for (int empty = 0; empty < sizes.length; empty++) {
            if (sizes[empty] == 0) {
                int largest = 0;
                for (int i = 1; i < sizes.length; i++) {
                    largest = sizes[i] > sizes[largest] ? i : largest;
                }
                sizes[empty] = sizes[largest] / 2;
                sizes[largest] -= sizes[empty];
                for (int col = 0; col < centroids.cols(); col++) {
                    float value = centroids.get(largest, col);
                    float shift = col % 2 == 0 ? SPLIT : -SPLIT;
                    centroids.set(empty, col, value * (1 + shift));
                    centroids.set(largest, col, value * (1 - shift));
                }
            }
        }
    }
}
