package io.dovetail.jmh;

import io.dovetail.kernels.Epilogue.Kind;
import io.dovetail.kernels.MatrixKernels.Form;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
 * The product of two square matrices, as libraries are compared by, on one thread and on two.
 *
 * <p>The secondary result {@code megaflops} is the figure to read, as in {@link GemmBenchmark}. Our side allocates
 * nothing when it is alone, a task object when it has a team.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class SquareGemmBenchmark {

    /** Rows and columns of each matrix. */
    @Param({"1024", "2048"})
    public int size;

    /** Size of the team. */
    @Param({"1", "2"})
    public int threads;

    /**
     * Who multiplies: our kernels, vector or scalar, or a peer. The last parameter by name, as that one varies fastest:
     * the sides of a ratio are measured one after the other.
     */
    @Param({"vector", "mkl", "openblas", "onednn"})
    public String via = "";

    private @Nullable GemmFixture fixture;
    private Runnable multiplication = () -> {};
    private double megaflopsOfCall;

    /** Draws the operands and checks the side's answer. */
    @Setup
    public void prepare() {
        GemmShape shape = new GemmShape(Form.NN, size, size, size);
        GemmFixture made = new GemmFixture(shape, threads, Kind.NONE);
        megaflopsOfCall = shape.operations() * 1e-6;
        multiplication = made.side(via);
        if (via.equals("vector") && threads == 1) {
            callOften();
            Fixtures.requireNoAllocation(via + " " + shape, multiplication);
        }
        fixture = made;
    }

    /** Compiles what leads to the loops: products of this size are too few for that, and what runs interpreted allocates. */
    private static void callOften() {
        try (GemmFixture small = new GemmFixture(new GemmShape(Form.NN, 32, 64, 32), 1, Kind.NONE)) {
            Runnable multiplication = small.side("vector");
            for (int i = 0; i < 50_000; i++) {
                multiplication.run();
            }
        }
    }

    /** Frees memory and threads. */
    @TearDown
    public void close() {
        if (fixture != null) {
            fixture.close();
        }
    }

    /**
     * One product.
     *
     * @param work counter
     */
    @Benchmark
    public void gemm(Work work) {
        work.megaflops += megaflopsOfCall;
        multiplication.run();
    }
}
