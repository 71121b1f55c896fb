package io.dovetail.app;

import io.dovetail.data.Dataset;
import io.dovetail.data.EntityFile;
import io.dovetail.data.Feature;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.train.Run;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes vectors of users or items that a run does not know. */
@Command(
        name = "encode",
        description = {
            "Makes vectors of new users or items from what is known of them, without training.",
            "",
            "The file has the form of users.tsv or items.tsv: a header, an id a line, and columns named as in the data"
                + " that the run was trained on. Columns may be missing, values may be new: both count as unknown."
                + " Users may have a column of the items they had, in time order. It is read line by line, so it may"
                + " be of any length.",
            "",
            "Writes the vectors and ids as 'export' does: users.npy and users.ids.txt, or items.npy and items.ids.txt."
                    + " What the run has learned of an id itself is not used; 'export' has the vectors of known ids."
        },
        footer = {
            "",
            "Examples:",
            "  dovetail encode --run runs/shop --items arrivals.tsv --out vectors/",
            "  dovetail encode --run runs/shop --users visitors.csv --history basket --out vectors/ --format fvecs"
        })
final class EncodeCommand extends AppCommand {

    @Option(names = "--run", required = true, paramLabel = "RUN", description = "Folder that 'train' has written.")
    private Path folder;

    @Option(names = "--users", paramLabel = "FILE", description = "New users: .tsv or .csv, or gzipped.")
    private @Nullable Path users;

    @Option(names = "--items", paramLabel = "FILE", description = "New items: .tsv or .csv, or gzipped.")
    private @Nullable Path items;

    @Option(names = "--id", paramLabel = "COLUMN", description = "Column of the id (default: the first).")
    private @Nullable String id;

    @Option(
            names = "--history",
            paramLabel = "COLUMN",
            description = "With --users: column of the ids of a user's items, in time order, separated by commas"
                    + " (default: history, if there is one).")
    private @Nullable String history;

    @Option(
            names = "--category",
            paramLabel = "COLUMN",
            description = "With --items: column of the category (default: category, if there is one).")
    private @Nullable String category;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where to write; made if absent.")
    private Path out;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "npy (the default), or fvecs: per vector an int32 dimension and float32 values.")
    private String format = "npy";

    @Mixin
    private final EngineOptions engines = new EngineOptions();

    EncodeCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        Path from = users != null ? users : items;
        if (from == null || (users != null && items != null)) {
            throw new UserException("encode: give one of --users FILE and --items FILE");
        }
        if (users == null ? history != null : category != null) {
            throw new UserException(
                    users == null ? "--history is for --users; drop it" : "--category is for --items; drop it");
        }
        VectorOutput.requireFormat(format, "npy, fvecs");
        try (Workers workers = engines.workers();
                Arena arena = Arena.ofShared();
                EntityFile file = EntityFile.open(from, Optional.ofNullable(id));
                ProgressLine progress = progressLine()) {
            Run run = Run.open(folder, arena);
            if (run.recipe().wals().isPresent()) {
                throw new UserException(
                        folder + ": a model of method=wals has a vector for each id it was fitted on and reads no"
                                + " features, so there is nothing to encode new ones by; train a model that does, such"
                                + " as --model twotower");
            }
            NewEntities entities = entities(file, run.dataset());
            tellMissing(file, run.dataset());
            Files.createDirectories(out);
            Encoder encoder = new Encoder(new Engine(Kernels.best(), workers), arena);
            String side = users != null ? "users" : "items";
            long rows;
            try (VectorOutput output =
                    new VectorOutput(out, side, format, run.model().spec().dimension())) {
                encoder.encode(users != null ? run.model().users() : run.model().items(), entities, output, progress);
                rows = output.rows();
                output.commit();
            }
            progress.clear();
            say(out.resolve(side + "." + format) + ": " + Figures.count(rows) + " vectors of dimension "
                    + run.model().spec().dimension());
            tellSeen(entities, side);
            result(() -> json(rows, run, side, entities));
        }
    }

    private NewEntities entities(EntityFile file, Dataset dataset) {
        if (users != null) {
            return NewEntities.users(file, dataset, column(file, "--history", history, "history"));
        }
        return NewEntities.items(file, dataset, column(file, "--category", category, "category"));
    }

    private static Optional<String> column(EntityFile file, String option, @Nullable String given, String usual) {
        if (given != null && !file.columns().contains(given)) {
            throw new UserException(option + ": there is no column '" + given + "' among "
                    + String.join(", ", file.columns()) + "; name one that is there");
        }
        return Optional.of(given == null ? usual : given).filter(file.columns()::contains);
    }

    private void tellMissing(EntityFile file, Dataset dataset) {
        List<Feature> features = users != null ? dataset.userFeatures() : dataset.itemFeatures();
        List<String> missing = features.stream()
                .map(Feature::name)
                .filter(name -> !file.columns().contains(name))
                .toList();
        if (!missing.isEmpty()) {
            warn("the file has no column " + String.join(", ", missing) + ", which the model was trained with: taken as"
                    + " unknown for every line");
        }
    }

    private void tellSeen(NewEntities entities, String side) {
        if (entities.known() > 0) {
            warn(Figures.count(entities.known()) + " of the ids are " + side + " of the run: what it learned of them is"
                    + " not in these vectors; 'dovetail export' writes vectors that have it");
        }
        if (entities.unknownItems() > 0) {
            warn(Figures.count(entities.unknownItems()) + " items of the histories are not in the run and were left"
                    + " out");
        }
    }

    private Map<String, Object> json(long rows, Run run, String side, NewEntities entities) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("out", out.toString());
        json.put("format", format);
        json.put(side, rows);
        json.put("dimension", run.model().spec().dimension());
        json.put("known", entities.known());
        json.put("unknownItems", entities.unknownItems());
        return json;
    }
}
