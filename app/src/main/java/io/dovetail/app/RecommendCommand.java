package io.dovetail.app;

import io.dovetail.recommend.Query.Seen;
import io.dovetail.recommend.Recommendation;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Recommends items to a user. */
@Command(
        name = "recommend",
        description = "Recommends items to a user of a run, best first.",
        footer = {
            "",
            "Examples:",
            "  dovetail recommend --run runs/shop --user 17850 --k 10",
            "  dovetail recommend --run runs/shop --user 17850 --category toys --category tea --include-seen"
        })
final class RecommendCommand extends AppCommand {

    @Option(names = "--user", required = true, paramLabel = "ID", description = "The user's id, as in the data.")
    private String user;

    @Mixin
    private final RecommenderOptions options = new RecommenderOptions();

    @Option(names = "--include-seen", description = "Items that the user has had may be recommended again.")
    private boolean includeSeen;

    @Option(names = "--exclude-seen", description = "Leave them out, inside the search (the default).")
    private boolean excludeSeen;

    RecommendCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        if (includeSeen && excludeSeen) {
            throw new UserException("--include-seen and --exclude-seen contradict each other; give one of them");
        }
        Seen seen = includeSeen ? Seen.INCLUDE : Seen.EXCLUDE;
        List<Recommendation> items = options.answer((recommender, dataset, k, query) -> {
            RecommenderOptions.requireKnown(dataset.users(), "--user", user);
            return recommender.recommend(user, k, query.with(seen));
        });
        Recommendations.print(items, people());
        result(() -> Recommendations.json("user", user, items));
    }
}
