package io.dovetail.app;

import io.dovetail.index.IdFilter;
import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.Neighbors;
import io.dovetail.index.RowSet;
import io.dovetail.index.SearchParams;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Searches an index for many queries and measures it. */
@Command(
        name = "search",
        description = {
            "Searches an index for the queries in a file and measures the time.",
            "",
            "Queries are loaded first; a warm-up pass is followed by the measured one. Without --batch they are"
                    + " searched one at a time on one thread, and p50 and p99 are times of a query; with --batch N they"
                    + " are searched N at a time by --threads threads, and p50 and p99 are times of a batch. QPS is"
                    + " queries over wall time of the search alone."
        },
        footer = {
            "",
            "Examples:",
            "  dovetail index search --index base.ivfpq --queries queries.fvecs --k 10 --truth truth.ivecs",
            "  dovetail index search --index base.ivfpq --queries queries.npy --nprobe 64 --batch 256 --out"
                    + " found.ivecs",
            "  dovetail index search --index base.ivfpq --queries queries.npy --k 10 --allow in-stock.txt --deny"
                    + " sold.txt"
        })
final class IndexSearchCommand extends AppCommand {

    @Option(names = "--index", required = true, paramLabel = "FILE", description = "The index.")
    private Path file;

    @Option(
            names = "--queries",
            required = true,
            paramLabel = "FILE",
            description = "Queries in a .npy, .fvecs or .bvecs file.")
    private Path queries;

    @Option(names = "--k", paramLabel = "K", description = "Number of neighbours to find (default: 100).")
    private int k = 100;

    @Option(names = "--nprobe", paramLabel = "N", description = "Number of lists to scan (default: the index's own).")
    private @Nullable Integer nprobe;

    @Option(
            names = "--rerank",
            paramLabel = "N",
            description = "Number of candidates to score again exactly (default: the index's own).")
    private @Nullable Integer rerank;

    @Option(
            names = "--margin",
            paramLabel = "X",
            description =
                    "Scan only lists within X standard deviations of the K-th best, of at most --nprobe; index tune"
                        + " finds what suits, infinity scans all (default: the index's own; infinity with --nprobe).")
    private @Nullable Float margin;

    @Option(names = "--allow", paramLabel = "FILE", description = "Find only the ids in this text file, one a line.")
    private @Nullable Path allow;

    @Option(names = "--deny", paramLabel = "FILE", description = "Find none of the ids in this text file, one a line.")
    private @Nullable Path deny;

    @Option(
            names = "--truth",
            paramLabel = "FILE",
            description =
                    "True neighbours, best first, in an .ivecs file: also print recall@K. With --allow or --deny, the"
                            + " true neighbours among the vectors that may be found.")
    private @Nullable Path truth;

    @Option(
            names = "--in-memory",
            description = "Read the index into memory instead of mapping the file: slower to start, faster to search.")
    private boolean inMemory;

    @Option(names = "--batch", paramLabel = "N", description = "Search N queries at a time.")
    private @Nullable Integer batch;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write the ids found to an .ivecs file; -1 where fewer" + " than K were found.")
    private @Nullable Path out;

    @Mixin
    private final EngineOptions engines = new EngineOptions();

    IndexSearchCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        if (batch != null && batch < 1) {
            throw new UserException("--batch: " + batch + " is out of range; give at least 1");
        }
        if (batch == null && engines.given() && engines.threads() > 1) {
            throw new UserException("--threads " + engines.threads()
                    + ": without --batch queries are searched on one thread; add --batch N, or drop --threads");
        }
        try (Arena arena = Arena.ofShared()) {
            IvfPqIndex index = inMemory
                    ? IvfPqIndex.load(file, Kernels.best(), arena)
                    : IvfPqIndex.open(file, Kernels.best(), arena);
            Matrix vectors = VectorInput.readQueries(queries, index, file, k, arena);
            Neighbors expected = truth == null ? null : VectorInput.readTruth(truth, vectors.rows(), k);
            SearchParams params = UserException.ifRefused(() -> params(index.defaults()));
            IdFilter filter = SearchFilter.of(index, allow, deny);
            TimedSearch timed = batch == null
                    ? TimedSearch.single(index, vectors, k, params, filter)
                    : TimedSearch.batched(index, vectors, k, params, filter, batch, engines.threads());
            Double recall = expected == null ? null : timed.recall(expected);
            if (out != null) {
                VectorInput.writeIds(out, timed.found());
            }
            print(timed, params, filter.prepared(index), recall);
            result(() -> json(timed, params, filter.prepared(index), recall));
        }
    }

    /** Who says how many lists to scan means all of them. */
    private SearchParams params(SearchParams defaults) {
        float usual = nprobe == null ? defaults.margin() : Float.POSITIVE_INFINITY;
        return new SearchParams(
                nprobe == null ? defaults.nprobe() : nprobe,
                rerank == null ? defaults.rerank() : rerank,
                margin == null ? usual : margin);
    }

    private void print(TimedSearch timed, SearchParams params, Optional<RowSet> allowed, @Nullable Double recall) {
        Neighbors found = timed.found();
        say(String.format(
                Locale.ROOT,
                "%,d queries, k %d, %s, %s",
                found.queries(),
                k,
                params,
                batch == null ? "one at a time" : "batches of " + batch + ", " + timed.threads() + " threads"));
        allowed.ifPresent(set -> say(String.format(
                Locale.ROOT,
                "%,d of %,d vectors may be found",
                set.size(),
                set.index().size())));
        say(String.format(
                Locale.ROOT,
                "%,.0f queries/s, %s p50 %.1f us, p99 %.1f us",
                timed.queriesPerSecond(),
                batch == null ? "query" : "batch",
                timed.p50(),
                timed.p99()));
        if (recall != null) {
            say("recall@" + k + " " + Figures.share(recall));
        }
    }

    private Map<String, Object> json(
            TimedSearch timed, SearchParams params, Optional<RowSet> allowed, @Nullable Double recall) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("queries", timed.found().queries());
        json.put("k", k);
        allowed.ifPresent(set -> json.put("allowed", set.size()));
        json.put("qps", timed.queriesPerSecond());
        json.put("p50us", timed.p50());
        json.put("p99us", timed.p99());
        if (recall != null) {
            json.put("recall@" + k, recall);
        }
        ParamsFigures.put(json, params);
        json.put("batch", batch == null ? 1 : batch);
        json.put("threads", timed.threads());
        return json;
    }
}
