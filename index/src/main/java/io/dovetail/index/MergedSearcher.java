package io.dovetail.index;

import io.dovetail.kernels.Matrix;
import java.util.Arrays;

/**
 * Searches for several vectors at once: the score of an id is the greatest of its inner products with them. What
 * they find is merged, an id once with its best score. Where the searches are exact, so is the
 * merged one: an id among the k best is among the k best of the vector that it scores best with.
 *
 * <p>For users of several interests. One thread at a time, as the searcher it is made of.
 */
public final class MergedSearcher implements Searcher {
    private final Searcher searcher;
    private final int dimension;
    private final ExcludedIds taken = new ExcludedIds();
    private TopK[] lists = new TopK[0];
    private int[] places = new int[0];

    /**
     * A searcher for any number of vectors.
     *
     * @param searcher finds what is near to one vector; closed with this one
     * @param dimension length of a vector
     */
    public MergedSearcher(Searcher searcher, int dimension) {
        this.searcher = searcher;
        this.dimension = dimension;
    }

    /**
     * Finds the vectors of the index with the greatest scores among those the filter accepts.
     *
     * @param query (1, vectors times dimension), the vectors side by side; the last ones cost nothing if they equal the first
     * @param k number of vectors to find, in [1, out.capacity()]
     * @param params what to spend on each of the vectors
     * @param filter which ids may be found
     * @param out receives the result, best first
     * @throws IllegalArgumentException if the query or k does not fit
     */
    @Override
    public void search(Matrix query, int k, SearchParams params, IdFilter filter, TopK out) {
        if (query.cols() == dimension) {
            searcher.search(query, k, params, filter, out);
            return;
        }
        if (query.rows() != 1 || query.cols() == 0 || query.cols() % dimension != 0) {
            throw new IllegalArgumentException("search: the query is " + query.shape()
                    + ", needs to be one row of vectors of length " + dimension);
        }
        int count = query.cols() / dimension;
        while (count > 1 && equalsFirst(query, (count - 1) * dimension)) {
            count--;
        }
        reserve(count, k);
        searcher.searchEach(new Matrix(query.data(), count, dimension, dimension), k, params, filter, lists);
        Arrays.fill(places, 0);
        merge(count, k, out);
    }

    private void reserve(int vectors, int k) {
        if (lists.length < vectors || lists[0].capacity() < k) {
            lists = new TopK[Math.max(vectors, lists.length)];
            places = new int[lists.length];
            for (int i = 0; i < lists.length; i++) {
                lists[i] = new TopK(k);
            }
        }
    }

    private boolean equalsFirst(Matrix query, int at) {
        int j = 0;
        while (j < dimension && query.get(0, j) == query.get(0, at + j)) {
            j++;
        }
        return j == dimension;
    }

    private void merge(int count, int k, TopK out) {
        out.clear(k);
        taken.clear();
        int best = best(count);
        while (out.size() < k && best >= 0) {
            long id = lists[best].id(places[best]);
            if (taken.accepts(id)) {
                taken.add(id);
                out.offer(lists[best].score(places[best]), id);
            }
            places[best]++;
            best = best(count);
        }
        out.sort();
    }

    /** The list whose next place has the greatest score, and of equal scores the least id; -1 if all have ended. */
    private int best(int count) {
        int best = -1;
        for (int i = 0; i < count; i++) {
            if (places[i] < lists[i].size() && (best < 0 || isBefore(i, best))) {
                best = i;
            }
        }
        return best;
    }

    private boolean isBefore(int list, int other) {
        float score = lists[list].score(places[list]);
        float otherScore = lists[other].score(places[other]);
        return score > otherScore
                || (score == otherScore && lists[list].id(places[list]) < lists[other].id(places[other]));
    }

    @Override
    public void close() {
        searcher.close();
    }
}
