package io.dovetail.model;

import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SparseMatrix;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * The gradient of an embedding table on the rows that a batch looked up, each once.
 *
 * <p>The gradients of a row that is looked up many times are added in the order of the batch, so they have the same bits
 * at any thread count. Reused batch after batch; memory grows to the largest batch. Not thread-safe.
 */
public final class RowGradients {
    private final Arena arena;
    private final int width;
    private final int[] slotOfRow;
    private final SparseMatrix compact = new SparseMatrix();
    private final SparseMatrix transposed = new SparseMatrix();
    private int[] rows = new int[256];
    private int count;
    private Matrix gradients;

    RowGradients(Arena arena, Matrix table) {
        this.arena = arena;
        this.width = table.cols();
        slotOfRow = new int[table.rows()];
        Arrays.fill(slotOfRow, -1);
        gradients = Matrix.allocate(arena, Math.min(256, table.rows()), width);
    }

    /**
     * Sums {@code dBlock = dZ[:, column .. column + width)} into the looked-up rows.
     *
     * @param engine what to compute on
     * @param lookups (n, table rows)
     * @param dZ (n, input width)
     * @param column where the block begins
     */
    void collect(Engine engine, SparseMatrix lookups, Matrix dZ, int column) {
        compact.clear();
        count = 0;
        int[] columns = lookups.columns();
        float[] values = lookups.values();
        for (int row = 0; row < lookups.rows(); row++) {
            for (int e = lookups.start(row); e < lookups.start(row + 1); e++) {
                compact.add(slot(columns[e]), values[e]);
            }
            compact.endRow();
        }
        for (int i = 0; i < count; i++) {
            slotOfRow[rows[i]] = -1;
        }
        transposed.transposeOf(compact, count);
        if (gradients.rows() < count) {
            gradients = Matrix.allocate(arena, Math.min(slotOfRow.length, 2 * count), width);
        }
        engine.kernels().layers().sparseTimesDense(engine.workers(), transposed, dZ, column, gradients, 0, width);
    }

    private int slot(int row) {
        int slot = slotOfRow[row];
        if (slot < 0) {
            slot = count++;
            slotOfRow[row] = slot;
            if (slot == rows.length) {
                rows = Arrays.copyOf(rows, 2 * slot);
            }
            rows[slot] = row;
        }
        return slot;
    }

    /** {@return the looked-up rows in the order of their first look-up; the first {@link #count} are valid} */
    public int[] rows() {
        return rows;
    }

    /** {@return the number of looked-up rows} */
    public int count() {
        return count;
    }

    /** {@return the gradients, row t for {@code rows()[t]}; at least {@link #count} rows} */
    public Matrix gradients() {
        return gradients;
    }
}
