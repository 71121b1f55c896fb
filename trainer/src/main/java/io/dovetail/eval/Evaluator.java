package io.dovetail.eval;

import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.data.Interactions;
import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.MatrixKernels.Form;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Ranks each user's held-out item among all items, by blocks of users: one matrix product and one count per block.
 *
 * <p>The rank of a target is 1 plus the number of other items that score at least as much, those of the user's own
 * history not counted. Immutable.
 */
public final class Evaluator {
    private static final int BLOCK_USERS = 256;

    private final Engine engine;
    private final Dataset dataset;
    private final Holdout holdout;
    private final FittedEvents history;
    private final int[] popularityRank;

    /**
     * An evaluator of one target per user.
     *
     * @param engine what to compute on
     * @param dataset the data
     * @param holdout which target: {@code VALID} leaves out the train events, {@code TEST} also the valid ones
     */
    public Evaluator(Engine engine, Dataset dataset, Holdout holdout) {
        this.engine = engine;
        this.dataset = dataset;
        this.holdout = holdout;
        history = FittedEvents.of(dataset.interactions(), holdout);
        popularityRank = popularityRank(history.itemCounts(dataset.items().size()));
    }

    private static int[] popularityRank(int[] counts) {
        int[] byCount = IntStream.range(0, counts.length)
                .boxed()
                .sorted((a, b) ->
                        counts[a] != counts[b] ? Integer.compare(counts[b], counts[a]) : Integer.compare(a, b))
                .mapToInt(Integer::intValue)
                .toArray();
        int[] rank = new int[counts.length];
        for (int i = 0; i < byCount.length; i++) {
            rank[byCount[i]] = i;
        }
        return rank;
    }

    /**
     * Evaluates scores that are inner products.
     *
     * @param users (users, d)
     * @param items (items, d)
     * @return the figures
     */
    public EvaluationReport evaluate(Matrix users, Matrix items) {
        return report(ranks(users, items));
    }

    /**
     * Sums up ranks.
     *
     * @param ranks by user, from 1, as {@link #ranks} gives them; 0 for a user who does not count
     * @return the figures
     */
    public EvaluationReport report(int[] ranks) {
        Metrics.Accumulator overall = new Metrics.Accumulator();
        Metrics.Accumulator cold = new Metrics.Accumulator();
        Metrics.Accumulator hot = new Metrics.Accumulator();
        int itemCount = dataset.items().size();
        Metrics.Accumulator[] byCategory =
                new Metrics.Accumulator[dataset.categories().size()];
        for (int user = 0; user < ranks.length; user++) {
            if (ranks[user] == 0) {
                continue;
            }
            int target = dataset.interactions().item(targetEvent(user));
            int category = dataset.categories().of(target);
            overall.add(ranks[user]);
            if (byCategory[category] == null) {
                byCategory[category] = new Metrics.Accumulator();
            }
            byCategory[category].add(ranks[user]);
            if (popularityRank[target] >= itemCount / 2) {
                cold.add(ranks[user]);
            }
            if (popularityRank[target] < itemCount / 10) {
                hot.add(ranks[user]);
            }
        }
        Map<String, Metrics> categories = new LinkedHashMap<>();
        for (int c = 0; c < byCategory.length; c++) {
            if (byCategory[c] != null) {
                categories.put(dataset.categories().names().id(c), byCategory[c].metrics());
            }
        }
        return new EvaluationReport(holdout, overall.metrics(), categories, cold.metrics(), hot.metrics());
    }

    /**
     * Evaluates the ranking that is the same for everybody: items by their number of fitted events.
     *
     * @return the figures
     */
    public EvaluationReport evaluatePopularity() {
        return report(popularityRanks());
    }

    /**
     * The rank of each user's target where items are ranked by their number of fitted events.
     *
     * @return ranks from 1; 0 for a user without a target
     */
    public int[] popularityRanks() {
        try (Arena arena = Arena.ofShared()) {
            Matrix users = Matrix.allocate(arena, dataset.users().size(), 1);
            Matrix items = Matrix.allocate(arena, dataset.items().size(), 1);
            int[] counts = history.itemCounts(items.rows());
            users.fill(1);
            for (int item = 0; item < items.rows(); item++) {
                items.set(item, 0, counts[item]);
            }
            return ranks(users, items);
        }
    }

    /**
     * The rank of each user's target.
     *
     * @param users (users, d)
     * @param items (items, d)
     * @return ranks from 1; 0 for a user without a target
     */
    public int[] ranks(Matrix users, Matrix items) {
        int[] ranks = new int[users.rows()];
        int[] counts = new int[BLOCK_USERS];
        float[] thresholds = new float[BLOCK_USERS];
        try (Arena arena = Arena.ofShared()) {
            Matrix block = Matrix.allocate(arena, Math.min(BLOCK_USERS, users.rows()), items.rows());
            for (int from = 0; from < users.rows(); from += BLOCK_USERS) {
                int n = Math.min(BLOCK_USERS, users.rows() - from);
                Matrix scores = block.rows(0, n);
                engine.kernels()
                        .matrices()
                        .gemm(engine.workers(), Form.NT, 1, users.rows(from, n), items, 0, scores, Epilogue.none());
                for (int i = 0; i < n; i++) {
                    int target = targetEvent(from + i);
                    thresholds[i] = target < 0
                            ? Float.POSITIVE_INFINITY
                            : scores.get(i, dataset.interactions().item(target));
                }
                engine.kernels().search().countAtLeast(engine.workers(), scores, thresholds, counts);
                for (int i = 0; i < n; i++) {
                    int target = targetEvent(from + i);
                    ranks[from + i] =
                            target < 0 ? 0 : counts[i] - countOfHistory(from + i, target, scores, i, thresholds[i]);
                }
            }
        }
        return ranks;
    }

    private int countOfHistory(int user, int target, Matrix scores, int row, float threshold) {
        int targetItem = dataset.interactions().item(target);
        int count = 0;
        int[] own = IntStream.range(history.start(user), history.start(user + 1))
                .map(history::item)
                .distinct()
                .toArray();
        for (int item : own) {
            if (item != targetItem && !(scores.get(row, item) < threshold)) {
                count++;
            }
        }
        return count;
    }

    private int targetEvent(int user) {
        Interactions interactions = dataset.interactions();
        for (int e = interactions.start(user + 1) - 1; e >= interactions.start(user); e--) {
            if (interactions.part(e) == holdout.target()) {
                return e;
            }
        }
        return -1;
    }
}
