package io.dovetail.jmh;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.LayerKernels;
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

/**
 * What a tower does besides products: look-ups and pooling of embeddings of 32 floats, hidden layers of 256 units,
 * and the normalisation of its output of 32 floats.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class LayerBenchmark {
    private static final int ITEMS = 20_000;
    private static final int DIMENSION = 32;
    private static final int HIDDEN = 256;
    private static final int HISTORY = 50;

    /** Another order of summation: 5120 terms of size one. */
    private static final double TOLERANCE = 1e-4;

    /** Examples in a batch. */
    @Param({"256", "1280", "5120"})
    public int rows;

    /** Which kernels. */
    @Param({"scalar", "vector"})
    public String backend = "";

    private final SparseMatrix ids = new SparseMatrix();
    private final SparseMatrix histories = new SparseMatrix();

    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(1);
    private final Random random = new Random(1);
    private final Matrix table = Fixtures.normal(arena, random, ITEMS, DIMENSION);
    private final Matrix sums = Matrix.allocate(arena, 1, HIDDEN);
    private LayerKernels layers = Kernels.scalar().layers();
    private Matrix units = sums;
    private Matrix mask = sums;
    private Matrix result = sums;
    private Matrix embeddings = sums;
    private Matrix gradients = sums;
    private Matrix vectors = sums;
    private Matrix inverseNorms = sums;

    /** Draws the data and compares each kernel with its scalar twin. */
    @Setup
    public void prepare() {
        units = Fixtures.normal(arena, random, rows, HIDDEN);
        mask = Fixtures.normal(arena, random, rows, HIDDEN);
        result = Matrix.allocate(arena, rows, HIDDEN);
        embeddings = Fixtures.normal(arena, random, rows, DIMENSION);
        gradients = Fixtures.normal(arena, random, rows, DIMENSION);
        vectors = Matrix.allocate(arena, rows, DIMENSION);
        inverseNorms = Matrix.allocate(arena, 1, rows);
        for (int row = 0; row < rows; row++) {
            ids.addRow(random.nextInt(ITEMS), 1);
            for (int e = 0; e < HISTORY; e++) {
                histories.add(random.nextInt(ITEMS), 1f / HISTORY);
            }
            histories.endRow();
        }
        Matrix[] expected = answers("scalar");
        Matrix[] actual = answers(backend);
        for (int i = 0; i < expected.length; i++) {
            Fixtures.requireClose(expected[i], actual[i], TOLERANCE);
        }
    }

    private Matrix[] answers(String name) {
        layers = Fixtures.kernels(name).layers();
        result.fill(1);
        Matrix[] answers = new Matrix[8];
        lookUp();
        answers[0] = Fixtures.copy(arena, vectors);
        pool();
        answers[1] = Fixtures.copy(arena, vectors);
        columnSums();
        answers[2] = Fixtures.copy(arena, sums);
        multiply();
        answers[3] = Fixtures.copy(arena, result);
        axpy();
        answers[4] = Fixtures.copy(arena, result);
        reluBackward();
        answers[5] = Fixtures.copy(arena, result);
        normalize();
        answers[6] = Fixtures.copy(arena, vectors);
        normalizeBackward();
        answers[7] = Fixtures.copy(arena, vectors);
        return answers;
    }

    /** Frees memory and threads. */
    @TearDown
    public void close() {
        workers.close();
        arena.close();
    }

    /** One id a row. */
    @Benchmark
    public void lookUp() {
        layers.sparseTimesDense(workers, ids, table, 0, vectors, 0, DIMENSION);
    }

    /** The mean of fifty ids a row. */
    @Benchmark
    public void pool() {
        layers.sparseTimesDense(workers, histories, table, 0, vectors, 0, DIMENSION);
    }

    /** The gradient of a bias. */
    @Benchmark
    public void columnSums() {
        layers.columnSums(workers, units, sums);
    }

    /** Dropout. */
    @Benchmark
    public void multiply() {
        layers.multiply(workers, units, mask, result);
    }

    /** A sum of gradients. */
    @Benchmark
    public void axpy() {
        layers.axpy(workers, 1e-6f, units, result);
    }

    /** The backward pass of a hidden layer. */
    @Benchmark
    public void reluBackward() {
        layers.reluBackward(workers, mask, result);
    }

    /** The end of a tower. */
    @Benchmark
    public void normalize() {
        layers.normalizeRows(workers, embeddings, vectors, inverseNorms);
    }

    /** The beginning of a tower's backward pass. */
    @Benchmark
    public void normalizeBackward() {
        layers.normalizeRowsBackward(workers, embeddings, inverseNorms, gradients, vectors);
    }
}
