package io.dovetail.index;

import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Reservoir;
import io.dovetail.kernels.RowPanels;
import io.dovetail.kernels.SearchKernels;
import io.dovetail.kernels.ShortList;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the lists of a query: first those of the greatest {@code <q, c>} in the groups that it looks into, then, once the
 * caller knows how good a list must be to matter, all others as good as that. It holds what was chosen for the last query.
 */
final class CoarseSearch {

    /**
     * How many lists a query looks at for each that it scans, and how many at least. In a prototype that scored exactly, on
     * a million clustered unit vectors of 32 dimensions with 4,096 lists in 128 groups, recall@10 was about 0.005 less than
     * with a look at all, at an nprobe of 4 to 32.
     */
    private static final int LISTS_PER_PROBE = 16;

    private static final int LEAST_LISTS = 384;

    /**
     * By how much the lists of a group spread more in the directions in which queries lie than in all on the mean. On a
     * million unit vectors of 32 dimensions, 8,192 lists, a margin of 1.5: recall@10 is 0.969 with 1, 0.975 with 1.5, 0.977
     * with 2, which took a quarter more time.
     */
    private static final float DIRECTIONS = 1.5f;

    private static final int PANEL = RowPanels.PANEL;
    private static final long PANEL_BYTES = (long) PANEL * Float.BYTES;

    private final CoarsePanels panels;
    private final SearchKernels kernels;
    private final int nlist;
    private final Matrix groupScores;
    private final Matrix scores;
    private final int[] allGroups;
    private final int[] panelsSeen;
    private final ShortList best = new ShortList();
    private final Reservoir others = new Reservoir();

    /** Places in the scores of those that were selected: scratch. */
    private final int[] places;

    private final int[] lists;
    private final float[] listScores;
    private @Nullable RowSet members;
    private @Nullable Matrix known;
    private int seen;
    private int size;
    private float bestScore;

    /**
     * A search for one query at a time.
     *
     * @param places {@link #scratch}
     */
    CoarseSearch(CoarsePanels panels, int nlist, SearchKernels kernels, int[] places, Arena arena) {
        this.panels = panels;
        this.kernels = kernels;
        this.nlist = nlist;
        groupScores = Matrix.allocate(arena, 1, RowPanels.count(panels.groups()) * PANEL);
        scores = Matrix.allocate(arena, 1, panels.panels() * PANEL);
        allGroups = IntStream.range(0, groupScores.cols() / PANEL).toArray();
        panelsSeen = new int[panels.panels()];
        this.places = places;
        lists = new int[nlist];
        listScores = new float[nlist];
    }

    /** Scratch for any number of searches of which one works at a time. */
    static int[] scratch(CoarsePanels panels) {
        return new int[PANEL * Math.max(panels.panels(), RowPanels.count(panels.groups()))];
    }

    /**
     * Chooses the best lists of the best groups.
     *
     * @param query (1, d)
     * @param wanted number of lists wanted
     * @param set lists without a member of it are left out, until the next call; null if none is
     * @return how many there are, in no order
     */
    int choose(Matrix query, int wanted, @Nullable RowSet set) {
        known = null;
        return chooseFromGroups(query, wanted, set);
    }

    /**
     * Chooses as {@link #choose} does, where the caller has found the scores of all lists.
     *
     * @param query (1, d)
     * @param wanted number of lists wanted
     * @param ofAll (1, length of scratch), in the order of the panels; must not change before the next choice
     * @return how many there are, in no order
     */
    int chooseScored(Matrix query, int wanted, Matrix ofAll) {
        known = ofAll;
        return chooseFromGroups(query, wanted, null);
    }

    private int chooseFromGroups(Matrix query, int wanted, @Nullable RowSet set) {
        members = set;
        long groups = looks(wanted, nlist) * panels.groups() / nlist;
        seen = 0;
        if (panels.groups() == 1 || groups >= panels.groups()) {
            lookAtAll();
        } else {
            lookAtBestGroups(query, Math.max(1, (int) groups));
        }
        chooseSeen(query, wanted);
        if (size < Math.min(wanted, set == null ? nlist : set.lists())) { // the near groups were small
            seen = 0;
            lookAtAll();
            chooseSeen(query, wanted);
        }
        return size;
    }

    /** Whether finding the scores of all lists for many queries together takes less time than looking at some for each. */
    static boolean scoresAll(int wanted, int nlist) {
        return 2 * looks(wanted, nlist) >= nlist;
    }

    /** How many lists are looked at to choose so many. */
    static long looks(int wanted, int nlist) {
        return Math.min(nlist, Math.max(LEAST_LISTS, (long) LISTS_PER_PROBE * wanted));
    }

    /**
     * Adds, to those that {@link #choose} chose, the lists that reach a score: those of the groups that it looked into, and
     * of groups that could have such lists.
     *
     * @param query that of {@link #choose}
     * @param least the score
     * @param leastOfGroup the score of a group from which on it is looked into
     * @param most how many lists may be chosen in all; if more reach the score, the best
     * @return how many are chosen, those before them first
     */
    int chooseFrom(Matrix query, float least, float leastOfGroup, int most) {
        int first = size;
        appendSeen(least);
        if (seen < panels.panels()) {
            int groups = kernels.selectScores(groupScores, groupScores.cols(), leastOfGroup, 0, places, 0);
            seen = 0;
            for (int i = 0; i < groups; i++) {
                look(places[i]);
            }
            scoreSeen(query);
            appendSeen(least);
        }
        int kept = Math.max(first, most);
        if (size > kept) {
            if (kept > first) {
                bringForward(first, kept - first);
            }
            size = kept;
        }
        return size;
    }

    /**
     * The best group, or the best list if all are in one: queries for which it is the same look at much the same lists.
     *
     * @param query (1, d)
     * @return its number
     */
    int neighborhood(Matrix query) {
        Matrix all = groupScores;
        if (panels.groups() == 1) {
            seen = 0;
            lookAtAll();
            kernels.panelDots(query, panels.listPanels(), panelsSeen, seen, scores);
            all = scores;
        } else {
            kernels.panelDots(query, panels.groupPanels(), allGroups, allGroups.length, groupScores);
        }
        kernels.select(all, all.cols(), 1, best);
        return best.size() > 0 ? best.place(0) : 0;
    }

    private void lookAtAll() {
        for (int group = 0; group < panels.groups(); group++) {
            look(group);
        }
    }

    private void lookAtBestGroups(Matrix query, int wanted) {
        kernels.panelDots(query, panels.groupPanels(), allGroups, allGroups.length, groupScores);
        int groups = kernels.selectPlaces(groupScores, groupScores.cols(), wanted, best, places);
        for (int i = 0; i < groups; i++) {
            look(places[i]);
            groupScores.set(0, places[i], Float.NaN); // reaches no score from now on
        }
    }

    private void look(int group) {
        for (int panel = panels.firstPanel(group); panel < panels.firstPanel(group + 1); panel++) {
            panelsSeen[seen++] = panel;
        }
    }

    private void scoreSeen(Matrix query) {
        Matrix ofAll = known;
        if (ofAll == null) {
            kernels.panelDots(query, panels.listPanels(), panelsSeen, seen, scores);
        } else {
            for (int i = 0; i < seen; i++) {
                MemorySegment.copy(
                        ofAll.data(), panelsSeen[i] * PANEL_BYTES, scores.data(), i * PANEL_BYTES, PANEL_BYTES);
            }
        }
        RowSet set = members;
        if (set != null && set.lists() < nlist) {
            for (int i = 0; i < seen; i++) {
                for (int empty = set.emptyLists(panelsSeen[i]); empty != 0; empty &= empty - 1) {
                    scores.set(0, i * PANEL + Integer.numberOfTrailingZeros(empty), Float.NaN); // reaches no score
                }
            }
        }
    }

    private void chooseSeen(Matrix query, int wanted) {
        scoreSeen(query);
        int found = kernels.selectPlaces(scores, seen * PANEL, wanted, best, places);
        size = 0;
        bestScore = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < found; i++) {
            append(places[i]);
            bestScore = Math.max(bestScore, scores.get(0, places[i]));
            scores.set(0, places[i], Float.NaN); // reaches no score from now on
        }
    }

    private void appendSeen(float least) {
        int found = kernels.selectScores(scores, seen * PANEL, least, 0, places, 0);
        for (int i = 0; i < found; i++) {
            append(places[i]);
        }
    }

    private void append(int place) {
        lists[size] = panels.listAt(panelsSeen[place / PANEL] * PANEL + place % PANEL);
        listScores[size] = scores.get(0, place);
        size++;
    }

    /** Brings the best of the chosen lists before the others. */
    void bringForward(int count) {
        bringForward(0, count);
    }

    /** Brings the best so many of the lists from a place on before the others there. */
    private void bringForward(int first, int count) {
        others.clear(count, size - first);
        for (int i = first; i < size; i++) {
            long key = Reservoir.key(listScores[i], i);
            if (others.wants(key)) {
                others.add(key);
            }
        }
        others.keepBest();
        float worst = others.worst();
        int next = first;
        for (int i = first; i < size; i++) {
            if (listScores[i] > worst) {
                swap(i, next++);
            }
        }
        for (int i = next; i < size && next < first + count; i++) {
            if (listScores[i] == worst) {
                swap(i, next++);
            }
        }
    }

    private void swap(int i, int j) {
        int list = lists[i];
        float score = listScores[i];
        lists[i] = lists[j];
        listScores[i] = listScores[j];
        lists[j] = list;
        listScores[j] = score;
    }

    /** How far scores of a group's lists are from that of the group: a generous standard deviation. */
    float deviation(Matrix query) {
        double squares = 0;
        for (int j = 0; j < query.cols(); j++) {
            double element = query.get(0, j);
            squares += element * element;
        }
        return (float) (DIRECTIONS * panels.spread() * Math.sqrt(squares));
    }

    int list(int place) {
        return lists[place];
    }

    float score(int place) {
        return listScores[place];
    }

    /** The best score among those of {@link #choose}. */
    float bestScore() {
        return bestScore;
    }
}
