package io.dovetail.app;

import io.dovetail.app.compare.Comparison;
import io.dovetail.app.compare.Models;
import io.dovetail.app.compare.Plan;
import io.dovetail.app.compare.Sweep;
import io.dovetail.app.report.ComparisonData;
import io.dovetail.app.report.ComparisonFiles;
import io.dovetail.app.report.ComparisonTable;
import io.dovetail.app.report.ComparisonTables;
import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.eval.Scope;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares models on data sets, over seeds. */
@Command(
        name = "compare",
        description = {
            "Compares models on data sets, over seeds: figures with intervals, and which differences are clear.",
            "",
            "Every model is trained, and on request tuned with the same number of trials, on train; epochs and"
                + " settings are chosen on valid; then the model is fitted on train and valid, and test is looked at"
                + " once. DIR receives report.html, comparison.md and comparison.json, which are written anew after"
                + " each training, and a file for each training: the same command goes on where it was stopped."
                + " docs/comparing.md explains the tables."
        },
        footer = {
            "",
            "Examples:",
            "  dovetail compare --data shop/ --out comparison",
            "  dovetail compare --data shop/ --data books/ --models popularity,twotower,dat --seeds 5 --out comparison",
            "  dovetail compare --data shop/ --models twotower,dat --tune 20 --out tuned",
            "  dovetail compare --data shop/ --models dat --sweep alignment=0,0.5,1,2 --out figure"
        })
final class CompareCommand extends AppCommand {

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FOLDER",
            description = "Folder of a data set, as for train. May be given again.")
    private List<Path> data;

    @Option(
            names = "--models",
            paramLabel = "NAMES",
            defaultValue = "all",
            description = "Recipes with commas between, popularity, or all (default: ${DEFAULT-VALUE}). An unknown name"
                    + " lists all there are.")
    private String models;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Number of trainings of each model (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the first training and of the search (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder of the results.")
    private Path out;

    @Option(
            names = "--tune",
            paramLabel = "N",
            defaultValue = "0",
            description = "Try N settings of each model on valid and take the best; the first are the recipe's own.")
    private int trials;

    @Option(
            names = "--sweep",
            paramLabel = "KEY=V1,V2,...",
            description = "Vary one setting of the models and draw their figures by it, on valid unless --split says"
                    + " otherwise. Given again, with as many values, other settings change along with the first.")
    private @Nullable List<String> sweep;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "Change one setting of all models, as --set embedding=64, or of one, as --set dat.alignment=0.5;"
                            + " on one data set alone, as --set books/epochs=5. May be given again.")
    private @Nullable Map<String, String> settings;

    @Option(
            names = "--split",
            paramLabel = "SPLIT",
            description = "What the figures are of: test (the default) or valid (the default of a sweep).")
    private @Nullable String split;

    @Option(
            names = "--within-category",
            description = "Also rank each target among the items of its own category alone.")
    private boolean withinCategory;

    @Option(
            names = "--k-core",
            paramLabel = "K",
            description = "Drop users and items with fewer than K events, as train does.")
    private @Nullable Integer kCore;

    @Mixin
    private final EngineOptions engines = new EngineOptions();

    CompareCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        List<Folder> sources =
                data.stream().map(folder -> new Folder(folder, kCore)).toList();
        Plan plan = UserException.ifRefused(
                () -> plan().over(sources.stream().map(Folder::name).toList()));
        if (sources.stream().map(Folder::name).distinct().count() < sources.size()) {
            throw new UserException("--data: two folders have the same name, which names their results; rename one");
        }
        ComparisonData compared;
        try (Workers workers = engines.workers();
                ProgressLine progress = progressLine()) {
            Engine engine = new Engine(Kernels.best(), workers);
            compared = new Comparison(engine, plan, out, narrator(progress)).run(sources);
        }
        for (ComparisonData.Data set : compared.data()) {
            ComparisonTables.of(set).forEach(table -> print(set.name(), table));
        }
        ComparisonTables.overview(compared).forEach(table -> print("overview", table));
        say("");
        say("Open the report: " + ComparisonFiles.page(out).toAbsolutePath());
        result(() -> ComparisonFiles.json(compared));
    }

    private Plan plan() {
        Optional<Sweep> varied = Optional.ofNullable(sweep).map(Sweep::parse);
        return new Plan(
                Models.parse(models),
                seed,
                seeds,
                trials,
                settings == null ? Map.of() : new LinkedHashMap<>(settings),
                varied,
                judged(varied.isPresent() ? Holdout.VALID : Holdout.TEST),
                withinCategory ? EnumSet.allOf(Scope.class) : EnumSet.of(Scope.CATALOGUE));
    }

    private Holdout judged(Holdout usual) {
        return split == null ? usual : Figures.holdout(split);
    }

    private void print(String of, ComparisonTable table) {
        say("");
        say(of + ": " + table.title());
        TextTable text = new TextTable(table.head().toArray(String[]::new));
        table.texts().forEach(row -> text.row(row.toArray(String[]::new)));
        text.print(people());
    }

    /** A folder that is read when its turn comes. */
    private record Folder(Path folder, @Nullable Integer kCore) implements Comparison.Source {
        @Override
        public String name() {
            return String.valueOf(folder.toAbsolutePath().normalize().getFileName());
        }

        @Override
        public Dataset read() throws IOException {
            return DataOptions.read(folder, kCore);
        }
    }
}
