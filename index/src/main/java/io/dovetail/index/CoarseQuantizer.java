package io.dovetail.index;

import io.dovetail.index.NearestCentroid.Rule;
import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;

/**
 * The centroids of the lists in two levels: near ones stand together in groups, each with a centroid of its own. A query
 * compares itself with the groups, and then with the centroids of the best groups alone. With 4,096 lists in 128 groups that
 * is an eighth of the inner products, for a few thousandths of recall.
 */
final class CoarseQuantizer {

    /** Fewer lists are one group: comparing with all of them is quick enough. */
    private static final int LEAST_GROUPED = 256;

    private static final int ITERATIONS = 20;

    private final Matrix centroids;
    private final Matrix groups;
    private final int[] starts;

    /**
     * A quantizer of centroids that are in order.
     *
     * @param centroids (nlist, d): those of group g are the rows [starts[g], starts[g + 1])
     * @param groups (G, d), the centroids of the groups; a single group has any
     * @param starts G + 1 ascending numbers from 0 to nlist
     */
    CoarseQuantizer(Matrix centroids, Matrix groups, int[] starts) {
        this.centroids = centroids;
        this.groups = groups;
        this.starts = starts;
    }

    /**
     * Groups centroids: about one and a half times the root of their number.
     *
     * @param centroids (nlist, d) in any order
     * @param rule what "near" means
     * @param kMeans trains
     * @param nearest assigns
     * @param seed of the training
     * @param arena owner of the result
     * @return the quantizer, its centroids in another order
     */
    static CoarseQuantizer group(
            Matrix centroids, Rule rule, KMeans kMeans, NearestCentroid nearest, long seed, Arena arena) {
        int nlist = centroids.rows();
        if (nlist < LEAST_GROUPED) {
            return new CoarseQuantizer(centroids, centroids.rows(0, 1), new int[] {0, nlist});
        }
        int count = 1 << Math.round(Math.log(1.5 * Math.sqrt(nlist)) / Math.log(2));
        Matrix groups = kMeans.train(centroids, count, rule, ITERATIONS, seed, Progress.none(), arena);
        int[] groupOfList = new int[nlist];
        nearest.assign(centroids, groups, rule, groupOfList);
        int[] starts = RowOrder.starts(groupOfList, count);
        int[] order = RowOrder.byGroup(groupOfList, starts);
        Matrix ordered = Matrix.allocate(arena, nlist, centroids.cols());
        for (int list = 0; list < nlist; list++) {
            ordered.rows(list, 1).copyFrom(centroids.rows(order[list], 1));
        }
        return new CoarseQuantizer(ordered, groups, starts);
    }

    Matrix centroids() {
        return centroids;
    }

    Matrix groups() {
        return groups;
    }

    int[] starts() {
        return starts;
    }

    /** Number of the first list of a group; of group {@link #count}, the number of lists. */
    int start(int group) {
        return starts[group];
    }

    int nlist() {
        return centroids.rows();
    }

    int count() {
        return starts.length - 1;
    }
}
