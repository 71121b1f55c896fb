package io.dovetail.jmh;

import io.dovetail.index.BatchSearch;
import io.dovetail.index.FlatIndex;
import io.dovetail.index.IvfPqBuilder;
import io.dovetail.index.Neighbors;
import io.dovetail.index.Progress;
import io.dovetail.index.SearchParams;
import io.dovetail.index.Searcher;
import io.dovetail.index.TopK;
import io.dovetail.index.live.Durability;
import io.dovetail.index.live.LiveIndex;
import io.dovetail.jmh.search.Codes;
import io.dovetail.jmh.search.TowerVectors;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.Level;
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
 * A live index under writes that are forced to the disk each second: {@code upserts} replaces vectors one by one as fast as
 * one thread can, and in the group {@code beside} one thread searches while another replaces {@code rate} vectors a second;
 * a rate of 0 is the search alone. Each iteration begins with a compacted index, so a longer one searches more vectors that
 * are in memory and in no file.
 */
@State(Scope.Group)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class LiveBenchmark {
    private static final int QUERIES = 1_000;
    private static final int DIMENSION = 32;
    private static final int K = 10;

    @Param({"1000000"})
    int vectors = 1;

    @Param({"32x4"})
    String code = "";

    @Param({"24"})
    int nprobe = 0;

    @Param({"100"})
    int rerank = 0;

    @Param({"0", "10000", "100000"})
    int rate = 0;

    private final Arena arena = Arena.ofShared();
    private final Kernels kernels = Kernels.vector();
    private final TopK top = new TopK(K);
    private @Nullable Running made;
    private SearchParams params = SearchParams.exhaustive();
    private int next;
    private long written;
    private long from;

    /** What is made once a fork. */
    private record Running(
            List<Matrix> queries, List<Matrix> vectors, Path folder, LiveIndex index, Searcher searcher) {}

    @Setup
    public void setUp() throws IOException {
        TowerVectors towers = TowerVectors.of(arena, vectors, QUERIES, DIMENSION, 1);
        Path folder = Files.createTempDirectory("live-benchmark");
        Path built = folder.resolve("built.ivfpq");
        try (Workers workers = Workers.of(Runtime.getRuntime().availableProcessors())) {
            new IvfPqBuilder(Codes.spec(vectors, DIMENSION, code), workers, kernels, Progress.none())
                    .build(towers.vectors(), LongStream.range(0, vectors).toArray(), "", built);
        }
        LiveIndex index =
                LiveIndex.create(folder.resolve("live"), built, Durability.interval(Duration.ofSeconds(1)), kernels);
        params = new SearchParams(nprobe, rerank);
        tellRecall(
                index,
                FlatIndex.of(towers.vectors(), LongStream.range(0, vectors).toArray(), "", kernels),
                towers.queries());
        made = new Running(rows(towers.queries()), rows(towers.vectors()), folder, index, index.searcher());
    }

    /** The answers that are timed are checked once, before anything is written. */
    private void tellRecall(LiveIndex index, FlatIndex flat, Matrix queries) {
        try (Workers workers = Workers.of(1);
                BatchSearch exact = new BatchSearch(flat, workers);
                BatchSearch batch = new BatchSearch(index, workers)) {
            Neighbors truth = exact.search(queries, K, params);
            double recall = batch.search(queries, K, params).recall(truth, K);
            System.out.printf(Locale.ROOT, "recall@%d %.4f%n", K, recall);
        }
    }

    private Running running() {
        return Objects.requireNonNull(made);
    }

    private static List<Matrix> rows(Matrix matrix) {
        return IntStream.range(0, matrix.rows())
                .mapToObj(row -> matrix.rows(row, 1))
                .toList();
    }

    @Setup(Level.Iteration)
    public void compact() throws IOException {
        try (Workers workers = Workers.of(1)) {
            running().index().compact(workers);
        }
        written = 0;
        from = System.nanoTime();
    }

    @TearDown
    public void tearDown() throws IOException {
        running().searcher().close();
        running().index().close();
        try (Stream<Path> files = Files.walk(running().folder())) {
            files.sorted(Comparator.reverseOrder()).forEach(LiveBenchmark::delete);
        }
        arena.close();
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Searches per second. */
    @Benchmark
    @Group("beside")
    public int search() {
        next = next + 1 == QUERIES ? 0 : next + 1;
        running().searcher().search(running().queries().get(next), K, params, top);
        return top.size();
    }

    /** Writes at the rate, and waits when it is ahead: its score counts the waits as well and tells nothing. */
    @Benchmark
    @Group("beside")
    public void write() throws IOException {
        long due = from + written * 1_000_000_000L / Math.max(1, rate);
        if (rate == 0 || System.nanoTime() < due) {
            LockSupport.parkNanos(50_000);
            return;
        }
        upsert();
    }

    /** Writes per second, as fast as they go. */
    @Benchmark
    @Group("upserts")
    public void upserts() throws IOException {
        upsert();
    }

    /** Ids in an order that jumps about the lists. */
    private void upsert() throws IOException {
        int id = (int) (written++ * 7_919 % vectors);
        running().index().upsert(id, running().vectors().get((id + 1) % vectors));
    }
}
