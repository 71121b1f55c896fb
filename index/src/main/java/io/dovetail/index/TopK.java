package io.dovetail.index;

/**
 * The k best (score, id) pairs of those offered, reusable. The greater score is better; of equal scores the smaller id,
 * so a result does not depend on the order of the offers.
 *
 * <p>Fill it with {@link #clear}, {@link #offer} and {@link #sort}; a {@link Searcher} does all three. Not thread-safe.
 */
public final class TopK {

    private final float[] scores;
    private final long[] ids;
    private int limit;
    private int size;

    /**
     * An empty result.
     *
     * @param capacity greatest k it can hold, at least 1
     */
    public TopK(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("top-k: capacity is at least 1, got " + capacity);
        }
        scores = new float[capacity];
        ids = new long[capacity];
        limit = capacity;
    }

    /** {@return the greatest k it can hold} */
    public int capacity() {
        return scores.length;
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
        if (k < 1 || k > scores.length) {
            throw new IllegalArgumentException("top-k: k is in [1, " + scores.length + "], got " + k);
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
            siftUp(size++, score, id);
        } else if (isWorse(scores[0], ids[0], score, id)) {
            siftDown(size, score, id);
        }
    }

    /** Puts the pairs in order, best first. To be called once, after the last offer. */
    public void sort() {
        // A heap with the worst at the root: taking roots away fills the array from its end.
        for (int end = size - 1; end > 0; end--) {
            float score = scores[end];
            long id = ids[end];
            scores[end] = scores[0];
            ids[end] = ids[0];
            siftDown(end, score, id);
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
