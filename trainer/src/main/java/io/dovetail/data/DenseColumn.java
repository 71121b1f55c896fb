package io.dovetail.data;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** A column of numbers or vectors while its file is read: blocks of rows off the heap. */
final class DenseColumn {
    private static final int BLOCK_ROWS = 4096;

    private final ColumnSpec spec;
    private final Arena arena = Arena.ofAuto();
    private final List<MemorySegment> blocks = new ArrayList<>();
    private int rows;
    private int width;

    /** A column that is {@link ColumnSpec.Standardized} or a {@link ColumnSpec.Vector}. */
    DenseColumn(ColumnSpec spec) {
        this.spec = spec;
    }

    /** Adds a field; nothing is known of an empty one. */
    void add(TableReader table, int column) throws DataException {
        String text = table.field(column);
        float[] vector = new float[0];
        if (!text.isBlank()) {
            if (spec instanceof ColumnSpec.Standardized) {
                vector = Double.isNaN(Fields.number(text)) ? vector : new float[] {(float) Fields.number(text)};
            } else {
                vector = Fields.vector(text);
            }
            if (vector.length == 0) {
                String wanted =
                        spec instanceof ColumnSpec.Standardized ? "is not a number" : "is not a list of numbers";
                throw table.fault(column, wanted, "correct it, empty it, or declare the column otherwise");
            }
            if (width > 0 && vector.length != width) {
                throw table.fault(
                        column,
                        "has " + vector.length + " numbers, but " + width + " stand above it",
                        "give all vectors of the column the same dimension, or empty the field");
            }
            if (width == 0) {
                width = vector.length;
            }
        }
        set(rows++, vector);
    }

    private void set(int row, float[] vector) {
        if (vector.length == 0) {
            return; // zeros, or no block at all while no vector came
        }
        while (blocks.size() <= row / BLOCK_ROWS) {
            blocks.add(arena.allocate(ValueLayout.JAVA_FLOAT, (long) BLOCK_ROWS * (width + 1)));
        }
        MemorySegment block = blocks.get(row / BLOCK_ROWS);
        long at = (long) (row % BLOCK_ROWS) * (width + 1);
        block.setAtIndex(ValueLayout.JAVA_FLOAT, at, 1); // present
        MemorySegment.copy(vector, 0, block, ValueLayout.JAVA_FLOAT, Float.BYTES * (at + 1), width);
    }

    private float get(int row, int column) {
        return blocks.size() <= row / BLOCK_ROWS
                ? 0
                : blocks.get(row / BLOCK_ROWS)
                        .getAtIndex(ValueLayout.JAVA_FLOAT, (long) (row % BLOCK_ROWS) * (width + 1) + column);
    }

    /** The feature of some rows; rows beyond the file's have no value. */
    DenseFeature feature(String name, int[] kept) {
        if (spec instanceof ColumnSpec.Standardized) {
            double[] numbers = new double[kept.length];
            for (int n = 0; n < kept.length; n++) {
                numbers[n] = get(kept[n], 0) == 0 ? Double.NaN : get(kept[n], 1);
            }
            return DenseFeature.standardized(name, numbers);
        }
        Matrix values = DenseFeature.allocate(kept.length, Math.max(1, width));
        for (int n = 0; n < kept.length; n++) {
            for (int j = 0; j < width; j++) {
                values.set(n, j, get(kept[n], j + 1));
            }
        }
        return new DenseFeature(name, 0, 1, values);
    }
}
