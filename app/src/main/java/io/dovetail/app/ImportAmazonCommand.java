package io.dovetail.app;

import io.dovetail.importer.AmazonReviews;
import io.dovetail.importer.Imported;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Imports Amazon reviews. */
@Command(
        name = "amazon",
        description = {
            "Imports Amazon reviews, editions 2018 and 2023: JSON lines, plain or gzipped.",
            "",
            "Metadata give the items' category, title, brand and price. Reviews are many and thin: train with --k-core"
                    + " 5."
        },
        footer = {
            "",
            "Example:",
            "  dovetail import amazon --reviews All_Beauty.jsonl.gz --meta meta_All_Beauty.jsonl.gz --out data/beauty"
        })
final class ImportAmazonCommand extends ImportCommand {

    @Option(names = "--reviews", required = true, paramLabel = "FILE", description = "The reviews.")
    private Path reviews;

    @Option(names = "--meta", paramLabel = "FILE", description = "The products' metadata (default: none).")
    private @Nullable Path metadata;

    @Option(
            names = "--category-level",
            paramLabel = "N",
            description = "Which entry of a product's path of categories is its category (default: 2, below the"
                    + " department).")
    private int categoryLevel = 2;

    ImportAmazonCommand(Console console) {
        super(console);
    }

    @Override
    Imported run(Path target, Imported.Progress progress) throws IOException {
        AmazonReviews amazon =
                UserException.ifRefused(() -> new AmazonReviews(reviews, Optional.ofNullable(metadata), categoryLevel));
        return amazon.run(target, progress);
    }
}
