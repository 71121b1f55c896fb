package io.dovetail.index;

import java.util.Arrays;

/**
 * The k best (score, id) pairs of those offered, reusable. The greater score is better; of equal scores the smaller id,
 * so a result does not depend on the order of the offers.
 *
 * <p>Fill it with {@link #clear}, {@link #offer} and {@link #sort}; a {@link Searcher} does all three. Not thread-safe.
 */
public final class TopK {

    private static final int FIRST_ROOM = 64;

    private final int capacity;
    private float[] scores;
    private long[] ids;
    private int limit;
    private int size;

    /**
     * An empty result.
     *
     * @param capacity greatest k it can hold, at least 1
     */
    public TopK(int capacity) {
        this(capacity, capacity);
    }

    private TopK(int capacity, int room) {
        if (capacity < 1) {
            throw new IllegalArgumentException("top-k: capacity is at least 1, got " + capacity);
        }
        this.capacity = capacity;
        scores = new float[room];
        ids = new long[room];
        limit = capacity;
    }

    /**
     * An empty result that takes memory only as it is filled, for searches that may find few or many.
     *
     * @param capacity greatest number of pairs it may come to hold, at least 1
     * @return the result
     */
    public static TopK growing(int capacity) {
        return new TopK(capacity, Math.min(capacity, FIRST_ROOM));
    }

    /** {@return the greatest k it can hold} */
    public int capacity() {
        return capacity;
    }

    /** {@return the number of pairs to keep} */
    int limit() {
        return limit;
    }

    /** {@return the number of pairs it holds} */
    public int size() {
        return size;
    }

    /**
     * The id at a place; the places are in order after {@link #sort}.
     *
     * @param place in [0, size), 0 is the best
     * @return the id
     */
    public long id(int place) {
        return ids[check(place)];
    }

    /**
     * The score at a place; the places are in order after {@link #sort}.
     *
     * @param place in [0, size), 0 is the best
     * @return the score
     */
    public float score(int place) {
        return scores[check(place)];
    }

    /**
     * Forgets all pairs.
     *
     * @param k number of pairs to keep from now on, in [1, capacity]
     */
    public void clear(int k) {
        if (k < 1 || k > capacity) {
            throw new IllegalArgumentException("top-k: k is in [1, " + capacity + "], got " + k);
        }
        limit = k;
        size = 0;
    }

    /**
     * The least score that may still enter: offers below it are lost.
     *
     * @return the worst score if k pairs are held, else negative infinity
     */
    public float threshold() {
        return size < limit ? Float.NEGATIVE_INFINITY : scores[0];
    }

    /**
     * Keeps a pair if it is among the k best so far.
     *
     * @param score the score
     * @param id the id
     */
    public void offer(float score, long id) {
        if (size < limit) {
            if (size == scores.length) {
                int room = (int) Math.min(capacity, 2L * size);
                scores = Arrays.copyOf(scores, room);
                ids = Arrays.copyOf(ids, room);
            }
            siftUp(size++, score, id);
        } else if (isWorse(scores[0], ids[0], score, id)) {
            siftDown(size, score, id);
        }
    }

    /** Puts the pairs in order, best first. To be called once, after the last offer. */
    public void sort() {
        if (isReversed()) { // offered the worst first
            reverse();
            return;
        }
        // A heap with the worst at the root: taking roots away fills the array from its end.
        for (int end = size - 1; end > 0; end--) {
            float score = scores[end];
            long id = ids[end];
            scores[end] = scores[0];
            ids[end] = ids[0];
            siftDown(end, score, id);
        }
    }

    private boolean isReversed() {
        for (int i = 1; i < size; i++) {
            if (!isWorse(scores[i - 1], ids[i - 1], scores[i], ids[i])) {
                return false;
            }
        }
        return true;
    }

    private void reverse() {
        for (int low = 0, high = size - 1; low < high; low++, high--) {
            float score = scores[low];
            long id = ids[low];
            scores[low] = scores[high];
            ids[low] = ids[high];
            scores[high] = score;
            ids[high] = id;
        }
    }

    /** Drops the pairs below a score from the end. To be called after {@link #sort}. */
    void dropBelow(float least) {
        while (size > 0 && scores[size - 1] < least) {
            size--;
        }
    }

    private static boolean isWorse(float score, long id, float thanScore, long thanId) {
        return score < thanScore || (score == thanScore && id > thanId);
    }

    private void siftUp(int from, float score, long id) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (!isWorse(score, id, scores[parent], ids[parent])) {
                break;
            }
            scores[at] = scores[parent];
            ids[at] = ids[parent];
            at = parent;
        }
        scores[at] = score;
        ids[at] = id;
    }

    private void siftDown(int end, float score, long id) {
        int at = 0;
        int child = 1;
        while (child < end) {
            if (child + 1 < end && isWorse(scores[child + 1], ids[child + 1], scores[child], ids[child])) {
                child++;
            }
            if (!isWorse(scores[child], ids[child], score, id)) {
                break;
            }
            scores[at] = scores[child];
            ids[at] = ids[child];
            at = child;
            child = 2 * at + 1;
        }
        scores[at] = score;
        ids[at] = id;
    }

    private int check(int place) {
        if (place < 0 || place >= size) {
            throw new IndexOutOfBoundsException("place " + place + " of " + size);
        }
        return place;
    }
}
