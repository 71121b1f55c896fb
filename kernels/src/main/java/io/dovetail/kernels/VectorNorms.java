package io.dovetail.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Normalisation of rows, forward and backward.
 *
 * <p>What must not change: for rows of two and of four vectors, as the output of a tower has them, the loop over rows
 * stands in the method that does the work, in a straight line, because a loop over a row, or a call that checks its
 * segments again, costs more than such a row. Longer rows take a call for each of their two loops: in one method, C2 boxes a
 * vector per turn. Rows are taken one by one in the order of memory, which prefetchers follow: four side by side are slower
 * from memory and, in a straight line, too much for the compiler.
 */
final class VectorNorms {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int PAIR = 2 * LANES;
    private static final int QUAD = 4 * LANES;
    private static final int OCT = 8 * LANES;
    private static final long V1 = SPECIES.vectorByteSize();
    private static final long V2 = 2 * V1;
    private static final long V3 = 3 * V1;

    /**
     * Bytes from one inverse to the next, handed on as if it could vary: for a constant step the compiler splits the loop
     * over rows in two to prove away the range check of that one float, which costs more than the check, and compiles it
     * ten times until it settles.
     */
    private static final long STEP = Float.BYTES;

    private VectorNorms() {}

    static void forward(Matrix x, Matrix y, Matrix inverseNorms, int from, int to) {
        MemorySegment source = x.data();
        MemorySegment result = y.data();
        MemorySegment inverses = inverseNorms.data();
        if (x.cols() == PAIR) {
            forwardPairs(source, x.offset(1), result, y.offset(1), inverses, STEP, from, to);
        } else if (x.cols() == QUAD) {
            forwardQuads(source, x.offset(1), result, y.offset(1), inverses, STEP, from, to);
        } else if (x.cols() == OCT) {
            forwardOcts(source, x.offset(1), result, y.offset(1), inverses, STEP, from, to);
        } else {
            forwardRows(source, x.offset(1), result, y.offset(1), inverses, STEP, x.cols(), from, to);
        }
    }

    private static void forwardQuads(
            MemorySegment x,
            long xStep,
            MemorySegment y,
            long yStep,
            MemorySegment inverses,
            long step,
            int from,
            int to) {
        for (int row = from; row < to; row++) {
            long xAt = row * xStep;
            long yAt = row * yStep;
            FloatVector x0 = load(x, xAt);
            FloatVector x1 = load(x, xAt + V1);
            FloatVector x2 = load(x, xAt + V2);
            FloatVector x3 = load(x, xAt + V3);
            float inverse = inverse(Lanes.sum(x2.fma(x2, x0.mul(x0)).add(x3.fma(x3, x1.mul(x1)))));
            inverses.set(Matrix.FLOAT, row * step, inverse);
            x0.mul(inverse).intoMemorySegment(y, yAt, LITTLE_ENDIAN);
            x1.mul(inverse).intoMemorySegment(y, yAt + V1, LITTLE_ENDIAN);
            x2.mul(inverse).intoMemorySegment(y, yAt + V2, LITTLE_ENDIAN);
            x3.mul(inverse).intoMemorySegment(y, yAt + V3, LITTLE_ENDIAN);
        }
    }

    /** Loops of constant length: the compiler makes straight lines of them. */
    private static void forwardOcts(
            MemorySegment x,
            long xStep,
            MemorySegment y,
            long yStep,
            MemorySegment inverses,
            long step,
            int from,
            int to) {
        for (int row = from; row < to; row++) {
            long xAt = row * xStep;
            long yAt = row * yStep;
            FloatVector even = FloatVector.zero(SPECIES);
            FloatVector odd = FloatVector.zero(SPECIES);
            for (int j = 0; j < OCT; j += PAIR) {
                FloatVector left = load(x, xAt + (long) j * Float.BYTES);
                FloatVector right = load(x, xAt + (long) j * Float.BYTES + V1);
                even = left.fma(left, even);
                odd = right.fma(right, odd);
            }
            float inverse = inverse(Lanes.sum(even.add(odd)));
            inverses.set(Matrix.FLOAT, row * step, inverse);
            for (int j = 0; j < OCT; j += LANES) {
                long at = (long) j * Float.BYTES;
                load(x, xAt + at).mul(inverse).intoMemorySegment(y, yAt + at, LITTLE_ENDIAN);
            }
        }
    }

    private static void forwardRows(
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

    private static float inverse(float squares) {
        float norm = (float) Math.sqrt(squares);
        return norm < LayerKernels.MIN_NORM ? 0 : 1 / norm;
    }

    private static void forwardPairs(
            MemorySegment x,
            long xStep,
            MemorySegment y,
            long yStep,
            MemorySegment inverses,
            long step,
            int from,
            int to) {
        for (int row = from; row < to; row++) {
            long xAt = row * xStep;
            long yAt = row * yStep;
            FloatVector x0 = load(x, xAt);
            FloatVector x1 = load(x, xAt + V1);
            float inverse = inverse(Lanes.sum(x1.fma(x1, x0.mul(x0))));
            inverses.set(Matrix.FLOAT, row * step, inverse);
            x0.mul(inverse).intoMemorySegment(y, yAt, LITTLE_ENDIAN);
            x1.mul(inverse).intoMemorySegment(y, yAt + V1, LITTLE_ENDIAN);
        }
    }

    static void backward(Matrix y, Matrix inverseNorms, Matrix dY, Matrix dX, int from, int to) {
        MemorySegment outputs = y.data();
        MemorySegment gradients = dY.data();
        MemorySegment result = dX.data();
        MemorySegment inverses = inverseNorms.data();
        long yStep = y.offset(1);
        long dYStep = dY.offset(1);
        long dXStep = dX.offset(1);
        if (y.cols() == PAIR) {
            backwardPairs(outputs, yStep, gradients, dYStep, inverses, STEP, result, dXStep, from, to);
        } else if (y.cols() == QUAD) {
            backwardQuads(outputs, yStep, gradients, dYStep, inverses, STEP, result, dXStep, from, to);
        } else if (y.cols() == OCT) {
            backwardOcts(outputs, yStep, gradients, dYStep, inverses, STEP, result, dXStep, from, to);
        } else {
            backwardRows(outputs, yStep, gradients, dYStep, inverses, STEP, result, dXStep, y.cols(), from, to);
        }
    }

    private static void backwardPairs(
            MemorySegment y,
            long yStep,
            MemorySegment dY,
            long dYStep,
            MemorySegment inverses,
            long step,
            MemorySegment dX,
            long dXStep,
            int from,
            int to) {
        for (int row = from; row < to; row++) {
            long yAt = row * yStep;
            long dYAt = row * dYStep;
            long dXAt = row * dXStep;
            FloatVector y0 = load(y, yAt);
            FloatVector y1 = load(y, yAt + V1);
            FloatVector dY0 = load(dY, dYAt);
            FloatVector dY1 = load(dY, dYAt + V1);
            FloatVector inverse = FloatVector.broadcast(SPECIES, inverses.get(Matrix.FLOAT, row * step));
            FloatVector minusDot = Lanes.total(y1.fma(dY1, y0.mul(dY0))).neg();
            y0.fma(minusDot, dY0).mul(inverse).intoMemorySegment(dX, dXAt, LITTLE_ENDIAN);
            y1.fma(minusDot, dY1).mul(inverse).intoMemorySegment(dX, dXAt + V1, LITTLE_ENDIAN);
        }
    }

    private static void backwardQuads(
            MemorySegment y,
            long yStep,
            MemorySegment dY,
            long dYStep,
            MemorySegment inverses,
            long step,
            MemorySegment dX,
            long dXStep,
            int from,
            int to) {
        for (int row = from; row < to; row++) {
            long yAt = row * yStep;
            long dYAt = row * dYStep;
            long dXAt = row * dXStep;
            FloatVector y0 = load(y, yAt);
            FloatVector y1 = load(y, yAt + V1);
            FloatVector y2 = load(y, yAt + V2);
            FloatVector y3 = load(y, yAt + V3);
            FloatVector dY0 = load(dY, dYAt);
            FloatVector dY1 = load(dY, dYAt + V1);
            FloatVector dY2 = load(dY, dYAt + V2);
            FloatVector dY3 = load(dY, dYAt + V3);
            FloatVector inverse = FloatVector.broadcast(SPECIES, inverses.get(Matrix.FLOAT, row * step));
            FloatVector products = y2.fma(dY2, y0.mul(dY0)).add(y3.fma(dY3, y1.mul(dY1)));
            FloatVector minusDot = Lanes.total(products).neg();
            y0.fma(minusDot, dY0).mul(inverse).intoMemorySegment(dX, dXAt, LITTLE_ENDIAN);
            y1.fma(minusDot, dY1).mul(inverse).intoMemorySegment(dX, dXAt + V1, LITTLE_ENDIAN);
            y2.fma(minusDot, dY2).mul(inverse).intoMemorySegment(dX, dXAt + V2, LITTLE_ENDIAN);
            y3.fma(minusDot, dY3).mul(inverse).intoMemorySegment(dX, dXAt + V3, LITTLE_ENDIAN);
        }
    }

    private static void backwardOcts(
            MemorySegment y,
            long yStep,
            MemorySegment dY,
            long dYStep,
            MemorySegment inverses,
            long step,
            MemorySegment dX,
            long dXStep,
            int from,
            int to) {
        for (int row = from; row < to; row++) {
            long yAt = row * yStep;
            long dYAt = row * dYStep;
            long dXAt = row * dXStep;
            FloatVector even = FloatVector.zero(SPECIES);
            FloatVector odd = FloatVector.zero(SPECIES);
            for (int j = 0; j < OCT; j += PAIR) {
                long at = (long) j * Float.BYTES;
                even = load(y, yAt + at).fma(load(dY, dYAt + at), even);
                odd = load(y, yAt + at + V1).fma(load(dY, dYAt + at + V1), odd);
            }
            float minusDot = -Lanes.sum(even.add(odd));
            float inverse = inverses.get(Matrix.FLOAT, row * step);
            for (int j = 0; j < OCT; j += LANES) {
                long at = (long) j * Float.BYTES;
                load(y, yAt + at)
                        .fma(FloatVector.broadcast(SPECIES, minusDot), load(dY, dYAt + at))
                        .mul(inverse)
                        .intoMemorySegment(dX, dXAt + at, LITTLE_ENDIAN);
            }
        }
    }

    private static void backwardRows(
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
            odd = load(a, aAt + at + V1).fma(load(b, bAt + at + V1), odd);
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
