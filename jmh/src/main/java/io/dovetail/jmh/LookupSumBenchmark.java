package io.dovetail.jmh;

import io.dovetail.kernels.CodeLists;
import io.dovetail.kernels.CodeShape;
import io.dovetail.kernels.FourQueries;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.ScanKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Look-ups per nanosecond: 64 blocks of 64 vectors, whose codes lie in the second-level cache.
 *
 * <p>The limit of a 512-bit Zen 4 core, two such instructions a cycle: a code of 8 bits takes eight (two permutes, a
 * comparison, a blend, a mask of the index that the JVM adds, a shift, two additions), so 64 look-ups in four cycles; one
 * of 6 bits takes five.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class LookupSumBenchmark {
    private static final int BLOCKS = 64;
    private static final int SUBSPACES = 16;
    private static final int LOOKUPS = BLOCKS * ScanKernels.BLOCK * SUBSPACES;

    @Param({"scalar", "vector"})
    String backend = "";

    @Param({"4", "5", "6", "7", "8"})
    int bits = 0;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment codes = Fixtures.bytes(arena, new Random(1), LOOKUPS);
    private final MemorySegment tables = arena.allocate(FourQueries.COUNT * SUBSPACES * 256, 64);
    private final CodeLists lists = new CodeLists();
    private final FourQueries queries = new FourQueries();
    private final MemorySegment sums = arena.allocate(FourQueries.COUNT * 2L * BLOCKS * ScanKernels.BLOCK, 64);
    private ScanKernels kernels = Kernels.scalar().scan();

    @Setup
    public void setUp() {
        for (int i = 0; i < tables.byteSize(); i++) {
            // Repeats after 16 entries, so that it is right for tables of any width; a pair of them is at most 255.
            tables.set(ValueLayout.JAVA_BYTE, i, (byte) (i % 16 * 8));
        }
        lists.add(0, 0, BLOCKS * ScanKernels.BLOCK, 0);
        for (int i = 0; i < FourQueries.COUNT; i++) {
            queries.add((long) i * SUBSPACES * CodeShape.tableBytes(bits), 0);
        }
        lookupSumsForFour();
        MemorySegment expected = arena.allocate(sums.byteSize()).copyFrom(sums);
        kernels = Fixtures.kernels(backend).scan();
        sums.fill((byte) 0);
        lookupSumsForFour();
        Fixtures.require(expected.mismatch(sums) == -1, "lookupSumsForFour");
        sums.fill((byte) 0);
        lookupSums();
        long one = sums.byteSize() / FourQueries.COUNT;
        Fixtures.require(MemorySegment.mismatch(expected, 0, one, sums, 0, one) == -1, "lookupSums");
        Fixtures.requireNoAllocation("lookupSums", this::lookupSums);
        Fixtures.requireNoAllocation("lookupSumsForFour", this::lookupSumsForFour);
    }

    @TearDown
    public void tearDown() {
        arena.close();
    }

    @Benchmark
    @OperationsPerInvocation(LOOKUPS)
    public void lookupSums() {
        kernels.scan(bits, codes, SUBSPACES, tables, lists, sums);
    }

    /** The same codes for four queries, which differ in their tables' place only. */
    @Benchmark
    @OperationsPerInvocation(FourQueries.COUNT * LOOKUPS)
    public void lookupSumsForFour() {
        kernels.scanForFour(bits, codes, SUBSPACES, tables, queries, lists, sums);
    }
}
