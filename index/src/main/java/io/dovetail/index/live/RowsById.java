package io.dovetail.index.live;

import java.util.Arrays;

/** The row of each id: a hash table with linear probing, at most half full. Nothing is ever taken out. */
final class RowsById {

    /** What an id has that is not there. */
    static final int NONE = -1;

    private static final int LEAST_BITS = 6;

    private long[] ids;
    private int[] rows;
    private int bits;
    private int size;

    /** An empty map with room for so many. */
    RowsById(int expected) {
        bits = Math.max(LEAST_BITS, 65 - Long.numberOfLeadingZeros(expected));
        ids = new long[1 << bits];
        rows = free(1 << bits);
    }

    /** {@return the row of an id, or {@link #NONE}} */
    int row(long id) {
        return rows[slot(id)];
    }

    /** Sets the row of an id, at least 0. */
    void put(long id, int row) {
        int slot = slot(id);
        if (rows[slot] == NONE) {
            if (2 * size >= rows.length) {
                grow();
                slot = slot(id);
            }
            ids[slot] = id;
            size++;
        }
        rows[slot] = row;
    }

    private int slot(long id) {
        int mask = rows.length - 1;
        int slot =
                (int) ((id * 0x9E3779B97F4A7C15L) >>> (Long.SIZE - bits)); // Fibonacci hashing (Knuth, volume 3, 6.4)
        while (rows[slot] != NONE && ids[slot] != id) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldIds = ids;
        int[] oldRows = rows;
        bits++;
        ids = new long[1 << bits];
        rows = free(1 << bits);
        for (int i = 0; i < oldRows.length; i++) {
            if (oldRows[i] != NONE) {
                int slot = slot(oldIds[i]);
                ids[slot] = oldIds[i];
                rows[slot] = oldRows[i];
            }
        }
    }

    private static int[] free(int count) {
        int[] rows = new int[count];
        Arrays.fill(rows, NONE);
        return rows;
    }
}
