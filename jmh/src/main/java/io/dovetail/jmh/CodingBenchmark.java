package io.dovetail.jmh;

import io.dovetail.kernels.CodingKernels;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
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

/** Codes of one subspace for as many vectors as an index chooses side by side. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class CodingBenchmark {
    private static final int VECTORS = 4 * CodingKernels.ABREAST;

    @Param({"scalar", "vector"})
    String backend = "";

    /** Width of a sub-vector and number of centroids. */
    @Param({"1x16", "2x16", "4x256"})
    String shape = "";

    private final Arena arena = Arena.ofShared();
    private final Random random = new Random(1);
    private final int[] codes = new int[VECTORS];
    private final Matrix rests = Fixtures.normal(arena, random, 1, VECTORS);
    private final Matrix own = Matrix.allocate(arena, 1, VECTORS);
    private Matrix parts = own;
    private Matrix directions = own;
    private Matrix centroids = own;
    private CodingKernels kernels = Kernels.scalar().coding();

    @Setup
    public void setUp() {
        String[] sizes = shape.split("x", -1);
        int width = Integer.parseInt(sizes[0]);
        parts = Fixtures.normal(arena, random, width, VECTORS);
        directions = Fixtures.normal(arena, random, width, VECTORS);
        centroids = Fixtures.normal(arena, random, width, Integer.parseInt(sizes[1]));

        choose();
        int[] expected = codes.clone();
        kernels = Fixtures.kernels(backend).coding();
        Arrays.fill(codes, -1);
        choose();
        Fixtures.require(Arrays.equals(expected, codes), "choose");
        Fixtures.requireNoAllocation("choose", this::choose);
    }

    @TearDown
    public void tearDown() {
        arena.close();
    }

    /** 64 vectors, beside what they err in other subspaces. */
    @Benchmark
    public void choose() {
        kernels.choose(parts, directions, centroids, 3, rests, own, codes);
    }
}
