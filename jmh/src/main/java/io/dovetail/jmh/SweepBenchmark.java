package io.dovetail.jmh;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import java.lang.foreign.Arena;
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
 * A kernel that sweeps once over matrices of one shape, beside its scalar twin and beside the plain loop over arrays that
 * one would write without it. Each subclass is the benchmark of one kernel.
 *
 * <p>The secondary result {@code gigabytes} is the figure to read: bytes that the kernel names, per second.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xms3g", "-Xmx3g"})
public abstract class SweepBenchmark {
    /** Which kernels, or the plain loop. */
    @Param({"scalar", "vector", "plain"})
    public String backend = "";

    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(1);
    private final int count;
    private final int reads;
    private final int writes;
    private final double tolerance;
    private Operands operands = Operands.allocate(arena, 0, 0, 0);
    private PlainOperands arrays = new PlainOperands(0, 0, 0);
    private Kernels kernels = Kernels.scalar();
    private boolean plain;
    private double elements;

    /**
     * Describes a kernel.
     *
     * @param count number of matrices
     * @param reads how many of them it reads
     * @param writes how many it writes
     * @param tolerance how far an element may lie from that of the scalar twin, per its size or 1
     */
    SweepBenchmark(int count, int reads, int writes, double tolerance) {
        this.count = count;
        this.reads = reads;
        this.writes = writes;
        this.tolerance = tolerance;
    }

    /** {@return the shape of the matrices, as {@code "1280x256"}} */
    abstract String shape();

    /**
     * Calls the kernel.
     *
     * @return the loss, if it is one
     */
    abstract double call(Kernels kernels, Workers workers, Operands operands);

    /**
     * The plain loop.
     *
     * @return the loss, if it is one
     */
    abstract double loop(PlainOperands operands);

    /** Draws the operands and compares all of them with those that the scalar twin leaves behind. */
    @Setup
    public void prepare() {
        int by = shape().indexOf('x');
        int rows = Integer.parseInt(shape(), 0, by, 10);
        int cols = Integer.parseInt(shape(), by + 1, shape().length(), 10);
        elements = (double) rows * cols;
        plain = backend.equals("plain");
        operands = Operands.allocate(arena, count, rows, cols);
        arrays = new PlainOperands(plain ? count : 0, rows, cols);
        operands.fill();
        double loss = call(kernels, workers, operands);
        try (Arena expectations = Arena.ofConfined()) {
            Operands expected = operands.copy(expectations);
            operands.fill();
            arrays.copyFrom(operands);
            kernels = plain ? kernels : Fixtures.kernels(backend);
            double actual = run();
            arrays.copyTo(operands);
            expected.requireClose(operands, tolerance);
            Fixtures.require(Math.abs(loss - actual) <= 1e-5 * Math.abs(loss), "loss " + actual + ", not " + loss);
        }
        if (!backend.equals("scalar")) {
            Fixtures.requireNoAllocation(getClass().getSimpleName(), this::run);
        }
    }

    /** Frees memory and threads. */
    @TearDown
    public void close() {
        workers.close();
        arena.close();
    }

    /**
     * One sweep.
     *
     * @param traffic counter
     * @return the loss, if the kernel is one
     */
    @Benchmark
    public double sweep(KernelTraffic traffic) {
        traffic.add(elements, reads, writes);
        return run();
    }

    private double run() {
        return plain ? loop(arrays) : call(kernels, workers, operands);
    }
}
