package io.dovetail.app;

import io.dovetail.importer.Imported;
import io.dovetail.importer.MovieLens;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Imports MovieLens. */
@Command(
        name = "movielens",
        description = {
            "Imports MovieLens: ml-1m and ml-10m (ratings.dat), or ml-latest, ml-20m, ml-25m, ml-32m (ratings.csv).",
            "",
            "The category of a movie is its first genre. To learn from good ratings alone, add 'minRating: 4' under"
                    + " 'interactions' in the dataset.yaml that is written."
        },
        footer = {"", "Example:", "  dovetail import movielens --from ml-1m/ --out data/ml-1m"})
final class ImportMovieLensCommand extends ImportCommand {

    @Option(names = "--from", required = true, paramLabel = "FOLDER", description = "The unpacked archive.")
    private Path from;

    ImportMovieLensCommand(Console console) {
        super(console);
    }

    @Override
    Imported run(Path target, Imported.Progress progress) throws IOException {
        return MovieLens.run(from, target, progress);
    }
}
