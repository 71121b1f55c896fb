package io.dovetail.recommend;

import io.dovetail.data.Categories;
import io.dovetail.data.Dataset;
import io.dovetail.data.Vocabulary;
import io.dovetail.index.ExcludedIds;
import io.dovetail.index.IdFilter;
import io.dovetail.index.Index;
import io.dovetail.index.MergedSearcher;
import io.dovetail.index.Searcher;
import io.dovetail.index.TopK;
import io.dovetail.kernels.Matrix;
import io.dovetail.model.Activations;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.model.NewEntity;
import io.dovetail.model.Tower;
import io.dovetail.model.TowerRows;
import io.dovetail.model.TwoTower;
import io.dovetail.train.FoldIn;
import io.dovetail.train.Run;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Recommends items: user to query vector by the user tower, query vector to items by the index, rows to external ids. A
 * user of several interests is as many query vectors; what they find is merged by the best score.
 *
 * <p>The ids in the index are the items' rows in the run's vocabulary. One thread at a time; owns scratch memory, so close
 * it. The run and the index may be shared and stay the caller's. The engine's workers serve one thread at a time as well:
 * to recommend on several threads, give each its own recommender with an engine of {@code Workers.of(1)}, which also keeps
 * a request on the thread that asked.
 */
public final class Recommender implements AutoCloseable {
    private final Dataset dataset;
    private final FittedEvents history;
    private final TwoTower model;
    private final Index index;
    private final Engine engine;
    private final Searcher searcher;
    private final Arena arena = Arena.ofShared();
    private final Activations userActivations;
    private final Activations itemActivations;
    private final Matrix userVectors;
    private final Matrix itemVector;
    private final TowerRows rows = new TowerRows();
    private final ExcludedIds seen = new ExcludedIds();
    private final @Nullable FoldIn foldIn;

    /**
     * A recommender that knows all events of the run's data set.
     *
     * @param run the trained run
     * @param index index of the run's items
     * @param engine what to compute on
     * @throws IllegalArgumentException if the index was not made from this run's model
     */
    public Recommender(Run run, Index index, Engine engine) {
        this(run, FittedEvents.all(run.dataset().interactions()), index, engine);
    }

    /**
     * A recommender that knows some events, as when something is held out.
     *
     * @param run the trained run
     * @param history what is known of the users: their input, and what counts as seen
     * @param index index of the run's items
     * @param engine what to compute on
     * @throws IllegalArgumentException if the index was not made from this run's model
     */
    public Recommender(Run run, FittedEvents history, Index index, Engine engine) {
        String fingerprint = run.model().fingerprint();
        if (!index.fingerprint().equals(fingerprint)) {
            throw new IllegalArgumentException("the index was made from the model with fingerprint '"
                    + index.fingerprint() + "', the run " + run.folder() + " has '" + fingerprint
                    + "': scores would mean nothing; build the index again from this run");
        }
        dataset = run.dataset();
        this.history = history;
        this.index = index;
        this.engine = engine;
        model = run.modelWith(history);
        searcher = new MergedSearcher(index.searcher(), index.dimension());
        userActivations = model.users().newActivations(engine, arena, 1);
        itemActivations = model.items().newActivations(engine, arena, 1);
        foldIn = run.recipe()
                .wals()
                .map(spec -> new FoldIn(engine, arena, spec, model))
                .orElse(null);
        userVectors = Matrix.allocate(arena, 1, model.users().outputWidth());
        itemVector = Matrix.allocate(arena, 1, model.items().outputWidth());
    }

    /**
     * Items for a user.
     *
     * @param user external id
     * @param k greatest number of items
     * @param query what to recommend
     * @return at most k items, best first
     * @throws NoSuchElementException if the user or a category is not known
     */
    public List<Recommendation> recommend(String user, int k, Query query) {
        int row = row(dataset.users(), "user", user);
        seen.clear();
        if (query.seen() == Query.Seen.EXCLUDE) {
            for (int e = history.start(row); e < history.start(row + 1); e++) {
                seen.add(history.item(e));
            }
        }
        embed(model.users(), row, userActivations, userVectors);
        return search(userVectors, k, query);
    }

    /**
     * Items for a user that training did not see, from features and history alone; with {@code method=wals}, which knows no
     * features, from history alone.
     *
     * @param user what is known of the user; the history holds rows of items
     * @param k greatest number of items
     * @param query what to recommend
     * @return at most k items, best first
     * @throws NoSuchElementException if a category or an item of the history is not known
     * @throws IllegalArgumentException if there is no history and the model knows users by nothing else
     */
    public List<Recommendation> recommend(NewEntity user, int k, Query query) {
        seen.clear();
        for (int item : user.history()) {
            if (item < 0 || item >= dataset.items().size()) {
                throw new NoSuchElementException("item row " + item + " of the history is not in [0, "
                        + dataset.items().size() + ")");
            }
            if (query.seen() == Query.Seen.EXCLUDE) {
                seen.add(item);
            }
        }
        embed(user);
        return search(userVectors, k, query);
    }

    /**
     * Items whose vectors have the greatest inner product with an item's, itself left out. An item's own terms in a
     * factorization machine (how popular it is, whoever asks) do not count in its query.
     *
     * @param item external id
     * @param k greatest number of items
     * @param query what to recommend; {@link Query#seen} does not matter here
     * @return at most k items, best first
     * @throws NoSuchElementException if the item or a category is not known
     */
    public List<Recommendation> similar(String item, int k, Query query) {
        int row = row(dataset.items(), "item", item);
        seen.clear();
        seen.add(row);
        embed(model.items(), row, itemActivations, itemVector);
        if (model.items().hasOwnTerms()) {
            itemVector.set(0, itemVector.cols() - 1, 0);
        }
        return search(itemVector, k, query);
    }

    private void embed(NewEntity user) {
        if (foldIn == null) {
            model.users().forward(engine, List.of(user), userActivations);
            userActivations.copyOutput(userVectors);
            return;
        }
        if (user.history().isEmpty()) {
            throw new IllegalArgumentException(
                    "the history is empty, and a model of method=wals knows a new user by the"
                            + " history alone: give at least one item, or recommend what is popular");
        }
        foldIn.solve(user.history(), userVectors);
    }

    private void embed(Tower tower, int row, Activations activations, Matrix out) {
        rows.clear();
        rows.add(row, row, TowerRows.NOTHING);
        tower.forward(engine, rows, activations);
        activations.copyOutput(out);
    }

    private List<Recommendation> search(Matrix vector, int k, Query query) {
        if (k < 1) {
            throw new IllegalArgumentException("k: must be at least 1, is " + k);
        }
        TopK found = new TopK(Math.min(k, index.size()));
        searcher.search(vector, found.capacity(), query.params(), filter(query), found);
        List<Recommendation> recommendations = new ArrayList<>();
        for (int place = 0; place < found.size(); place++) {
            int item = (int) found.id(place);
            recommendations.add(new Recommendation(
                    dataset.items().id(item),
                    dataset.itemNames().get(item),
                    dataset.categories().names().id(dataset.categories().of(item)),
                    found.score(place)));
        }
        return recommendations;
    }

    private IdFilter filter(Query query) {
        if (query.categories().isEmpty()) {
            return seen;
        }
        Categories categories = dataset.categories();
        BitSet allowed = new BitSet();
        for (String name : query.categories()) {
            allowed.set(row(categories.names(), "category", name));
        }
        return id -> allowed.get(categories.of((int) id)) && seen.accepts(id);
    }

    private static int row(Vocabulary vocabulary, String kind, String id) {
        int row = vocabulary.row(id);
        if (row == Vocabulary.MISSING) {
            List<String> some = vocabulary.ids().subList(0, Math.min(5, vocabulary.size()));
            throw new NoSuchElementException("no " + kind + " '" + id + "' among the " + vocabulary.size()
                    + " of this run; they look like " + String.join(", ", some));
        }
        return row;
    }

    @Override
    public void close() {
        searcher.close();
        arena.close();
    }
}
