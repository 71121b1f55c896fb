package io.dovetail.app.demo;

import io.dovetail.app.report.ReportData;
import io.dovetail.index.Index;
import io.dovetail.index.IvfPqBuilder;
import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.IvfPqSpec;
import io.dovetail.index.Neighbors;
import io.dovetail.index.SearchParams;
import io.dovetail.index.Searcher;
import io.dovetail.index.TopK;
import io.dovetail.kernels.Matrix;
import io.dovetail.model.Engine;
import io.dovetail.train.Embeddings;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;

/** Builds the index of a model's items and compares its searches with exact ones, with the users as queries. */
final class IndexStudy {
    private static final int DEPTH = 100;
    private static final int MOST_QUERIES = 2_000;
    private static final int PASSES = 3;

    private IndexStudy() {}

    /** Builds an index whose ids are the rows of the items. */
    static IvfPqIndex build(Engine engine, Matrix items, String fingerprint, long seed, Path file, Arena arena)
            throws IOException {
        IvfPqSpec spec = IvfPqSpec.forSize(items.rows(), items.cols()).withSeed(seed);
        long[] rows = LongStream.range(0, items.rows()).toArray();
        new IvfPqBuilder(spec, engine.workers(), engine.kernels(), (phase, done, total) -> {})
                .build(items, rows, fingerprint, file);
        return IvfPqIndex.open(file, engine.kernels(), arena);
    }

    /** Searches with more and more lists, up to all. */
    static ReportData.Index study(IvfPqIndex index, Embeddings embeddings, Path file) throws IOException {
        Matrix queries = embeddings
                .users()
                .rows(0, Math.min(MOST_QUERIES, embeddings.users().rows()));
        Pass exact;
        try (Arena arena = Arena.ofConfined()) {
            exact = Pass.of(index.flat(arena), queries, SearchParams.exhaustive());
        }
        Pass.of(index, queries, index.defaults()); // so that the first of the sweep meets compiled code
        List<ReportData.Probe> sweep = new ArrayList<>();
        for (int nprobe = 1; nprobe < 2 * index.nlist(); nprobe *= 2) {
            int lists = Math.min(nprobe, index.nlist());
            // A search that found too few would go on in more lists than the row says.
            SearchParams params = index.defaults().withNprobe(lists).withMostLists(lists);
            Pass pass = Pass.of(index, queries, params);
            sweep.add(new ReportData.Probe(
                    lists, pass.found.recall(exact.found, 10), pass.found.recall(exact.found, DEPTH), pass.micros));
        }
        return new ReportData.Index(facts(index, file), index.defaults().nprobe(), sweep, exact.micros);
    }

    private static Map<String, String> facts(IvfPqIndex index, Path file) throws IOException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("vectors", String.format(Locale.ROOT, "%,d of dimension %d", index.size(), index.dimension()));
        facts.put("lists", Integer.toString(index.nlist()));
        facts.put("code", index.subspaces() + " × " + index.bits() + " bits");
        facts.put("lists scanned by default", Integer.toString(index.defaults().nprobe()));
        facts.put("candidates scored again", Integer.toString(index.defaults().rerank()));
        facts.put("imbalance of the lists", String.format(Locale.ROOT, "%.2f", index.imbalance()));
        facts.put("file, with the vectors", String.format(Locale.ROOT, "%,d bytes", Files.size(file)));
        return facts;
    }

    /** All queries searched for, one at a time; what was found, and the time per query in the best of a few passes. */
    private record Pass(Neighbors found, double micros) {

        static Pass of(Index index, Matrix queries, SearchParams params) {
            TopK top = new TopK(DEPTH);
            int k = Math.min(DEPTH, index.size());
            try (Searcher searcher = index.searcher()) {
                Neighbors found = run(searcher, queries, k, params, top);
                long best = Long.MAX_VALUE;
                for (int pass = 0; pass < PASSES; pass++) {
                    long begin = System.nanoTime();
                    found = run(searcher, queries, k, params, top);
                    best = Math.min(best, System.nanoTime() - begin);
                }
                return new Pass(found, best * 1e-3 / queries.rows());
            }
        }

        private static Neighbors run(Searcher searcher, Matrix queries, int k, SearchParams params, TopK top) {
            Neighbors found = new Neighbors(queries.rows(), k);
            for (int query = 0; query < queries.rows(); query++) {
                searcher.search(queries.rows(query, 1), k, params, top);
                found.set(query, top);
            }
            return found;
        }
    }
}
