package io.dovetail.jmh;

import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.LeastSquaresKernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.MatrixKernels.Form;
import io.dovetail.kernels.SparseMatrix;
import io.dovetail.kernels.Workers;
import java.lang.foreign.Arena;
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

/**
 * A half of a sweep of weighted ALS: 64 users of 3,000 items.
 *
 * <p>{@code megaflops} counts {@code n d (d + 1)} operations for the normal equations of a user with n items, and
 * {@code d³ / 3} for the factor.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xms3g", "-Xmx3g"})
public class LeastSquaresBenchmark {
    private static final int USERS = 64;
    private static final int ITEMS = 3_000;

    /** Unknowns. */
    @Param({"64", "128", "256"})
    public int dimension;

    /** Items of a user. */
    @Param({"8", "160"})
    public int observed;

    /** Which kernels. */
    @Param({"scalar", "vector"})
    public String backend = "";

    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(1);
    private final SparseMatrix targets = new SparseMatrix();
    private final float[] ridges = new float[USERS];
    private Matrix items = Matrix.allocate(arena, 1, 1);
    private Matrix gram = items;
    private Matrix users = items;
    private LeastSquaresKernels kernels = Kernels.scalar().leastSquares();

    /** Draws the data and compares with the scalar twin. */
    @Setup
    public void prepare() {
        Random random = new Random(1);
        items = Fixtures.normal(arena, random, ITEMS, dimension);
        gram = Matrix.allocate(arena, dimension, dimension);
        users = Matrix.allocate(arena, USERS, dimension);
        Kernels.scalar().matrices().gemm(workers, Form.TN, 0.01f, items, items, 0, gram, Epilogue.none());
        Arrays.fill(ridges, 1);
        for (int user = 0; user < USERS; user++) {
            for (int e = 0; e < observed; e++) {
                targets.add(random.nextInt(ITEMS), 1);
            }
            targets.endRow();
        }
        solve();
        Matrix expected = Fixtures.copy(arena, users);
        kernels = Fixtures.kernels(backend).leastSquares();
        solve();
        Fixtures.requireClose(expected, users, 1e-5);
        if (!backend.equals("scalar")) {
            Fixtures.requireNoAllocation("leastSquares", this::solve);
        }
    }

    /** Frees memory and threads. */
    @TearDown
    public void close() {
        workers.close();
        arena.close();
    }

    /**
     * Normal equations, factor and solution of all users.
     *
     * @param work counter
     */
    @Benchmark
    public void solve(Work work) {
        double d = dimension;
        work.megaflops += 1e-6 * USERS * (observed * d * (d + 1) + d * d * d / 3);
        solve();
    }

    private void solve() {
        kernels.solve(workers, targets, items, gram, ridges, users);
    }
}
