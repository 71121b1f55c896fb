package io.dovetail.jmh;

import io.dovetail.kernels.FastScanTables;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SearchKernels;
import io.dovetail.kernels.ShortList;
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

/**
 * What a search does once a query, apart from its scan. Other scores at each call, so many that a processor cannot learn how they
 * compare.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class QueryStepsBenchmark {
    private static final int QUERIES = 1 << 12;
    private static final int LISTS = 448;
    private static final int CANDIDATES = 21;
    private static final int DIMENSION = 32;

    @Param({"scalar", "vector"})
    String backend = "";

    private final Arena arena = Arena.ofShared();
    private final Random random = new Random(1);
    private final Matrix[] scores = rows(Fixtures.normal(arena, random, QUERIES, LISTS));
    private final Matrix[] queries = rows(Fixtures.normal(arena, random, QUERIES, DIMENSION));
    private final FastScanTables tables =
            new FastScanTables(Fixtures.normal(arena, random, DIMENSION, 16), DIMENSION, arena);
    private final ShortList best = new ShortList();
    private SearchKernels kernels = Kernels.scalar().search();
    private int next;

    private static Matrix[] rows(Matrix x) {
        Matrix[] rows = new Matrix[x.rows()];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = x.rows(row, 1);
        }
        return rows;
    }

    @Setup
    public void setUp() {
        float[] expected = answers();
        kernels = Fixtures.kernels(backend).search();
        next = 0;
        Fixtures.require(Arrays.equals(expected, answers()), "steps of a query");
        Fixtures.requireNoAllocation("lists", this::lists);
        Fixtures.requireNoAllocation("candidates", this::candidates);
        Fixtures.requireNoAllocation("tables", this::tables);
    }

    private float[] answers() {
        float[] answers = new float[4];
        answers[0] = lists().place(6);
        answers[1] = candidates().score(9);
        answers[2] = tables().scale();
        answers[3] = tables().least();
        return answers;
    }

    @TearDown
    public void tearDown() {
        arena.close();
    }

    private int next() {
        next = (next + 1) % QUERIES;
        return next;
    }

    /** The best 7 of 448 lists, in order. */
    @Benchmark
    public ShortList lists() {
        kernels.select(scores[next()], LISTS, 7, best);
        return best;
    }

    /** The best 11 of 21 candidates, in order. */
    @Benchmark
    public ShortList candidates() {
        kernels.select(scores[next()], CANDIDATES, 11, best);
        return best;
    }

    /** Tables of a code of 32 x 4 bits. */
    @Benchmark
    public FastScanTables tables() {
        kernels.innerProductTables(queries[next()], tables);
        kernels.quantizeTables(tables);
        return tables;
    }
}
