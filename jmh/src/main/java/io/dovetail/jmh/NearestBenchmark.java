package io.dovetail.jmh;

import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.MatrixKernels;
import io.dovetail.kernels.SearchKernels;
import io.dovetail.kernels.Workers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
 * An assignment of k-means, fused, beside the product of a chunk of rows followed by the column of the greatest score.
 * {@code 2 n d k} floating-point operations.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class NearestBenchmark {
    private static final int ROWS = 4096;

    /** Floats of a chunk's scores: what a second-level cache of 1 MiB holds beside the operands. */
    private static final int CHUNK = 1 << 17;

    @Param({"scalar", "vector"})
    String backend = "";

    /** Dimension and number of centroids: lists, lists of longer vectors, a product quantizer's codes. */
    @Param({"32x1024", "128x1024", "4x256"})
    String shape = "";

    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(1);
    private final Random random = new Random(1);
    private final int[] out = new int[ROWS];
    private Matrix x = Matrix.allocate(arena, 1, 1);
    private Matrix centroids = x;
    private Matrix offsets = x;
    private Matrix[] chunks = {};
    private Matrix scores = x;
    private Epilogue bias = Epilogue.none();
    private int[] nearestOfChunk = {};
    private MemorySegment packed = MemorySegment.NULL;
    private Kernels kernels = Kernels.scalar();

    @Setup
    public void setUp() {
        String[] sizes = shape.split("x", -1);
        int d = Integer.parseInt(sizes[0]);
        int count = Integer.parseInt(sizes[1]);
        x = Fixtures.normal(arena, random, ROWS, d);
        centroids = Fixtures.normal(arena, random, count, d);
        offsets = Fixtures.normal(arena, random, 1, count);
        packed = arena.allocate(SearchKernels.packedBytes(count, d), 64);
        int rows = CHUNK / count;
        scores = Matrix.allocate(arena, rows, count);
        chunks = new Matrix[ROWS / rows];
        for (int i = 0; i < chunks.length; i++) {
            chunks[i] = x.rows(i * rows, rows);
        }
        bias = Epilogue.bias(offsets);
        nearestOfChunk = new int[rows];

        nearest();
        int[] expected = out.clone();
        kernels = Fixtures.kernels(backend);
        Arrays.fill(out, -1);
        nearest();
        Fixtures.require(Arrays.equals(expected, out), "nearest");
        Fixtures.requireNoAllocation("nearest", this::nearest);
    }

    @TearDown
    public void tearDown() {
        workers.close();
        arena.close();
    }

    /** Scores that never leave the first-level cache. */
    @Benchmark
    public void nearest() {
        kernels.search().packCentroids(centroids, offsets, packed);
        kernels.search().nearest(workers, x, centroids, offsets, packed, out);
    }

    /** The same by two kernels. */
    @Benchmark
    public void productThenArgMax() {
        int at = 0;
        for (Matrix chunk : chunks) {
            kernels.matrices().gemm(workers, MatrixKernels.Form.NT, 1, chunk, centroids, 0, scores, bias);
            kernels.search().argMax(workers, scores, nearestOfChunk);
            System.arraycopy(nearestOfChunk, 0, out, at, chunk.rows());
            at += chunk.rows();
        }
    }
}
