package io.dovetail.jmh;

import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.MatrixKernels.Form;
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
 * The same calls in a JVM that has seen nothing else and in one whose call sites have seen all that a program does:
 * every form and epilogue, several shapes, matrices of confined and of shared memory, with rows that start anywhere. The
 * compiler specialises code by what it has seen; kernels must not need that.
 *
 * <p>How to read: the two histories of a benchmark should take the same time, within a tenth.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class PollutedProfileBenchmark {
    private static final int ROWS = 1280;
    private static final int INPUTS = 160;
    private static final int OUTPUTS = 256;
    private static final int DIMENSION = 32;
    private static final int[][] OTHER_SHAPES = {{1, 1, 1}, {7, 33, 5}, {256, 32, 128}, {100, 96, 256}, {64, 300, 17}};
    private static final Epilogue.Kind[] KINDS = Epilogue.Kind.values();

    /** How long the other calls are made before the measured ones: until all is compiled for them. */
    private static final long HISTORY_NS = 3_000_000_000L;

    /** What the JVM has seen. The last parameter by name, as that one varies fastest. */
    @Param({"clean", "polluted"})
    public String seen = "";

    private final Arena arena = Arena.ofShared();
    private final Random random = new Random(1);
    private final Workers workers = Workers.of(1);
    private final Kernels kernels = Kernels.vector();
    private final Matrix batch = Fixtures.normal(arena, random, ROWS, INPUTS);
    private final Matrix weights = Fixtures.normal(arena, random, INPUTS, OUTPUTS);
    private final Matrix units = Matrix.allocate(arena, ROWS, OUTPUTS);
    private final Matrix gradients = Fixtures.normal(arena, random, ROWS, OUTPUTS);
    private final Matrix query = Fixtures.normal(arena, random, 1, DIMENSION);
    private final Matrix items = Fixtures.normal(arena, random, ROWS, DIMENSION);
    private final Matrix scores = Matrix.allocate(arena, 1, ROWS);

    /** Makes the history. */
    @Setup
    public void prepare() {
        if (seen.equals("polluted")) {
            long start = System.nanoTime();
            while (System.nanoTime() - start < HISTORY_NS) {
                pollute();
            }
        } else if (!seen.equals("clean")) {
            throw new IllegalArgumentException("seen: clean or polluted, got " + seen);
        }
        check();
    }

    /** Frees memory and threads. */
    @TearDown
    public void close() {
        workers.close();
        arena.close();
    }

    /** A product. */
    @Benchmark
    public void gemm() {
        multiply(Form.NN, batch, weights, units, Epilogue.none());
    }

    /** A sum of gradients. */
    @Benchmark
    public void axpy() {
        kernels.layers().axpy(workers, 1e-6f, gradients, units);
    }

    /** Scores of all items. */
    @Benchmark
    public void dots() {
        kernels.search().dots(query, items, 0, ROWS, scores);
    }

    private void check() {
        Kernels scalar = Kernels.scalar();
        gemm();
        Matrix product = Fixtures.copy(arena, units);
        scalar.matrices().gemm(workers, Form.NN, 1, batch, weights, 0, units, Epilogue.none());
        // 160 terms of size one, in another order
        Fixtures.requireClose(units, product, 1e-4);
        dots();
        Matrix dots = Fixtures.copy(arena, scores);
        scalar.search().dots(query, items, 0, ROWS, scores);
        Fixtures.requireClose(scores, dots, 1e-5);
        units.fill(1);
        axpy();
        Matrix sum = Fixtures.copy(arena, units);
        units.fill(1);
        scalar.layers().axpy(workers, 1e-6f, gradients, units);
        Fixtures.requireClose(units, sum, 1e-6);
    }

    /** All that a program does, once. */
    private void pollute() {
        for (int[] shape : OTHER_SHAPES) {
            try (Arena confined = Arena.ofConfined()) {
                for (Form form : Form.values()) {
                    for (Epilogue.Kind kind : KINDS) {
                        product(confined, form, kind, shape[0], shape[1], shape[2]);
                    }
                }
                Matrix x = dense(confined, shape[0], shape[1]);
                Matrix y = dense(confined, shape[0], shape[1]);
                kernels.layers().axpy(workers, 2, x, y);
                Matrix first = y.rows(0, 1);
                kernels.search().dots(first, x, 0, shape[0], dense(confined, 1, shape[0]));
            }
        }
        gemm();
        axpy();
        dots();
    }

    private void product(Arena memory, Form form, Epilogue.Kind kind, int m, int n, int k) {
        Matrix a = form == Form.TN ? dense(memory, k, m) : dense(memory, m, k);
        Matrix b = form == Form.NT ? dense(memory, n, k) : dense(memory, k, n);
        Epilogue epilogue = switch (kind) {
            case NONE -> Epilogue.none();
            case RELU -> Epilogue.relu();
            case BIAS -> Epilogue.bias(dense(memory, 1, n));
            case BIAS_RELU -> Epilogue.biasRelu(dense(memory, 1, n));
            case RELU_MASK -> Epilogue.reluMask(dense(memory, m, n));
        };
        multiply(form, a, b, dense(memory, m, n), epilogue);
    }

    private void multiply(Form form, Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
        kernels.matrices().gemm(workers, form, 1, a, b, 0, c, epilogue);
    }

    /** A zero matrix without pads, so that rows start anywhere. */
    private static Matrix dense(Arena memory, int rows, int cols) {
        MemorySegment data = memory.allocate((long) rows * cols * Float.BYTES, Float.BYTES);
        return new Matrix(data, rows, cols, cols);
    }
}
