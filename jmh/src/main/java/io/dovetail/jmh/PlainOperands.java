package io.dovetail.jmh;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.MemorySegment;

/** What a sweep works on, as arrays. */
final class PlainOperands {
    final float[][] matrices;
    final float[] perRow;
    final float[] perColumn;
    final int rows;
    final int cols;
    int[] targets = {};

    PlainOperands(int count, int rows, int cols) {
        this.rows = rows;
        this.cols = cols;
        matrices = new float[count][rows * cols];
        perRow = new float[rows];
        perColumn = new float[cols];
    }

    void copyFrom(Operands operands) {
        for (int i = 0; i < matrices.length; i++) {
            float[] to = matrices[i];
            MemorySegment.copy(operands.matrices[i].data(), Matrix.FLOAT, 0, to, 0, to.length);
        }
        MemorySegment.copy(operands.perRow.data(), Matrix.FLOAT, 0, perRow, 0, rows);
        MemorySegment.copy(operands.perColumn.data(), Matrix.FLOAT, 0, perColumn, 0, cols);
        targets = operands.targets;
    }

    /** Does nothing if there are no arrays. */
    void copyTo(Operands operands) {
        for (int i = 0; i < matrices.length; i++) {
            float[] from = matrices[i];
            MemorySegment.copy(from, 0, operands.matrices[i].data(), Matrix.FLOAT, 0, from.length);
        }
        if (matrices.length > 0) {
            MemorySegment.copy(perRow, 0, operands.perRow.data(), Matrix.FLOAT, 0, rows);
            MemorySegment.copy(perColumn, 0, operands.perColumn.data(), Matrix.FLOAT, 0, cols);
        }
    }
}
