package io.dovetail.jmh;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SearchKernels;
import java.lang.foreign.Arena;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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

/** Inner products of one query: coarse scores, exact re-rank and look-up tables. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class DotsBenchmark {
    private static final int ROWS = 1024;
    private static final int RERANKED = 100;
    private static final int CENTROIDS = 256;

    @Param({"scalar", "vector"})
    String backend = "";

    @Param({"32", "128"})
    int dimension = 0;

    private final Arena arena = Arena.ofShared();
    private final Random random = new Random(1);
    private final int[] index = random.ints(RERANKED, 0, ROWS).toArray();
    private final Matrix scores = Matrix.allocate(arena, 1, ROWS);
    private Matrix query = scores;
    private Matrix rows = scores;
    private Matrix codebooks = scores;
    private Matrix tables = scores;
    private SearchKernels kernels = Kernels.scalar().search();

    @Setup
    public void setUp() {
        query = Fixtures.normal(arena, random, 1, dimension);
        rows = Fixtures.normal(arena, random, ROWS, dimension);
        codebooks = Fixtures.normal(arena, random, dimension, CENTROIDS);
        tables = Matrix.allocate(arena, dimension / 4, CENTROIDS);
        dots();
        Matrix expected = Fixtures.copy(arena, scores);
        dotsAt();
        Matrix expectedAt = Fixtures.copy(arena, scores);
        innerProductTables();
        Matrix expectedTables = Fixtures.copy(arena, tables);

        kernels = Fixtures.kernels(backend).search();
        dots();
        Fixtures.requireClose(expected, scores, 1e-5);
        dotsAt();
        Fixtures.requireClose(expectedAt, scores, 1e-5);
        innerProductTables();
        Fixtures.requireClose(expectedTables, tables, 1e-5);
    }

    @TearDown
    public void tearDown() {
        arena.close();
    }

    /** 1024 rows, one after the other. */
    @Benchmark
    public void dots() {
        kernels.dots(query, rows, 0, ROWS, scores);
    }

    /** 100 rows of 1024, in no order. */
    @Benchmark
    public void dotsAt() {
        kernels.dotsAt(query, rows, index, RERANKED, scores);
    }

    /** 256 centroids for each 4 columns. */
    @Benchmark
    public void innerProductTables() {
        kernels.innerProductTables(query, codebooks, dimension / 4, tables);
    }
}
