package io.dovetail.app;

import io.dovetail.data.Dataset;
import io.dovetail.data.Vocabulary;
import io.dovetail.index.Index;
import io.dovetail.index.SearchParams;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.recommend.Query;
import io.dovetail.recommend.Recommendation;
import io.dovetail.recommend.Recommender;
import io.dovetail.train.Run;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which run to ask, for how many items, and what the search may spend. */
final class RecommenderOptions {

    /** A question to a recommender. */
    @FunctionalInterface
    interface Question {
        /**
         * Asks.
         *
         * @param recommender who answers
         * @param dataset the run's data
         * @param k number of items
         * @param query without seen items, in any of the categories asked for
         * @return the answer
         */
        List<Recommendation> ask(Recommender recommender, Dataset dataset, int k, Query query);
    }

    @Option(names = "--run", required = true, paramLabel = "RUN", description = "Folder that 'train' has written.")
    private Path folder;

    @Option(names = "--k", paramLabel = "K", description = "Number of items (default: 20).")
    private int k = 20;

    @Option(
            names = "--category",
            paramLabel = "NAME",
            description = "Only items of this category. May be given again for more categories.")
    private List<String> categories = List.of();

    @Option(
            names = "--index",
            paramLabel = "FILE",
            description = "Index to search (default: items.ivfpq in the run's folder, else exact search).")
    private @Nullable Path index;

    @Option(names = "--nprobe", paramLabel = "N", description = "Number of lists to scan (default: the index's own).")
    private @Nullable Integer nprobe;

    /** Opens the run and asks. */
    List<Recommendation> answer(Question question) throws IOException {
        if (k < 1) {
            throw new UserException("--k: " + k + " is out of range; give at least 1");
        }
        try (Workers workers = Workers.of(1);
                Arena arena = Arena.ofShared()) {
            Engine engine = new Engine(Kernels.best(), workers);
            Run run = Run.open(folder, arena);
            Vocabulary known = run.dataset().categories().names();
            categories.forEach(name -> requireKnown(known, "--category", name));
            Index items = ItemIndex.serving(run, index, engine, arena);
            Query query = Query.unseen(params(items.defaults())).within(Set.copyOf(categories));
            try (Recommender recommender = new Recommender(run, items, engine)) {
                return question.ask(recommender, run.dataset(), k, query);
            }
        }
    }

    private SearchParams params(SearchParams defaults) {
        Integer lists = nprobe;
        return lists == null ? defaults : UserException.ifRefused(() -> defaults.withNprobe(lists));
    }

    /**
     * Refuses an id that a run does not know, with the ids that are most like it.
     *
     * @param known the ids it knows
     * @param option the option that gave it
     * @param id the id
     */
    static void requireKnown(Vocabulary known, String option, String id) {
        if (known.row(id) == Vocabulary.MISSING) {
            throw new UserException(option + ": '" + id + "' is none of the " + Figures.count(known.size())
                    + " of this run; the nearest are " + String.join(", ", NearestIds.of(known.ids(), id, 5)));
        }
    }
}
