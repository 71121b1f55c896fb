package io.dovetail.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * A tile of {@link GemmTile#ROWS} rows and {@link Panels#WIDTH} columns of C, held in registers from the first addition to
 * the last.
 *
 * <p>The steps through the strip must be constants for C2: then it takes all range checks out of the loop and addresses
 * the eight rows from one register, and the tile runs at 94 to 97 % of the peak instead of 90. A strip has one of two
 * layouts, so this class is {@link Specialized} for each.
 *
 * <p>What must not change in {@link #multiply}: one straight body of direct Vector API calls, one local variable an
 * accumulator, an int counter. Such calls are always inlined, whereas helpers of our own would fall victim to C2's limit
 * on inlined bytecodes and have their vectors boxed.
 */
final class RegisterTile implements GemmKernel {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final long VECTOR_BYTES = SPECIES.vectorByteSize();

    private static final int ROW_STEP;
    private static final int K_STEP;

    static {
        int[] steps = Specialized.constants(MethodHandles.lookup(), 2);
        ROW_STEP = steps[0];
        K_STEP = steps[1];
    }

    RegisterTile() {}

    /**
     * The kernel for one layout of strips.
     *
     * @param rowStep floats from one row of the strip to the next
     * @param stepK floats from one column of the strip to the next
     * @return the kernel, stateless
     */
    static GemmKernel of(int rowStep, int stepK) {
        return Specialized.of(MethodHandles.lookup(), GemmKernel.class, rowStep, stepK);
    }

    @Override
    public void multiply(
            float[] strip,
            int from,
            MemorySegment panel,
            long panelAt,
            int k,
            MemorySegment init,
            long initAt,
            long initStep,
            float floor,
            MemorySegment out,
            long outAt,
            long outStep) {
        FloatVector c0 = FloatVector.fromMemorySegment(SPECIES, init, initAt, LITTLE_ENDIAN);
        FloatVector d0 = FloatVector.fromMemorySegment(SPECIES, init, initAt + VECTOR_BYTES, LITTLE_ENDIAN);
        FloatVector c1 = FloatVector.fromMemorySegment(SPECIES, init, initAt + initStep, LITTLE_ENDIAN);
        FloatVector d1 = FloatVector.fromMemorySegment(SPECIES, init, initAt + initStep + VECTOR_BYTES, LITTLE_ENDIAN);
        FloatVector c2 = FloatVector.fromMemorySegment(SPECIES, init, initAt + 2 * initStep, LITTLE_ENDIAN);
        FloatVector d2 =
                FloatVector.fromMemorySegment(SPECIES, init, initAt + 2 * initStep + VECTOR_BYTES, LITTLE_ENDIAN);
        FloatVector c3 = FloatVector.fromMemorySegment(SPECIES, init, initAt + 3 * initStep, LITTLE_ENDIAN);
        FloatVector d3 =
                FloatVector.fromMemorySegment(SPECIES, init, initAt + 3 * initStep + VECTOR_BYTES, LITTLE_ENDIAN);
        FloatVector c4 = FloatVector.fromMemorySegment(SPECIES, init, initAt + 4 * initStep, LITTLE_ENDIAN);
        FloatVector d4 =
                FloatVector.fromMemorySegment(SPECIES, init, initAt + 4 * initStep + VECTOR_BYTES, LITTLE_ENDIAN);
        FloatVector c5 = FloatVector.fromMemorySegment(SPECIES, init, initAt + 5 * initStep, LITTLE_ENDIAN);
        FloatVector d5 =
                FloatVector.fromMemorySegment(SPECIES, init, initAt + 5 * initStep + VECTOR_BYTES, LITTLE_ENDIAN);
        FloatVector c6 = FloatVector.fromMemorySegment(SPECIES, init, initAt + 6 * initStep, LITTLE_ENDIAN);
        FloatVector d6 =
                FloatVector.fromMemorySegment(SPECIES, init, initAt + 6 * initStep + VECTOR_BYTES, LITTLE_ENDIAN);
        FloatVector c7 = FloatVector.fromMemorySegment(SPECIES, init, initAt + 7 * initStep, LITTLE_ENDIAN);
        FloatVector d7 =
                FloatVector.fromMemorySegment(SPECIES, init, initAt + 7 * initStep + VECTOR_BYTES, LITTLE_ENDIAN);
        for (int p = 0; p < k; p++) {
            long rowOfB = panelAt + p * Panels.ROW_BYTES;
            FloatVector left = FloatVector.fromMemorySegment(SPECIES, panel, rowOfB, LITTLE_ENDIAN);
            FloatVector right = FloatVector.fromMemorySegment(SPECIES, panel, rowOfB + VECTOR_BYTES, LITTLE_ENDIAN);
            int at = from + p * K_STEP;
            FloatVector x = FloatVector.broadcast(SPECIES, strip[at]);
            c0 = x.fma(left, c0);
            d0 = x.fma(right, d0);
            x = FloatVector.broadcast(SPECIES, strip[at + ROW_STEP]);
            c1 = x.fma(left, c1);
            d1 = x.fma(right, d1);
            x = FloatVector.broadcast(SPECIES, strip[at + 2 * ROW_STEP]);
            c2 = x.fma(left, c2);
            d2 = x.fma(right, d2);
            x = FloatVector.broadcast(SPECIES, strip[at + 3 * ROW_STEP]);
            c3 = x.fma(left, c3);
            d3 = x.fma(right, d3);
            x = FloatVector.broadcast(SPECIES, strip[at + 4 * ROW_STEP]);
            c4 = x.fma(left, c4);
            d4 = x.fma(right, d4);
            x = FloatVector.broadcast(SPECIES, strip[at + 5 * ROW_STEP]);
            c5 = x.fma(left, c5);
            d5 = x.fma(right, d5);
            x = FloatVector.broadcast(SPECIES, strip[at + 6 * ROW_STEP]);
            c6 = x.fma(left, c6);
            d6 = x.fma(right, d6);
            x = FloatVector.broadcast(SPECIES, strip[at + 7 * ROW_STEP]);
            c7 = x.fma(left, c7);
            d7 = x.fma(right, d7);
        }
        FloatVector least = FloatVector.broadcast(SPECIES, floor);
        c0.blend(least, c0.compare(VectorOperators.LT, least)).intoMemorySegment(out, outAt, LITTLE_ENDIAN);
        d0.blend(least, d0.compare(VectorOperators.LT, least))
                .intoMemorySegment(out, outAt + VECTOR_BYTES, LITTLE_ENDIAN);
        c1.blend(least, c1.compare(VectorOperators.LT, least)).intoMemorySegment(out, outAt + outStep, LITTLE_ENDIAN);
        d1.blend(least, d1.compare(VectorOperators.LT, least))
                .intoMemorySegment(out, outAt + outStep + VECTOR_BYTES, LITTLE_ENDIAN);
        c2.blend(least, c2.compare(VectorOperators.LT, least))
                .intoMemorySegment(out, outAt + 2 * outStep, LITTLE_ENDIAN);
        d2.blend(least, d2.compare(VectorOperators.LT, least))
                .intoMemorySegment(out, outAt + 2 * outStep + VECTOR_BYTES, LITTLE_ENDIAN);
        c3.blend(least, c3.compare(VectorOperators.LT, least))
                .intoMemorySegment(out, outAt + 3 * outStep, LITTLE_ENDIAN);
        d3.blend(least, d3.compare(VectorOperators.LT, least))
                .intoMemorySegment(out, outAt + 3 * outStep + VECTOR_BYTES, LITTLE_ENDIAN);
        c4.blend(least, c4.compare(VectorOperators.LT, least))
                .intoMemorySegment(out, outAt + 4 * outStep, LITTLE_ENDIAN);
        d4.blend(least, d4.compare(VectorOperators.LT, least))
                .intoMemorySegment(out, outAt + 4 * outStep + VECTOR_BYTES, LITTLE_ENDIAN);
        c5.blend(least, c5.compare(VectorOperators.LT, least))
                .intoMemorySegment(out, outAt + 5 * outStep, LITTLE_ENDIAN);
        d5.blend(least, d5.compare(VectorOperators.LT, least))
                .intoMemorySegment(out, outAt + 5 * outStep + VECTOR_BYTES, LITTLE_ENDIAN);
        c6.blend(least, c6.compare(VectorOperators.LT, least))
                .intoMemorySegment(out, outAt + 6 * outStep, LITTLE_ENDIAN);
        d6.blend(least, d6.compare(VectorOperators.LT, least))
                .intoMemorySegment(out, outAt + 6 * outStep + VECTOR_BYTES, LITTLE_ENDIAN);
        c7.blend(least, c7.compare(VectorOperators.LT, least))
                .intoMemorySegment(out, outAt + 7 * outStep, LITTLE_ENDIAN);
        d7.blend(least, d7.compare(VectorOperators.LT, least))
                .intoMemorySegment(out, outAt + 7 * outStep + VECTOR_BYTES, LITTLE_ENDIAN);
    }
}
