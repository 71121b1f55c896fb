package io.dovetail.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Element-wise kernels over runs of floats that lie one behind the other: a row, or many rows without gaps.
 *
 * <p>What must not change: four vectors in straight lines per turn, because a loop over single vectors is unrolled by the
 * compiler only where it can prove all its range checks away; an int counter and a long base, the form in which it can;
 * and no helper between the loop and the Vector API that is too large to be inlined. What a run holds beyond four
 * vectors is left to a method of its own, with a scalar tail in the arithmetic of the scalar twin: a loop that is there
 * and never entered has its range checks made before it, where they fail at the end of a segment, and C2 compiles the
 * method a dozen times until it believes so.
 */
final class VectorElementwise {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int QUAD = 4 * LANES;
    private static final long V1 = SPECIES.vectorByteSize();
    private static final long V2 = 2 * V1;
    private static final long V3 = 3 * V1;

    private VectorElementwise() {}

    /** {@code y += alpha * x}. */
    static void axpy(float alpha, MemorySegment x, long xAt, MemorySegment y, long yAt, int count) {
        int quads = count - count % QUAD;
        for (int j = 0; j < quads; j += QUAD) {
            long from = xAt + (long) j * Float.BYTES;
            long to = yAt + (long) j * Float.BYTES;
            FloatVector factor = FloatVector.broadcast(SPECIES, alpha);
            FloatVector y0 = load(x, from).fma(factor, load(y, to));
            FloatVector y1 = load(x, from + V1).fma(factor, load(y, to + V1));
            FloatVector y2 = load(x, from + V2).fma(factor, load(y, to + V2));
            FloatVector y3 = load(x, from + V3).fma(factor, load(y, to + V3));
            y0.intoMemorySegment(y, to, LITTLE_ENDIAN);
            y1.intoMemorySegment(y, to + V1, LITTLE_ENDIAN);
            y2.intoMemorySegment(y, to + V2, LITTLE_ENDIAN);
            y3.intoMemorySegment(y, to + V3, LITTLE_ENDIAN);
        }
        if (quads < count) {
            axpyRest(alpha, x, xAt, y, yAt, quads, count);
        }
    }

    private static void axpyRest(
            float alpha, MemorySegment x, long xAt, MemorySegment y, long yAt, int from, int count) {
        int whole = SPECIES.loopBound(count);
        for (int j = from; j < whole; j += LANES) {
            long to = yAt + (long) j * Float.BYTES;
            load(x, xAt + (long) j * Float.BYTES)
                    .fma(FloatVector.broadcast(SPECIES, alpha), load(y, to))
                    .intoMemorySegment(y, to, LITTLE_ENDIAN);
        }
        for (int j = whole; j < count; j++) {
            long to = yAt + (long) j * Float.BYTES;
            float value = x.get(Matrix.FLOAT, xAt + (long) j * Float.BYTES);
            y.set(Matrix.FLOAT, to, Math.fma(alpha, value, y.get(Matrix.FLOAT, to)));
        }
    }

    /** {@code y = x * m}; y may be x or m. */
    static void multiply(MemorySegment x, long xAt, MemorySegment m, long mAt, MemorySegment y, long yAt, int count) {
        int quads = count - count % QUAD;
        for (int j = 0; j < quads; j += QUAD) {
            long left = xAt + (long) j * Float.BYTES;
            long right = mAt + (long) j * Float.BYTES;
            long to = yAt + (long) j * Float.BYTES;
            FloatVector y0 = load(x, left).mul(load(m, right));
            FloatVector y1 = load(x, left + V1).mul(load(m, right + V1));
            FloatVector y2 = load(x, left + V2).mul(load(m, right + V2));
            FloatVector y3 = load(x, left + V3).mul(load(m, right + V3));
            y0.intoMemorySegment(y, to, LITTLE_ENDIAN);
            y1.intoMemorySegment(y, to + V1, LITTLE_ENDIAN);
            y2.intoMemorySegment(y, to + V2, LITTLE_ENDIAN);
            y3.intoMemorySegment(y, to + V3, LITTLE_ENDIAN);
        }
        if (quads < count) {
            multiplyRest(x, xAt, m, mAt, y, yAt, quads, count);
        }
    }

    private static void multiplyRest(
            MemorySegment x, long xAt, MemorySegment m, long mAt, MemorySegment y, long yAt, int from, int count) {
        int whole = SPECIES.loopBound(count);
        for (int j = from; j < whole; j += LANES) {
            long at = (long) j * Float.BYTES;
            load(x, xAt + at).mul(load(m, mAt + at)).intoMemorySegment(y, yAt + at, LITTLE_ENDIAN);
        }
        for (int j = whole; j < count; j++) {
            long at = (long) j * Float.BYTES;
            y.set(Matrix.FLOAT, yAt + at, x.get(Matrix.FLOAT, xAt + at) * m.get(Matrix.FLOAT, mAt + at));
        }
    }

    /** {@code y = max(x, y)}. */
    static void maximum(MemorySegment x, long xAt, MemorySegment y, long yAt, int count) {
        int quads = count - count % QUAD;
        for (int j = 0; j < quads; j += QUAD) {
            long from = xAt + (long) j * Float.BYTES;
            long to = yAt + (long) j * Float.BYTES;
            FloatVector y0 = load(x, from).max(load(y, to));
            FloatVector y1 = load(x, from + V1).max(load(y, to + V1));
            FloatVector y2 = load(x, from + V2).max(load(y, to + V2));
            FloatVector y3 = load(x, from + V3).max(load(y, to + V3));
            y0.intoMemorySegment(y, to, LITTLE_ENDIAN);
            y1.intoMemorySegment(y, to + V1, LITTLE_ENDIAN);
            y2.intoMemorySegment(y, to + V2, LITTLE_ENDIAN);
            y3.intoMemorySegment(y, to + V3, LITTLE_ENDIAN);
        }
        if (quads < count) {
            maximumRest(x, xAt, y, yAt, quads, count);
        }
    }

    private static void maximumRest(MemorySegment x, long xAt, MemorySegment y, long yAt, int from, int count) {
        int whole = SPECIES.loopBound(count);
        for (int j = from; j < whole; j += LANES) {
            long to = yAt + (long) j * Float.BYTES;
            load(x, xAt + (long) j * Float.BYTES).max(load(y, to)).intoMemorySegment(y, to, LITTLE_ENDIAN);
        }
        for (int j = whole; j < count; j++) {
            long to = yAt + (long) j * Float.BYTES;
            float value = x.get(Matrix.FLOAT, xAt + (long) j * Float.BYTES);
            y.set(Matrix.FLOAT, to, Math.max(value, y.get(Matrix.FLOAT, to)));
        }
    }

    /**
     * {@code dY = 0 where not y > 0}. Only the last chunk of a batch has a rest, and C2 leaves methods out that are called so
     * seldom: they would box their vectors. So the rest calls those of the Vector API alone, which are always inlined.
     */
    static void reluBackward(MemorySegment y, long yAt, MemorySegment dY, long dYAt, int count) {
        int quads = count - count % QUAD;
        for (int j = 0; j < quads; j += QUAD) {
            long from = yAt + (long) j * Float.BYTES;
            long to = dYAt + (long) j * Float.BYTES;
            FloatVector d0 = whereGreater(load(y, from), load(dY, to));
            FloatVector d1 = whereGreater(load(y, from + V1), load(dY, to + V1));
            FloatVector d2 = whereGreater(load(y, from + V2), load(dY, to + V2));
            FloatVector d3 = whereGreater(load(y, from + V3), load(dY, to + V3));
            d0.intoMemorySegment(dY, to, LITTLE_ENDIAN);
            d1.intoMemorySegment(dY, to + V1, LITTLE_ENDIAN);
            d2.intoMemorySegment(dY, to + V2, LITTLE_ENDIAN);
            d3.intoMemorySegment(dY, to + V3, LITTLE_ENDIAN);
        }
        int whole = SPECIES.loopBound(count);
        for (int j = quads; j < whole; j += LANES) {
            long at = yAt + (long) j * Float.BYTES;
            long to = dYAt + (long) j * Float.BYTES;
            FloatVector output = FloatVector.fromMemorySegment(SPECIES, y, at, LITTLE_ENDIAN);
            FloatVector gradient = FloatVector.fromMemorySegment(SPECIES, dY, to, LITTLE_ENDIAN);
            FloatVector.zero(SPECIES)
                    .blend(gradient, output.compare(VectorOperators.GT, 0f))
                    .intoMemorySegment(dY, to, LITTLE_ENDIAN);
        }
        for (int j = whole; j < count; j++) {
            if (!(y.get(Matrix.FLOAT, yAt + (long) j * Float.BYTES) > 0)) {
                dY.set(Matrix.FLOAT, dYAt + (long) j * Float.BYTES, 0);
            }
        }
    }

    private static FloatVector whereGreater(FloatVector y, FloatVector gradient) {
        return FloatVector.zero(SPECIES).blend(gradient, y.compare(VectorOperators.GT, 0f));
    }

    private static FloatVector load(MemorySegment data, long at) {
        return FloatVector.fromMemorySegment(SPECIES, data, at, LITTLE_ENDIAN);
    }
}
