package io.dovetail.jmh;

import com.sun.management.ThreadMXBean;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.Random;

/** Seeded data, and the check that every benchmark makes before it measures. */
final class Fixtures {

    private Fixtures() {}

    static Kernels kernels(String backend) {
        return switch (backend) {
            case "scalar" -> Kernels.scalar();
            case "vector" -> Kernels.vector();
            default -> throw new IllegalArgumentException("backend: scalar or vector, got " + backend);
        };
    }

    /** Normally distributed elements. */
    static Matrix normal(Arena arena, Random random, int rows, int cols) {
        Matrix matrix = Matrix.allocate(arena, rows, cols);
        for (int row = 0; row < rows; row++) {
            for (int col = 0; col < cols; col++) {
                matrix.set(row, col, (float) random.nextGaussian());
            }
        }
        return matrix;
    }

    static Matrix copy(Arena arena, Matrix source) {
        Matrix matrix = Matrix.allocate(arena, source.rows(), source.cols());
        matrix.copyFrom(source);
        return matrix;
    }

    static MemorySegment bytes(Arena arena, Random random, int count) {
        byte[] values = new byte[count];
        random.nextBytes(values);
        MemorySegment segment = arena.allocate(count, 64);
        MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_BYTE, 0, count);
        return segment;
    }

    /** Throws unless the elements are equal within {@code tolerance * max(1, |expected|)}. */
    static void requireClose(Matrix expected, Matrix actual, double tolerance) {
        for (int row = 0; row < expected.rows(); row++) {
            for (int col = 0; col < expected.cols(); col++) {
                double e = expected.get(row, col);
                double a = actual.get(row, col);
                if (!(Math.abs(e - a) <= tolerance * Math.max(1, Math.abs(e)))) {
                    throw new IllegalStateException(
                            "wrong answer at " + row + ", " + col + ": expected " + e + ", got " + a);
                }
            }
        }
    }

    /**
     * Throws unless a call comes to allocate nothing on this thread. A kernel whose vectors the compiler boxes never
     * does; one that is fine needs to be compiled first, so the call is repeated for up to five seconds.
     *
     * @param what for the message
     * @param call one call of the kernel
     */
    static void requireNoAllocation(String what, Runnable call) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long start = System.nanoTime();
        double least = Double.POSITIVE_INFINITY;
        while (System.nanoTime() - start < 5_000_000_000L) {
            int calls = 0;
            long from = System.nanoTime();
            long before = threads.getCurrentThreadAllocatedBytes();
            while (calls == 0 || System.nanoTime() - from < 50_000_000L) {
                call.run();
                calls++;
            }
            long bytes = threads.getCurrentThreadAllocatedBytes() - before;
            if (bytes == 0) {
                return;
            }
            least = Math.min(least, (double) bytes / calls);
        }
        throw new IllegalStateException(what + " allocates " + least + " bytes a call");
    }

    static void require(boolean agrees, String what) {
        if (!agrees) {
            throw new IllegalStateException("wrong answer: " + what);
        }
    }
}
