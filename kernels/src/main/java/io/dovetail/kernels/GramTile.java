package io.dovetail.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Tiles of 8 rows by one or two vectors, held in registers: what covariances are made of. Operands and result lie in
 * packed panels or go there: rows of two vectors without gaps. {@link Specialized} for the steps from row to row, if known, and
 * from element to element of the left operand, and for the number of vectors.
 *
 * <p>What must not change: named accumulators; one straight body of direct calls of the Vector API; an int counter, and
 * constant steps per turn, without which each access keeps its range check. Such a method is compiled by itself, whatever
 * calls it. Cut into helpers, or with twice the accumulators, it passes the compiler's limits and boxes its vectors.
 */
final class GramTile implements GramKernel {

    /** Rows of a tile: with two vectors a row, 16 accumulators, half the registers of a 512-bit machine. */
    static final int ROWS = 8;

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final long V1 = SPECIES.vectorByteSize();

    /** Columns of a tile and of a panel. */
    static final int COLS = 2 * SPECIES.length();

    /** Bytes of a row of a panel. */
    static final long ROW = 2 * V1;

    private static final int[] CONSTANTS = Specialized.constants(MethodHandles.lookup(), 3);

    /** Bytes from a row of the left operand to the next; 0 if that is not known. */
    private static final long ROW_STEP = (long) CONSTANTS[0] * Float.BYTES;

    /** Bytes from an element of a row of the left operand to the next. */
    private static final long STEP = (long) CONSTANTS[1] * Float.BYTES;

    private static final boolean TWO = CONSTANTS[2] == 2;

    GramTile() {}

    /**
     * The kernel for a layout.
     *
     * @param rowStep floats from one row of the left operand to the next; 0 if only a call can say
     * @param step floats from one element of a row of the left operand to the next
     * @param vectors 1 or 2
     * @return the kernel, stateless
     */
    static GramKernel of(int rowStep, int step, int vectors) {
        return Specialized.of(MethodHandles.lookup(), GramKernel.class, rowStep, step, vectors);
    }

    @Override
    public void multiply(
            MemorySegment data,
            long aAt,
            long aRow,
            long bAt,
            int count,
            float scale,
            MemorySegment out,
            long outAt,
            long outStep) {
        long row = ROW_STEP > 0 ? ROW_STEP : aRow;
        long a1 = aAt + row;
        long a2 = aAt + 2 * row;
        long a3 = aAt + 3 * row;
        long a4 = aAt + 4 * row;
        long a5 = aAt + 5 * row;
        long a6 = aAt + 6 * row;
        long a7 = aAt + 7 * row;
        FloatVector left0 = FloatVector.zero(SPECIES);
        FloatVector right0 = FloatVector.zero(SPECIES);
        FloatVector left1 = FloatVector.zero(SPECIES);
        FloatVector right1 = FloatVector.zero(SPECIES);
        FloatVector left2 = FloatVector.zero(SPECIES);
        FloatVector right2 = FloatVector.zero(SPECIES);
        FloatVector left3 = FloatVector.zero(SPECIES);
        FloatVector right3 = FloatVector.zero(SPECIES);
        FloatVector left4 = FloatVector.zero(SPECIES);
        FloatVector right4 = FloatVector.zero(SPECIES);
        FloatVector left5 = FloatVector.zero(SPECIES);
        FloatVector right5 = FloatVector.zero(SPECIES);
        FloatVector left6 = FloatVector.zero(SPECIES);
        FloatVector right6 = FloatVector.zero(SPECIES);
        FloatVector left7 = FloatVector.zero(SPECIES);
        FloatVector right7 = FloatVector.zero(SPECIES);
        for (int t = 0; t < count; t++) {
            long b = bAt + t * ROW;
            long at = t * STEP;
            FloatVector left = FloatVector.fromMemorySegment(SPECIES, data, b, LITTLE_ENDIAN);
            FloatVector right = TWO ? FloatVector.fromMemorySegment(SPECIES, data, b + V1, LITTLE_ENDIAN) : left;
            FloatVector x = FloatVector.broadcast(SPECIES, data.get(Matrix.FLOAT, aAt + at));
            left0 = x.fma(left, left0);
            right0 = TWO ? x.fma(right, right0) : right0;
            x = FloatVector.broadcast(SPECIES, data.get(Matrix.FLOAT, a1 + at));
            left1 = x.fma(left, left1);
            right1 = TWO ? x.fma(right, right1) : right1;
            x = FloatVector.broadcast(SPECIES, data.get(Matrix.FLOAT, a2 + at));
            left2 = x.fma(left, left2);
            right2 = TWO ? x.fma(right, right2) : right2;
            x = FloatVector.broadcast(SPECIES, data.get(Matrix.FLOAT, a3 + at));
            left3 = x.fma(left, left3);
            right3 = TWO ? x.fma(right, right3) : right3;
            x = FloatVector.broadcast(SPECIES, data.get(Matrix.FLOAT, a4 + at));
            left4 = x.fma(left, left4);
            right4 = TWO ? x.fma(right, right4) : right4;
            x = FloatVector.broadcast(SPECIES, data.get(Matrix.FLOAT, a5 + at));
            left5 = x.fma(left, left5);
            right5 = TWO ? x.fma(right, right5) : right5;
            x = FloatVector.broadcast(SPECIES, data.get(Matrix.FLOAT, a6 + at));
            left6 = x.fma(left, left6);
            right6 = TWO ? x.fma(right, right6) : right6;
            x = FloatVector.broadcast(SPECIES, data.get(Matrix.FLOAT, a7 + at));
            left7 = x.fma(left, left7);
            right7 = TWO ? x.fma(right, right7) : right7;
        }
        left0.mul(scale).intoMemorySegment(out, outAt, LITTLE_ENDIAN);
        left1.mul(scale).intoMemorySegment(out, outAt + outStep, LITTLE_ENDIAN);
        left2.mul(scale).intoMemorySegment(out, outAt + 2 * outStep, LITTLE_ENDIAN);
        left3.mul(scale).intoMemorySegment(out, outAt + 3 * outStep, LITTLE_ENDIAN);
        left4.mul(scale).intoMemorySegment(out, outAt + 4 * outStep, LITTLE_ENDIAN);
        left5.mul(scale).intoMemorySegment(out, outAt + 5 * outStep, LITTLE_ENDIAN);
        left6.mul(scale).intoMemorySegment(out, outAt + 6 * outStep, LITTLE_ENDIAN);
        left7.mul(scale).intoMemorySegment(out, outAt + 7 * outStep, LITTLE_ENDIAN);
        if (TWO) {
            right0.mul(scale).intoMemorySegment(out, outAt + V1, LITTLE_ENDIAN);
            right1.mul(scale).intoMemorySegment(out, outAt + outStep + V1, LITTLE_ENDIAN);
            right2.mul(scale).intoMemorySegment(out, outAt + 2 * outStep + V1, LITTLE_ENDIAN);
            right3.mul(scale).intoMemorySegment(out, outAt + 3 * outStep + V1, LITTLE_ENDIAN);
            right4.mul(scale).intoMemorySegment(out, outAt + 4 * outStep + V1, LITTLE_ENDIAN);
            right5.mul(scale).intoMemorySegment(out, outAt + 5 * outStep + V1, LITTLE_ENDIAN);
            right6.mul(scale).intoMemorySegment(out, outAt + 6 * outStep + V1, LITTLE_ENDIAN);
            right7.mul(scale).intoMemorySegment(out, outAt + 7 * outStep + V1, LITTLE_ENDIAN);
        }
    }
}
