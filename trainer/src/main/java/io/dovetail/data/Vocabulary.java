package io.dovetail.data;

import java.util.List;

/**
 * Distinct strings and their dense rows, counted from 0 in the order of first appearance.
 *
 * <p>Holds UTF-8 and an open hash table of rows: 12 to 20 bytes for each string, and its own. Immutable and safe to share
 * among threads.
 */
public final class Vocabulary {
    /** The answer of {@link #row} for a string that is not here. */
    public static final int MISSING = -1;

    private final Builder content;
    private final List<String> ids;

    private Vocabulary(Builder content) {
        this.content = content;
        this.ids = content.strings.asList();
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
        return content.size();
    }

    /**
     * The string of a row.
     *
     * @param row in {@code [0, size())}
     * @return the string
     * @throws IndexOutOfBoundsException if there is no such row
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
        return content.row(id);
    }

    /** {@return all strings in the order of their rows; unmodifiable, each read when it is asked for} */
    public List<String> ids() {
        return ids;
    }

    /** Collects distinct strings. Not thread-safe, and not to be used after {@link #build}. */
    public static final class Builder {
        private final StringStore strings = new StringStore();
        private int[] slots = new int[64]; // row + 1, or 0; a power of two, at most 5/8 full

        /** A builder without strings. */
        public Builder() {}

        /**
         * Adds a string unless it is here.
         *
         * @param id any string
         * @return its row either way; the size before the call if it is new
         */
        public int add(String id) {
            byte[] utf8 = StringStore.utf8(id);
            int slot = slot(utf8);
            if (slots[slot] > 0) {
                return slots[slot] - 1;
            }
            int row = strings.add(utf8);
            slots[slot] = row + 1;
            if (strings.size() > slots.length / 8 * 5) {
                grow();
            }
            return row;
        }

        /**
         * The row of a string.
         *
         * @param id any string
         * @return its row, or {@link Vocabulary#MISSING}
         */
        public int row(String id) {
            return slots[slot(StringStore.utf8(id))] - 1;
        }

        /** {@return the number of strings so far} */
        public int size() {
            return strings.size();
        }

        String id(int row) {
            return strings.get(row);
        }

        boolean isEmpty(int row) {
            return strings.isEmpty(row);
        }

        /** {@return the vocabulary of all that was added} */
        public Vocabulary build() {
            strings.trim();
            return new Vocabulary(this);
        }

        /** The place of a string, or the free one where it would be. */
        private int slot(byte[] utf8) {
            int slot = StringStore.hash(utf8) & (slots.length - 1);
            while (slots[slot] > 0 && !strings.equals(slots[slot] - 1, utf8)) {
                slot = (slot + 1) & (slots.length - 1);
            }
            return slot;
        }

        private void grow() {
            slots = new int[Math.multiplyExact(slots.length, 2)];
            for (int row = 0; row < strings.size(); row++) {
                int slot = strings.hash(row) & (slots.length - 1);
                while (slots[slot] > 0) {
                    slot = (slot + 1) & (slots.length - 1);
                }
                slots[slot] = row + 1;
            }
        }
    }
}
