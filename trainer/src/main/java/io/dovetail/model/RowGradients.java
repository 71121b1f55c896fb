package io.dovetail.model;

import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SparseMatrix;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;

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
     * @param chunks the batch
     * @param block of the input, which says what its rows look up in this table
     * @param dZ (n, input width)
     * @param column where the block begins
     */
    void collect(Engine engine, List<TowerChunk> chunks, int block, Matrix dZ, int column) {
        compact.clear();
        count = 0;
        for (TowerChunk chunk : chunks) {
            SparseMatrix lookUps = chunk.lookUps.get(block);
            int[] columns = lookUps.columns();
            float[] values = lookUps.values();
            for (int row = 0; row < chunk.rows(); row++) {
                for (int e = lookUps.start(row); e < lookUps.start(row + 1); e++) {
                    compact.add(slot(columns[e]), values[e]);
                }
                compact.endRow();
            }
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

    /** {@return (table rows, width), for whoever computes the gradients of all rows and then calls {@link #keep}} */
    Matrix all() {
        if (gradients.rows() < slotOfRow.length) {
            gradients = Matrix.allocate(arena, slotOfRow.length, width);
        }
        return gradients.rows(0, slotOfRow.length);
    }

    /**
     * Keeps of {@link #all} the rows that were looked up.
     *
     * @param rowsOfValue has an entry in row {@code start + r} where row r was looked up
     * @param start where this table's rows begin there
     */
    void keep(SparseMatrix rowsOfValue, int start) {
        count = 0;
        if (rows.length < slotOfRow.length) {
            rows = new int[slotOfRow.length];
        }
        for (int row = 0; row < slotOfRow.length; row++) {
            if (rowsOfValue.start(start + row) < rowsOfValue.start(start + row + 1)) {
                if (row > count) {
                    gradients.rows(count, 1).copyFrom(gradients.rows(row, 1));
                }
                rows[count++] = row;
            }
        }
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
