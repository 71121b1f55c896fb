package io.dovetail.index;

import io.dovetail.kernels.Matrix;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongToIntFunction;

/**
 * Searches for the best vectors with at most so many of each category: what going down the ranking and leaving out those of
 * categories that are full finds. Where the search underneath is exact, so is that; there are k results whenever quotas and
 * filter allow k.
 *
 * <p>It searches for twice as many as wanted; if too few of these fit, once more without the categories that are full, and so
 * on. One thread at a time, as the searcher it is made of.
 */
public final class QuotaSearcher implements Searcher {

    private static final int OVERSAMPLING = 2;

    private final Searcher searcher;
    private final LongToIntFunction categoryOf;
    private final int[] most;
    private final int[] taken;
    private final boolean[] full;
    private final OpenFilter open = new OpenFilter();
    private TopK found = new TopK(1);

    /** Those of categories that are full: no search to come changes them. */
    private TopK settled = new TopK(1);

    /**
     * A searcher with quotas.
     *
     * @param searcher finds the best, whatever their category; closed with this one
     * @param categoryOf the category of an id, in [0, most.length), or negative if no quota applies to it; called for each
     *     candidate, so it must not allocate
     * @param most by category, the greatest number of results, at least 0
     * @throws IllegalArgumentException if a number is negative
     */
    public QuotaSearcher(Searcher searcher, LongToIntFunction categoryOf, int... most) {
        this.searcher = searcher;
        this.categoryOf = categoryOf;
        this.most = most.clone();
        taken = new int[most.length];
        full = new boolean[most.length];
        for (int category = 0; category < most.length; category++) {
            if (most[category] < 0) {
                throw new IllegalArgumentException(
                        "quota: at most " + most[category] + " of category " + category + "; give at least 0");
            }
        }
    }

    @Override
    public void search(Matrix query, int k, SearchParams params, IdFilter filter, TopK out) {
        out.clear(k);
        int wanted = (int) Math.min((long) OVERSAMPLING * k, Integer.MAX_VALUE);
        if (found.capacity() < wanted) {
            found = new TopK(wanted);
            settled = new TopK(wanted);
        }
        settled.clear(k);
        open.filter = filter;
        open.anyFull = false;
        for (int category = 0; category < most.length; category++) {
            full[category] = most[category] == 0;
            open.anyFull |= full[category];
        }
        int fitting;
        do {
            searcher.search(query, wanted, params, open, found);
            out.clear(k);
            for (int place = 0; place < settled.size(); place++) {
                out.offer(settled.score(place), settled.id(place));
            }
            fitting = settled.size() + offerFitting(out);
            settle();
        } while (fitting < k && found.size() == wanted);
        out.sort();
    }

    /** Offers what fits the quotas, best first. {@return how many do} */
    private int offerFitting(TopK out) {
        Arrays.fill(taken, 0);
        int fitting = 0;
        for (int place = 0; place < found.size(); place++) {
            int category = category(found.id(place));
            if (category < 0 || taken[category] < most[category]) {
                out.offer(found.score(place), found.id(place));
                fitting++;
                if (category >= 0) {
                    taken[category]++;
                }
            }
        }
        return fitting;
    }

    /** Keeps those of categories that have become full, and leaves these out from now on. */
    private void settle() {
        for (int category = 0; category < most.length; category++) {
            if (taken[category] == most[category]) {
                full[category] = true;
                open.anyFull = true;
            }
        }
        Arrays.fill(taken, 0);
        for (int place = 0; place < found.size(); place++) {
            int category = category(found.id(place));
            if (category >= 0 && full[category] && taken[category] < most[category]) {
                settled.offer(found.score(place), found.id(place));
                taken[category]++;
            }
        }
    }

    private int category(long id) {
        int category = categoryOf.applyAsInt(id);
        if (category >= most.length) {
            throw new IllegalArgumentException("quota: id " + id + " is of category " + category + ", but there are "
                    + most.length + " quotas; give one for each category, or a negative category where none applies");
        }
        return category;
    }

    @Override
    public int neighborhood(Matrix query) {
        return searcher.neighborhood(query);
    }

    @Override
    public void close() {
        searcher.close();
    }

    /** What the caller's filter accepts of the categories that are not full. */
    private final class OpenFilter implements IdFilter {
        private IdFilter filter = IdFilter.all();
        private boolean anyFull;

        @Override
        public boolean accepts(long id) {
            return filter.accepts(id) && (!anyFull || isOpen(id));
        }

        @Override
        public boolean acceptsRow(IvfPqIndex index, int row) {
            return filter.acceptsRow(index, row) && (!anyFull || isOpen(index.id(row)));
        }

        private boolean isOpen(long id) {
            int category = category(id);
            return category < 0 || !full[category];
        }

        @Override
        public Optional<RowSet> prepared(IvfPqIndex index) {
            return filter.prepared(index);
        }
    }
}
