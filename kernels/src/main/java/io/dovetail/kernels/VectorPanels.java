package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Inner products of one row with the rows of panels, eight vectors of them at a time: an element of the one is loaded once for
 * all eight, no sum waits for the one before, and no lanes are added up.
 *
 * <p><b>What must not change.</b> Results are stored by direct calls of the Vector API: the body is so large that a method of our own
 * might not be inlined any more at its end, and the last sum be boxed for it.
 */
final class VectorPanels {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int LANES = FLOATS.length();
    private static final long PANEL_ROW = (long) RowPanels.PANEL * Float.BYTES;
    private static final long VECTOR_BYTES = FLOATS.vectorByteSize();
    private static final int ABREAST = 8;

    private VectorPanels() {}

    /** See {@link SearchKernels#panelDots}. */
    static void dots(Matrix query, Matrix panels, int[] which, int count, Matrix out) {
        int vectors = count * RowPanels.PANEL / LANES;
        int first = 0;
        while (first < vectors) {
            int next = Math.min(vectors, first + ABREAST);
            // The last ones go once more with some before them, if there are: eight take the time of one.
            eight(query, panels, which, Math.max(0, next - ABREAST), vectors - 1, out);
            first = next;
        }
    }

    /** Byte at which the columns of a vector begin in the first row of its panel. */
    private static long column(Matrix panels, int d, int[] which, int vector) {
        int row = vector * LANES;
        return panels.offset(which[row / RowPanels.PANEL] * d) + (long) (row % RowPanels.PANEL) * Float.BYTES;
    }

    /** The vectors from the first on, of which those behind the last are the last again. */
    private static void eight(Matrix query, Matrix panels, int[] which, int first, int last, Matrix out) {
        MemorySegment q = query.data();
        MemorySegment data = panels.data();
        MemorySegment scores = out.data();
        int d = query.cols();
        long column0 = column(panels, d, which, first);
        long column1 = column(panels, d, which, Math.min(last, first + 1));
        long column2 = column(panels, d, which, Math.min(last, first + 2));
        long column3 = column(panels, d, which, Math.min(last, first + 3));
        long column4 = column(panels, d, which, Math.min(last, first + 4));
        long column5 = column(panels, d, which, Math.min(last, first + 5));
        long column6 = column(panels, d, which, Math.min(last, first + 6));
        long column7 = column(panels, d, which, Math.min(last, first + 7));
        FloatVector sum0 = FloatVector.zero(FLOATS);
        FloatVector sum1 = FloatVector.zero(FLOATS);
        FloatVector sum2 = FloatVector.zero(FLOATS);
        FloatVector sum3 = FloatVector.zero(FLOATS);
        FloatVector sum4 = FloatVector.zero(FLOATS);
        FloatVector sum5 = FloatVector.zero(FLOATS);
        FloatVector sum6 = FloatVector.zero(FLOATS);
        FloatVector sum7 = FloatVector.zero(FLOATS);
        for (int j = 0; j < d; j++) {
            FloatVector element = FloatVector.broadcast(FLOATS, q.get(Matrix.FLOAT, (long) j * Float.BYTES));
            long shift = j * PANEL_ROW;
            sum0 = FloatVector.fromMemorySegment(FLOATS, data, column0 + shift, ORDER)
                    .fma(element, sum0);
            sum1 = FloatVector.fromMemorySegment(FLOATS, data, column1 + shift, ORDER)
                    .fma(element, sum1);
            sum2 = FloatVector.fromMemorySegment(FLOATS, data, column2 + shift, ORDER)
                    .fma(element, sum2);
            sum3 = FloatVector.fromMemorySegment(FLOATS, data, column3 + shift, ORDER)
                    .fma(element, sum3);
            sum4 = FloatVector.fromMemorySegment(FLOATS, data, column4 + shift, ORDER)
                    .fma(element, sum4);
            sum5 = FloatVector.fromMemorySegment(FLOATS, data, column5 + shift, ORDER)
                    .fma(element, sum5);
            sum6 = FloatVector.fromMemorySegment(FLOATS, data, column6 + shift, ORDER)
                    .fma(element, sum6);
            sum7 = FloatVector.fromMemorySegment(FLOATS, data, column7 + shift, ORDER)
                    .fma(element, sum7);
        }
        sum7.intoMemorySegment(scores, Math.min(last, first + 7) * VECTOR_BYTES, ORDER);
        sum6.intoMemorySegment(scores, Math.min(last, first + 6) * VECTOR_BYTES, ORDER);
        sum5.intoMemorySegment(scores, Math.min(last, first + 5) * VECTOR_BYTES, ORDER);
        sum4.intoMemorySegment(scores, Math.min(last, first + 4) * VECTOR_BYTES, ORDER);
        sum3.intoMemorySegment(scores, Math.min(last, first + 3) * VECTOR_BYTES, ORDER);
        sum2.intoMemorySegment(scores, Math.min(last, first + 2) * VECTOR_BYTES, ORDER);
        sum1.intoMemorySegment(scores, Math.min(last, first + 1) * VECTOR_BYTES, ORDER);
        sum0.intoMemorySegment(scores, first * VECTOR_BYTES, ORDER);
    }
}
