package io.dovetail.index;

import io.dovetail.index.StoredVectors.RowScorer;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SearchKernels;
import io.dovetail.kernels.ShortList;
import java.lang.foreign.Arena;

/** Scores the best candidates with the stored vectors. For one thread. */
final class Reranking {

    /** Candidates that are scored at a time. */
    private static final int STEP = RowScorer.MOST;

    private final IvfPqIndex index;
    private final SearchKernels kernels;
    private final RowScorer scorer;
    private final Matrix scores;
    private final int[] step = new int[STEP];
    private final ShortList best = new ShortList();

    Reranking(IvfPqIndex index, RowScorer scorer, Arena arena) {
        this.index = index;
        this.scorer = scorer;
        kernels = index.kernels().search();
        scores = Matrix.allocate(arena, 1, STEP);
    }

    /** Offers candidates with their exact scores, as many as are wanted. {@return how many those were} */
    int rerank(Matrix query, Candidates candidates, TopK out) {
        scorer.query(query);
        int total = candidates.keepBest();
        for (int from = 0; from < total; from += STEP) {
            int count = Math.min(STEP, total - from);
            System.arraycopy(candidates.rows(), from, step, 0, count);
            scorer.score(step, count, scores);
            offer(count, out);
        }
        return total;
    }

    /** Offers what was scored, the worst first, so that each that enters the result goes straight to its place. */
    private void offer(int count, TopK out) {
        kernels.select(scores, count, out.limit() + 1, best);
        int size = Math.min(best.size(), out.limit());
        if (best.size() > size
                && best.score(size) == best.score(size - 1)) { // the lesser ids enter, not the lesser places
            for (int i = 0; i < count; i++) {
                float score = scores.data().get(Matrix.FLOAT, (long) i * Float.BYTES);
                if (score >= best.score(size)) {
                    out.offer(score, index.id(step[i]));
                }
            }
        } else {
            for (int rank = size - 1; rank >= 0; rank--) {
                if (best.score(rank) >= out.threshold()) { // an id is read from memory only where it counts
                    out.offer(best.score(rank), index.id(step[best.place(rank)]));
                }
            }
        }
    }
}
