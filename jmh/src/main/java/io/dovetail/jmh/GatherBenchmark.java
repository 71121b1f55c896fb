package io.dovetail.jmh;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.LayerKernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SparseMatrix;
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
 * Embeddings of 1280 examples from a table of 32 floats a row: looked up, one id an example, and pooled, the mean of fifty.
 * The smaller table stays in the third-level cache; of the larger one, each row comes from memory. {@code plain} copies rows
 * by the JDK and pools them in a loop.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xms3g", "-Xmx3g"})
public class GatherBenchmark {
    private static final int ROWS = 1280;
    private static final int DIMENSION = 32;
    private static final int HISTORY = 50;

    /** Lists that are taken in turn, so that no row is still in a cache. */
    private static final int LISTS = 64;

    /** Rows of the table. */
    @Param({"20000", "1000000"})
    public int tableRows;

    /** Which kernels, or the plain loop. */
    @Param({"scalar", "vector", "plain"})
    public String backend = "";

    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(1);
    private final Random random = new Random(1);
    private final SparseMatrix[] ids = new SparseMatrix[LISTS];
    private final SparseMatrix[] histories = new SparseMatrix[LISTS];
    private final Matrix result = Matrix.allocate(arena, ROWS, DIMENSION);
    private Matrix table = result;
    private float[] plainTable = {};
    private final float[] plainResult = new float[ROWS * DIMENSION];
    private LayerKernels layers = Kernels.scalar().layers();
    private boolean plain;
    private int next;

    /** Draws the data and compares with the scalar twin. */
    @Setup
    public void prepare() {
        table = Fixtures.normal(arena, random, tableRows, DIMENSION);
        for (int i = 0; i < LISTS; i++) {
            ids[i] = rows(1);
            histories[i] = rows(HISTORY);
        }
        next = LISTS - 1;
        lookUp();
        Matrix expected = Fixtures.copy(arena, result);
        next = LISTS - 1;
        pool();
        Matrix expectedPools = Fixtures.copy(arena, result);

        plain = backend.equals("plain");
        if (plain) {
            plainTable = new float[tableRows * DIMENSION];
            MemorySegment.copy(table.data(), Matrix.FLOAT, 0, plainTable, 0, plainTable.length);
        } else {
            layers = Fixtures.kernels(backend).layers();
        }
        next = LISTS - 1;
        lookUp();
        Fixtures.requireClose(expected, answer(), 0);
        next = LISTS - 1;
        pool();
        Fixtures.requireClose(expectedPools, answer(), 1e-5); // the plain loop rounds products
        if (!backend.equals("scalar")) {
            Fixtures.requireNoAllocation("look-up", this::lookUp);
            Fixtures.requireNoAllocation("pooling", this::pool);
        }
    }

    private SparseMatrix rows(int entries) {
        SparseMatrix rows = new SparseMatrix();
        for (int row = 0; row < ROWS; row++) {
            for (int e = 0; e < entries; e++) {
                rows.add(random.nextInt(tableRows), 1f / entries);
            }
            rows.endRow();
        }
        return rows;
    }

    private Matrix answer() {
        if (plain) {
            MemorySegment.copy(plainResult, 0, result.data(), Matrix.FLOAT, 0, plainResult.length);
        }
        return result;
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
        next = (next + 1) % LISTS;
        if (plain) {
            PlainLoops.lookUp(plainTable, ids[next].columns(), plainResult, ROWS, DIMENSION);
        } else {
            layers.sparseTimesDense(workers, ids[next], table, 0, result, 0, DIMENSION);
        }
    }

    /** The mean of fifty ids a row. */
    @Benchmark
    public void pool() {
        next = (next + 1) % LISTS;
        if (plain) {
            PlainLoops.pool(plainTable, histories[next], plainResult, DIMENSION);
        } else {
            layers.sparseTimesDense(workers, histories[next], table, 0, result, 0, DIMENSION);
        }
    }
}
