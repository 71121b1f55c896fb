package io.dovetail.jmh;

import io.dovetail.index.BatchSearch;
import io.dovetail.index.FlatIndex;
import io.dovetail.index.Index;
import io.dovetail.index.IvfPqBuilder;
import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.IvfPqSpec;
import io.dovetail.index.Neighbors;
import io.dovetail.index.Progress;
import io.dovetail.index.SearchParams;
import io.dovetail.index.Searcher;
import io.dovetail.index.TopK;
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
import java.util.stream.LongStream;
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
 * One query at a time for 10 of 100,000 clustered unit vectors of 32 dimensions, with percentiles. The output of each
 * fork has the recall@10 of its parameters: a speed means nothing without it. 0 lists stand for the exact flat index.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class SearchBenchmark {
    private static final int VECTORS = 100_000;
    private static final int QUERIES = 1_000;
    private static final int DIMENSION = 32;
    private static final int CLUSTERS = 1_000;
    private static final int K = 10;

    @Param({"0", "4", "16", "51", "205"})
    int nprobe = 0;

    @Param({"100"})
    int rerank = 0;

    private final Arena arena = Arena.ofShared();
    private final Kernels kernels = Kernels.vector();
    private final TopK top = new TopK(K);
    private final Matrix[] queries = new Matrix[QUERIES];
    private SearchParams params = SearchParams.exhaustive();
    private Index index = emptyIndex();
    private Searcher searcher = index.searcher();
    private int next;

    @Setup
    public void setUp() throws IOException {
        Random random = new Random(1);
        Matrix centres = Fixtures.normal(arena, random, CLUSTERS, DIMENSION);
        Matrix vectors = clustered(centres, random, VECTORS);
        Matrix asked = clustered(centres, random, QUERIES);
        FlatIndex flat = FlatIndex.of(vectors, LongStream.range(0, VECTORS).toArray(), "", kernels);
        if (nprobe == 0) {
            index = flat;
        } else {
            index = build(vectors);
            params = new SearchParams(nprobe, rerank);
        }
        searcher = index.searcher();
        for (int query = 0; query < QUERIES; query++) {
            queries[query] = asked.rows(query, 1);
        }
        try (Workers workers = Workers.of(1);
                BatchSearch exact = new BatchSearch(flat, workers);
                BatchSearch batch = new BatchSearch(index, workers)) {
            Neighbors truth = exact.search(asked, K, SearchParams.exhaustive());
            double recall = batch.search(asked, K, params).recall(truth, K);
            System.out.printf(Locale.ROOT, "recall@%d %.4f at nprobe %d, rerank %d%n", K, recall, nprobe, rerank);
        }
    }

    @TearDown
    public void tearDown() {
        searcher.close();
        arena.close();
    }

    /** One search; the queries take turns. */
    @Benchmark
    public long search() {
        next = next + 1 == QUERIES ? 0 : next + 1;
        searcher.search(queries[next], K, params, top);
        return top.id(0);
    }

    private Index build(Matrix vectors) throws IOException {
        Path path = Files.createTempFile("search-benchmark", ".ivfpq");
        try (Workers workers = Workers.of(1)) {
            new IvfPqBuilder(IvfPqSpec.forSize(VECTORS, DIMENSION), workers, kernels, Progress.none())
                    .build(vectors, LongStream.range(0, VECTORS).toArray(), "", path);
            return IvfPqIndex.open(path, kernels, arena);
        } finally {
            Files.delete(path);
        }
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
