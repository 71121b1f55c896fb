package io.dovetail.app;

import io.dovetail.app.report.Environment;
import io.dovetail.app.report.TuningPage;
import io.dovetail.eval.UserSample;
import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.Neighbors;
import io.dovetail.index.Progress;
import io.dovetail.index.SearchParams;
import io.dovetail.index.VectorPrecision;
import io.dovetail.index.tune.ExactNeighbors;
import io.dovetail.index.tune.IndexTuner;
import io.dovetail.index.tune.OperatingPoint;
import io.dovetail.index.tune.TuningOutcome;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.train.Run;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Finds the cheapest search parameters that reach a recall, and stores them in the index. */
@Command(
        name = "tune",
        description = {
            "Finds the cheapest nprobe, rerank and margin that reach a recall, and stores them as the index's"
                    + " defaults.",
            "",
            "Queries are searched one at a time on one thread. With 200 queries or more each second one chooses and"
                    + " the others are judged, so that the figures are of queries that took no part in the choice. The"
                    + " index file is replaced in one step; whoever has it open keeps the old one."
        },
        footer = {
            "",
            "Examples:",
            "  dovetail index tune --index base.ivfpq --queries queries.fvecs --recall 0.95 --k 10",
            "  dovetail index tune --index base.ivfpq --queries queries.npy --truth truth.ivecs --report tuning.html",
            "  dovetail index tune --run runs/shop --k 100"
        })
final class IndexTuneCommand extends AppCommand {

    /** Where the queries come from. */
    static final class Source {
        @Option(
                names = "--queries",
                paramLabel = "FILE",
                description = "Queries in a .npy, .fvecs or .bvecs file, such as the index will be asked.")
        private @Nullable Path queries;

        @Option(
                names = "--run",
                paramLabel = "RUN",
                description = "Folder that 'train' has written: ask what its users ask, up to " + MOST_USERS
                        + " of them, drawn by --seed.")
        private @Nullable Path run;
    }

    private static final int MOST_USERS = 500;

    @Option(
            names = "--index",
            paramLabel = "FILE",
            description = "The index (with --run, default: items.ivfpq in the run's folder).")
    private @Nullable Path file;

    @ArgGroup(multiplicity = "1")
    private final Source source = new Source();

    @Option(names = "--seed", paramLabel = "N", description = "Selects the users of --run (default: 1).")
    private long seed = 1;

    @Option(
            names = "--truth",
            paramLabel = "FILE",
            description = "True neighbours, best first, in an .ivecs file (default: found by exact search).")
    private @Nullable Path truth;

    @Option(names = "--recall", paramLabel = "R", description = "The recall@K to reach (default: ${DEFAULT-VALUE}).")
    private double recall = 0.95;

    @Option(
            names = "--k",
            paramLabel = "K",
            description = "Number of neighbours that will be asked for (default: ${DEFAULT-VALUE}).")
    private int k = 10;

    @Option(
            names = "--most-rerank",
            paramLabel = "N",
            description = "Greatest rerank to try (default: 64 K, but at least 1000).")
    private @Nullable Integer mostRerank;

    @Option(names = "--out", paramLabel = "FILE", description = "Where to store (default: in the index itself).")
    private @Nullable Path out;

    @Option(names = "--report", paramLabel = "FILE", description = "Draw recall against speed, an HTML file.")
    private @Nullable Path report;

    @Mixin
    private final EngineOptions engines = new EngineOptions();

    IndexTuneCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        if (!(recall > 0 && recall <= 1)) {
            throw new UserException("--recall: " + recall + " is out of range; give a share above 0, at most 1");
        }
        int deepest = mostRerank == null ? IndexTuner.usualMostRerank(k) : mostRerank;
        if (deepest < 1) {
            throw new UserException("--most-rerank: " + deepest + " is out of range; give at least 1");
        }
        Path asked = indexFile();
        Path target = out == null ? asked : out;
        try (Arena arena = Arena.ofShared();
                Workers workers = engines.workers();
                ProgressLine progress = progressLine()) {
            Engine engine = new Engine(Kernels.best(), workers);
            IvfPqIndex index;
            Matrix vectors;
            if (source.run == null) {
                index = IvfPqIndex.open(asked, engine.kernels(), arena);
                vectors = VectorInput.readQueries(Objects.requireNonNull(source.queries), index, asked, k, arena);
            } else {
                Run run = Run.open(source.run, arena);
                index = ItemIndex.open(run, asked, engine, arena);
                VectorInput.requireAtMostSize(k, index, asked);
                vectors = UserQueries.of(run, new UserSample(MOST_USERS, seed), engine, arena);
            }
            if (truth == null && index.vectors().precision() != VectorPrecision.FLOAT32) {
                warn("recall is judged by the vectors in the index, which are kept as "
                        + index.vectors().precision() + "; give --truth to judge it by the vectors as they came");
            }
            Progress shown = (phase, done, total) -> progress.update(() -> phase + " " + done + " of " + total);
            Neighbors expected = truth == null
                    ? ExactNeighbors.of(index.flat(arena), vectors, k, workers, shown)
                    : VectorInput.readTruth(truth, vectors.rows(), k);
            TuningOutcome outcome = new IndexTuner(index, deepest, shown).tune(vectors, expected, k, recall);
            progress.clear();
            print(outcome);
            if (report != null) {
                TuningPage.write(outcome, IndexFigures.facts(index), Environment.of(engine), report);
            }
            if (outcome.choice().isEmpty()) {
                throw new UserException(outOfReach(outcome, index));
            }
            index.writeTuned(outcome.tuning().orElseThrow(), target);
            say("stored in " + target);
            result(() -> json(outcome, target));
        }
    }

    private Path indexFile() {
        if (source.run != null) {
            if (truth != null) {
                throw new UserException(
                        "--truth: goes with --queries, whose neighbours it has; leave it out with --run");
            }
            return file == null ? source.run.resolve(ItemIndex.FILE) : file;
        }
        if (file == null) {
            throw new UserException("--index is missing: give the index that --queries are for");
        }
        return file;
    }

    private void print(TuningOutcome outcome) {
        say(Figures.count(outcome.queries()) + " queries, recall@" + k + " against exact search; "
                + (outcome.heldOut()
                        ? "chosen by half of them, the figures are of the other " + Figures.count(outcome.judging())
                        : "too few to hold half back: the figures are of those that chose"));
        TextTable table = new TextTable("recall@" + k, "queries/s", "us", "nprobe", "rerank", "margin");
        outcome.front().forEach(point -> row(table, point));
        table.print(people());
        outcome.choice()
                .ifPresent(choice -> say(String.format(
                        Locale.ROOT,
                        "chosen: %s: recall@%d %s, %,.0f queries/s",
                        choice.judged().params(),
                        k,
                        Figures.share(choice.judged().recall()),
                        choice.judged().queriesPerSecond())));
    }

    private static void row(TextTable table, OperatingPoint point) {
        table.row(
                Figures.share(point.recall()),
                Figures.count(Math.round(point.queriesPerSecond())),
                String.format(Locale.ROOT, "%.1f", point.micros()),
                Figures.count(point.params().nprobe()),
                Figures.count(point.params().rerank()),
                ParamsFigures.margin(point.params()));
    }

    /** What to do depends on what was exhausted: all lists are tried before rerank is the reason. */
    private String outOfReach(TuningOutcome outcome, IvfPqIndex index) {
        SearchParams best = outcome.best().params();
        return "--recall: " + recall + " is not reached; the best is "
                + Figures.share(outcome.best().recall())
                + " with " + best + ", of " + index.nlist()
                + " lists; raise --most-rerank, build the index with a longer --code, or ask for less. Nothing is"
                + " stored";
    }

    private Map<String, Object> json(TuningOutcome outcome, Path target) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("k", k);
        json.put("asked", recall);
        json.put("queries", outcome.queries());
        json.put("judged", outcome.judging());
        json.put("heldOut", outcome.heldOut());
        json.put("front", outcome.front().stream().map(IndexTuneCommand::json).toList());
        outcome.choice().ifPresent(choice -> {
            Map<String, Object> chosen = json(choice.judged());
            chosen.put("recallWhenChosen", choice.recall());
            json.put("chosen", chosen);
        });
        json.put("stored", target.toString());
        return json;
    }

    private static Map<String, Object> json(OperatingPoint point) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("recall", point.recall());
        json.put("qps", point.queriesPerSecond());
        json.put("us", point.micros());
        ParamsFigures.put(json, point.params());
        return json;
    }
}
