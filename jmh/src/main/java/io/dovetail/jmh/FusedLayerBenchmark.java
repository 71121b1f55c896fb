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
 * The forward pass of a hidden layer in one sweep, product with bias and ReLU, on one thread, against the inner product
 * of oneDNN with the same two fused. Its weights were laid out beforehand as it likes them; ours lie as the optimizer
 * left them.
 *
 * <p>The secondary result {@code megaflops} is the figure to read; it counts the product alone, as in
 * {@link GemmBenchmark}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class FusedLayerBenchmark {

    /** Examples in a batch: positives, or positives with their negatives. */
    @Param({"256", "1280", "5120", "20480"})
    public int rows;

    /** Inputs and outputs of the layer. */
    @Param({"96x256", "160x256", "256x128", "128x32"})
    public String layer = "";

    /**
     * Who multiplies: our kernels, vector or scalar, or a peer. The last parameter by name, as that one varies fastest:
     * the sides of a ratio are measured one after the other.
     */
    @Param({"vector", "onednn"})
    public String via = "";

    private @Nullable GemmFixture fixture;
    private Runnable multiplication = () -> {};
    private double megaflopsOfCall;

    /** Draws the operands and checks the side's answer. */
    @Setup
    public void prepare() {
        GemmShape shape = GemmShape.ofLayer(Form.NN, rows, layer);
        GemmFixture made = new GemmFixture(shape, 1, Kind.BIAS_RELU);
        megaflopsOfCall = shape.operations() * 1e-6;
        multiplication = made.side(via);
        if (via.equals("vector")) {
            Fixtures.requireNoAllocation(via + " " + shape, multiplication);
        }
        fixture = made;
    }

    /** Frees memory and threads. */
    @TearDown
    public void close() {
        if (fixture != null) {
            fixture.close();
        }
    }

    /**
     * One forward pass.
     *
     * @param work counter
     */
    @Benchmark
    public void forward(Work work) {
        work.megaflops += megaflopsOfCall;
        multiplication.run();
    }
}
