package io.dovetail.app;

import io.dovetail.recommend.Recommendation;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Finds items that are like an item. */
@Command(
        name = "similar",
        description = "Finds the items whose vectors are nearest to an item's, best first.",
        footer = {"", "Example:", "  dovetail similar --run runs/shop --item 85123A --k 10"})
final class SimilarCommand extends AppCommand {

    @Option(names = "--item", required = true, paramLabel = "ID", description = "The item's id, as in the data.")
    private String item;

    @Mixin
    private final RecommenderOptions options = new RecommenderOptions();

    SimilarCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        List<Recommendation> items = options.answer((recommender, dataset, k, query) -> {
            RecommenderOptions.requireKnown(dataset.items(), "--item", item);
            return recommender.similar(item, k, query);
        });
        Recommendations.print(items, people());
        result(() -> Recommendations.json("item", item, items));
    }
}
