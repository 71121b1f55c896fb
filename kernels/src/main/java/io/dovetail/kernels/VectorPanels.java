package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Inner products of one row with the rows of panels, four vectors of them at a time: an element of the one is loaded once for
 * all four, and no lanes are added up.
 */
final class VectorPanels {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int LANES = FLOATS.length();
    private static final long PANEL_ROW = (long) RowPanels.PANEL * Float.BYTES;

    private VectorPanels() {}

    /** See {@link SearchKernels#panelDots}. */
    static void dots(Matrix query, Matrix panels, int[] which, int count, Matrix out) {
        int d = query.cols();
        int vectors = count * RowPanels.PANEL / LANES;
        for (int vector = 0; vector < vectors; vector += 4) {
            int last = vectors - 1;
            fourOfPanels(
                    query,
                    panels.data(),
                    panelOffset(panels, d, which, vector),
                    panelOffset(panels, d, which, Math.min(last, vector + 1)),
                    panelOffset(panels, d, which, Math.min(last, vector + 2)),
                    panelOffset(panels, d, which, Math.min(last, vector + 3)),
                    out,
                    vector * LANES,
                    vectors - vector);
        }
    }

    /** Byte at which the columns of a vector begin in the first row of its panel. */
    private static long panelOffset(Matrix panels, int d, int[] which, int vector) {
        int row = vector * LANES;
        return panels.offset(which[row / RowPanels.PANEL] * d) + (long) (row % RowPanels.PANEL) * Float.BYTES;
    }

    /** Four at a time even if fewer are left, to have four sums under way. */
    private static void fourOfPanels(
            Matrix query,
            MemorySegment data,
            long column0,
            long column1,
            long column2,
            long column3,
            Matrix out,
            int at,
            int left) {
        MemorySegment q = query.data();
        int d = query.cols();
        FloatVector sum0 = FloatVector.zero(FLOATS);
        FloatVector sum1 = FloatVector.zero(FLOATS);
        FloatVector sum2 = FloatVector.zero(FLOATS);
        FloatVector sum3 = FloatVector.zero(FLOATS);
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
        }
        VectorRows.store(sum0, out, 0, at);
        if (left > 1) {
            VectorRows.store(sum1, out, 0, at + LANES);
        }
        if (left > 2) {
            VectorRows.store(sum2, out, 0, at + 2 * LANES);
        }
        if (left > 3) {
            VectorRows.store(sum3, out, 0, at + 3 * LANES);
        }
    }
}
