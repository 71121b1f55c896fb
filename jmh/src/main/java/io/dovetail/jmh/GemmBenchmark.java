package io.dovetail.jmh;

import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.MatrixKernels;
import io.dovetail.kernels.MatrixKernels.Form;
import io.dovetail.kernels.Workers;
import java.lang.foreign.Arena;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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
 * The three products of a dense layer with K inputs and N outputs over a batch: forward {@code Y = X W} (NN), gradient
 * by the input {@code dX = dY Wᵀ} (NT), gradient by the weights {@code dW = Xᵀ dY} (TN).
 *
 * <p>The secondary result {@code megaflops} is the figure to read: 10<sup>6</sup> floating point operations a second,
 * with 2 m n k of them in a product.
 *
 * <p>How to run: with {@code -p threads=2} for a team, {@code -p rows=1024 -p layer=1024x1024} for a square product, and {@code -prof gc}
 * to see that a product allocates no more than its task object.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class GemmBenchmark {

    /** Examples in a batch: positives, or positives with their negatives. */
    @Param({"256", "1280", "5120"})
    public int rows;

    /** Inputs and outputs of the layer. */
    @Param({"96x256", "160x256", "256x128", "128x32"})
    public String layer = "";

    /** Which of the three products. */
    @Param
    public Form form = Form.NN;

    /** Which kernels. */
    @Param({"scalar", "vector"})
    public String backend = "";

    /** Size of the team. */
    @Param("1")
    public int threads;

    /** Counts operations. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Work {
        /** Floating point operations, in millions. */
        public double megaflops;
    }

    private final Arena arena = Arena.ofShared();
    private final Random random = new Random(1);
    private Workers workers = Workers.of(1);
    private MatrixKernels kernels = Kernels.scalar().matrices();
    private Matrix a = Matrix.allocate(arena, 0, 0);
    private Matrix b = a;
    private Matrix c = a;
    private double megaflopsOfCall;

    /** Draws the operands and compares some elements of the product with sums in double precision. */
    @Setup
    public void prepare() {
        int by = layer.indexOf('x');
        int inputs = Integer.parseInt(layer, 0, by, 10);
        int outputs = Integer.parseInt(layer, by + 1, layer.length(), 10);
        workers.close();
        workers = Workers.of(threads);
        kernels = Fixtures.kernels(backend).matrices();
        Matrix batch = Fixtures.normal(arena, random, rows, inputs);
        Matrix weights = Fixtures.normal(arena, random, inputs, outputs);
        Matrix gradients = Fixtures.normal(arena, random, rows, outputs);
        a = form == Form.NT ? gradients : batch;
        b = form == Form.TN ? gradients : weights;
        c = switch (form) {
            case NN -> Matrix.allocate(arena, rows, outputs);
            case NT -> Matrix.allocate(arena, rows, inputs);
            case TN -> Matrix.allocate(arena, inputs, outputs);
        };
        megaflopsOfCall = 2e-6 * rows * inputs * outputs;
        multiply();
        for (int i = 0; i < 100; i++) {
            int row = random.nextInt(c.rows());
            int col = random.nextInt(c.cols());
            double exact = exact(row, col);
            // up to 5120 terms of size one in single precision
            boolean agrees = Math.abs(exact - c.get(row, col)) <= 1e-3 * Math.max(1, Math.abs(exact));
            Fixtures.require(agrees, "at " + row + ", " + col + ": " + c.get(row, col) + ", not " + exact);
        }
    }

    /** Frees memory and threads. */
    @TearDown
    public void close() {
        workers.close();
        arena.close();
    }

    /**
     * One product.
     *
     * @param work counter
     */
    @Benchmark
    public void gemm(Work work) {
        work.megaflops += megaflopsOfCall;
        multiply();
    }

    private void multiply() {
        kernels.gemm(workers, form, 1, a, b, 0, c, Epilogue.none());
    }

    private double exact(int row, int col) {
        int k = form == Form.TN ? a.rows() : a.cols();
        double sum = 0;
        for (int p = 0; p < k; p++) {
            double left = form == Form.TN ? a.get(p, row) : a.get(row, p);
            sum += left * (form == Form.NT ? b.get(col, p) : b.get(p, col));
        }
        return sum;
    }
}
