package io.dovetail.jmh;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The simplest sweeps over memory, with vectors and as a plain loop: what no kernel that touches as many bytes can beat
 * by much. Lengths are multiples of 256 floats.
 *
 * <p>The vector sweeps work on native memory, as kernels do. The plain ones work on arrays, of which the compiler knows
 * most: it vectorises all of these but the sum.
 */
final class MemoryLoops {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final long BYTES = SPECIES.vectorByteSize();
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private MemoryLoops() {}

    /** The sum; of four at a time, as one would wait for the latency of its additions. */
    static float read(MemorySegment x, int length) {
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = sum0;
        FloatVector sum2 = sum0;
        FloatVector sum3 = sum0;
        for (int i = 0; i < length; i += 4 * LANES) {
            long at = (long) i * Float.BYTES;
            sum0 = sum0.add(FloatVector.fromMemorySegment(SPECIES, x, at, ORDER));
            sum1 = sum1.add(FloatVector.fromMemorySegment(SPECIES, x, at + BYTES, ORDER));
            sum2 = sum2.add(FloatVector.fromMemorySegment(SPECIES, x, at + 2 * BYTES, ORDER));
            sum3 = sum3.add(FloatVector.fromMemorySegment(SPECIES, x, at + 3 * BYTES, ORDER));
        }
        return sum0.add(sum1).add(sum2.add(sum3)).reduceLanes(VectorOperators.ADD);
    }

    /**
     * The sum, read in four places at a time: what is fetched ahead of one sweep through memory is less than what
     * memory can deliver.
     */
    static float readStreams(MemorySegment x, int length) {
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = sum0;
        FloatVector sum2 = sum0;
        FloatVector sum3 = sum0;
        int quarter = length / 4;
        long quarterBytes = (long) quarter * Float.BYTES;
        for (int i = 0; i < quarter; i += LANES) {
            long at = (long) i * Float.BYTES;
            sum0 = sum0.add(FloatVector.fromMemorySegment(SPECIES, x, at, ORDER));
            sum1 = sum1.add(FloatVector.fromMemorySegment(SPECIES, x, at + quarterBytes, ORDER));
            sum2 = sum2.add(FloatVector.fromMemorySegment(SPECIES, x, at + 2 * quarterBytes, ORDER));
            sum3 = sum3.add(FloatVector.fromMemorySegment(SPECIES, x, at + 3 * quarterBytes, ORDER));
        }
        return sum0.add(sum1).add(sum2.add(sum3)).reduceLanes(VectorOperators.ADD);
    }

    /** A sum of whole numbers, as the compiler may not reorder one of floats; yet it vectorises neither. */
    static int readLoop(int[] x) {
        int sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i];
        }
        return sum;
    }

    static void fill(MemorySegment y, int length, float value) {
        FloatVector values = FloatVector.broadcast(SPECIES, value);
        for (int i = 0; i < length; i += 4 * LANES) {
            long at = (long) i * Float.BYTES;
            values.intoMemorySegment(y, at, ORDER);
            values.intoMemorySegment(y, at + BYTES, ORDER);
            values.intoMemorySegment(y, at + 2 * BYTES, ORDER);
            values.intoMemorySegment(y, at + 3 * BYTES, ORDER);
        }
    }

    static void fillLoop(float[] y, float value) {
        for (int i = 0; i < y.length; i++) {
            y[i] = value;
        }
    }

    static void copy(MemorySegment x, MemorySegment y, int length) {
        for (int i = 0; i < length; i += 4 * LANES) {
            long at = (long) i * Float.BYTES;
            FloatVector.fromMemorySegment(SPECIES, x, at, ORDER).intoMemorySegment(y, at, ORDER);
            FloatVector.fromMemorySegment(SPECIES, x, at + BYTES, ORDER).intoMemorySegment(y, at + BYTES, ORDER);
            FloatVector.fromMemorySegment(SPECIES, x, at + 2 * BYTES, ORDER)
                    .intoMemorySegment(y, at + 2 * BYTES, ORDER);
            FloatVector.fromMemorySegment(SPECIES, x, at + 3 * BYTES, ORDER)
                    .intoMemorySegment(y, at + 3 * BYTES, ORDER);
        }
    }

    static void copyLoop(float[] x, float[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = x[i];
        }
    }

    /** {@code y += a x}. */
    static void update(float a, MemorySegment x, MemorySegment y, int length) {
        FloatVector factor = FloatVector.broadcast(SPECIES, a);
        for (int i = 0; i < length; i += 2 * LANES) {
            long at = (long) i * Float.BYTES;
            FloatVector.fromMemorySegment(SPECIES, x, at, ORDER)
                    .fma(factor, FloatVector.fromMemorySegment(SPECIES, y, at, ORDER))
                    .intoMemorySegment(y, at, ORDER);
            FloatVector.fromMemorySegment(SPECIES, x, at + BYTES, ORDER)
                    .fma(factor, FloatVector.fromMemorySegment(SPECIES, y, at + BYTES, ORDER))
                    .intoMemorySegment(y, at + BYTES, ORDER);
        }
    }

    /** {@code y += a x}. */
    static void updateLoop(float a, float[] x, float[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] += a * x[i];
        }
    }

    /** The sum as the formula says, for the check. */
    static double exactSum(MemorySegment x, int length) {
        double sum = 0;
        for (int i = 0; i < length; i++) {
            sum += x.get(Matrix.FLOAT, (long) i * Float.BYTES);
        }
        return sum;
    }
}
