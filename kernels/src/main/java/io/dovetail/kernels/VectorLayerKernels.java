package io.dovetail.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
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
        MemorySegment table = x.data();
        MemorySegment result = y.data();
        long xStep = x.offset(1);
        long yStep = y.offset(1);
        boolean lookUp = s.isLookUp(from, to);
        int j = 0;
        for (; lookUp && j + 2 * LANES <= width; j += 2 * LANES) {
            lookUpPairs(s, table, bytes(xColumn + j), xStep, result, bytes(yColumn + j), yStep, from, to);
        }
        for (; j + 2 * LANES <= width; j += 2 * LANES) {
            sumPairs(s, table, bytes(xColumn + j), xStep, result, bytes(yColumn + j), yStep, from, to);
        }
        for (; j + LANES <= width; j += LANES) {
            sumVectors(s, table, bytes(xColumn + j), xStep, result, bytes(yColumn + j), yStep, from, to);
        }
        for (; j < width; j++) {
            sumFloats(s, table, bytes(xColumn + j), xStep, result, bytes(yColumn + j), yStep, from, to);
        }
    }

    /** Rows of one entry: without an inner loop, many rows are on their way from memory at a time. */
    private static void lookUpPairs(
            SparseMatrix s,
            MemorySegment x,
            long source,
            long xStep,
            MemorySegment y,
            long result,
            long yStep,
            int from,
            int to) {
        int[] columns = s.columns();
        float[] values = s.values();
        int start = s.start(from) - from;
        for (int row = from; row < to; row++) {
            long entry = source + columns[start + row] * xStep;
            long at = result + row * yStep;
            FloatVector value = FloatVector.broadcast(SPECIES, values[start + row]);
            FloatVector left = value.fma(load(x, entry), FloatVector.zero(SPECIES));
            FloatVector right = value.fma(load(x, entry + VECTOR_BYTES), FloatVector.zero(SPECIES));
            left.intoMemorySegment(y, at, LITTLE_ENDIAN);
            right.intoMemorySegment(y, at + VECTOR_BYTES, LITTLE_ENDIAN);
        }
    }

    /** Two vectors of columns at once: one look at an entry serves both. */
    private static void sumPairs(
            SparseMatrix s,
            MemorySegment x,
            long source,
            long xStep,
            MemorySegment y,
            long result,
            long yStep,
            int from,
            int to) {
        int[] columns = s.columns();
        float[] values = s.values();
        for (int row = from; row < to; row++) {
            FloatVector left = FloatVector.zero(SPECIES);
            FloatVector right = FloatVector.zero(SPECIES);
            for (int e = s.start(row); e < s.start(row + 1); e++) {
                long entry = source + columns[e] * xStep;
                FloatVector value = FloatVector.broadcast(SPECIES, values[e]);
                left = value.fma(load(x, entry), left);
                right = value.fma(load(x, entry + VECTOR_BYTES), right);
            }
            left.intoMemorySegment(y, result + row * yStep, LITTLE_ENDIAN);
            right.intoMemorySegment(y, result + row * yStep + VECTOR_BYTES, LITTLE_ENDIAN);
        }
    }

    private static void sumVectors(
            SparseMatrix s,
            MemorySegment x,
            long source,
            long xStep,
            MemorySegment y,
            long result,
            long yStep,
            int from,
            int to) {
        int[] columns = s.columns();
        float[] values = s.values();
        for (int row = from; row < to; row++) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int e = s.start(row); e < s.start(row + 1); e++) {
                FloatVector value = FloatVector.broadcast(SPECIES, values[e]);
                sum = value.fma(load(x, source + columns[e] * xStep), sum);
            }
            sum.intoMemorySegment(y, result + row * yStep, LITTLE_ENDIAN);
        }
    }

    private static void sumFloats(
            SparseMatrix s,
            MemorySegment x,
            long source,
            long xStep,
            MemorySegment y,
            long result,
            long yStep,
            int from,
            int to) {
        int[] columns = s.columns();
        float[] values = s.values();
        for (int row = from; row < to; row++) {
            float sum = 0;
            for (int e = s.start(row); e < s.start(row + 1); e++) {
                sum = Math.fma(values[e], x.get(Matrix.FLOAT, source + columns[e] * xStep), sum);
            }
            y.set(Matrix.FLOAT, result + row * yStep, sum);
        }
    }

    @Override
    void columnSums(Matrix x, Matrix sums, int fromColumn, int toColumn) {
        MemorySegment data = x.data();
        MemorySegment result = sums.data();
        long step = x.offset(1);
        int rows = x.rows();
        int j = fromColumn;
        for (; j + 4 * LANES <= toColumn; j += 4 * LANES) {
            sumOfFour(data, bytes(j), step, rows, result, bytes(j));
        }
        for (; j + LANES <= toColumn; j += LANES) {
            sumOfOne(data, bytes(j), step, rows, result, bytes(j));
        }
        for (; j < toColumn; j++) {
            float sum = 0;
            for (int row = 0; row < rows; row++) {
                sum += data.get(Matrix.FLOAT, row * step + bytes(j));
            }
            result.set(Matrix.FLOAT, bytes(j), sum);
        }
    }

    /** Four vectors of columns at once: what a row gives lies in lines next to each other. */
    private static void sumOfFour(MemorySegment x, long at, long step, int rows, MemorySegment sums, long to) {
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = FloatVector.zero(SPECIES);
        FloatVector sum2 = FloatVector.zero(SPECIES);
        FloatVector sum3 = FloatVector.zero(SPECIES);
        for (int row = 0; row < rows; row++) {
            long from = at + row * step;
            sum0 = sum0.add(load(x, from));
            sum1 = sum1.add(load(x, from + VECTOR_BYTES));
            sum2 = sum2.add(load(x, from + 2 * VECTOR_BYTES));
            sum3 = sum3.add(load(x, from + 3 * VECTOR_BYTES));
        }
        sum0.intoMemorySegment(sums, to, LITTLE_ENDIAN);
        sum1.intoMemorySegment(sums, to + VECTOR_BYTES, LITTLE_ENDIAN);
        sum2.intoMemorySegment(sums, to + 2 * VECTOR_BYTES, LITTLE_ENDIAN);
        sum3.intoMemorySegment(sums, to + 3 * VECTOR_BYTES, LITTLE_ENDIAN);
    }

    private static void sumOfOne(MemorySegment x, long at, long step, int rows, MemorySegment sums, long to) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int row = 0; row < rows; row++) {
            sum = sum.add(load(x, at + row * step));
        }
        sum.intoMemorySegment(sums, to, LITTLE_ENDIAN);
    }

    @Override
    void reluBackward(Matrix y, Matrix dY, int from, int to) {
        int run = Math.min(VectorRows.rowsOfRun(y), VectorRows.rowsOfRun(dY));
        MemorySegment outputs = y.data();
        MemorySegment gradients = dY.data();
        for (int row = from; row < to; row += run) {
            int count = Math.min(run, to - row) * y.cols();
            VectorElementwise.reluBackward(outputs, y.offset(row), gradients, dY.offset(row), count);
        }
    }

    @Override
    void normalizeRows(Matrix x, Matrix y, Matrix inverseNorms, int from, int to) {
        VectorNorms.forward(x, y, inverseNorms, from, to);
    }

    @Override
    void normalizeRowsBackward(Matrix y, Matrix inverseNorms, Matrix dY, Matrix dX, int from, int to) {
        VectorNorms.backward(y, inverseNorms, dY, dX, from, to);
    }

    @Override
    void axpy(float alpha, Matrix x, Matrix y, int from, int to) {
        int run = Math.min(VectorRows.rowsOfRun(x), VectorRows.rowsOfRun(y));
        MemorySegment source = x.data();
        MemorySegment result = y.data();
        for (int row = from; row < to; row += run) {
            int count = Math.min(run, to - row) * x.cols();
            VectorElementwise.axpy(alpha, source, x.offset(row), result, y.offset(row), count);
        }
    }

    @Override
    void multiply(Matrix x, Matrix m, Matrix y, int from, int to) {
        int run = Math.min(Math.min(VectorRows.rowsOfRun(x), VectorRows.rowsOfRun(m)), VectorRows.rowsOfRun(y));
        MemorySegment left = x.data();
        MemorySegment right = m.data();
        MemorySegment result = y.data();
        for (int row = from; row < to; row += run) {
            int count = Math.min(run, to - row) * x.cols();
            VectorElementwise.multiply(left, x.offset(row), right, m.offset(row), result, y.offset(row), count);
        }
    }

    @Override
    void maximum(Matrix x, Matrix y, int from, int to) {
        int run = Math.min(VectorRows.rowsOfRun(x), VectorRows.rowsOfRun(y));
        for (int row = from; row < to; row += run) {
            int count = Math.min(run, to - row) * x.cols();
            VectorElementwise.maximum(x.data(), x.offset(row), y.data(), y.offset(row), count);
        }
    }

    private static FloatVector load(MemorySegment data, long at) {
        return FloatVector.fromMemorySegment(SPECIES, data, at, LITTLE_ENDIAN);
    }

    private static long bytes(int floats) {
        return (long) floats * Float.BYTES;
    }
}
