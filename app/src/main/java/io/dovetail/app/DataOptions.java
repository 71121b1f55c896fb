package io.dovetail.app;

import io.dovetail.data.Dataset;
import io.dovetail.data.DatasetReader;
import io.dovetail.data.DatasetSpec;
import io.dovetail.data.DatasetStatistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which data to train on. */
final class DataOptions {

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "Folder with interactions.tsv (or .csv, .jsonl, .parquet; .gz, .zst); items, users and"
                    + " dataset.yaml if you have them.")
    private @Nullable Path folder;

    @Option(
            names = "--k-core",
            paramLabel = "K",
            description = "Drop users and items with fewer than K events, again and again until none is left"
                    + " (default: as dataset.yaml says, else keep all).")
    private @Nullable Integer kCore;

    /** {@return whether any of these options was given} */
    boolean given() {
        return folder != null || kCore != null;
    }

    /**
     * Reads the data.
     *
     * @return a data set with events to train on and to judge by
     * @throws IOException if a file is missing or wrong; the message names the place and the remedy
     */
    Dataset read() throws IOException {
        Path from = folder;
        if (from == null) {
            throw new UserException("--data is missing; give the folder that holds interactions.tsv");
        }
        return read(from, kCore);
    }

    /**
     * Reads the data in a folder.
     *
     * @param from the folder
     * @param k least number of events of a user and of an item; null for what dataset.yaml says
     * @return a data set with events to train on and to judge by
     * @throws IOException if a file is missing or wrong; the message names the place and the remedy
     */
    static Dataset read(Path from, @Nullable Integer k) throws IOException {
        if (!Files.isDirectory(from)) {
            throw new UserException("--data: there is no folder " + from + "; check the path");
        }
        DatasetSpec declared = declared(from.resolve("dataset.yaml"));
        DatasetSpec spec = k == null ? declared : UserException.ifRefused(() -> declared.withKCore(k));
        Dataset dataset = DatasetReader.read(from, spec);
        DatasetStatistics statistics = dataset.statistics();
        if (statistics.train() == 0 || statistics.valid() == 0) {
            throw new UserException(from + ": " + statistics.train() + " events to train on and " + statistics.valid()
                    + " to validate by; both are needed: check the split column, or give users at least 3 events");
        }
        return dataset;
    }

    private static DatasetSpec declared(Path file) throws IOException {
        if (!Files.exists(file)) {
            return DatasetSpec.defaults();
        }
        Map<String, ?> declaration = Yaml.read(file);
        try {
            return DatasetSpec.of(declaration);
        } catch (IllegalArgumentException e) {
            throw new UserException(file + ": " + e.getMessage());
        }
    }
}
