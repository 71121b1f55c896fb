package io.dovetail.index;

/**
 * A reservoir of the best (score, row) pairs. It takes up to twice as many as asked for, then drops the worse half by
 * quickselect and raises its threshold, so that most offers cost one comparison.
 *
 * <p>A pair is one {@code long}: the score in the high half, as an integer of the same order, and the complement of the
 * row in the low half. A greater key is better; of equal scores the smaller row is.
 */
final class Candidates {

    private static final int LEAST_CAPACITY = 256;
    private static final int SHORT = 24;

    private long[] keys = new long[LEAST_CAPACITY];
    private int limit;
    private int capacity;
    private int size;
    private long threshold;

    /**
     * Forgets all pairs.
     *
     * @param wanted number of pairs to keep, at least 1
     * @param most upper bound of the number of offers to come
     */
    void clear(int wanted, int most) {
        limit = Math.min(wanted, most);
        capacity = (int) Math.min(most, Math.max(LEAST_CAPACITY, 2L * limit));
        if (keys.length < capacity) {
            keys = new long[capacity];
        }
        size = 0;
        threshold = Long.MIN_VALUE;
    }

    static long key(float score, int row) {
        return ((long) ordered(Float.floatToRawIntBits(score)) << 32) | (~row & 0xffffffffL);
    }

    private static int row(long key) {
        return ~(int) key;
    }

    private static float score(long key) {
        return Float.intBitsToFloat(ordered((int) (key >> 32)));
    }

    /** Turns the bits of a float into an integer of the same order, and back. */
    private static int ordered(int bits) {
        return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    }

    /** Whether a pair could be among the best; to be asked before {@link #add}. */
    boolean wants(long key) {
        return key > threshold;
    }

    /** Least score that could be among the best. */
    float threshold() {
        return threshold == Long.MIN_VALUE ? Float.NEGATIVE_INFINITY : score(threshold);
    }

    void add(long key) {
        if (size == capacity) {
            keepBest();
            if (key <= threshold) {
                return;
            }
        }
        keys[size++] = key;
    }

    /** Drops all but the best. {@return how many are left} */
    int keepBest() {
        if (size > limit) {
            select(limit - 1);
            size = limit;
            threshold = keys[limit - 1];
        }
        return size;
    }

    /** Drops all but the best and puts them in order, best first. {@return how many are left} */
    int sortBest() {
        keepBest();
        sort(0, size - 1);
        return size;
    }

    int row(int place) {
        return row(keys[place]);
    }

    float score(int place) {
        return score(keys[place]);
    }

    /** Quickselect: puts the key that belongs at {@code place} there, better ones before it, worse ones after it. */
    private void select(int place) {
        int from = 0;
        int to = size - 1;
        while (from < to) {
            int end = partition(from, to);
            if (place <= end) {
                to = end;
            } else {
                from = end + 1;
            }
        }
    }

    private void sort(int from, int to) {
        if (to - from < SHORT) {
            insertionSort(from, to);
        } else {
            int end = partition(from, to);
            sort(from, end);
            sort(end + 1, to);
        }
    }

    private void insertionSort(int from, int to) {
        for (int i = from + 1; i <= to; i++) {
            long key = keys[i];
            int at = i;
            while (at > from && keys[at - 1] < key) {
                keys[at] = keys[at - 1];
                at--;
            }
            keys[at] = key;
        }
    }

    /** Hoare's partition around the median of three. {@return the end of the better part, below {@code to}} */
    private int partition(int from, int to) {
        long a = keys[from];
        long b = keys[(from + to) >>> 1];
        long c = keys[to];
        long pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
        int i = from - 1;
        int j = to + 1;
        while (true) {
            do {
                i++;
            } while (keys[i] > pivot);
            do {
                j--;
            } while (keys[j] < pivot);
            if (i >= j) {
                return j;
            }
            long key = keys[i];
            keys[i] = keys[j];
            keys[j] = key;
        }
    }
}
