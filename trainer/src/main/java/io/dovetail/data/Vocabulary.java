package io.dovetail.data;

import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Object2IntHashMap;

/**
 * Distinct strings and their dense rows, counted from 0 in the order of first appearance.
 *
 * <p>Immutable and safe to share among threads.
 */
public final class Vocabulary {
    /** The answer of {@link #row} for a string that is not here. */
    public static final int MISSING = -1;

    private static final float LOAD_FACTOR = 0.6f;

    private final List<String> ids;
    private final Object2IntHashMap<String> rows;

    private Vocabulary(List<String> ids, Object2IntHashMap<String> rows) {
        this.ids = ids;
        this.rows = rows;
    }

    /**
     * A vocabulary of the given strings.
     *
     * @param ids distinct strings; the place of each is its row
     * @return the vocabulary
     * @throws IllegalArgumentException if a string comes twice
     */
    public static Vocabulary of(List<String> ids) {
        Builder builder = new Builder();
        for (String id : ids) {
            int rows = builder.size();
            if (builder.add(id) < rows) {
                throw new IllegalArgumentException("vocabulary: '" + id + "' comes twice");
            }
        }
        return builder.build();
    }

    /** {@return the number of strings} */
    public int size() {
        return ids.size();
    }

    /**
     * The string of a row.
     *
     * @param row in {@code [0, size())}
     * @return the string
     */
    public String id(int row) {
        return ids.get(row);
    }

    /**
     * The row of a string.
     *
     * @param id any string
     * @return its row, or {@link #MISSING}
     */
    public int row(String id) {
        return rows.getValue(id);
    }

    /** {@return all strings in the order of their rows; unmodifiable} */
    public List<String> ids() {
        return ids;
    }

    /** Collects distinct strings. Not thread-safe, and not to be used after {@link #build}. */
    static final class Builder {
        private final List<String> ids = new ArrayList<>();
        private final Object2IntHashMap<String> rows = new Object2IntHashMap<>(16, LOAD_FACTOR, MISSING);

        /** Adds a string unless it is here; returns its row either way. */
        int add(String id) {
            int row = rows.getValue(id);
            if (row == MISSING) {
                row = ids.size();
                rows.put(id, row);
                ids.add(id);
            }
            return row;
        }

        int row(String id) {
            return rows.getValue(id);
        }

        String id(int row) {
            return ids.get(row);
        }

        int size() {
            return ids.size();
        }

        Vocabulary build() {
            return new Vocabulary(List.copyOf(ids), rows);
        }
    }
}
