package io.dovetail.app;

import io.dovetail.app.report.Environment;
import io.dovetail.app.report.TuningPage;
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
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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
            "  dovetail index tune --index base.ivfpq --queries queries.npy --truth truth.ivecs --report tuning.html"
        })
final class IndexTuneCommand extends AppCommand {

    @Option(names = "--index", required = true, paramLabel = "FILE", description = "The index.")
    private Path file;

    @Option(
            names = "--queries",
            required = true,
            paramLabel = "FILE",
            description = "Queries in a .npy, .fvecs or .bvecs file, such as the index will be asked.")
    private Path queries;

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
        Path target = out == null ? file : out;
        try (Arena arena = Arena.ofShared();
                Workers workers = engines.workers();
                ProgressLine progress = progressLine()) {
            Engine engine = new Engine(Kernels.best(), workers);
            IvfPqIndex index = IvfPqIndex.open(file, engine.kernels(), arena);
            Matrix vectors = VectorInput.readQueries(queries, index, file, k, arena);
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
