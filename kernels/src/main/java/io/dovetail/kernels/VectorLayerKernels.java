package io.dovetail.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The layers, a vector at a time. Columns that fill no vector are left to a scalar tail, in the arithmetic of the scalar
 * twin; rows of whole vectors have none.
 */
final class VectorLayerKernels extends LayerKernels {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final long VECTOR_BYTES = SPECIES.vectorByteSize();

    @Override
    void sparseTimesDense(SparseMatrix s, Matrix x, int xColumn, Matrix y, int yColumn, int width, int from, int to) {
        int[] columns = s.columns();
        float[] values = s.values();
        int pairs = width / (2 * LANES) * (2 * LANES);
        int whole = SPECIES.loopBound(width);
        for (int row = from; row < to; row++) {
            int start = s.start(row);
            int end = s.start(row + 1);
            long result = y.offset(row) + (long) yColumn * Float.BYTES;
            long source = (long) xColumn * Float.BYTES;
            int j = 0;
            for (; j < pairs; j += 2 * LANES) {
                sumPair(columns, values, start, end, x, source + bytes(j), y.data(), result + bytes(j));
            }
            for (; j < whole; j += LANES) {
                sumVector(columns, values, start, end, x, source + bytes(j), y.data(), result + bytes(j));
            }
            for (; j < width; j++) {
                float sum = 0;
                for (int e = start; e < end; e++) {
                    sum = Math.fma(
                            values[e], x.data().get(Matrix.FLOAT, x.offset(columns[e]) + source + bytes(j)), sum);
                }
                y.data().set(Matrix.FLOAT, result + bytes(j), sum);
            }
        }
    }

    /** Two vectors at once: one look at an entry serves both. */
    private static void sumPair(
            int[] columns, float[] values, int start, int end, Matrix x, long source, MemorySegment y, long result) {
        MemorySegment data = x.data();
        long step = x.offset(1);
        FloatVector left = FloatVector.zero(SPECIES);
        FloatVector right = FloatVector.zero(SPECIES);
        for (int e = start; e < end; e++) {
            long at = columns[e] * step + source;
            FloatVector value = FloatVector.broadcast(SPECIES, values[e]);
            left = FloatVector.fromMemorySegment(SPECIES, data, at, LITTLE_ENDIAN)
                    .fma(value, left);
            right = FloatVector.fromMemorySegment(SPECIES, data, at + VECTOR_BYTES, LITTLE_ENDIAN)
                    .fma(value, right);
        }
        left.intoMemorySegment(y, result, LITTLE_ENDIAN);
        right.intoMemorySegment(y, result + VECTOR_BYTES, LITTLE_ENDIAN);
    }

    private static void sumVector(
            int[] columns, float[] values, int start, int end, Matrix x, long source, MemorySegment y, long result) {
        MemorySegment data = x.data();
        long step = x.offset(1);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int e = start; e < end; e++) {
            sum = FloatVector.fromMemorySegment(SPECIES, data, columns[e] * step + source, LITTLE_ENDIAN)
                    .fma(FloatVector.broadcast(SPECIES, values[e]), sum);
        }
        sum.intoMemorySegment(y, result, LITTLE_ENDIAN);
    }

    @Override
    void columnSums(Matrix x, Matrix sums, int fromColumn, int toColumn) {
        MemorySegment data = x.data();
        long step = x.offset(1);
        int j = fromColumn;
        for (; j + 2 * LANES <= toColumn; j += 2 * LANES) {
            FloatVector left = FloatVector.zero(SPECIES);
            FloatVector right = FloatVector.zero(SPECIES);
            for (int row = 0; row < x.rows(); row++) {
                long at = row * step + bytes(j);
                left = left.add(FloatVector.fromMemorySegment(SPECIES, data, at, LITTLE_ENDIAN));
                right = right.add(FloatVector.fromMemorySegment(SPECIES, data, at + VECTOR_BYTES, LITTLE_ENDIAN));
            }
            left.intoMemorySegment(sums.data(), bytes(j), LITTLE_ENDIAN);
            right.intoMemorySegment(sums.data(), bytes(j) + VECTOR_BYTES, LITTLE_ENDIAN);
        }
        for (; j < toColumn; j++) {
            float sum = 0;
            for (int row = 0; row < x.rows(); row++) {
                sum += data.get(Matrix.FLOAT, row * step + bytes(j));
            }
            sums.data().set(Matrix.FLOAT, bytes(j), sum);
        }
    }

    @Override
    void reluBackward(Matrix y, Matrix dY, int from, int to) {
        int whole = SPECIES.loopBound(y.cols());
        for (int row = from; row < to; row++) {
            long yAt = y.offset(row);
            long dYAt = dY.offset(row);
            for (int j = 0; j < whole; j += LANES) {
                VectorMask<Float> positive = FloatVector.fromMemorySegment(
                                SPECIES, y.data(), yAt + bytes(j), LITTLE_ENDIAN)
                        .compare(VectorOperators.GT, 0);
                FloatVector gradient =
                        FloatVector.fromMemorySegment(SPECIES, dY.data(), dYAt + bytes(j), LITTLE_ENDIAN);
                FloatVector.zero(SPECIES)
                        .blend(gradient, positive)
                        .intoMemorySegment(dY.data(), dYAt + bytes(j), LITTLE_ENDIAN);
            }
            for (int j = whole; j < y.cols(); j++) {
                if (!(y.data().get(Matrix.FLOAT, yAt + bytes(j)) > 0)) {
                    dY.data().set(Matrix.FLOAT, dYAt + bytes(j), 0);
                }
            }
        }
    }

    @Override
    void normalizeRows(Matrix x, Matrix y, Matrix inverseNorms, int from, int to) {
        int whole = SPECIES.loopBound(x.cols());
        for (int row = from; row < to; row++) {
            long xAt = x.offset(row);
            long yAt = y.offset(row);
            float norm = (float) Math.sqrt(dot(x.data(), xAt, x.data(), xAt, x.cols()));
            float inverse = norm < MIN_NORM ? 0 : 1 / norm;
            inverseNorms.data().set(Matrix.FLOAT, bytes(row), inverse);
            for (int j = 0; j < whole; j += LANES) {
                FloatVector.fromMemorySegment(SPECIES, x.data(), xAt + bytes(j), LITTLE_ENDIAN)
                        .mul(inverse)
                        .intoMemorySegment(y.data(), yAt + bytes(j), LITTLE_ENDIAN);
            }
            for (int j = whole; j < x.cols(); j++) {
                y.data().set(Matrix.FLOAT, yAt + bytes(j), x.data().get(Matrix.FLOAT, xAt + bytes(j)) * inverse);
            }
        }
    }

    @Override
    void normalizeRowsBackward(Matrix y, Matrix inverseNorms, Matrix dY, Matrix dX, int from, int to) {
        int whole = SPECIES.loopBound(y.cols());
        for (int row = from; row < to; row++) {
            long yAt = y.offset(row);
            long dYAt = dY.offset(row);
            long dXAt = dX.offset(row);
            float dot = dot(dY.data(), dYAt, y.data(), yAt, y.cols());
            float inverse = inverseNorms.data().get(Matrix.FLOAT, bytes(row));
            for (int j = 0; j < whole; j += LANES) {
                FloatVector gradient =
                        FloatVector.fromMemorySegment(SPECIES, dY.data(), dYAt + bytes(j), LITTLE_ENDIAN);
                FloatVector.fromMemorySegment(SPECIES, y.data(), yAt + bytes(j), LITTLE_ENDIAN)
                        .fma(FloatVector.broadcast(SPECIES, -dot), gradient)
                        .mul(inverse)
                        .intoMemorySegment(dX.data(), dXAt + bytes(j), LITTLE_ENDIAN);
            }
            for (int j = whole; j < y.cols(); j++) {
                float gradient = dY.data().get(Matrix.FLOAT, dYAt + bytes(j));
                float value = y.data().get(Matrix.FLOAT, yAt + bytes(j));
                dX.data().set(Matrix.FLOAT, dXAt + bytes(j), Math.fma(-dot, value, gradient) * inverse);
            }
        }
    }

    @Override
    void axpy(float alpha, Matrix x, Matrix y, int from, int to) {
        int whole = SPECIES.loopBound(x.cols());
        FloatVector factor = FloatVector.broadcast(SPECIES, alpha);
        for (int row = from; row < to; row++) {
            long xAt = x.offset(row);
            long yAt = y.offset(row);
            for (int j = 0; j < whole; j += LANES) {
                FloatVector old = FloatVector.fromMemorySegment(SPECIES, y.data(), yAt + bytes(j), LITTLE_ENDIAN);
                FloatVector.fromMemorySegment(SPECIES, x.data(), xAt + bytes(j), LITTLE_ENDIAN)
                        .fma(factor, old)
                        .intoMemorySegment(y.data(), yAt + bytes(j), LITTLE_ENDIAN);
            }
            for (int j = whole; j < x.cols(); j++) {
                float old = y.data().get(Matrix.FLOAT, yAt + bytes(j));
                float value = x.data().get(Matrix.FLOAT, xAt + bytes(j));
                y.data().set(Matrix.FLOAT, yAt + bytes(j), Math.fma(alpha, value, old));
            }
        }
    }

    @Override
    void multiply(Matrix x, Matrix m, Matrix y, int from, int to) {
        int whole = SPECIES.loopBound(x.cols());
        for (int row = from; row < to; row++) {
            long xAt = x.offset(row);
            long mAt = m.offset(row);
            long yAt = y.offset(row);
            for (int j = 0; j < whole; j += LANES) {
                FloatVector.fromMemorySegment(SPECIES, x.data(), xAt + bytes(j), LITTLE_ENDIAN)
                        .mul(FloatVector.fromMemorySegment(SPECIES, m.data(), mAt + bytes(j), LITTLE_ENDIAN))
                        .intoMemorySegment(y.data(), yAt + bytes(j), LITTLE_ENDIAN);
            }
            for (int j = whole; j < x.cols(); j++) {
                float value = x.data().get(Matrix.FLOAT, xAt + bytes(j));
                y.data().set(Matrix.FLOAT, yAt + bytes(j), value * m.data().get(Matrix.FLOAT, mAt + bytes(j)));
            }
        }
    }

    private static float dot(MemorySegment a, long aAt, MemorySegment b, long bAt, int count) {
        int whole = SPECIES.loopBound(count);
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int j = 0; j < whole; j += LANES) {
            sums = FloatVector.fromMemorySegment(SPECIES, a, aAt + bytes(j), LITTLE_ENDIAN)
                    .fma(FloatVector.fromMemorySegment(SPECIES, b, bAt + bytes(j), LITTLE_ENDIAN), sums);
        }
        float sum = Lanes.sum(sums);
        for (int j = whole; j < count; j++) {
            sum = Math.fma(a.get(Matrix.FLOAT, aAt + bytes(j)), b.get(Matrix.FLOAT, bAt + bytes(j)), sum);
        }
        return sum;
    }

    private static long bytes(int floats) {
        return (long) floats * Float.BYTES;
    }
}
