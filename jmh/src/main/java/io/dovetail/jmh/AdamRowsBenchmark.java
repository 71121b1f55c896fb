package io.dovetail.jmh;

import io.dovetail.kernels.AdamStep;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.OptimizerKernels;
import io.dovetail.kernels.Workers;
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
 * Updates of 1280 rows of 32 floats of an embedding table and of its two tables of moments. The three smaller tables stay in
 * the third-level cache; of the larger ones, each row comes from memory.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xms3g", "-Xmx3g"})
public class AdamRowsBenchmark {
    private static final AdamStep STEP = new AdamStep(1e-3f, 0.9f, 0.999f, 1e-8f, 0, 10);
    private static final int TOUCHED = 1280;
    private static final int DIMENSION = 32;

    /** Lists that are taken in turn, so that no row is still in a cache. */
    private static final int LISTS = 64;

    /** Rows of the tables. */
    @Param({"20000", "1000000"})
    public int tableRows;

    /** Which kernels, or the plain loop. */
    @Param({"scalar", "vector", "plain"})
    public String backend = "";

    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(1);
    private final Random random = new Random(1);
    private final Matrix gradients = Fixtures.normal(arena, random, TOUCHED, DIMENSION);
    private final int[][] lists = new int[LISTS][];

    /** Parameters, first and second moments. */
    private final Matrix[] tables = {gradients, gradients, gradients};

    private final float[][] plainTables = new float[3][];
    private final float[] plainGradients = new float[TOUCHED * DIMENSION];
    private OptimizerKernels kernels = Kernels.scalar().optimizers();
    private boolean plain;
    private int next;

    /** Draws the data and compares with the scalar twin. */
    @Setup
    public void prepare() {
        for (int i = 0; i < LISTS; i++) {
            lists[i] = random.ints(0, tableRows).distinct().limit(TOUCHED).toArray();
        }
        Matrix start = Fixtures.normal(arena, random, tableRows, DIMENSION);
        Matrix expected = Fixtures.copy(arena, start);
        begin(expected);
        update();

        begin(start);
        plain = backend.equals("plain");
        if (plain) {
            for (int i = 0; i < 3; i++) {
                plainTables[i] = new float[tableRows * DIMENSION];
                MemorySegment.copy(tables[i].data(), Matrix.FLOAT, 0, plainTables[i], 0, plainTables[i].length);
            }
            MemorySegment.copy(gradients.data(), Matrix.FLOAT, 0, plainGradients, 0, plainGradients.length);
        } else {
            kernels = Fixtures.kernels(backend).optimizers();
        }
        update();
        if (plain) {
            MemorySegment.copy(plainTables[0], 0, start.data(), Matrix.FLOAT, 0, plainTables[0].length);
        }
        Fixtures.requireClose(expected, start, 0);
        if (!backend.equals("scalar")) {
            Fixtures.requireNoAllocation("adamRows", this::update);
        }
    }

    private void begin(Matrix parameters) {
        tables[0] = parameters;
        tables[1] = Matrix.allocate(arena, tableRows, DIMENSION);
        tables[2] = Matrix.allocate(arena, tableRows, DIMENSION);
        next = LISTS - 1;
    }

    /** Frees memory and threads. */
    @TearDown
    public void close() {
        workers.close();
        arena.close();
    }

    /** One update. */
    @Benchmark
    public void update() {
        next = (next + 1) % LISTS;
        int[] rows = lists[next];
        if (plain) {
            PlainLoops.adamRows(STEP, plainTables[0], rows, plainGradients, plainTables[1], plainTables[2], DIMENSION);
        } else {
            kernels.adamRows(workers, STEP, tables[0], rows, 0, TOUCHED, gradients, tables[1], tables[2]);
        }
    }
}
