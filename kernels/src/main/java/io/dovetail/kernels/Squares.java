package io.dovetail.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Transposes squares of as many rows and columns as a vector has lanes: stage s exchanges bit s of the row number with
 * bit s of the column number (Eklundh, A fast computer method for matrix transposing, 1972). Two stages go at a time, on
 * four rows in registers.
 */
final class Squares {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = INTS.length();
    private static final long WIDTH = INTS.vectorByteSize();

    /** Bytes of a square. */
    static final long BYTES = LANES * WIDTH;

    /** Per stage, where the lanes of the upper and of the lower row of a pair come from. */
    private static final int[] UPPER = sources(0);

    private static final int[] LOWER = sources(1);

    private Squares() {}

    /**
     * Transposes whole squares.
     *
     * @param count number of squares
     * @param source where the squares lie
     * @param from byte offset of the first row of the first
     * @param step bytes from one row to the next
     * @param next bytes from one square to the next
     * @param target receives the transposed squares; not the source
     * @param to byte offset of the first row of the first there
     * @param targetStep bytes from one row to the next there
     * @param targetNext bytes from one square to the next there
     */
    static void transpose(
            int count,
            MemorySegment source,
            long from,
            long step,
            long next,
            MemorySegment target,
            long to,
            long targetStep,
            long targetNext) {
        int stage = Integer.numberOfTrailingZeros(LANES) - 2;
        exchangeTwice(count, source, from, step, next, target, to, targetStep, targetNext, stage);
        if (stage >= 2) {
            exchangeTwice(count, target, to, targetStep, targetNext, target, to, targetStep, targetNext, stage - 2);
        } else if (stage == 1) {
            for (int square = 0; square < count; square++) {
                exchange(target, to + square * targetNext, targetStep);
            }
        }
    }

    /** As {@link #transpose}, for a source of {@code rows x cols} elements, by way of a square in scratch memory. */
    static void transposePart(
            MemorySegment source,
            long from,
            long step,
            int rows,
            int cols,
            MemorySegment scratch,
            long at,
            MemorySegment target,
            long to,
            long targetStep) {
        VectorMask<Float> present = FLOATS.indexInRange(0, cols);
        for (int r = 0; r < LANES; r++) {
            if (r < rows) {
                FloatVector.fromMemorySegment(FLOATS, source, from + r * step, LITTLE_ENDIAN, present)
                        .intoMemorySegment(scratch, at + r * WIDTH, LITTLE_ENDIAN);
            } else {
                FloatVector.zero(FLOATS).intoMemorySegment(scratch, at + r * WIDTH, LITTLE_ENDIAN);
            }
        }
        transpose(1, scratch, at, WIDTH, 0, target, to, targetStep, 0);
    }

    /** Stages {@code stage + 1} and {@code stage}. */
    private static void exchangeTwice(
            int count,
            MemorySegment source,
            long from,
            long step,
            long next,
            MemorySegment target,
            long to,
            long targetStep,
            long targetNext,
            int stage) {
        IntVector upperFar = IntVector.fromArray(INTS, UPPER, (stage + 1) * LANES);
        IntVector lowerFar = IntVector.fromArray(INTS, LOWER, (stage + 1) * LANES);
        IntVector upperNear = IntVector.fromArray(INTS, UPPER, stage * LANES);
        IntVector lowerNear = IntVector.fromArray(INTS, LOWER, stage * LANES);
        int near = 1 << stage;
        long nearIn = near * step;
        long nearOut = near * targetStep;
        for (int i = 0; i < count * (LANES / 4); i++) {
            int square = i / (LANES / 4);
            int quad = i % (LANES / 4);
            long row = (quad & -near) * 3L + quad; // inserts two zero bits at the place of `near`
            long in = from + square * next + row * step;
            long out = to + square * targetNext + row * targetStep;
            IntVector a = IntVector.fromMemorySegment(INTS, source, in, LITTLE_ENDIAN);
            IntVector b = IntVector.fromMemorySegment(INTS, source, in + nearIn, LITTLE_ENDIAN);
            IntVector c = IntVector.fromMemorySegment(INTS, source, in + 2 * nearIn, LITTLE_ENDIAN);
            IntVector d = IntVector.fromMemorySegment(INTS, source, in + 3 * nearIn, LITTLE_ENDIAN);
            IntVector ac = upperFar.selectFrom(a, c);
            IntVector ca = lowerFar.selectFrom(a, c);
            IntVector bd = upperFar.selectFrom(b, d);
            IntVector db = lowerFar.selectFrom(b, d);
            upperNear.selectFrom(ac, bd).intoMemorySegment(target, out, LITTLE_ENDIAN);
            lowerNear.selectFrom(ac, bd).intoMemorySegment(target, out + nearOut, LITTLE_ENDIAN);
            upperNear.selectFrom(ca, db).intoMemorySegment(target, out + 2 * nearOut, LITTLE_ENDIAN);
            lowerNear.selectFrom(ca, db).intoMemorySegment(target, out + 3 * nearOut, LITTLE_ENDIAN);
        }
    }

    /** Stage 0, in place. */
    private static void exchange(MemorySegment target, long to, long step) {
        IntVector upper = IntVector.fromArray(INTS, UPPER, 0);
        IntVector lower = IntVector.fromArray(INTS, LOWER, 0);
        for (int row = 0; row < LANES; row += 2) {
            long at = to + row * step;
            IntVector a = IntVector.fromMemorySegment(INTS, target, at, LITTLE_ENDIAN);
            IntVector b = IntVector.fromMemorySegment(INTS, target, at + step, LITTLE_ENDIAN);
            upper.selectFrom(a, b).intoMemorySegment(target, at, LITTLE_ENDIAN);
            lower.selectFrom(a, b).intoMemorySegment(target, at + step, LITTLE_ENDIAN);
        }
    }

    /**
     * For a pair of rows (a, b) whose numbers differ in the bit of a stage: lane l of the row with that bit equal to
     * {@code bit} comes from a where l has the bit clear, else from b; numbers of b's lanes begin at LANES.
     */
    private static int[] sources(int bit) {
        int stages = Integer.numberOfTrailingZeros(LANES);
        int[] sources = new int[stages * LANES];
        for (int stage = 0; stage < stages; stage++) {
            for (int lane = 0; lane < LANES; lane++) {
                int of = lane >> stage & 1;
                sources[stage * LANES + lane] = of * LANES + ((lane & ~(1 << stage)) | (bit << stage));
            }
        }
        return sources;
    }
}
