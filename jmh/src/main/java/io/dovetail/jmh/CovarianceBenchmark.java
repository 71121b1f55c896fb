package io.dovetail.jmh;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.LossKernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SparseMatrix;
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
 * Covariances of the categories of 4096 rows of 32 floats, and their gradients.
 *
 * <p>{@code megaflops} counts {@code 2 n d²} operations, forward and backward. The forward pass computes three quarters of
 * them: the fourth is below the diagonal, and copied.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xms3g", "-Xmx3g"})
public class CovarianceBenchmark {
    private static final int ROWS = 4096;
    private static final int DIMENSION = 32;

    /** Number of categories of the same size. */
    @Param({"11", "4", "410"})
    public int categories;

    /** Which kernels, or the plain loop. */
    @Param({"scalar", "vector", "plain"})
    public String backend = "";

    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(1);
    private final Random random = new Random(1);
    private final Matrix x = Fixtures.normal(arena, random, ROWS, DIMENSION);
    private final Matrix dX = Matrix.allocate(arena, ROWS, DIMENSION);
    private final SparseMatrix groups = new SparseMatrix();
    private Matrix means = dX;
    private Matrix covariances = dX;
    private Matrix dCovariances = dX;
    private final float[] plainX = new float[ROWS * DIMENSION];
    private final float[] plainDX = new float[ROWS * DIMENSION];
    private final float[] plainRow = new float[DIMENSION];
    private float[][] plainMeans = {};
    private float[] plainCovariances = {};
    private float[] plainDCovariances = {};
    private LossKernels kernels = Kernels.scalar().losses();
    private boolean plain;

    /** Draws the data and compares with the scalar twin. */
    @Setup
    public void prepare() {
        int[] rows = random.ints(0, ROWS).distinct().limit(ROWS).toArray();
        for (int i = 0; i < ROWS; i++) {
            groups.add(rows[i], 1);
            if ((i + 1L) * categories / ROWS > (long) i * categories / ROWS) {
                groups.endRow();
            }
        }
        means = Matrix.allocate(arena, categories, DIMENSION);
        covariances = Matrix.allocate(arena, categories * DIMENSION, DIMENSION);
        forward();
        dCovariances = Fixtures.copy(arena, covariances); // symmetric
        Matrix expected = Fixtures.copy(arena, covariances);
        backward();
        Matrix expectedGradient = Fixtures.copy(arena, dX);

        plain = backend.equals("plain");
        kernels = plain ? kernels : Fixtures.kernels(backend).losses();
        plainMeans = new float[categories][DIMENSION];
        plainCovariances = new float[categories * DIMENSION * DIMENSION];
        plainDCovariances = new float[plainCovariances.length];
        MemorySegment.copy(x.data(), Matrix.FLOAT, 0, plainX, 0, plainX.length);
        MemorySegment.copy(dCovariances.data(), Matrix.FLOAT, 0, plainDCovariances, 0, plainDCovariances.length);
        dX.fill(0);
        forward();
        backward();
        if (plain) {
            MemorySegment.copy(plainCovariances, 0, covariances.data(), Matrix.FLOAT, 0, plainCovariances.length);
            MemorySegment.copy(plainDX, 0, dX.data(), Matrix.FLOAT, 0, plainDX.length);
        }
        Fixtures.requireClose(expected, covariances, 1e-5);
        Fixtures.requireClose(expectedGradient, dX, 1e-5);
        if (!backend.equals("scalar")) {
            Fixtures.requireNoAllocation("groupCovariance", this::forward);
            Fixtures.requireNoAllocation("groupCovarianceBackward", this::backward);
        }
    }

    /** Frees memory and threads. */
    @TearDown
    public void close() {
        workers.close();
        arena.close();
    }

    /**
     * Means and covariances.
     *
     * @param work counter
     */
    @Benchmark
    public void forward(Work work) {
        work.megaflops += 2e-6 * ROWS * DIMENSION * DIMENSION;
        forward();
    }

    /**
     * The gradient by the rows.
     *
     * @param work counter
     */
    @Benchmark
    public void backward(Work work) {
        work.megaflops += 2e-6 * ROWS * DIMENSION * DIMENSION;
        backward();
    }

    private void forward() {
        if (!plain) {
            kernels.groupCovariance(workers, x, groups, 0, groups.rows(), means, covariances);
            return;
        }
        for (int g = 0; g < categories; g++) {
            int at = g * DIMENSION * DIMENSION;
            int begin = groups.start(g);
            int end = groups.start(g + 1);
            PlainLoops.covariance(
                    plainX, groups.columns(), begin, end, plainMeans[g], plainRow, plainCovariances, at, DIMENSION);
        }
    }

    private void backward() {
        if (!plain) {
            kernels.groupCovarianceBackward(workers, x, groups, 0, groups.rows(), means, dCovariances, dX);
            return;
        }
        for (int g = 0; g < categories; g++) {
            int at = g * DIMENSION * DIMENSION;
            int begin = groups.start(g);
            int end = groups.start(g + 1);
            PlainLoops.covarianceBackward(
                    plainX, groups.columns(), begin, end, plainMeans[g], plainDCovariances, at, plainDX, DIMENSION);
        }
    }
}
