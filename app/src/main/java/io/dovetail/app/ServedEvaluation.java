package io.dovetail.app;

import io.dovetail.data.Holdout;
import io.dovetail.data.Interactions;
import io.dovetail.eval.Evaluator;
import io.dovetail.eval.UserVectors;
import io.dovetail.index.ExcludedIds;
import io.dovetail.index.FlatIndex;
import io.dovetail.index.IdFilter;
import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.MergedSearcher;
import io.dovetail.index.SearchParams;
import io.dovetail.index.Searcher;
import io.dovetail.index.TopK;
import io.dovetail.kernels.Matrix;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.train.Run;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What an index loses against exact search, for the users that are judged.
 *
 * @param recall recall@k of the index against exact search, history left out of both
 * @param hitRate share of users whose target is among the k items that the index serves
 * @param k 100, or all items if they are fewer
 * @param users number of users
 * @param params what a search spends: the index's defaults
 */
record ServedEvaluation(double recall, double hitRate, int k, int users, SearchParams params) {
    private static final int NO_TARGET = -1;

    /**
     * Searches for each user who is judged.
     *
     * @param evaluator says who is judged
     * @param vectors gives the users' vectors
     * @param items the items' vectors
     * @throws IOException if the index cannot be read
     * @throws UserException if it is of another model
     */
    static ServedEvaluation of(
            Engine engine, Run run, Evaluator evaluator, UserVectors vectors, Matrix items, Path file)
            throws IOException {
        try (Arena arena = Arena.ofShared()) {
            IvfPqIndex index = ItemIndex.open(run, file, engine, arena);
            FlatIndex exact = ItemIndex.exact(run, items, engine);
            Interactions events = run.dataset().interactions();
            FittedEvents history = FittedEvents.of(events, evaluator.holdout());
            int[] users = evaluator.users();
            Matrix queries = Matrix.allocate(arena, users.length, vectors.width());
            vectors.copy(users, queries);
            int k = Math.min(100, run.dataset().items().size());
            int[] wanted = new int[users.length];
            int[] found = new int[users.length];
            int[] hits = new int[users.length];
            engine.workers().forEachBlock(users.length, 64, (from, to) -> {
                try (Searcher served = new MergedSearcher(index.searcher(), index.dimension());
                        Searcher truth = new MergedSearcher(exact.searcher(), exact.dimension())) {
                    TopK approximate = new TopK(k);
                    TopK best = new TopK(k);
                    for (int i = from; i < to; i++) {
                        int target = target(events, evaluator.holdout(), users[i]);
                        IdFilter unseen = unseen(history, users[i], target);
                        Matrix query = queries.rows(i, 1);
                        served.search(query, k, index.defaults(), unseen, approximate);
                        truth.search(query, k, exact.defaults(), unseen, best);
                        wanted[i] = best.size();
                        found[i] = common(approximate, best);
                        hits[i] = contains(approximate, target) ? 1 : 0;
                    }
                }
            });
            return new ServedEvaluation(
                    IntStream.of(found).sum()
                            / Math.max(1.0, IntStream.of(wanted).sum()),
                    IntStream.of(hits).sum() / Math.max(1.0, users.length),
                    k,
                    users.length,
                    index.defaults());
        }
    }

    private static int target(Interactions events, Holdout holdout, int user) {
        int target = NO_TARGET;
        for (int event = events.start(user); event < events.start(user + 1); event++) {
            target = events.part(event) == holdout.target() ? events.item(event) : target;
        }
        return target;
    }

    /** All items but the user's own; the target stays, as in the evaluation. */
    private static IdFilter unseen(FittedEvents history, int user, int target) {
        return ExcludedIds.of(IntStream.range(history.start(user), history.start(user + 1))
                .map(history::item)
                .filter(item -> item != target)
                .asLongStream()
                .toArray());
    }

    private static int common(TopK some, TopK best) {
        return (int) IntStream.range(0, best.size())
                .filter(place -> contains(some, best.id(place)))
                .count();
    }

    private static boolean contains(TopK some, long id) {
        return IntStream.range(0, some.size()).anyMatch(place -> some.id(place) == id);
    }

    String line() {
        return String.format(
                Locale.ROOT,
                "index: recall@%d %.4f against exact search, HR@%d as served %.4f (%s)",
                k,
                recall,
                k,
                hitRate,
                params);
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("recall@" + k, recall);
        json.put("hr@" + k, hitRate);
        json.put("users", users);
        ParamsFigures.put(json, params);
        return json;
    }
}
