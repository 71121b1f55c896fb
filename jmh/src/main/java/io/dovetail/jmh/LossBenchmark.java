package io.dovetail.jmh;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.LossKernels;
import io.dovetail.kernels.Matrix;
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

/** Losses with gradients at the sizes of a training step: 256 positives, 4 negatives each, dimension 32. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class LossBenchmark {
    private static final int ROWS = 256;
    private static final int COLUMNS = 2000;
    private static final int PAIRS = 1280;
    private static final int DIMENSION = 32;

    @Param({"scalar", "vector"})
    String backend = "";

    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(1);
    private final Random random = new Random(1);
    private final Matrix logits = Fixtures.normal(arena, random, ROWS, COLUMNS);
    private final Matrix dLogits = Matrix.allocate(arena, ROWS, COLUMNS);
    private final int[] targets = random.ints(ROWS, 0, COLUMNS).toArray();
    private final Matrix pairLogits = Fixtures.normal(arena, random, 1, PAIRS);
    private final Matrix pairOut = Matrix.allocate(arena, 1, PAIRS);
    private final Matrix labels = Matrix.allocate(arena, 1, PAIRS);
    private final Matrix users = Fixtures.normal(arena, random, ROWS, DIMENSION);
    private final Matrix items = Fixtures.normal(arena, random, PAIRS, DIMENSION);
    private final Matrix dUsers = Matrix.allocate(arena, ROWS, DIMENSION);
    private final Matrix normalizers = Matrix.allocate(arena, 1, ROWS);
    private final int[] userRows = random.ints(PAIRS, 0, ROWS).toArray();
    private final int[] itemRows = random.ints(PAIRS, 0, PAIRS).toArray();
    private LossKernels kernels = Kernels.scalar().losses();

    @Setup
    public void setUp() {
        for (int t = 0; t < PAIRS; t += 5) {
            labels.set(0, t, 1);
        }
        double softmax = softmaxCrossEntropy();
        Matrix expected = Fixtures.copy(arena, dLogits);
        double binary = binaryCrossEntropy();
        Matrix expectedBinary = Fixtures.copy(arena, pairOut);
        double distance = squaredDistance();
        pairDots();
        Matrix expectedDots = Fixtures.copy(arena, pairOut);
        sigmoid();
        Matrix expectedSigmoid = Fixtures.copy(arena, dLogits);
        logSumExp();
        Matrix expectedNormalizers = Fixtures.copy(arena, normalizers);

        kernels = Fixtures.kernels(backend).losses();
        Fixtures.require(Math.abs(softmaxCrossEntropy() - softmax) <= 1e-5 * softmax, "softmaxCrossEntropy");
        Fixtures.requireClose(expected, dLogits, 1e-6);
        Fixtures.require(Math.abs(binaryCrossEntropy() - binary) <= 1e-5 * binary, "binaryCrossEntropy");
        Fixtures.requireClose(expectedBinary, pairOut, 1e-6);
        Fixtures.require(Math.abs(squaredDistance() - distance) <= 1e-5 * distance, "squaredDistance");
        pairDots();
        Fixtures.requireClose(expectedDots, pairOut, 1e-5);
        sigmoid();
        Fixtures.requireClose(expectedSigmoid, dLogits, 1e-6);
        logSumExp();
        Fixtures.requireClose(expectedNormalizers, normalizers, 1e-5);
    }

    @TearDown
    public void tearDown() {
        workers.close();
        arena.close();
    }

    /** 256 x 2000 logits. */
    @Benchmark
    public double softmaxCrossEntropy() {
        return kernels.softmaxCrossEntropy(workers, logits, targets, 1f / ROWS, dLogits);
    }

    /** 256 x 2000 logits. */
    @Benchmark
    public void sigmoid() {
        kernels.sigmoid(workers, logits, dLogits);
    }

    /** 256 x 2000 logits. */
    @Benchmark
    public void logSumExp() {
        kernels.logSumExp(workers, logits, normalizers);
    }

    /** 1280 logits. */
    @Benchmark
    public double binaryCrossEntropy() {
        return kernels.binaryCrossEntropy(workers, pairLogits, labels, 1f / PAIRS, pairOut);
    }

    /** 1280 pairs of 32. */
    @Benchmark
    public double squaredDistance() {
        return kernels.squaredDistance(users, userRows, items, itemRows, PAIRS, 1e-6f, dUsers);
    }

    /** 1280 pairs of 32. */
    @Benchmark
    public void pairDots() {
        kernels.pairDots(workers, users, userRows, items, itemRows, PAIRS, pairOut);
    }
}
