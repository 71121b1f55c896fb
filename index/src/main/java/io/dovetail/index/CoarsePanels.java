package io.dovetail.index;

import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.RowPanels;
import java.lang.foreign.Arena;

/** A {@link CoarseQuantizer} as searches read it: centroids in panels, those of a group in panels of their own. */
final class CoarsePanels {

    private static final int PANEL = RowPanels.PANEL;

    private final int dimension;
    private final int groups;
    private final Matrix groupPanels;
    private final Matrix listPanels;
    private final int[] firstPanels;
    private final int[] listOfPlace;
    private final float spread;

    CoarsePanels(CoarseQuantizer coarse, Arena arena) {
        dimension = coarse.centroids().cols();
        groups = coarse.count();
        groupPanels = allocate(arena, RowPanels.count(groups));
        RowPanels.pack(coarse.groups(), 0, groups, groupPanels, 0);
        firstPanels = new int[groups + 1];
        for (int group = 0; group < groups; group++) {
            int size = coarse.start(group + 1) - coarse.start(group);
            firstPanels[group + 1] = firstPanels[group] + RowPanels.count(size);
        }
        listPanels = allocate(arena, panels());
        listOfPlace = new int[panels() * PANEL];
        for (int group = 0; group < groups; group++) {
            int from = coarse.start(group);
            int to = coarse.start(group + 1);
            RowPanels.pack(coarse.centroids(), from, to, listPanels, firstPanels[group]);
            for (int list = from; list < to; list++) {
                listOfPlace[firstPanels[group] * PANEL + list - from] = list;
            }
        }
        spread = spread(coarse);
    }

    private static float spread(CoarseQuantizer coarse) {
        double squares = 0;
        for (int group = 0; group < coarse.count(); group++) {
            for (int list = coarse.start(group); list < coarse.start(group + 1); list++) {
                for (int j = 0; j < coarse.centroids().cols(); j++) {
                    double difference =
                            coarse.centroids().get(list, j) - coarse.groups().get(group, j);
                    squares += difference * difference;
                }
            }
        }
        return (float) Math.sqrt(
                squares / ((double) coarse.nlist() * coarse.centroids().cols()));
    }

    private Matrix allocate(Arena arena, int panels) {
        return Matrix.allocate(arena, Math.multiplyExact(panels, dimension), PANEL);
    }

    /**
     * The root mean square of the elements of {@code c - g}, for each list of centroid c in the group of centroid g: what
     * the scores of a group's lists differ by from the group's own, for a query of length 1 in any direction.
     */
    float spread() {
        return spread;
    }

    /** Number of groups. */
    int groups() {
        return groups;
    }

    /** The centroids of the groups, in panels. */
    Matrix groupPanels() {
        return groupPanels;
    }

    /** The centroids of the lists, in panels. */
    Matrix listPanels() {
        return listPanels;
    }

    /** Number of panels of lists. */
    int panels() {
        return firstPanels[groups];
    }

    /** First panel of a group; of the group after the last, the number of panels. */
    int firstPanel(int group) {
        return firstPanels[group];
    }

    /** The list of a row of a panel: that of row i of panel p is at place {@value #PANEL} p + i. */
    int listAt(int place) {
        return listOfPlace[place];
    }
}
