package io.dovetail.eval;

import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.data.Interactions;
import io.dovetail.kernels.Matrix;
import io.dovetail.model.Engine;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Ranks users' held-out items among all items.
 *
 * <p>The rank of a target is 1 plus the number of other items that score at least as much, those of the user's own
 * history not counted. Off the heap an evaluation takes some 3 MiB a thread, however many users and items there are.
 * Immutable.
 */
public final class Evaluator {
    private static final int NONE = -1;

    private final Engine engine;
    private final Dataset dataset;
    private final Holdout holdout;
    private final Popularity popularity;
    private final int candidates;
    private final int[] users;

    /**
     * An evaluator of all users who have a target.
     *
     * @param engine what to compute on
     * @param dataset the data
     * @param holdout which target: {@code VALID} leaves out the train events, {@code TEST} also the valid ones
     */
    public Evaluator(Engine engine, Dataset dataset, Holdout holdout) {
        this(engine, dataset, holdout, UserSample.all());
    }

    /**
     * An evaluator of some users.
     *
     * @param engine what to compute on
     * @param dataset the data
     * @param holdout which target: {@code VALID} leaves out the train events, {@code TEST} also the valid ones
     * @param sample which of the users who have a target
     */
    public Evaluator(Engine engine, Dataset dataset, Holdout holdout, UserSample sample) {
        this.engine = engine;
        this.dataset = dataset;
        this.holdout = holdout;
        popularity = Popularity.of(dataset.interactions(), holdout);
        int[] all = IntStream.range(0, dataset.users().size())
                .filter(user -> target(user) != NONE)
                .toArray();
        candidates = all.length;
        users = sample.draw(all);
    }

    /** {@return which target is ranked} */
    public Holdout holdout() {
        return holdout;
    }

    /** {@return rows of the users who are ranked, ascending} */
    public int[] users() {
        return users.clone();
    }

    /**
     * Evaluates scores that are inner products.
     *
     * @param users (users, d), or (users, K d): K vectors side by side, of which the greatest score counts
     * @param items (items, d)
     * @return the figures
     */
    public EvaluationReport evaluate(Matrix users, Matrix items) {
        return evaluate(UserVectors.of(users), items);
    }

    /**
     * Evaluates scores that are inner products.
     *
     * @param users gives vectors of length d, or K of them side by side
     * @param items (items, d)
     * @return the figures
     */
    public EvaluationReport evaluate(UserVectors users, Matrix items) {
        return report(ranks(Scope.CATALOGUE, users, items));
    }

    /**
     * Evaluates the ranking that is the same for everybody: items by their number of fitted events.
     *
     * @return the figures
     */
    public EvaluationReport evaluatePopularity() {
        return report(popularityRanks(Scope.CATALOGUE));
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
            int target = target(user);
            int category = dataset.categories().of(target);
            overall.add(ranks[user]);
            if (byCategory[category] == null) {
                byCategory[category] = new Metrics.Accumulator();
            }
            byCategory[category].add(ranks[user]);
            if (popularity.place(target) >= itemCount / 2) {
                cold.add(ranks[user]);
            }
            if (popularity.place(target) < itemCount / 10) {
                hot.add(ranks[user]);
            }
        }
        Map<String, Metrics> categories = new LinkedHashMap<>();
        for (int c = 0; c < byCategory.length; c++) {
            if (byCategory[c] != null) {
                categories.put(dataset.categories().names().id(c), byCategory[c].metrics());
            }
        }
        return new EvaluationReport(holdout, candidates, overall.metrics(), categories, cold.metrics(), hot.metrics());
    }

    /**
     * The ranks of those users whose target is in a category of some size.
     *
     * @param size the categories' size
     * @param ranks by user, from 1; 0 for a user who does not count
     * @return a copy in which all others do not count
     */
    public int[] ranksIn(CategorySize size, int[] ranks) {
        CategorySize[] sizes = CategorySize.of(dataset.categories());
        int[] kept = ranks.clone();
        for (int user = 0; user < kept.length; user++) {
            if (kept[user] != 0 && sizes[dataset.categories().of(target(user))] != size) {
                kept[user] = 0;
            }
        }
        return kept;
    }

    /**
     * The rank of each user's target where items are ranked by their number of fitted events.
     *
     * @param scope among which items
     * @return ranks from 1; 0 for a user without a target, or not of the sample
     */
    public int[] popularityRanks(Scope scope) {
        int[] ranks = new int[dataset.users().size()];
        for (int user : users) {
            int target = target(user);
            int count = popularity.events(target);
            ranks[user] = itemsWithAtLeast(scope, count, target);
            for (int item : leftOut(user)) {
                ranks[user] -= counts(scope, item, target) && popularity.events(item) >= count ? 1 : 0;
            }
        }
        return ranks;
    }

    private int itemsWithAtLeast(Scope scope, int count, int target) {
        return switch (scope) {
            case CATALOGUE -> popularity.itemsWithAtLeast(count);
            case CATEGORY ->
                (int) IntStream.range(0, dataset.items().size())
                        .filter(item -> counts(scope, item, target) && popularity.events(item) >= count)
                        .count();
        };
    }

    private boolean counts(Scope scope, int item, int target) {
        return switch (scope) {
            case CATALOGUE -> true;
            case CATEGORY ->
                dataset.categories().of(item) == dataset.categories().of(target);
        };
    }

    /**
     * The rank of each user's target.
     *
     * @param users (users, d), or (users, K d): K vectors side by side, of which the greatest score counts
     * @param items (items, d)
     * @return ranks from 1; 0 for a user without a target, or not of the sample
     */
    public int[] ranks(Matrix users, Matrix items) {
        return ranks(Scope.CATALOGUE, UserVectors.of(users), items);
    }

    /**
     * The rank of each user's target among some of the items.
     *
     * @param scope which items
     * @param vectors gives vectors of length d, or K of them side by side
     * @param items (all items, d)
     * @return ranks from 1; 0 for a user without a target, or not of the sample
     */
    public int[] ranks(Scope scope, UserVectors vectors, Matrix items) {
        int[] ranks = new int[dataset.users().size()];
        TargetRanks.Task task = new TargetRanks.Task() {
            @Override
            public int target(int user) {
                return Evaluator.this.target(user);
            }

            @Override
            public int[] leftOut(int user) {
                return Evaluator.this.leftOut(user);
            }
        };
        try (Arena arena = Arena.ofShared()) {
            TargetRanks targets = new TargetRanks(engine, arena, items.cols(), vectors.width());
            switch (scope) {
                case CATALOGUE -> targets.rank(users, vectors, items, task, ranks);
                case CATEGORY ->
                    new CategoryRanks(dataset.categories(), targets).rank(users, vectors, items, task, ranks);
            }
        }
        return ranks;
    }

    /** The last event of the part that is held out. */
    private int target(int user) {
        Interactions interactions = dataset.interactions();
        for (int e = interactions.start(user + 1) - 1; e >= interactions.start(user); e--) {
            if (interactions.part(e) == holdout.target()) {
                return interactions.item(e);
            }
        }
        return NONE;
    }

    /** The user's history without the target. */
    private int[] leftOut(int user) {
        Interactions interactions = dataset.interactions();
        int target = target(user);
        return IntStream.range(interactions.start(user), interactions.start(user + 1))
                .filter(e -> holdout.fits(interactions.part(e)))
                .map(interactions::item)
                .filter(item -> item != target)
                .sorted()
                .distinct()
                .toArray();
    }
}
