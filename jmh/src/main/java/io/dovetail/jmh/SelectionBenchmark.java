package io.dovetail.jmh;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
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

/** Selections: survivors of a scan, nearest centroids, ranks. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class SelectionBenchmark {
    private static final int COUNT = 4096;
    private static final int ROWS = 64;
    private static final int COLUMNS = 1024;

    /** One in 256 sums is as large. */
    private static final int THRESHOLD = 65280;

    @Param({"scalar", "vector"})
    String backend = "";

    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(1);
    private final Random random = new Random(1);
    private final MemorySegment sums = Fixtures.bytes(arena, random, 2 * COUNT);
    private final Matrix scores = Fixtures.normal(arena, random, 1, COUNT);
    private final Matrix x = Fixtures.normal(arena, random, ROWS, COLUMNS);
    private final float[] thresholds = new float[ROWS];
    private final int[] out = new int[COUNT];
    private Kernels kernels = Kernels.scalar();

    @Setup
    public void setUp() {
        int[][] expected = answers();
        kernels = Fixtures.kernels(backend);
        Fixtures.require(Arrays.deepEquals(expected, answers()), "selections");
        Fixtures.requireNoAllocation("selectSums", this::selectSums);
        Fixtures.requireNoAllocation("selectScores", this::selectScores);
        Fixtures.requireNoAllocation("argMax", this::argMax);
        Fixtures.requireNoAllocation("countAtLeast", this::countAtLeast);
    }

    private int[][] answers() {
        int[][] answers = new int[4][];
        int selected = selectSums();
        answers[0] = Arrays.copyOf(out, selected);
        selected = selectScores();
        answers[1] = Arrays.copyOf(out, selected);
        argMax();
        answers[2] = Arrays.copyOf(out, ROWS);
        countAtLeast();
        answers[3] = Arrays.copyOf(out, ROWS);
        return answers;
    }

    @TearDown
    public void tearDown() {
        workers.close();
        arena.close();
    }

    /** 4096 sums, 16 survivors. */
    @Benchmark
    public int selectSums() {
        return kernels.scan().selectSums(sums, COUNT, THRESHOLD, 0, out, 0);
    }

    /** 4096 scores, some 16 survivors. */
    @Benchmark
    public int selectScores() {
        return kernels.search().selectScores(scores, COUNT, 2.66f, 0, out, 0);
    }

    /** 64 rows of 1024. */
    @Benchmark
    public void argMax() {
        kernels.search().argMax(workers, x, out);
    }

    /** 64 rows of 1024. */
    @Benchmark
    public void countAtLeast() {
        kernels.search().countAtLeast(workers, x, thresholds, out);
    }
}
