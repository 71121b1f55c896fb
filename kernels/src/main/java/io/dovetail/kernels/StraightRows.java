package io.dovetail.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rows of two, four or eight whole vectors, as the output of a tower has them: {@link Specialized} for their number.
 *
 * <p>What must not change: the loop over rows stands in the method that does the work, on vectors that have names, with conditions
 * that the compiler knows. A call that checks its segments again costs more than such a row, and loops over its vectors, even of
 * constant length, took 1.2 to 2.5 times as long as this (AVX-512, rows of two and four vectors in the second-level cache). Rows
 * are taken one by one in the order of memory, which prefetchers follow: four side by side are slower from memory and, in a
 * straight line, too much for the compiler.
 */
final class StraightRows implements UnitRows {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final long BYTES = SPECIES.vectorByteSize();

    /** Vectors of a row: 2, 4 or 8. */
    private static final int VECTORS = Specialized.constants(MethodHandles.lookup(), 1)[0];

    StraightRows() {}

    /**
     * The kernel for rows of so many vectors.
     *
     * @param vectors 2, 4 or 8
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
            FloatVector x0 = FloatVector.fromMemorySegment(SPECIES, x, xAt, LITTLE_ENDIAN);
            FloatVector x1 = FloatVector.fromMemorySegment(SPECIES, x, xAt + BYTES, LITTLE_ENDIAN);
            FloatVector even = x0.mul(x0);
            FloatVector odd = x1.mul(x1);
            FloatVector x2 = x0;
            FloatVector x3 = x0;
            FloatVector x4 = x0;
            FloatVector x5 = x0;
            FloatVector x6 = x0;
            FloatVector x7 = x0;
            if (VECTORS > 2) {
                x2 = FloatVector.fromMemorySegment(SPECIES, x, xAt + 2 * BYTES, LITTLE_ENDIAN);
                x3 = FloatVector.fromMemorySegment(SPECIES, x, xAt + 3 * BYTES, LITTLE_ENDIAN);
                even = x2.fma(x2, even);
                odd = x3.fma(x3, odd);
            }
            if (VECTORS > 4) {
                x4 = FloatVector.fromMemorySegment(SPECIES, x, xAt + 4 * BYTES, LITTLE_ENDIAN);
                x5 = FloatVector.fromMemorySegment(SPECIES, x, xAt + 5 * BYTES, LITTLE_ENDIAN);
                x6 = FloatVector.fromMemorySegment(SPECIES, x, xAt + 6 * BYTES, LITTLE_ENDIAN);
                x7 = FloatVector.fromMemorySegment(SPECIES, x, xAt + 7 * BYTES, LITTLE_ENDIAN);
                even = x6.fma(x6, x4.fma(x4, even));
                odd = x7.fma(x7, x5.fma(x5, odd));
            }
            float inverse = VectorNorms.inverse(Lanes.sum(even.add(odd)));
            inverses.set(Matrix.FLOAT, row * step, inverse);
            x0.mul(inverse).intoMemorySegment(y, yAt, LITTLE_ENDIAN);
            x1.mul(inverse).intoMemorySegment(y, yAt + BYTES, LITTLE_ENDIAN);
            if (VECTORS > 2) {
                x2.mul(inverse).intoMemorySegment(y, yAt + 2 * BYTES, LITTLE_ENDIAN);
                x3.mul(inverse).intoMemorySegment(y, yAt + 3 * BYTES, LITTLE_ENDIAN);
            }
            if (VECTORS > 4) {
                x4.mul(inverse).intoMemorySegment(y, yAt + 4 * BYTES, LITTLE_ENDIAN);
                x5.mul(inverse).intoMemorySegment(y, yAt + 5 * BYTES, LITTLE_ENDIAN);
                x6.mul(inverse).intoMemorySegment(y, yAt + 6 * BYTES, LITTLE_ENDIAN);
                x7.mul(inverse).intoMemorySegment(y, yAt + 7 * BYTES, LITTLE_ENDIAN);
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
            FloatVector y0 = FloatVector.fromMemorySegment(SPECIES, y, yAt, LITTLE_ENDIAN);
            FloatVector g0 = FloatVector.fromMemorySegment(SPECIES, dY, dYAt, LITTLE_ENDIAN);
            FloatVector y1 = FloatVector.fromMemorySegment(SPECIES, y, yAt + BYTES, LITTLE_ENDIAN);
            FloatVector g1 = FloatVector.fromMemorySegment(SPECIES, dY, dYAt + BYTES, LITTLE_ENDIAN);
            FloatVector y2 = y0;
            FloatVector g2 = g0;
            FloatVector y3 = y0;
            FloatVector g3 = g0;
            FloatVector y4 = y0;
            FloatVector g4 = g0;
            FloatVector y5 = y0;
            FloatVector g5 = g0;
            FloatVector y6 = y0;
            FloatVector g6 = g0;
            FloatVector y7 = y0;
            FloatVector g7 = g0;
            FloatVector even = y0.mul(g0);
            FloatVector odd = y1.mul(g1);
            if (VECTORS > 2) {
                y2 = FloatVector.fromMemorySegment(SPECIES, y, yAt + 2 * BYTES, LITTLE_ENDIAN);
                g2 = FloatVector.fromMemorySegment(SPECIES, dY, dYAt + 2 * BYTES, LITTLE_ENDIAN);
                y3 = FloatVector.fromMemorySegment(SPECIES, y, yAt + 3 * BYTES, LITTLE_ENDIAN);
                g3 = FloatVector.fromMemorySegment(SPECIES, dY, dYAt + 3 * BYTES, LITTLE_ENDIAN);
                even = y2.fma(g2, even);
                odd = y3.fma(g3, odd);
            }
            if (VECTORS > 4) {
                y4 = FloatVector.fromMemorySegment(SPECIES, y, yAt + 4 * BYTES, LITTLE_ENDIAN);
                g4 = FloatVector.fromMemorySegment(SPECIES, dY, dYAt + 4 * BYTES, LITTLE_ENDIAN);
                y5 = FloatVector.fromMemorySegment(SPECIES, y, yAt + 5 * BYTES, LITTLE_ENDIAN);
                g5 = FloatVector.fromMemorySegment(SPECIES, dY, dYAt + 5 * BYTES, LITTLE_ENDIAN);
                y6 = FloatVector.fromMemorySegment(SPECIES, y, yAt + 6 * BYTES, LITTLE_ENDIAN);
                g6 = FloatVector.fromMemorySegment(SPECIES, dY, dYAt + 6 * BYTES, LITTLE_ENDIAN);
                y7 = FloatVector.fromMemorySegment(SPECIES, y, yAt + 7 * BYTES, LITTLE_ENDIAN);
                g7 = FloatVector.fromMemorySegment(SPECIES, dY, dYAt + 7 * BYTES, LITTLE_ENDIAN);
                even = y4.fma(g4, even);
                odd = y5.fma(g5, odd);
                even = y6.fma(g6, even);
                odd = y7.fma(g7, odd);
            }
            FloatVector minusDot = Lanes.total(even.add(odd)).neg();
            FloatVector inverse = FloatVector.broadcast(SPECIES, inverses.get(Matrix.FLOAT, row * step));
            y0.fma(minusDot, g0).mul(inverse).intoMemorySegment(dX, dXAt, LITTLE_ENDIAN);
            y1.fma(minusDot, g1).mul(inverse).intoMemorySegment(dX, dXAt + BYTES, LITTLE_ENDIAN);
            if (VECTORS > 2) {
                y2.fma(minusDot, g2).mul(inverse).intoMemorySegment(dX, dXAt + 2 * BYTES, LITTLE_ENDIAN);
                y3.fma(minusDot, g3).mul(inverse).intoMemorySegment(dX, dXAt + 3 * BYTES, LITTLE_ENDIAN);
            }
            if (VECTORS > 4) {
                y4.fma(minusDot, g4).mul(inverse).intoMemorySegment(dX, dXAt + 4 * BYTES, LITTLE_ENDIAN);
                y5.fma(minusDot, g5).mul(inverse).intoMemorySegment(dX, dXAt + 5 * BYTES, LITTLE_ENDIAN);
                y6.fma(minusDot, g6).mul(inverse).intoMemorySegment(dX, dXAt + 6 * BYTES, LITTLE_ENDIAN);
                y7.fma(minusDot, g7).mul(inverse).intoMemorySegment(dX, dXAt + 7 * BYTES, LITTLE_ENDIAN);
            }
        }
    }
}
