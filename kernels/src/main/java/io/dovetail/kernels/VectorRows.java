package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** What several families do with rows. */
final class VectorRows {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int LANES = FLOATS.length();

    private static final int RUN_FLOATS = 16 * 1024;

    private VectorRows() {}

    /**
     * How many rows an element-wise kernel takes at a time: rows without gaps lie one behind the other and make one long
     * run. Between the rows of any other matrix lies what is not the kernel's to touch.
     */
    static int rowsOfRun(Matrix x) {
        return x.cols() == x.stride() ? Math.max(1, RUN_FLOATS / Math.max(1, x.cols())) : 1;
    }

    /** Elements {@code [column, column + lanes)} of a row. */
    static FloatVector load(Matrix x, int row, int column) {
        return load(x.data(), x.offset(row), column);
    }

    static void store(FloatVector values, Matrix x, int row, int column) {
        values.intoMemorySegment(x.data(), x.offset(row) + (long) column * Float.BYTES, ORDER);
    }

    /** The greatest number of a row; NaN never wins a comparison. */
    static float greatest(Matrix x, int row) {
        int bound = FLOATS.loopBound(x.cols());
        FloatVector best = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
        for (int j = 0; j < bound; j += LANES) {
            FloatVector values = load(x, row, j);
            best = best.blend(values, values.compare(VectorOperators.GT, best));
        }
        float greatest = best.reduceLanes(VectorOperators.MAX);
        for (int j = bound; j < x.cols(); j++) {
            float value = x.get(row, j);
            greatest = value > greatest ? value : greatest;
        }
        return greatest;
    }

    /** The inner product of two rows, given by their byte offsets. */
    static float dot(MemorySegment a, long aRow, MemorySegment b, long bRow, int cols) {
        int bound = FLOATS.loopBound(cols);
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int j = 0; j < bound; j += LANES) {
            sum = load(a, aRow, j).fma(load(b, bRow, j), sum);
        }
        return tail(a, aRow, b, bRow, bound, cols, Lanes.sum(sum));
    }

    /** As {@link #load(Matrix, int, int)}, the row given by its byte offset. */
    static FloatVector load(MemorySegment data, long row, int column) {
        return FloatVector.fromMemorySegment(FLOATS, data, row + (long) column * Float.BYTES, ORDER);
    }

    private static float tail(MemorySegment a, long aRow, MemorySegment b, long bRow, int from, int cols, float start) {
        float sum = start;
        for (int j = from; j < cols; j++) {
            long at = (long) j * Float.BYTES;
            sum = Math.fma(a.get(Matrix.FLOAT, aRow + at), b.get(Matrix.FLOAT, bRow + at), sum);
        }
        return sum;
    }
}
