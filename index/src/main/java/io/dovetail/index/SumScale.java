package io.dovetail.index;

import io.dovetail.kernels.CodeShape;

/**
 * What the sums of a query stand for, reusable. The list of the best centroid is raised by as much as fits. Lists that are worse
 * by more than that, some hundred times the width of the tables, count as if they were not.
 */
final class SumScale {

    private final int mostRaise;
    private float scale;
    private float least;

    /** The score of a centroid whose list is not raised. */
    private float ofNoRaise;

    SumScale(IvfPqIndex index) {
        mostRaise = CodeShape.mostRaise(index.subspaces());
    }

    /** From now on of these tables, and lists of which the best centroid has this score. */
    void set(QueryTables tables, float bestCentroid) {
        scale = tables.scale();
        least = tables.least();
        ofNoRaise = bestCentroid - mostRaise / scale;
    }

    /** The score that a sum stands for; negative infinity for 0, which is less than any. */
    float score(int sum) {
        return sum == 0 ? Float.NEGATIVE_INFINITY : sum / scale + least + ofNoRaise;
    }

    /** By how much the sums of a list are raised: how much better its centroid is than one of no raise. */
    int raise(float centroid) {
        return (int) Math.clamp((centroid - ofNoRaise) * scale + 0.5f, 0, mostRaise);
    }
}
