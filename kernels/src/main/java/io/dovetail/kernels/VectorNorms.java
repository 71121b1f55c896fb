package io.dovetail.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Normalisation of rows, forward and backward.
 *
 * <p>Rows of any length take a call for each of their two loops: in one method, C2 boxes a vector per turn. Those of a few whole
 * vectors, which such a call would cost more than they do, are {@link StraightRows}.
 */
final class VectorNorms implements UnitRows {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int PAIR = 2 * LANES;
    private static final long BYTES = SPECIES.vectorByteSize();

    private static final UnitRows OF_TWO = StraightRows.of(2);
    private static final UnitRows OF_FOUR = StraightRows.of(4);
    private static final UnitRows OF_EIGHT = StraightRows.of(8);
    private static final UnitRows OF_ANY = new VectorNorms();

    /**
     * Bytes from one inverse to the next, handed on as if it could vary: for a constant step the compiler splits the loop
     * over rows in two to prove away the range check of that one float, which costs more than the check, and compiles it
     * ten times until it settles.
     */
    private static final long STEP = Float.BYTES;

    private VectorNorms() {}

    private static UnitRows of(int cols) {
        if (cols % LANES != 0) {
            return OF_ANY;
        }
        return switch (cols / LANES) {
            case 2 -> OF_TWO;
            case 4 -> OF_FOUR;
            case 8 -> OF_EIGHT;
            default -> OF_ANY;
        };
    }

    static void forward(Matrix x, Matrix y, Matrix inverseNorms, int from, int to) {
        of(x.cols())
                .forward(x.data(), x.offset(1), y.data(), y.offset(1), inverseNorms.data(), STEP, x.cols(), from, to);
    }

    static void backward(Matrix y, Matrix inverseNorms, Matrix dY, Matrix dX, int from, int to) {
        of(y.cols())
                .backward(
                        y.data(),
                        y.offset(1),
                        dY.data(),
                        dY.offset(1),
                        inverseNorms.data(),
                        STEP,
                        dX.data(),
                        dX.offset(1),
                        y.cols(),
                        from,
                        to);
    }

    static float inverse(float squares) {
        float norm = (float) Math.sqrt(squares);
        return norm < LayerKernels.MIN_NORM ? 0 : 1 / norm;
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
            float inverse = inverse(dot(x, xAt, x, xAt, cols));
            inverses.set(Matrix.FLOAT, row * step, inverse);
            scale(x, xAt, inverse, y, row * yStep, cols);
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
            float dot = dot(y, row * yStep, dY, row * dYStep, cols);
            float inverse = inverses.get(Matrix.FLOAT, row * step);
            project(y, row * yStep, dY, row * dYStep, -dot, inverse, dX, row * dXStep, cols);
        }
    }

    private static float dot(MemorySegment a, long aAt, MemorySegment b, long bAt, int count) {
        int pairs = count - count % PAIR;
        FloatVector even = FloatVector.zero(SPECIES);
        FloatVector odd = FloatVector.zero(SPECIES);
        for (int j = 0; j < pairs; j += PAIR) {
            long at = (long) j * Float.BYTES;
            even = load(a, aAt + at).fma(load(b, bAt + at), even);
            odd = load(a, aAt + at + BYTES).fma(load(b, bAt + at + BYTES), odd);
        }
        float sum = Lanes.sum(even.add(odd));
        return pairs < count ? sum + dotOfRest(a, aAt, b, bAt, pairs, count) : sum;
    }

    private static float dotOfRest(MemorySegment a, long aAt, MemorySegment b, long bAt, int from, int count) {
        int whole = SPECIES.loopBound(count);
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int j = from; j < whole; j += LANES) {
            long at = (long) j * Float.BYTES;
            sums = load(a, aAt + at).fma(load(b, bAt + at), sums);
        }
        float sum = Lanes.sum(sums);
        for (int j = whole; j < count; j++) {
            long at = (long) j * Float.BYTES;
            sum = Math.fma(a.get(Matrix.FLOAT, aAt + at), b.get(Matrix.FLOAT, bAt + at), sum);
        }
        return sum;
    }

    private static void scale(MemorySegment x, long xAt, float factor, MemorySegment y, long yAt, int count) {
        int whole = SPECIES.loopBound(count);
        for (int j = 0; j < whole; j += LANES) {
            long at = (long) j * Float.BYTES;
            load(x, xAt + at).mul(factor).intoMemorySegment(y, yAt + at, LITTLE_ENDIAN);
        }
        for (int j = whole; j < count; j++) {
            long at = (long) j * Float.BYTES;
            y.set(Matrix.FLOAT, yAt + at, x.get(Matrix.FLOAT, xAt + at) * factor);
        }
    }

    /** {@code dX = (dY + minusDot * Y) * inverse}. */
    private static void project(
            MemorySegment y,
            long yAt,
            MemorySegment dY,
            long dYAt,
            float minusDot,
            float inverse,
            MemorySegment dX,
            long dXAt,
            int count) {
        int whole = SPECIES.loopBound(count);
        for (int j = 0; j < whole; j += LANES) {
            long at = (long) j * Float.BYTES;
            load(y, yAt + at)
                    .fma(FloatVector.broadcast(SPECIES, minusDot), load(dY, dYAt + at))
                    .mul(inverse)
                    .intoMemorySegment(dX, dXAt + at, LITTLE_ENDIAN);
        }
        for (int j = whole; j < count; j++) {
            long at = (long) j * Float.BYTES;
            float value = Math.fma(minusDot, y.get(Matrix.FLOAT, yAt + at), dY.get(Matrix.FLOAT, dYAt + at));
            dX.set(Matrix.FLOAT, dXAt + at, value * inverse);
        }
    }

    private static FloatVector load(MemorySegment data, long at) {
        return FloatVector.fromMemorySegment(SPECIES, data, at, LITTLE_ENDIAN);
    }
}
