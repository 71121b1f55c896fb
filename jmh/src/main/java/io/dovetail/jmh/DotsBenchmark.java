package io.dovetail.jmh;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SearchKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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

/**
 * Inner products of one query: coarse scores, exact re-rank and look-up tables. 1024 rows lie in cache; 300,000 come from
 * memory, and reading them is the limit. The plain loop, which C2 leaves scalar since it may not reorder a sum, is there
 * to compare.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class DotsBenchmark {
    private static final int RERANKED = 100;
    private static final int CENTROIDS = 256;

    @Param({"scalar", "vector"})
    String backend = "";

    @Param({"32", "64", "100", "128"})
    int dimension = 0;

    @Param({"1024", "300000"})
    int rowCount = 0;

    private final Arena arena = Arena.ofShared();
    private final Random random = new Random(1);
    private int[] index = {};
    private float[] queryArray = {};
    private float[] rowsArray = {};
    private float[] scoresArray = {};
    private Matrix scores = Matrix.allocate(arena, 1, 1);
    private Matrix query = scores;
    private Matrix rows = scores;
    private Matrix codebooks = scores;
    private Matrix tables = scores;
    private SearchKernels kernels = Kernels.scalar().search();

    @Setup
    public void setUp() {
        index = random.ints(RERANKED, 0, rowCount).toArray();
        scores = Matrix.allocate(arena, 1, rowCount);
        query = Fixtures.normal(arena, random, 1, dimension);
        rows = Fixtures.normal(arena, random, rowCount, dimension);
        queryArray = query.toArray()[0];
        rowsArray = new float[rowCount * dimension];
        scoresArray = new float[rowCount];
        for (int i = 0; i < rowCount; i++) {
            MemorySegment.copy(rows.data(), Matrix.FLOAT, rows.offset(i), rowsArray, i * dimension, dimension);
        }
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
        double tolerance = 1e-6 * dimension; // as many terms of magnitude 1 are added, in another order
        Fixtures.requireClose(expected, scores, tolerance);
        dotsAt();
        Fixtures.requireClose(expectedAt, scores, tolerance);
        innerProductTables();
        Fixtures.requireClose(expectedTables, tables, 1e-5);
        dots();
        plainLoop();
        for (int i = 0; i < rowCount; i++) {
            Fixtures.require(Math.abs(scoresArray[i] - scores.get(0, i)) < 1e-3, "plain loop");
        }
        Fixtures.requireNoAllocation("dots", this::dots);
        Fixtures.requireNoAllocation("dotsAt", this::dotsAt);
        Fixtures.requireNoAllocation("innerProductTables", this::innerProductTables);
    }

    @TearDown
    public void tearDown() {
        arena.close();
    }

    /** The rows, one after the other. */
    @Benchmark
    public void dots() {
        kernels.dots(query, rows, 0, rowCount, scores);
    }

    /** The same by a plain loop over arrays. */
    @Benchmark
    public void plainLoop() {
        for (int i = 0; i < scoresArray.length; i++) {
            float sum = 0;
            for (int j = 0; j < queryArray.length; j++) {
                sum += queryArray[j] * rowsArray[i * queryArray.length + j];
            }
            scoresArray[i] = sum;
        }
    }

    /** 100 rows in no order. */
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
