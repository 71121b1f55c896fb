package io.dovetail.jmh;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.LossKernels;
import io.dovetail.kernels.Matrix;
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

/** Pairs of rows of 32 floats, selected by lists: 256 users with 5 items each. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xms3g", "-Xmx3g"})
public class PairBenchmark {
    private static final int USERS = 256;
    private static final int PAIRS = 1280;
    private static final int DIMENSION = 32;
    private static final float SCALE = 1e-6f;

    /** Which kernels, or the plain loop. */
    @Param({"scalar", "vector", "plain"})
    public String backend = "";

    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(1);
    private final Random random = new Random(1);
    private final Matrix users = Fixtures.normal(arena, random, USERS, DIMENSION);
    private final Matrix items = Fixtures.normal(arena, random, PAIRS, DIMENSION);
    private final Matrix dUsers = Matrix.allocate(arena, USERS, DIMENSION);
    private final Matrix dots = Matrix.allocate(arena, 1, PAIRS);
    private final int[] userRows = random.ints(PAIRS, 0, USERS).toArray();
    private final int[] itemRows = random.ints(PAIRS, 0, PAIRS).toArray();
    private final float[] plainUsers = array(users);
    private final float[] plainItems = array(items);
    private final float[] plainDUsers = new float[USERS * DIMENSION];
    private final float[] plainDots = new float[PAIRS];
    private LossKernels kernels = Kernels.scalar().losses();
    private boolean plain;

    private static float[] array(Matrix matrix) {
        float[] values = new float[matrix.rows() * matrix.cols()];
        MemorySegment.copy(matrix.data(), Matrix.FLOAT, 0, values, 0, values.length);
        return values;
    }

    /** Compares with the scalar twin. */
    @Setup
    public void prepare() {
        double distance = squaredDistance();
        pairDots();
        Matrix expectedGradient = Fixtures.copy(arena, dUsers);
        Matrix expectedDots = Fixtures.copy(arena, dots);

        dUsers.fill(0);
        plain = backend.equals("plain");
        kernels = plain ? kernels : Fixtures.kernels(backend).losses();
        Fixtures.require(Math.abs(squaredDistance() - distance) <= 1e-5 * distance, "squaredDistance");
        pairDots();
        if (plain) {
            MemorySegment.copy(plainDUsers, 0, dUsers.data(), Matrix.FLOAT, 0, plainDUsers.length);
            MemorySegment.copy(plainDots, 0, dots.data(), Matrix.FLOAT, 0, plainDots.length);
        }
        Fixtures.requireClose(expectedGradient, dUsers, 1e-6);
        Fixtures.requireClose(expectedDots, dots, 1e-5);
        if (!backend.equals("scalar")) {
            Fixtures.requireNoAllocation("squaredDistance", this::squaredDistance);
            Fixtures.requireNoAllocation("pairDots", this::pairDots);
        }
    }

    /** Frees memory and threads. */
    @TearDown
    public void close() {
        workers.close();
        arena.close();
    }

    /** Mimic loss with its gradient. */
    @Benchmark
    public double squaredDistance() {
        return plain
                ? PlainLoops.squaredDistance(plainUsers, userRows, plainItems, itemRows, SCALE, plainDUsers, DIMENSION)
                : kernels.squaredDistance(users, userRows, items, itemRows, PAIRS, SCALE, dUsers);
    }

    /** Logits. */
    @Benchmark
    public void pairDots() {
        if (plain) {
            PlainLoops.pairDots(plainUsers, userRows, plainItems, itemRows, plainDots, DIMENSION);
        } else {
            kernels.pairDots(workers, users, userRows, items, itemRows, 0, PAIRS, dots);
        }
    }
}
