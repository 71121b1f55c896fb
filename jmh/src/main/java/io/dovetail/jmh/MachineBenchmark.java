package io.dovetail.jmh;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
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
 * The limits of one thread of the machine, by which the figures of all other benchmarks are divided: multiply-adds in
 * registers, and bandwidth of memory at three levels.
 *
 * <p>The secondary results are the figures to read: {@code megaflops} for {@link #multiplyAdds}, and {@code gigabytes}
 * for the others, counted as the bytes that the program names: n to read or fill an array of n bytes, 2 n to copy it, 3 n
 * to add a multiple of it to another. A store may cost the machine a read of the line as well; that is not counted.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xms2g", "-Xmx2g"})
public class MachineBenchmark {
    private static final int STEPS = 10_000;
    private static final float FACTOR = 1e-6f;

    private static final long PAGE = 4096;

    /** Where two arrays lie alike within their pages, a sweep over both can take 1.5 times as long in cache. */
    private static final long SKEW = PAGE / 4;

    /** Two arrays, off the heap and on it. */
    @State(Scope.Benchmark)
    public static class Memory {

        /** Size of an array in KiB: two fit the first cache, the second, or none. */
        @Param({"8", "256", "262144"})
        public int kib;

        private final Arena arena = Arena.ofShared();
        private MemorySegment x = MemorySegment.NULL;
        private MemorySegment y = MemorySegment.NULL;
        private float[] arrayX = {};
        private float[] arrayY = {};
        private int[] numbers = {};
        private int length;
        private double gigabytes;

        /** Fills the arrays and checks each sweep. */
        @Setup
        public void prepare() {
            length = kib * 1024 / Float.BYTES;
            gigabytes = kib * 1024e-9;
            long bytes = kib * 1024L;
            MemorySegment both = arena.allocate(2 * bytes + SKEW, PAGE);
            x = both.asSlice(0, bytes);
            y = both.asSlice(bytes + SKEW, bytes);
            arrayX = new float[length];
            arrayY = new float[length];
            numbers = new int[length];
            for (int i = 0; i < length; i++) {
                x.set(Matrix.FLOAT, (long) i * Float.BYTES, i % 8);
                arrayX[i] = i % 8;
                numbers[i] = i % 8;
            }
            check();
            Fixtures.requireNoAllocation("reading", () -> MemoryLoops.read(x, length));
            Fixtures.requireNoAllocation("reading four streams", () -> MemoryLoops.readStreams(x, length));
            Fixtures.requireNoAllocation("filling", () -> MemoryLoops.fill(y, length, 0));
            Fixtures.requireNoAllocation("copying", () -> MemoryLoops.copy(x, y, length));
            Fixtures.requireNoAllocation("updating", () -> MemoryLoops.update(FACTOR, x, y, length));
        }

        /** Small whole numbers: sums of floats are exact, or nearly so in the largest array. */
        private void check() {
            double sum = MemoryLoops.exactSum(x, length);
            Fixtures.require(Math.abs(MemoryLoops.read(x, length) - sum) <= 1e-3 * sum, "read");
            Fixtures.require(Math.abs(MemoryLoops.readStreams(x, length) - sum) <= 1e-3 * sum, "readStreams");
            Fixtures.require(MemoryLoops.readLoop(numbers) == (int) sum, "readLoop");
            MemoryLoops.fill(y, length, 2);
            Fixtures.require(MemoryLoops.exactSum(y, length) == 2.0 * length, "fill");
            MemoryLoops.update(3, x, y, length);
            Fixtures.require(MemoryLoops.exactSum(y, length) == 2.0 * length + 3 * sum, "update");
            MemoryLoops.copy(x, y, length);
            Fixtures.require(x.mismatch(y) < 0, "copy");
            MemoryLoops.fillLoop(arrayY, 2);
            MemoryLoops.updateLoop(3, arrayX, arrayY);
            Fixtures.require(arrayY[length - 1] == 2 + 3 * arrayX[length - 1], "fillLoop, updateLoop");
            MemoryLoops.copyLoop(arrayX, arrayY);
            Fixtures.require(Arrays.equals(arrayX, arrayY), "copyLoop");
        }

        /** Frees memory. */
        @TearDown
        public void close() {
            arena.close();
        }
    }

    /**
     * The peak.
     *
     * @param work counter
     * @return a sum
     */
    @Benchmark
    public float multiplyAdds(Work work) {
        work.megaflops += FmaPeak.operations(STEPS) * 1e-6;
        return FmaPeak.run(STEPS, 1);
    }

    /**
     * Sum of an array.
     *
     * @param memory arrays
     * @param traffic counter
     * @return the sum
     */
    @Benchmark
    public float read(Memory memory, Traffic traffic) {
        traffic.gigabytes += memory.gigabytes;
        return MemoryLoops.read(memory.x, memory.length);
    }

    /**
     * Sum of an array, read in four places at a time.
     *
     * @param memory arrays
     * @param traffic counter
     * @return the sum
     */
    @Benchmark
    public float readStreams(Memory memory, Traffic traffic) {
        traffic.gigabytes += memory.gigabytes;
        return MemoryLoops.readStreams(memory.x, memory.length);
    }

    /**
     * Sum of an array, of whole numbers.
     *
     * @param memory arrays
     * @param traffic counter
     * @return the sum
     */
    @Benchmark
    public int readLoop(Memory memory, Traffic traffic) {
        traffic.gigabytes += memory.gigabytes;
        return MemoryLoops.readLoop(memory.numbers);
    }

    /**
     * The same value everywhere.
     *
     * @param memory arrays
     * @param traffic counter
     */
    @Benchmark
    public void fill(Memory memory, Traffic traffic) {
        traffic.gigabytes += memory.gigabytes;
        MemoryLoops.fill(memory.y, memory.length, 1);
    }

    /**
     * The same value everywhere.
     *
     * @param memory arrays
     * @param traffic counter
     */
    @Benchmark
    public void fillLoop(Memory memory, Traffic traffic) {
        traffic.gigabytes += memory.gigabytes;
        MemoryLoops.fillLoop(memory.arrayY, 1);
    }

    /**
     * The same byte everywhere, by the JDK.
     *
     * @param memory arrays
     * @param traffic counter
     */
    @Benchmark
    public void fillLibrary(Memory memory, Traffic traffic) {
        traffic.gigabytes += memory.gigabytes;
        memory.y.fill((byte) 1);
    }

    /**
     * One array to another.
     *
     * @param memory arrays
     * @param traffic counter
     */
    @Benchmark
    public void copy(Memory memory, Traffic traffic) {
        traffic.gigabytes += 2 * memory.gigabytes;
        MemoryLoops.copy(memory.x, memory.y, memory.length);
    }

    /**
     * One array to another.
     *
     * @param memory arrays
     * @param traffic counter
     */
    @Benchmark
    public void copyLoop(Memory memory, Traffic traffic) {
        traffic.gigabytes += 2 * memory.gigabytes;
        MemoryLoops.copyLoop(memory.arrayX, memory.arrayY);
    }

    /**
     * One array to another, by the JDK.
     *
     * @param memory arrays
     * @param traffic counter
     */
    @Benchmark
    public void copyLibrary(Memory memory, Traffic traffic) {
        traffic.gigabytes += 2 * memory.gigabytes;
        MemorySegment.copy(memory.x, 0, memory.y, 0, memory.x.byteSize());
    }

    /**
     * A multiple of one array added to another.
     *
     * @param memory arrays
     * @param traffic counter
     */
    @Benchmark
    public void update(Memory memory, Traffic traffic) {
        traffic.gigabytes += 3 * memory.gigabytes;
        MemoryLoops.update(FACTOR, memory.x, memory.y, memory.length);
    }

    /**
     * A multiple of one array added to another.
     *
     * @param memory arrays
     * @param traffic counter
     */
    @Benchmark
    public void updateLoop(Memory memory, Traffic traffic) {
        traffic.gigabytes += 3 * memory.gigabytes;
        MemoryLoops.updateLoop(FACTOR, memory.arrayX, memory.arrayY);
    }
}
