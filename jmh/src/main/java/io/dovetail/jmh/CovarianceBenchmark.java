package io.dovetail.jmh;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.LossKernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SparseMatrix;
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

/** Covariances of groups of 32-dimensional rows, 4000 rows in all, and their gradients. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class CovarianceBenchmark {
    private static final int ROWS = 4000;
    private static final int DIMENSION = 32;

    @Param({"scalar", "vector"})
    String backend = "";

    @Param({"10", "100", "1000"})
    int groupRows = 0;

    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(1);
    private final Random random = new Random(1);
    private final Matrix x = Fixtures.normal(arena, random, ROWS, DIMENSION);
    private final Matrix dX = Matrix.allocate(arena, ROWS, DIMENSION);
    private final SparseMatrix groups = new SparseMatrix();
    private Matrix means = Matrix.allocate(arena, 0, DIMENSION);
    private Matrix covariances = means;
    private Matrix dCovariances = means;
    private LossKernels kernels = Kernels.scalar().losses();

    @Setup
    public void setUp() {
        int[] rows = random.ints(0, ROWS).distinct().limit(ROWS).toArray();
        for (int i = 0; i < ROWS; i++) {
            groups.add(rows[i], 1);
            if ((i + 1) % groupRows == 0) {
                groups.endRow();
            }
        }
        means = Matrix.allocate(arena, groups.rows(), DIMENSION);
        covariances = Matrix.allocate(arena, groups.rows() * DIMENSION, DIMENSION);
        forward();
        dCovariances = Fixtures.copy(arena, covariances); // symmetric
        Matrix expected = Fixtures.copy(arena, covariances);
        backward();
        Matrix expectedGradient = Fixtures.copy(arena, dX);

        kernels = Fixtures.kernels(backend).losses();
        dX.fill(0);
        forward();
        backward();
        Fixtures.requireClose(expected, covariances, 1e-5);
        Fixtures.requireClose(expectedGradient, dX, 1e-5);
    }

    @TearDown
    public void tearDown() {
        workers.close();
        arena.close();
    }

    @Benchmark
    public void forward() {
        kernels.groupCovariance(workers, x, groups, means, covariances);
    }

    @Benchmark
    public void backward() {
        kernels.groupCovarianceBackward(workers, x, groups, means, dCovariances, dX);
    }
}
