package io.dovetail.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rows of a few whole vectors, as the output of a tower has them: {@link Specialized} for their number.
 *
 * <p>What must not change: the loop over rows stands in the method that does the work, and the loops over a row have a constant
 * length, of which the compiler makes straight lines. A loop over such a row that it does not know the length of, or a call
 * that checks its segments again, costs more than the row. Rows are taken one by one in the order of memory, which prefetchers
 * follow: four side by side are slower from memory and, in a straight line, too much for the compiler.
 */
final class StraightRows implements UnitRows {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final long BYTES = SPECIES.vectorByteSize();

    /** Vectors of a row, an even number. */
    private static final int VECTORS = Specialized.constants(MethodHandles.lookup(), 1)[0];

    StraightRows() {}

    /**
     * The kernel for rows of so many vectors.
     *
     * @param vectors an even number
     * @return the kernel, stateless
     */
    static UnitRows of(int vectors) {
        return Specialized.of(MethodHandles.lookup(), UnitRows.class, vectors);
    }

    @Override
    public void forward(
            MemorySegment x,
            long xStep,
            MemorySegment y,
            long yStep,
            MemorySegment inverses,
            long step,
            int cols,
            int from,
            int to) {
        for (int row = from; row < to; row++) {
            long xAt = row * xStep;
            long yAt = row * yStep;
            FloatVector even = FloatVector.zero(SPECIES);
            FloatVector odd = FloatVector.zero(SPECIES);
            for (int j = 0; j < VECTORS; j += 2) {
                long at = j * BYTES;
                FloatVector left = FloatVector.fromMemorySegment(SPECIES, x, xAt + at, LITTLE_ENDIAN);
                FloatVector right = FloatVector.fromMemorySegment(SPECIES, x, xAt + at + BYTES, LITTLE_ENDIAN);
                even = left.fma(left, even);
                odd = right.fma(right, odd);
            }
            float inverse = VectorNorms.inverse(Lanes.sum(even.add(odd)));
            inverses.set(Matrix.FLOAT, row * step, inverse);
            for (int j = 0; j < VECTORS; j++) {
                long at = j * BYTES;
                FloatVector.fromMemorySegment(SPECIES, x, xAt + at, LITTLE_ENDIAN)
                        .mul(inverse)
                        .intoMemorySegment(y, yAt + at, LITTLE_ENDIAN);
            }
        }
    }

    @Override
    public void backward(
            MemorySegment y,
            long yStep,
            MemorySegment dY,
            long dYStep,
            MemorySegment inverses,
            long step,
            MemorySegment dX,
            long dXStep,
            int cols,
            int from,
            int to) {
        for (int row = from; row < to; row++) {
            long yAt = row * yStep;
            long dYAt = row * dYStep;
            long dXAt = row * dXStep;
            FloatVector even = FloatVector.zero(SPECIES);
            FloatVector odd = FloatVector.zero(SPECIES);
            for (int j = 0; j < VECTORS; j += 2) {
                long at = j * BYTES;
                even = FloatVector.fromMemorySegment(SPECIES, y, yAt + at, LITTLE_ENDIAN)
                        .fma(FloatVector.fromMemorySegment(SPECIES, dY, dYAt + at, LITTLE_ENDIAN), even);
                odd = FloatVector.fromMemorySegment(SPECIES, y, yAt + at + BYTES, LITTLE_ENDIAN)
                        .fma(FloatVector.fromMemorySegment(SPECIES, dY, dYAt + at + BYTES, LITTLE_ENDIAN), odd);
            }
            FloatVector minusDot = Lanes.total(even.add(odd)).neg();
            float inverse = inverses.get(Matrix.FLOAT, row * step);
            for (int j = 0; j < VECTORS; j++) {
                long at = j * BYTES;
                FloatVector.fromMemorySegment(SPECIES, y, yAt + at, LITTLE_ENDIAN)
                        .fma(minusDot, FloatVector.fromMemorySegment(SPECIES, dY, dYAt + at, LITTLE_ENDIAN))
                        .mul(inverse)
                        .intoMemorySegment(dX, dXAt + at, LITTLE_ENDIAN);
            }
        }
    }
}
