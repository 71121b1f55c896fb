package io.dovetail.index;

import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Reservoir;
import io.dovetail.kernels.RowPanels;
import io.dovetail.kernels.SearchKernels;
import java.lang.foreign.Arena;
import java.util.stream.IntStream;

/** Chooses the lists of a query, best first: those of the greatest {@code <q, c>} in the groups that it looks into. */
final class CoarseSearch {

    /**
     * How many lists a query looks at for each that it scans, and how many at least. In a prototype that scored exactly, on
     * a million clustered unit vectors of 32 dimensions with 4,096 lists in 128 groups, recall@10 was about 0.005 less than
     * with a look at all, at an nprobe of 4 to 32.
     */
    private static final int LISTS_PER_PROBE = 16;

    private static final int LEAST_LISTS = 384;
    private static final int PANEL = RowPanels.PANEL;

    private final CoarsePanels panels;
    private final SearchKernels kernels;
    private final int nlist;
    private final Matrix groupScores;
    private final Matrix scores;
    private final int[] allGroups;
    private final int[] panelsSeen;
    private final Reservoir groups = new Reservoir();
    private final Reservoir lists = new Reservoir();

    CoarseSearch(CoarsePanels panels, int nlist, SearchKernels kernels, Arena arena) {
        this.panels = panels;
        this.kernels = kernels;
        this.nlist = nlist;
        groupScores = Matrix.allocate(arena, 1, RowPanels.count(panels.groups()) * PANEL);
        scores = Matrix.allocate(arena, 1, panels.panels() * PANEL);
        allGroups = IntStream.range(0, groupScores.cols() / PANEL).toArray();
        panelsSeen = new int[panels.panels()];
    }

    /**
     * Chooses.
     *
     * @param query (1, d)
     * @param nprobe number of lists wanted
     * @return how many there are
     */
    int probe(Matrix query, int nprobe) {
        int found = panels.groups() == 1 ? 0 : probeGroups(query, nprobe);
        if (found < Math.min(nprobe, nlist)) { // a single group, or the near ones were small
            choose(query, nprobe, look(0, panels.panels(), 0));
        }
        return lists.sortBest();
    }

    /**
     * The best list of the best group: queries for which it is the same look at much the same lists.
     *
     * @param query (1, d)
     * @return the list
     */
    int neighborhood(Matrix query) {
        int group = panels.groups() == 1 ? 0 : bestGroups(query, 1) > 0 ? groups.row(0) : 0;
        choose(query, 1, look(panels.firstPanel(group), panels.firstPanel(group + 1), 0));
        return lists.sortBest() > 0 ? list(0) : 0;
    }

    /** {@return the number of lists found} */
    private int probeGroups(Matrix query, int nprobe) {
        int count = panels.groups();
        long wanted = Math.max(LEAST_LISTS, (long) LISTS_PER_PROBE * nprobe) * count / nlist;
        if (wanted >= count) {
            return 0;
        }
        int near = bestGroups(query, Math.max(1, (int) wanted));
        int seen = 0;
        for (int i = 0; i < near; i++) {
            int group = groups.row(i);
            seen = look(panels.firstPanel(group), panels.firstPanel(group + 1), seen);
        }
        choose(query, nprobe, seen);
        return lists.keepBest();
    }

    private int bestGroups(Matrix query, int wanted) {
        kernels.panelDots(query, panels.groupPanels(), allGroups, allGroups.length, groupScores);
        groups.clear(wanted, panels.groups());
        kernels.offer(groupScores, groupScores.cols(), 0, groups);
        return groups.keepBest();
    }

    private int look(int from, int to, int seen) {
        for (int panel = from; panel < to; panel++) {
            panelsSeen[seen + panel - from] = panel;
        }
        return seen + to - from;
    }

    private void choose(Matrix query, int nprobe, int seen) {
        kernels.panelDots(query, panels.listPanels(), panelsSeen, seen, scores);
        lists.clear(nprobe, nlist);
        kernels.offer(scores, seen * PANEL, 0, lists);
    }

    int list(int place) {
        int at = lists.row(place);
        return panels.listAt(panelsSeen[at / PANEL] * PANEL + at % PANEL);
    }

    float score(int place) {
        return lists.score(place);
    }
}
