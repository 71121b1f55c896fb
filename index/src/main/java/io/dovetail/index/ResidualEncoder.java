package io.dovetail.index;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.lang.foreign.Arena;

/** From vectors and their lists to codes: what is left beside the centroid, turned, as codes. */
final class ResidualEncoder {

    private final CodeEncoder codes;
    private final Matrix centroids;
    private final Rotation rotation;
    private final Kernels kernels;
    private final Workers workers;
    private final Matrix kept;
    private final Matrix turnedVectors;
    private final Matrix turnedResiduals;

    /**
     * An encoder of chunks.
     *
     * @param codes of turned residuals
     * @param centroids (nlist, d)
     * @param rotation of residuals
     * @param kernels how to compute
     * @param workers who computes
     * @param mostRows of a chunk
     * @param arena owner of scratch, shared
     */
    ResidualEncoder(
            CodeEncoder codes,
            Matrix centroids,
            Rotation rotation,
            Kernels kernels,
            Workers workers,
            int mostRows,
            Arena arena) {
        this.codes = codes;
        this.centroids = centroids;
        this.rotation = rotation;
        this.kernels = kernels;
        this.workers = workers;
        kept = Matrix.allocate(arena, codes.wantsVectors() ? mostRows : 0, centroids.cols());
        turnedVectors = Matrix.allocate(arena, rotation.isNone() ? 0 : kept.rows(), centroids.cols());
        turnedResiduals = Matrix.allocate(arena, rotation.isNone() ? 0 : mostRows, centroids.cols());
    }

    /**
     * Codes of vectors.
     *
     * @param rows (n, d), overwritten
     * @param lists the list of each
     * @param out M arrays of at least n, receive a centroid's number each
     */
    void encode(Matrix rows, int[] lists, int[][] out) {
        Matrix vectors = rows;
        if (codes.wantsVectors()) {
            Matrix copy = kept.rows(0, rows.rows());
            copy.copyFrom(rows);
            vectors = turn(copy, turnedVectors);
        }
        IvfPqTraining.subtract(workers, centroids, lists, rows);
        codes.encode(turn(rows, turnedResiduals), vectors, out);
    }

    private Matrix turn(Matrix rows, Matrix space) {
        return rotation.isNone() ? rows : rotation.turn(rows, kernels, workers, space.rows(0, rows.rows()));
    }
}
