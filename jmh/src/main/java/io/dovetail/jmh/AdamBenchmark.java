package io.dovetail.jmh;

import io.dovetail.kernels.AdamStep;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.OptimizerKernels;
import io.dovetail.kernels.Workers;
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

/** Updates of a dense weight matrix and of scattered rows of an embedding table. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class AdamBenchmark {
    private static final int WIDTH = 256;
    private static final int TABLE_ROWS = 100_000;
    private static final int TOUCHED = 1280;
    private static final int DIMENSION = 32;

    @Param({"scalar", "vector"})
    String backend = "";

    private final AdamStep step = new AdamStep(1e-3f, 0.9f, 0.999f, 1e-8f, 0, 10);
    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(1);
    private final Random random = new Random(1);
    private final Matrix[] dense = state(WIDTH, WIDTH);
    private final Matrix denseGradients = Fixtures.normal(arena, random, WIDTH, WIDTH);
    private final Matrix[] table = state(TABLE_ROWS, DIMENSION);
    private final Matrix rowGradients = Fixtures.normal(arena, random, TOUCHED, DIMENSION);
    private final int[] rows =
            random.ints(0, TABLE_ROWS).distinct().limit(TOUCHED).toArray();
    private OptimizerKernels kernels = Kernels.scalar().optimizers();

    /** Parameters, first and second moments. */
    private Matrix[] state(int rowCount, int columns) {
        return new Matrix[] {
            Fixtures.normal(arena, random, rowCount, columns),
            Matrix.allocate(arena, rowCount, columns),
            Matrix.allocate(arena, rowCount, columns)
        };
    }

    @Setup
    public void setUp() {
        Matrix start = Fixtures.copy(arena, dense[0]);
        Matrix startOfTable = Fixtures.copy(arena, table[0]);
        dense();
        sparseRows();
        Matrix expected = Fixtures.copy(arena, dense[0]);
        Matrix expectedTable = Fixtures.copy(arena, table[0]);
        dense[0].copyFrom(start);
        table[0].copyFrom(startOfTable);
        for (int moment = 1; moment <= 2; moment++) {
            dense[moment].fill(0);
            table[moment].fill(0);
        }

        kernels = Fixtures.kernels(backend).optimizers();
        dense();
        sparseRows();
        Fixtures.requireClose(expected, dense[0], 0);
        Fixtures.requireClose(expectedTable, table[0], 0);
    }

    @TearDown
    public void tearDown() {
        workers.close();
        arena.close();
    }

    /** 256 x 256 weights. */
    @Benchmark
    public void dense() {
        kernels.adam(workers, step, dense[0], denseGradients, dense[1], dense[2]);
    }

    /** 1280 rows of 32 out of 100,000: bound by memory. */
    @Benchmark
    public void sparseRows() {
        kernels.adamRows(workers, step, table[0], rows, TOUCHED, rowGradients, table[1], table[2]);
    }
}
