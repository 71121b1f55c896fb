package io.dovetail.kernels;

import java.util.Arrays;

/**
 * A sparse matrix in compressed row form that is refilled batch after batch without allocating.
 *
 * <p>Row {@code r} has the entries {@code [start(r), start(r + 1))}; entry {@code e} stands in column
 * {@code columns()[e]} with the value {@code values()[e]}. One type serves every gather and scatter of a model: with
 * {@code E} an embedding table, {@code S * E} looks ids up (one entry of 1 a row) or mean-pools them (entries of 1/n),
 * and {@code S}<sup>T</sup>{@code  * dZ} adds up the gradients of repeated ids in a fixed order.
 *
 * <p>Not thread-safe while it is being filled.
 */
public final class SparseMatrix {
    private int[] start = new int[16];
    private int[] columns = new int[16];
    private float[] values = new float[16];
    private int rows;
    private int size;

    /** An empty matrix. */
    public SparseMatrix() {}

    /** Forgets all rows; keeps the memory. */
    public void clear() {
        rows = 0;
        size = 0;
        start[0] = 0;
    }

    /**
     * Makes room ahead: growth by doubling needs three times the memory of what was there.
     *
     * @param entries number of entries that will fit without growth
     */
    public void reserve(int entries) {
        if (columns.length < entries) {
            columns = Arrays.copyOf(columns, entries);
            values = Arrays.copyOf(values, entries);
        }
    }

    /**
     * Adds an entry to the row that is being filled; {@link #endRow} closes it.
     *
     * @param column the column
     * @param value the value
     */
    public void add(int column, float value) {
        if (size == columns.length) {
            columns = Arrays.copyOf(columns, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
        }
        columns[size] = column;
        values[size] = value;
        size++;
    }

    /** Closes the row that is being filled and opens the next. A row may be empty. */
    public void endRow() {
        rows++;
        if (rows == start.length) {
            start = Arrays.copyOf(start, 2 * rows);
        }
        start[rows] = size;
    }

    /**
     * Adds a row of a single entry.
     *
     * @param column the column
     * @param value the value
     */
    public void addRow(int column, float value) {
        add(column, value);
        endRow();
    }

    /** {@return the number of closed rows} */
    public int rows() {
        return rows;
    }

    /** {@return the number of entries in closed rows} */
    public int size() {
        return start[rows];
    }

    /**
     * Where the entries of a row begin.
     *
     * @param row in {@code [0, rows]}
     * @return index into {@link #columns()} and {@link #values()}
     */
    public int start(int row) {
        return start[row];
    }

    /** Whether each of the rows {@code [from, to)} has exactly one entry. */
    boolean isLookUp(int from, int to) {
        for (int row = from; row < to; row++) {
            if (start[row + 1] - start[row] != 1) {
                return false;
            }
        }
        return true;
    }

    /** {@return the columns of the entries; the array may be longer than {@link #size()} and is replaced on growth} */
    public int[] columns() {
        return columns;
    }

    /** {@return the values of the entries; writable} */
    public float[] values() {
        return values;
    }

    /**
     * Becomes the transpose of {@code source}, with the entries of each row in the order of the source's rows.
     *
     * @param source matrix to transpose, not this one
     * @param sourceColumns number of columns of the source: this matrix' number of rows
     */
    public void transposeOf(SparseMatrix source, int sourceColumns) {
        size = source.size();
        if (start.length <= sourceColumns + 1) {
            start = new int[Math.max(sourceColumns + 2, grown(start.length))];
        }
        if (columns.length < size) {
            int room = Math.max(size, grown(columns.length));
            columns = new int[room];
            values = new float[room];
        }
        rows = sourceColumns;
        Arrays.fill(start, 0, sourceColumns + 2, 0);
        for (int e = 0; e < size; e++) {
            start[source.columns[e] + 2]++;
        }
        for (int r = 2; r <= sourceColumns + 1; r++) {
            start[r] += start[r - 1];
        }
        for (int r = 0; r < source.rows; r++) {
            for (int e = source.start[r]; e < source.start[r + 1]; e++) {
                int slot = start[source.columns[e] + 1]++;
                columns[slot] = r;
                values[slot] = source.values[e];
            }
        }
    }

    /** Room that spares the next batches, a little larger than this one, a growth of their own. */
    private static int grown(int length) {
        return (int) Math.min(Integer.MAX_VALUE - 8L, length + length / 4L);
    }
}
