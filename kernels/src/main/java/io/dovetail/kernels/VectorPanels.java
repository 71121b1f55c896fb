package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Inner products of one row with the rows of panels, eight vectors of them at a time: an element of the one is loaded once for
 * all eight, no sum waits for the one before, and no lanes are added up.
 */
final class VectorPanels {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int LANES = FLOATS.length();
    private static final long PANEL_ROW = (long) RowPanels.PANEL * Float.BYTES;
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
        VectorRows.store(sum7, out, 0, Math.min(last, first + 7) * LANES);
        VectorRows.store(sum6, out, 0, Math.min(last, first + 6) * LANES);
        VectorRows.store(sum5, out, 0, Math.min(last, first + 5) * LANES);
        VectorRows.store(sum4, out, 0, Math.min(last, first + 4) * LANES);
        VectorRows.store(sum3, out, 0, Math.min(last, first + 3) * LANES);
        VectorRows.store(sum2, out, 0, Math.min(last, first + 2) * LANES);
        VectorRows.store(sum1, out, 0, Math.min(last, first + 1) * LANES);
        VectorRows.store(sum0, out, 0, first * LANES);
    }
}
