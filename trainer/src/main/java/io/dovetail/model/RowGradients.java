package io.dovetail.model;

import io.dovetail.kernels.LayerKernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SparseMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The gradient of an embedding table on the rows that a batch looked up, each once.
 *
 * <p>The gradients of a row that is looked up many times are added in the order of the batch, so they have the same bits
 * at any thread count. Reused batch after batch; memory grows to the largest batch. Not thread-safe.
 */
public final class RowGradients {
    /** A block of a tower, and what its rows look up as slots of this gradient. */
    private record LookUps(Activations activations, int block, int column, SparseMatrix compact) {
        LookUps(Activations activations, int block, int column) {
            this(activations, block, column, new SparseMatrix());
        }
    }

    private final Arena arena;
    private final Matrix table;
    private final int width;
    private final int[] slotOfRow;
    private final List<LookUps> lookUps = new ArrayList<>();
    private final SparseMatrix transposed = new SparseMatrix();
    private int[] rows = new int[256];
    private int count;

    /** Rows that there is memory for. */
    private int capacity;

    private Matrix gradients;

    /** What one more block adds, if there are several. */
    private Matrix added;

    RowGradients(Arena arena, Matrix table) {
        this.arena = arena;
        this.table = table;
        this.width = table.cols();
        slotOfRow = new int[table.rows()];
        Arrays.fill(slotOfRow, -1);
        gradients = Matrix.allocate(arena, 0, width);
        added = gradients;
    }

    /**
     * Adds a block whose rows are looked up in this table; {@link #collect} goes through them in the order of these calls.
     *
     * @param activations of the block's tower
     * @param block of its input
     * @param column where the block begins there
     */
    void add(Activations activations, int block, int column) {
        lookUps.add(new LookUps(activations, block, column));
    }

    /**
     * Sums the gradients by the blocks' columns into the looked-up rows.
     *
     * @param engine what to compute on
     */
    void collect(Engine engine) {
        count = 0;
        for (int i = 0; i < lookUps.size(); i++) {
            compact(lookUps.get(i));
        }
        for (int i = 0; i < count; i++) {
            slotOfRow[rows[i]] = -1;
        }
        reserve(count);
        for (int i = 0; i < lookUps.size(); i++) {
            LookUps of = lookUps.get(i);
            transposed.transposeOf(of.compact, count);
            Matrix sum = i == 0 ? gradients : added;
            LayerKernels layers = engine.kernels().layers();
            Matrix dZ = of.activations.views().dInput;
            layers.sparseTimesDense(engine.workers(), transposed, dZ, of.column, sum, 0, width);
            if (of.activations.hasOwnTerms()) {
                Factorization.subtractSquares(of.activations.dOutput(), transposed, rows, table, sum);
            }
            if (i > 0) {
                layers.axpy(engine.workers(), 1, added, gradients);
            }
        }
    }

    private void compact(LookUps of) {
        of.compact.clear();
        List<TowerChunk> chunks = of.activations.chunks();
        for (int c = 0; c < chunks.size(); c++) {
            TowerChunk chunk = chunks.get(c);
            SparseMatrix chunkLookUps = chunk.lookUps.get(of.block);
            int[] columns = chunkLookUps.columns();
            float[] values = chunkLookUps.values();
            for (int row = 0; row < chunk.rows(); row++) {
                for (int e = chunkLookUps.start(row); e < chunkLookUps.start(row + 1); e++) {
                    of.compact.add(slot(columns[e]), values[e]);
                }
                of.compact.endRow();
            }
        }
    }

    /** {@return (table rows, width), for whoever computes the gradients of all rows and then calls {@link #keep}} */
    Matrix all() {
        reserve(slotOfRow.length);
        return gradients;
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
                    move(row, count);
                }
                rows[count++] = row;
            }
        }
        gradients.resize(count, width);
    }

    /** Makes the gradients so many rows. */
    private void reserve(int rowCount) {
        if (capacity < rowCount) {
            capacity = Math.min(slotOfRow.length, Math.max(256, 2 * rowCount));
            gradients = Matrix.allocate(arena, capacity, width);
            added = Matrix.allocate(arena, lookUps.size() > 1 ? capacity : 0, width);
        }
        gradients.resize(rowCount, width);
        if (lookUps.size() > 1) {
            added.resize(rowCount, width);
        }
    }

    private void move(int from, int to) {
        MemorySegment data = gradients.data();
        MemorySegment.copy(data, gradients.offset(from), data, gradients.offset(to), (long) width * Float.BYTES);
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

    /** {@return the gradients, row t for {@code rows()[t]}, {@link #count} of them} */
    public Matrix gradients() {
        return gradients;
    }
}
