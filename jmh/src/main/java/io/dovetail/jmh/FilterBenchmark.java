package io.dovetail.jmh;

import io.dovetail.index.BatchSearch;
import io.dovetail.index.FlatIndex;
import io.dovetail.index.IdFilter;
import io.dovetail.index.IvfPqBuilder;
import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.Neighbors;
import io.dovetail.index.Progress;
import io.dovetail.index.RowSet;
import io.dovetail.index.SearchParams;
import io.dovetail.index.Searcher;
import io.dovetail.index.TopK;
import io.dovetail.jmh.search.Codes;
import io.dovetail.jmh.search.TowerVectors;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One query at a time for 10 neighbours among a random share of the vectors. As in {@link SearchBenchmark},
 * {@code trueNeighbors} per second are 10 times recall@10 times queries per second, and the output of each fork has
 * recall@10. {@code filter} is a {@link RowSet}, one with a copy of its vectors, or the same as a function of the id, of
 * which a search knows nothing beforehand.
 */
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class FilterBenchmark {
    private static final int QUERIES = 1_000;
    private static final int DIMENSION = 32;
    private static final int K = 10;

    @Param({"1", "0.5", "0.1", "0.01", "0.001", "0.0001"})
    double selectivity = 1;

    @Param({"rows", "copies", "ids"})
    String filter = "";

    @Param({"100000"})
    int vectors = 1;

    @Param({"32x4"})
    String code = "";

    @Param({"24"})
    int nprobe = 0;

    @Param({"100"})
    int rerank = 0;

    private final Arena arena = Arena.ofShared();
    private final Kernels kernels = Kernels.vector();
    private final TopK top = new TopK(K);
    private final Matrix[] queries = new Matrix[QUERIES];
    private final int[] hits = new int[QUERIES];
    private IdFilter accepted = IdFilter.all();
    private SearchParams params = SearchParams.exhaustive();
    private Searcher searcher = nothing();
    private int next;

    /** How many of the true neighbours were found. */
    @AuxCounters
    @State(Scope.Thread)
    public static class Found {
        public long trueNeighbors;
    }

    @Setup
    public void setUp() throws IOException {
        TowerVectors made = TowerVectors.of(arena, vectors, QUERIES, DIMENSION, 1);
        IvfPqIndex index = build(made.vectors());
        params = new SearchParams(nprobe, rerank);
        accepted = filter(index);
        searcher.close();
        searcher = index.searcher();
        try (Workers workers = Workers.of(1);
                BatchSearch exact = new BatchSearch(index.flat(arena), workers);
                BatchSearch batch = new BatchSearch(index, workers)) {
            Neighbors truth = exact.search(made.queries(), K, params, accepted);
            Neighbors found = batch.search(made.queries(), K, params, accepted);
            for (int query = 0; query < QUERIES; query++) {
                int q = query;
                queries[query] = made.queries().rows(query, 1);
                hits[query] = (int) IntStream.range(0, found.count(query))
                        .filter(place -> IntStream.range(0, truth.count(q))
                                .anyMatch(other -> truth.id(q, other) == found.id(q, place)))
                        .count();
            }
            System.out.printf(Locale.ROOT, "recall@%d %.4f among %s%n", K, found.recall(truth, K), selectivity);
        }
    }

    private IdFilter filter(IvfPqIndex index) {
        boolean[] members = new boolean[vectors];
        Random random = new Random(1);
        for (int id = 0; id < vectors; id++) {
            members[id] = random.nextDouble() < selectivity;
        }
        IdFilter byId = id -> members[(int) id];
        return switch (filter) {
            case "rows" -> RowSet.of(index, byId);
            case "copies" -> RowSet.of(index, byId).withVectors(arena);
            case "ids" -> byId;
            default -> throw new IllegalArgumentException("filter: rows, copies or ids, got " + filter);
        };
    }

    @TearDown
    public void tearDown() {
        searcher.close();
        arena.close();
    }

    /** Searches per second; the queries take turns. */
    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    public int throughput(Found found) {
        next = next + 1 == QUERIES ? 0 : next + 1;
        searcher.search(queries[next], K, params, accepted, top);
        found.trueNeighbors += hits[next];
        return top.size();
    }

    private IvfPqIndex build(Matrix matrix) throws IOException {
        Path path = Files.createTempFile("filter-benchmark", ".ivfpq");
        try (Workers workers = Workers.of(1)) {
            new IvfPqBuilder(Codes.spec(vectors, DIMENSION, code), workers, kernels, Progress.none())
                    .build(matrix, LongStream.range(0, vectors).toArray(), "", path);
            return IvfPqIndex.open(path, kernels, arena);
        } finally {
            Files.delete(path);
        }
    }

    private Searcher nothing() {
        return FlatIndex.of(Matrix.allocate(arena, 0, DIMENSION), new long[0], "", kernels)
                .searcher();
    }
}
