package io.dovetail.data;

import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/**
 * Strings, one after another in one array of UTF-8: a million of them take their bytes and four more each, where a
 * {@code List<String>} takes some fifty. Not thread-safe while strings are added; together they may have 2 GiB.
 */
final class StringStore {
    private static final int MOST_BYTES = Integer.MAX_VALUE - 8;

    private byte[] bytes = new byte[256];
    private int[] end = new int[32];
    private int size;

    /** A store of the given strings. */
    static StringStore of(Iterable<String> strings) {
        StringStore store = new StringStore();
        for (String string : strings) {
            store.add(utf8(string));
        }
        return store;
    }

    static byte[] utf8(String string) {
        return string.getBytes(StandardCharsets.UTF_8);
    }

    /** Adds a string and returns its row. */
    int add(byte[] utf8) {
        int from = start(size);
        if (utf8.length > MOST_BYTES - from) {
            throw new IllegalStateException("strings: more than 2 GiB of ids or texts in one column; shorten them");
        }
        int to = from + utf8.length;
        if (to > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(MOST_BYTES, Math.max(to, bytes.length * 2L)));
        }
        if (size == end.length) {
            end = Arrays.copyOf(end, (int) Math.min(MOST_BYTES, end.length * 2L));
        }
        System.arraycopy(utf8, 0, bytes, from, utf8.length);
        end[size] = to;
        return size++;
    }

    int size() {
        return size;
    }

    String get(int row) {
        int from = start(row);
        return new String(bytes, from, end[row] - from, StandardCharsets.UTF_8);
    }

    boolean isEmpty(int row) {
        return start(row) == end[row];
    }

    boolean equals(int row, byte[] utf8) {
        return Arrays.equals(bytes, start(row), end[row], utf8, 0, utf8.length);
    }

    int hash(int row) {
        return hash(bytes, start(row), end[row]);
    }

    static int hash(byte[] utf8) {
        return hash(utf8, 0, utf8.length);
    }

    private static int hash(byte[] bytes, int from, int to) {
        int hash = 1;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + bytes[i];
        }
        hash *= 0x9E3779B9; // spreads ids that differ in their last digits alone over all bits
        return hash ^ (hash >>> 15);
    }

    /** Cuts off what was allocated ahead. */
    void trim() {
        bytes = Arrays.copyOf(bytes, start(size));
        end = Arrays.copyOf(end, size);
    }

    private int start(int row) {
        return row == 0 ? 0 : end[row - 1];
    }

    /** The strings as a list that reads them when they are asked for. Nothing may be added from here on. */
    List<String> asList() {
        return new View(this);
    }

    private static final class View extends AbstractList<String> implements RandomAccess {
        private final StringStore strings;

        View(StringStore strings) {
            this.strings = strings;
        }

        @Override
        public String get(int row) {
            if (row < 0 || row >= strings.size) {
                throw new IndexOutOfBoundsException("row " + row + " is not in [0, " + strings.size + ")");
            }
            return strings.get(row);
        }

        @Override
        public int size() {
            return strings.size;
        }
    }

    /** An unmodifiable copy of a list in little memory; the list itself if it is one already. */
    static List<String> compact(List<String> strings) {
        if (strings instanceof View) {
            return strings;
        }
        StringStore store = of(strings);
        store.trim();
        return store.asList();
    }
}
