package io.dovetail.app;

import io.dovetail.data.Holdout;
import io.dovetail.eval.EvaluationReport;
import io.dovetail.eval.Evaluator;
import io.dovetail.eval.UserSample;
import io.dovetail.eval.UserVectors;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.model.TwoTower;
import io.dovetail.train.Run;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Judges a run by full ranking. */
@Command(
        name = "evaluate",
        description = {
            "Ranks each user's held-out item among all items.",
            "",
            "The user's own earlier items are left out, the target never is, and an item with the target's score counts"
                    + " as ranked above it. Beside the model: popularity, the same ranking for everybody. Cold: users"
                    + " whose target is in the less popular half of the items; hot: in the most popular tenth."
        },
        footer = {
            "",
            "Examples:",
            "  dovetail evaluate --run runs/shop --split valid",
            "  dovetail evaluate --run runs/large --users 20000",
            "  dovetail evaluate --run runs/final --index runs/final/items.ivfpq --json"
        })
final class EvaluateCommand extends AppCommand {

    @Option(names = "--run", required = true, paramLabel = "RUN", description = "Folder that 'train' has written.")
    private Path folder;

    @Option(
            names = "--split",
            paramLabel = "SPLIT",
            description = "Which items are the targets: test (the default) or valid.")
    private String split = "test";

    @Option(
            names = "--users",
            paramLabel = "N",
            description =
                    "Rank so many users at most, drawn by --seed, instead of all who have a target: for large data.")
    private @Nullable Integer users;

    @Option(names = "--seed", paramLabel = "N", description = "Selects the users of --users (default: 1).")
    private long seed = 1;

    @Option(
            names = "--index",
            paramLabel = "FILE",
            description = "Index of the run's items: also print its recall@100 against exact search for the users'"
                    + " vectors, and HR@100 as it serves.")
    private @Nullable Path index;

    @Mixin
    private final EngineOptions engines = new EngineOptions();

    EvaluateCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        Holdout holdout = Figures.holdout(split);
        try (Workers workers = engines.workers();
                Arena arena = Arena.ofShared()) {
            Engine engine = new Engine(Kernels.best(), workers);
            Run run = Run.open(folder, arena);
            if (run.fitted() == Holdout.TEST && holdout == Holdout.VALID) {
                throw new UserException(
                        "--split valid: " + folder + " was fitted on the valid items (train --refit), so"
                                + " they tell nothing; use --split test");
            }
            FittedEvents history = FittedEvents.of(run.dataset().interactions(), holdout);
            TwoTower tower = run.modelWith(history);
            Matrix items = ItemIndex.vectors(run, engine, arena);
            UserVectors vectors = UserVectors.of(engine, tower.users());
            Evaluator evaluator = new Evaluator(engine, run.dataset(), holdout, sample());
            EvaluationReport model = evaluator.evaluate(vectors, items);
            EvaluationReport popularity = evaluator.evaluatePopularity();
            say(folder + " on " + run.dataset().name() + ", " + Figures.split(model) + " split, epoch " + run.epoch()
                    + ", fitted on " + (run.fitted() == Holdout.VALID ? "train" : "train and valid"));
            if (model.isSample()) {
                say("a sample: " + Figures.count(model.overall().users()) + " of the "
                        + Figures.count(model.candidates()) + " users with a target, seed " + seed);
            }
            print(model, popularity);
            Map<String, Object> json = Figures.json(model);
            json.put("popularity", Figures.json(popularity));
            if (index != null) {
                ServedEvaluation served = ServedEvaluation.of(engine, run, evaluator, vectors, items, index);
                say("");
                say(served.line());
                json.put("index", served.json());
            }
            result(() -> json);
        }
    }

    private UserSample sample() {
        if (users == null) {
            return UserSample.all();
        }
        if (users < 1) {
            throw new UserException("--users: " + users + " is out of range; give at least 1, or leave it out for all");
        }
        return new UserSample(users, seed);
    }

    private void print(EvaluationReport model, EvaluationReport popularity) {
        say("");
        TextTable overall = Figures.table("");
        Figures.row(overall, "model", model.overall());
        Figures.row(overall, "popularity", popularity.overall());
        Figures.row(overall, "model, cold", model.cold());
        Figures.row(overall, "model, hot", model.hot());
        overall.print(people());
        if (model.categories().size() > 1) {
            say("");
            TextTable categories = Figures.table("category of the target");
            model.categories().forEach((name, metrics) -> Figures.row(categories, name, metrics));
            categories.print(people());
        }
    }
}
