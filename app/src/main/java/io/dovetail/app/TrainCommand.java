package io.dovetail.app;

import io.dovetail.app.report.Environment;
import io.dovetail.data.Dataset;
import io.dovetail.data.DatasetStatistics;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.model.Storage;
import io.dovetail.model.TowerInputs;
import io.dovetail.train.DivergedException;
import io.dovetail.train.Recipe;
import io.dovetail.train.Run;
import io.dovetail.train.StepProfile;
import io.dovetail.train.TrainingJob;
import io.dovetail.train.TrainingJob.Ending;
import io.dovetail.train.TrainingListener;
import io.dovetail.train.WarmStart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a model into a run's folder. */
@Command(
        name = "train",
        description = {
            "Trains a model on a folder of data.",
            "",
            "The number of epochs is chosen on the valid split, and the best model is kept. The run's folder holds the"
                    + " model, the data it needs to be served (so the text files are needed no more), recipe.yaml (the"
                    + " settings as used), metrics.jsonl (a line for each epoch), report.html (the same as curves) and"
                    + " TensorBoard's event files, all of which may be looked at while it trains."
        },
        footer = {
            "",
            "Examples:",
            "  dovetail train --data shop/ --out runs/shop",
            "  dovetail train --data shop/ --out runs/plain --model twotower --set epochs=5 --set learning-rate=5e-4",
            "  dovetail train --data shop/ --out runs/final --refit",
            "  dovetail train --out runs/final --resume",
            "  dovetail train --data shop-today/ --out runs/tuesday --warm-start runs/monday --set epochs=1",
            "",
            "Settings (--set KEY=VALUE), all explained in docs/models.md:",
            "  loss       bce, gbce or softmax; sampling own, shared or mixed; sampler uniform or popularity;",
            "             negatives, temperature, log-q, calibration, hard-negatives, hard-every, hard-skip, hard-pool",
            "  DAT        augmented, mimic-user, mimic-item, alignment, alignment-estimate, augmented-input,"
                    + " id-dropout",
            "  rate       learning-rate, table-rate, schedule (constant, linear, cosine, step), warm-up, step-epochs,",
            "             step-factor, weight-decay, clip",
            "  training   batch, recency, epochs, patience, valid-users, dropout, initialization, seed",
            "  model      embedding, layers, item-layers, head, history, user-inputs, item-inputs",
            "  interests  interests, interest-history, routing-iterations, attention-power",
            "  wals       wals-unobserved, wals-regularization, wals-exponent, embedding, epochs, patience,",
            "             valid-users, seed"
        })
final class TrainCommand extends AppCommand {

    @Mixin
    private final DataOptions data = new DataOptions();

    @Option(names = "--out", required = true, paramLabel = "RUN", description = "The run's folder, to be made.")
    private Path out;

    @Mixin
    private final RecipeOptions recipes = new RecipeOptions();

    @Option(
            names = "--refit",
            description =
                    "At the end fit a new model on train and valid for the chosen number of epochs: for figures on"
                            + " test and for serving.")
    private boolean refit;

    @Option(
            names = "--resume",
            description =
                    "Go on with a training that was stopped, with its data and settings; ends with the same bytes.")
    private boolean resume;

    @Option(
            names = "--warm-start",
            paramLabel = "RUN",
            description =
                    "Go on from an earlier run, on newer data: users, items and values that it knows keep what was"
                            + " learned of them, new ones begin afresh. Its settings are the ones to begin with; those"
                            + " of the model's shape must stay.")
    private @Nullable Path earlier;

    @Option(
            names = "--map-tables",
            paramLabel = "FOLDER",
            description =
                    "Keep the embedding tables and Adam's moments in a temporary file in this folder, for a model that"
                            + " is larger than the memory of the machine. Slower, with the same results; see"
                            + " docs/training.md.")
    private @Nullable Path tables;

    @Option(names = "--profile", description = "After each epoch print where the time of its steps went.")
    private boolean profiling;

    @Mixin
    private final EngineOptions engines = new EngineOptions();

    TrainCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        if (resume && (data.given() || recipes.given() || refit || earlier != null)) {
            throw new UserException("--resume: the data and the settings are those the run began with; drop --data,"
                    + " --k-core, --model, --config, --set, --seed, --refit and --warm-start, or start another run");
        }
        try (Workers workers = engines.workers();
                ProgressLine progress = progressLine()) {
            Engine engine = new Engine(Kernels.best(), workers);
            if (resume) {
                RunRecorder recorder = new RunRecorder(out, Environment.of(engine));
                train(recorder, progress, display -> TrainingJob.resume(engine, storage(), out, display));
            } else {
                start(engine, progress);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void start(Engine engine, ProgressLine progress) throws IOException {
        Recipe recipe = recipes.recipe(earlier == null ? null : Run.recipeOf(earlier));
        if (tables != null && recipe.wals().isPresent()) {
            throw new UserException(
                    "--map-tables: with method=wals a sweep reads all rows at once, which stay in memory;"
                            + " drop it");
        }
        Run.refuseTaken(out);
        if (earlier != null) {
            WarmStart.requireSameShape(earlier, recipe);
        }
        Dataset dataset = data.read();
        UserException.ifRefused(() -> TowerInputs.requireBlocks(dataset, recipe.model()));
        describe(dataset);
        say("recipe   " + (earlier == null ? recipes.name() : "going on from " + earlier) + ": "
                + recipe.settings().entrySet().stream().map(String::valueOf).collect(Collectors.joining(" ")));
        Files.createDirectories(out);
        Files.writeString(out.resolve("recipe.yaml"), yaml(recipe));
        Files.deleteIfExists(out.resolve("metrics.jsonl"));
        RunRecorder recorder = new RunRecorder(out, Environment.of(engine));
        Ending ending = refit ? Ending.REFIT : Ending.KEEP_SELECTED;
        Path before = earlier;
        if (before == null) {
            train(
                    recorder,
                    progress,
                    display -> TrainingJob.start(engine, storage(), out, dataset, recipe, ending, display));
        } else {
            train(
                    recorder,
                    progress,
                    display -> TrainingJob.startFrom(engine, storage(), out, dataset, recipe, ending, before, display));
        }
    }

    private Storage storage() {
        return tables == null ? Storage.memory() : Storage.mappedIn(tables);
    }

    /** A training that a listener hears. */
    @FunctionalInterface
    private interface Training {
        void run(TrainingListener listener) throws IOException;
    }

    private void train(RunRecorder recorder, ProgressLine progress, Training training) throws IOException {
        TrainingDisplay display = new TrainingDisplay(this, progress, recorder, profile -> {
            if (profiling) {
                say(describe(profile));
            }
        });
        try {
            training.run(display);
        } catch (DivergedException e) {
            recorder.warn(String.valueOf(e.getMessage()));
            recorder.writeReport();
            throw new UserException(String.valueOf(e.getMessage()));
        }
        Map<String, Object> best = recorder.best();
        say("done in " + Figures.time(display.seconds()) + "; best epoch " + best.get("epoch") + "; run: " + out);
        result(() -> json(display, best));
    }

    private static String describe(StepProfile profile) {
        Map<StepProfile.Part, Double> times = profile.microseconds();
        double all = times.values().stream().mapToDouble(Double::doubleValue).sum();
        String parts = times.entrySet().stream()
                .map(entry -> String.format(
                        Locale.ROOT,
                        "%s %.0f (%.0f %%)",
                        entry.getKey().name().toLowerCase(Locale.ROOT),
                        entry.getValue(),
                        all == 0 ? 0 : 100 * entry.getValue() / all))
                .collect(Collectors.joining(", "));
        return String.format(Locale.ROOT, "profile  %,d steps of %.0f us: %s", profile.steps(), all, parts);
    }

    private void describe(Dataset dataset) {
        DatasetStatistics s = dataset.statistics();
        say(String.format(
                Locale.ROOT,
                "data     %s: %,d users, %,d items, %,d events (train %,d, valid %,d, test %,d), density %.2g",
                dataset.name(),
                s.users(),
                s.items(),
                s.interactions(),
                s.train(),
                s.valid(),
                s.test(),
                s.density()));
        say(String.format(
                Locale.ROOT,
                "         %d events a user in the median, %,d at most; %,d categories, the largest %.1f %% of the"
                        + " items; %d user features, %d item features",
                s.medianLength(),
                s.longestLength(),
                s.categories(),
                100 * s.largestCategoryShare(),
                s.userFeatures(),
                s.itemFeatures()));
    }

    private static String yaml(Recipe recipe) {
        return recipe.settings().entrySet().stream()
                .map(setting -> setting.getKey() + ": " + setting.getValue() + "\n")
                .collect(Collectors.joining());
    }

    private Map<String, Object> json(TrainingDisplay display, Map<String, Object> best) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("run", out.toString());
        json.put("epochs", display.epochs());
        json.put("seconds", display.seconds());
        json.put("pairsPerSecond", display.pairsPerSecond());
        json.put("best", best);
        return json;
    }
}
