package io.dovetail.index;

import io.dovetail.index.NearestCentroid.Rule;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * Says which lists of an index vectors belong to, and how far they are from the centroids. Owns scratch; one thread at a
 * time.
 */
public final class NearestLists implements AutoCloseable {

    private static final int CHUNK_ROWS = 1 << 12;

    private final IvfPqIndex index;
    private final Workers workers;
    private final Arena arena = Arena.ofShared();
    private final Matrix chunk;
    private final NearestCentroid nearest;

    /**
     * For the lists of an index; close it.
     *
     * @param index the index, whose memory must live as long
     * @param workers who computes
     */
    public NearestLists(IvfPqIndex index, Workers workers) {
        this.index = index;
        this.workers = workers;
        chunk = Matrix.allocate(arena, CHUNK_ROWS, index.dimension());
        nearest = new NearestCentroid(index.kernels(), workers, index.nlist());
        nearest.use(index.centroids(), Rule.EUCLIDEAN);
    }

    /**
     * The list of each row: that of the nearest centroid. Centroids of spherical k-means all have length 1, so that the
     * nearest is the one of the greatest inner product, too.
     *
     * @param x (n, d)
     * @param lists receives numbers in [0, nlist), at least n long
     * @param squaredDistances receives the squared distances to the centroids, at least n long
     */
    public void assign(Matrix x, int[] lists, float[] squaredDistances) {
        nearest.assign(x, lists);
        for (int from = 0; from < x.rows(); from += CHUNK_ROWS) {
            Matrix rows = chunk.rows(0, Math.min(CHUNK_ROWS, x.rows() - from));
            rows.copyFrom(x.rows(from, rows.rows()));
            int[] listOfRow = Arrays.copyOfRange(lists, from, from + rows.rows());
            IvfPqTraining.subtract(workers, index.centroids(), listOfRow, rows);
            for (int row = 0; row < rows.rows(); row++) {
                squaredDistances[from + row] = Vectors.squareNorm(rows, row);
            }
        }
    }

    @Override
    public void close() {
        nearest.close();
        arena.close();
    }
}
