package io.dovetail.index;

import io.dovetail.index.StoredVectors.RowScorer;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.RowPanels;
import io.dovetail.kernels.SearchKernels;
import java.lang.foreign.Arena;

/** Scores the members of a {@link RowSet} with their vectors: exact, and no code is looked at. */
final class MemberScorer {

    /** Vectors that are scored at a time. */
    private static final int STEP = 1024;

    /** Of the first ones, which are all offered, so few: those after them must be better than the k-th of them. */
    private static final int LEAST_STEP = 64;

    private final IvfPqIndex index;
    private final SearchKernels kernels;
    private final RowScorer scorer;
    private final Matrix scores;
    private final int[] step = new int[STEP];
    private final int[] hits = new int[STEP];

    MemberScorer(IvfPqIndex index, RowScorer scorer, Arena arena) {
        this.index = index;
        this.scorer = scorer;
        kernels = index.kernels().search();
        scores = Matrix.allocate(arena, 1, STEP);
    }

    /** Offers all members. {@return how many were scored} */
    int scoreAll(RowSet set, Matrix query, IdFilter filter, TopK out) {
        scorer.query(query);
        int[] rows = set.rows();
        Matrix copies = set.panels();
        int count;
        for (int from = 0; from < rows.length; from += count) {
            count = fill(rows, from);
            if (copies == null) {
                scorer.score(step, count, scores);
            } else {
                scoreCopies(copies, from, count, query);
            }
            offer(count, filter, out);
        }
        if (rows.length == 0) {
            score(add(set, 0, index.size(), 0, filter, out), filter, out);
        }
        return set.size();
    }

    private void scoreCopies(Matrix copies, int from, int count, Matrix query) {
        int panels = RowPanels.count(count);
        for (int i = 0; i < panels; i++) {
            hits[i] = from / RowPanels.PANEL + i;
        }
        kernels.panelDots(query, copies, hits, panels, scores);
    }

    /** Copies rows to the step, as many as there have been before. {@return how many} */
    private int fill(int[] rows, int from) {
        int count = Math.min(Math.clamp(from, LEAST_STEP, STEP), rows.length - from);
        System.arraycopy(rows, from, step, 0, count);
        return count;
    }

    /** Offers the members of chosen lists. {@return how many were scored} */
    int scoreLists(RowSet set, CoarseSearch chosen, int from, int to, Matrix query, IdFilter filter, TopK out) {
        scorer.query(query);
        int count = 0;
        int scored = 0;
        for (int i = from; i < to; i++) {
            int list = chosen.list(i);
            scored += set.count(list);
            count = add(set, index.listStart(list), index.listEnd(list), count, filter, out);
        }
        score(count, filter, out);
        return scored;
    }

    /** Adds the members of some rows to the step; scores it whenever more might not fit. {@return how many are in it} */
    private int add(RowSet set, int from, int to, int before, IdFilter filter, TopK out) {
        int count = before;
        for (int row = from; row < to; row += STEP) {
            int end = Math.min(to, row + STEP);
            if (count + end - row > STEP) {
                score(count, filter, out);
                count = 0;
            }
            count = set.copyMembers(row, end, step, count);
        }
        return count;
    }

    private void score(int count, IdFilter filter, TopK out) {
        scorer.score(step, count, scores);
        offer(count, filter, out);
    }

    /** Offers the rows of the step with their scores. */
    private void offer(int count, IdFilter filter, TopK out) {
        int found = kernels.selectScores(scores, count, out.threshold(), 0, hits, 0);
        for (int i = 0; i < found; i++) {
            float score = scores.get(0, hits[i]);
            int row = step[hits[i]];
            if (score >= out.threshold() && filter.acceptsRow(index, row)) {
                out.offer(score, index.id(row)); // an id is read from memory only where it counts
            }
        }
    }
}
