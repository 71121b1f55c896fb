package io.dovetail.index;

import java.util.Arrays;

/** What a batch of queries found: up to k (id, score) pairs per query, best first. One thread may set each query. */
public final class Neighbors {

    private final int k;
    private final int[] counts;
    private final long[] ids;
    private final float[] scores;

    /**
     * An empty result.
     *
     * @param queries number of queries
     * @param k most pairs per query
     */
    public Neighbors(int queries, int k) {
        this.k = k;
        counts = new int[queries];
        ids = new long[Math.multiplyExact(queries, k)];
        scores = new float[ids.length];
    }

    /** {@return the number of queries} */
    public int queries() {
        return counts.length;
    }

    /** {@return the most pairs per query} */
    public int k() {
        return k;
    }

    /**
     * Number of pairs found for a query.
     *
     * @param query number of the query
     * @return at most k
     */
    public int count(int query) {
        return counts[query];
    }

    /**
     * An id.
     *
     * @param query number of the query
     * @param place in [0, count(query)), 0 is the best
     * @return the id
     */
    public long id(int query, int place) {
        return ids[query * k + place];
    }

    /**
     * A score.
     *
     * @param query number of the query
     * @param place in [0, count(query)), 0 is the best
     * @return the score
     */
    public float score(int query, int place) {
        return scores[query * k + place];
    }

    /**
     * Stores a query's result.
     *
     * @param query number of the query
     * @param result sorted, at most k pairs
     */
    public void set(int query, TopK result) {
        counts[query] = result.size();
        for (int place = 0; place < result.size(); place++) {
            ids[query * k + place] = result.id(place);
            scores[query * k + place] = result.score(place);
        }
    }

    /**
     * Stores a result that another batch holds, its first k pairs.
     *
     * @param query number of the query here
     * @param other the other batch
     * @param from number of the query there
     */
    public void set(int query, Neighbors other, int from) {
        counts[query] = Math.min(k, other.counts[from]);
        System.arraycopy(other.ids, from * other.k, ids, query * k, counts[query]);
        System.arraycopy(other.scores, from * other.k, scores, query * k, counts[query]);
    }

    /**
     * Recall@k: the share of the truth's first k ids that stand among the first k here, averaged over all queries.
     *
     * @param truth exact result of the same queries
     * @param first the k of recall@k
     * @return in [0, 1]
     */
    public double recall(Neighbors truth, int first) {
        if (truth.queries() != queries()) {
            throw new IllegalArgumentException(
                    "recall: " + queries() + " queries, but the truth has " + truth.queries());
        }
        long found = 0;
        long wanted = 0;
        for (int query = 0; query < queries(); query++) {
            int from = query * k;
            long[] mine = Arrays.copyOfRange(ids, from, from + Math.min(first, counts[query]));
            Arrays.sort(mine);
            for (int place = 0; place < Math.min(first, truth.count(query)); place++) {
                wanted++;
                found += Arrays.binarySearch(mine, truth.id(query, place)) >= 0 ? 1 : 0;
            }
        }
        return wanted == 0 ? 1 : (double) found / wanted;
    }
}
