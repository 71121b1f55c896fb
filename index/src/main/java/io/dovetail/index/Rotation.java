package io.dovetail.index;

import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.MatrixKernels.Form;
import io.dovetail.kernels.SearchKernels;
import io.dovetail.kernels.Workers;
import java.lang.foreign.Arena;

/**
 * New axes for residuals before they are split into sub-vectors, or the old ones. Orthogonal axes leave inner products as
 * they are, so a search turns its query once and looks everything else up as without.
 */
final class Rotation {

    private final Matrix axes;

    /**
     * A rotation to given axes.
     *
     * @param axes (d, d), an axis per row; without rows, vectors stay as they are
     */
    Rotation(Matrix axes) {
        this.axes = axes;
    }

    /** {@return the rotation that leaves vectors as they are} */
    static Rotation none(Arena arena) {
        return new Rotation(Matrix.allocate(arena, 0, 0));
    }

    /** {@return whether vectors stay as they are} */
    boolean isNone() {
        return axes.rows() == 0;
    }

    /** {@return the axes, one per row} */
    Matrix axes() {
        return axes;
    }

    /**
     * Turns a query, without allocation.
     *
     * @param query (1, d)
     * @param kernels compute
     * @param scratch (1, d), overwritten if there is something to do
     * @return the query in the new axes: {@code scratch}, or the query itself
     */
    Matrix turn(Matrix query, SearchKernels kernels, Matrix scratch) {
        if (isNone()) {
            return query;
        }
        kernels.dots(query, axes, 0, axes.rows(), scratch);
        return scratch;
    }

    /**
     * Turns vectors.
     *
     * @param x (n, d)
     * @param kernels how to compute
     * @param workers who computes
     * @param scratch (n, d), overwritten if there is something to do
     * @return the vectors in the new axes: {@code scratch}, or x itself
     */
    Matrix turn(Matrix x, Kernels kernels, Workers workers, Matrix scratch) {
        if (isNone()) {
            return x;
        }
        kernels.matrices().gemm(workers, Form.NT, 1, x, axes, 0, scratch, Epilogue.none());
        return scratch;
    }
}
