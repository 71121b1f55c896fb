package io.dovetail.index;

import io.dovetail.index.NearestCentroid.Rule;
import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;

/**
 * Splits a vector into M sub-vectors and replaces each by the number of its nearest centroid (Jegou, Douze and Schmid,
 * 2011). Centroids are trained per subspace with Euclidean k-means.
 */
final class ProductQuantizer {

    private final Matrix[] centroids;
    private final int width;

    private ProductQuantizer(Matrix[] centroids, int width) {
        this.centroids = centroids;
        this.width = width;
    }

    /**
     * Trains the centroids.
     *
     * @param x (n, d) vectors to train on
     * @param spec gives subspaces, bits, iterations and seed
     * @param kMeans trains
     * @param progress told after each subspace
     * @param arena owner of the centroids
     * @return the quantizer
     */
    static ProductQuantizer train(Matrix x, IvfPqSpec spec, KMeans kMeans, Progress progress, Arena arena) {
        int width = x.cols() / spec.subspaces();
        Matrix[] centroids = new Matrix[spec.subspaces()];
        for (int m = 0; m < centroids.length; m++) {
            centroids[m] = kMeans.train(
                    x.columns(m * width, width),
                    1 << spec.bits(),
                    Rule.EUCLIDEAN,
                    spec.iterations(),
                    spec.seed() + 1 + m,
                    arena);
            progress.at("codebooks", m + 1L, centroids.length);
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
            nearest.assign(x.columns(m * width, width), centroids[m], Rule.EUCLIDEAN, codes[m]);
        }
    }

    /**
     * What a code stands for.
     *
     * @param codes M arrays
     * @param row which code of each array
     * @return the vector that the centroids make, length d
     */
    float[] decode(int[][] codes, int row) {
        float[] vector = new float[centroids.length * width];
        for (int col = 0; col < vector.length; col++) {
            int m = col / width;
            vector[col] = centroids[m].get(codes[m][row], col % width);
        }
        return vector;
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
