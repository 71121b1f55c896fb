package io.dovetail.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The best (score, row) pairs of those offered, reusable: a reservoir that takes up to twice as many as asked for, then
 * drops the worse half by quickselect and raises its threshold, so that most offers cost one comparison.
 *
 * <p>A pair is one {@code long}, its key: the score in the high half, as an integer of the same order, and the complement
 * of the row in the low half. The greater key is better: the greater score, 0 before -0, and of equal scores the smaller
 * row. So the result does not depend on the order of the offers. NaN has no place in that order; do not offer it.
 *
 * <p>Fill it by {@link SearchKernels#offer} or by {@link #add}, then call {@link #keepBest} or {@link #sortBest}. It
 * allocates in {@link #clear} only, and only if it never was as large. Not thread-safe.
 */
public final class Reservoir {

    private static final int LEAST_CAPACITY = 64;
    private static final int SHORT = 24;

    private long[] keys = new long[LEAST_CAPACITY];

    private MemorySegment scratch = MemorySegment.NULL;

    private int limit = LEAST_CAPACITY / 2;
    private int capacity = LEAST_CAPACITY;
    private int size;
    private long threshold = Long.MIN_VALUE;

    /** An empty reservoir of the best 32, until {@link #clear} says otherwise. */
    public Reservoir() {}

    /**
     * Forgets all pairs.
     *
     * @param wanted number of pairs to keep, at least 1
     * @param most how many pairs there are at most; no more are kept
     */
    public void clear(int wanted, int most) {
        if (wanted < 1 || most < 0 || Math.min(wanted, most) > 1 << 29) {
            throw new IllegalArgumentException("reservoir: the best " + wanted + " of at most " + most
                    + " asked for, in [1, " + (1 << 29) + "] is possible");
        }
        restart(Math.max(1, Math.min(wanted, most)), Float.NEGATIVE_INFINITY);
    }

    /** Forgets all pairs and wants only those whose score is at least {@code floor}. */
    void restart(int wanted, float floor) {
        limit = wanted;
        capacity = Math.max(LEAST_CAPACITY, 2 * limit);
        if (keys.length < capacity) {
            keys = new long[capacity];
        }
        size = 0;
        // The greatest key of the score before: row 0 of it.
        threshold = floor == Float.NEGATIVE_INFINITY ? Long.MIN_VALUE : key(floor, 0) - (1L << 32);
    }

    /** Room for so many scores, for a first look at them; allocates only if there never was as much. */
    MemorySegment scratch(int scores) {
        if (scratch.byteSize() < (long) scores * Float.BYTES) {
            scratch = Arena.ofAuto().allocate((long) scores * Float.BYTES, 64);
        }
        return scratch;
    }

    /** How many pairs are kept. */
    int limit() {
        return limit;
    }

    /** How many pairs it holds, the superfluous among them. */
    int size() {
        return size;
    }

    /**
     * The key of a pair.
     *
     * @param score any but NaN
     * @param row at least 0
     * @return the key
     */
    public static long key(float score, int row) {
        return ((long) ordered(score) << 32) | (~row & 0xffffffffL);
    }

    static int row(long key) {
        return ~(int) key;
    }

    static float score(long key) {
        return unordered((int) (key >> 32));
    }

    /** A number as an integer of the same order. */
    static int ordered(float score) {
        return ordered(Float.floatToRawIntBits(score));
    }

    /** The number of an integer of the same order. */
    static float unordered(int ordered) {
        return Float.intBitsToFloat(ordered(ordered));
    }

    /** Turns the bits of a float into an integer of the same order, and back. */
    private static int ordered(int bits) {
        return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    }

    /**
     * Whether a pair could be among the best; to be asked before {@link #add}.
     *
     * @param key of the pair
     * @return false if there are enough better ones
     */
    public boolean wants(long key) {
        return key > threshold;
    }

    /** {@return the least score that could be among the best} */
    public float threshold() {
        return threshold == Long.MIN_VALUE ? Float.NEGATIVE_INFINITY : score(threshold);
    }

    /**
     * The least score with which a row could be among the best, if that row and all after it are the ones to come. Where
     * it is -0 or 0, the other of the two may be let through; {@link #wants} decides.
     *
     * @param row the row
     * @return the score; NaN, which no score reaches, if none is great enough
     */
    float thresholdFrom(int row) {
        if (threshold == Long.MIN_VALUE) {
            return Float.NEGATIVE_INFINITY;
        }
        int least = (int) (threshold >> 32);
        return unordered(row > row(threshold) ? least + 1 : least);
    }

    /**
     * Adds a pair.
     *
     * @param key of the pair
     */
    public void add(long key) {
        if (size == capacity) {
            keepBest();
            if (key <= threshold) {
                return;
            }
        }
        keys[size++] = key;
    }

    /** Drops all but the best. {@return how many are left} */
    public int keepBest() {
        if (size > limit) {
            select(limit - 1);
            size = limit;
            threshold = keys[limit - 1];
        }
        return size;
    }

    /** Copies the keys that are kept. */
    void copyKeys(long[] target, int count) {
        System.arraycopy(keys, 0, target, 0, count);
    }

    /** {@return the least score that is kept; to be asked after {@link #keepBest} has left at least one} */
    public float worst() {
        long least = keys[0];
        for (int i = 1; i < size; i++) {
            least = Math.min(least, keys[i]);
        }
        return score(least);
    }

    /** Drops all but the best and puts them in order, best first. {@return how many are left} */
    public int sortBest() {
        keepBest();
        sort(0, size - 1); // that of java.util.Arrays allocates
        return size;
    }

    /**
     * The row at a place; the places are in order after {@link #sortBest}.
     *
     * @param place in [0, number of pairs left)
     * @return the row
     */
    public int row(int place) {
        return row(keys[Objects.checkIndex(place, size)]);
    }

    /**
     * The score at a place.
     *
     * @param place in [0, number of pairs left)
     * @return the score
     */
    public float score(int place) {
        return score(keys[Objects.checkIndex(place, size)]);
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
