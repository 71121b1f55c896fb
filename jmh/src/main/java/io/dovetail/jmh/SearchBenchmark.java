package io.dovetail.jmh;

import io.dovetail.index.BatchSearch;
import io.dovetail.index.FlatIndex;
import io.dovetail.index.Index;
import io.dovetail.index.IvfPqBuilder;
import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.Neighbors;
import io.dovetail.index.Progress;
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
import java.util.HashSet;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
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
 * One query at a time for 10 neighbours: the percentiles of its time, and queries per second. A speed means nothing without
 * recall: {@code trueNeighbors} per second are 10 times recall@10 times queries per second, and the output of each fork has
 * recall@10. {@code data} is {@code tower} of {@link TowerVectors}, or {@code clusters} of equal size. 0 lists stand for the
 * exact flat index.
 */
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class SearchBenchmark {
    private static final int QUERIES = 1_000;
    private static final int DIMENSION = 32;
    private static final int CLUSTERS = 1_000;
    private static final int K = 10;

    @Param({"tower", "clusters"})
    String data = "";

    @Param({"100000"})
    int vectors = 1;

    @Param({"8x8", "32x4"})
    String code = "";

    @Param({"0", "4", "16", "64"})
    int nprobe = 0;

    @Param({"100"})
    int rerank = 0;

    private final Arena arena = Arena.ofShared();
    private final Kernels kernels = Kernels.vector();
    private final TopK top = new TopK(K);
    private final Matrix[] queries = new Matrix[QUERIES];
    private final int[] hits = new int[QUERIES];
    private SearchParams params = SearchParams.exhaustive();
    private Index index = emptyIndex();
    private Searcher searcher = index.searcher();
    private int next;

    /** How many of the true neighbours were found. */
    @AuxCounters
    @State(Scope.Thread)
    public static class Found {
        public long trueNeighbors;
    }

    @Setup
    public void setUp() throws IOException {
        TowerVectors made = switch (data) {
            case "tower" -> TowerVectors.of(arena, vectors, QUERIES, DIMENSION, 1);
            case "clusters" -> clustered();
            default -> throw new IllegalArgumentException("data: tower or clusters, got " + data);
        };
        FlatIndex flat = FlatIndex.of(made.vectors(), ids(), "", kernels);
        if (nprobe == 0) {
            index = flat;
        } else {
            index = build(made.vectors());
            params = new SearchParams(nprobe, rerank);
        }
        searcher = index.searcher();
        try (Workers workers = Workers.of(1);
                BatchSearch exact = new BatchSearch(flat, workers)) {
            count(exact.search(made.queries(), K, SearchParams.exhaustive()), made.queries());
        }
    }

    private void count(Neighbors truth, Matrix asked) {
        for (int query = 0; query < QUERIES; query++) {
            queries[query] = asked.rows(query, 1);
            searcher.search(queries[query], K, params, top);
            Set<Long> expected = new HashSet<>();
            for (int place = 0; place < K; place++) {
                expected.add(truth.id(query, place));
            }
            for (int place = 0; place < top.size(); place++) {
                hits[query] += expected.contains(top.id(place)) ? 1 : 0;
            }
        }
        double recall = IntStream.of(hits).sum() / (double) (K * QUERIES);
        System.out.printf(Locale.ROOT, "recall@%d %.4f at nprobe %d, rerank %d%n", K, recall, nprobe, rerank);
    }

    @TearDown
    public void tearDown() {
        searcher.close();
        arena.close();
    }

    /** One search, its time sampled; the queries take turns. */
    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    public long latency() {
        return search();
    }

    /** Searches per second; the queries take turns. */
    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    public long throughput(Found found) {
        long id = search();
        found.trueNeighbors += hits[next];
        return id;
    }

    private long search() {
        next = next + 1 == QUERIES ? 0 : next + 1;
        searcher.search(queries[next], K, params, top);
        return top.id(0);
    }

    private long[] ids() {
        return LongStream.range(0, vectors).toArray();
    }

    private Index build(Matrix matrix) throws IOException {
        Path path = Files.createTempFile("search-benchmark", ".ivfpq");
        try (Workers workers = Workers.of(1)) {
            new IvfPqBuilder(Codes.spec(vectors, DIMENSION, code), workers, kernels, Progress.none())
                    .build(matrix, ids(), "", path);
            return IvfPqIndex.open(path, kernels, arena);
        } finally {
            Files.delete(path);
        }
    }

    private TowerVectors clustered() {
        Random random = new Random(1);
        Matrix centres = Fixtures.normal(arena, random, CLUSTERS, DIMENSION);
        return new TowerVectors(clustered(centres, random, vectors), clustered(centres, random, QUERIES));
    }

    private Matrix clustered(Matrix centres, Random random, int rows) {
        Matrix x = Fixtures.normal(arena, random, rows, DIMENSION);
        for (int row = 0; row < rows; row++) {
            int centre = random.nextInt(CLUSTERS);
            double squares = 0;
            for (int col = 0; col < DIMENSION; col++) {
                float value = centres.get(centre, col) + 0.5f * x.get(row, col);
                squares += (double) value * value;
                x.set(row, col, value);
            }
            for (int col = 0; col < DIMENSION; col++) {
                x.set(row, col, (float) (x.get(row, col) / Math.sqrt(squares)));
            }
        }
        return x;
    }

    private FlatIndex emptyIndex() {
        return FlatIndex.of(Matrix.allocate(arena, 0, DIMENSION), new long[0], "", kernels);
    }
}
