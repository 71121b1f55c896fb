package io.dovetail.index;

import io.dovetail.index.SearchStatistics.Phase;
import io.dovetail.index.SearchStatistics.Stopwatch;
import io.dovetail.index.StoredVectors.RowScorer;
import io.dovetail.index.events.SearchEvent;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SearchKernels;
import java.lang.foreign.Arena;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The hot loop: probe, tables, scan, re-rank.
 *
 * <p>For a vector x = c + r in the list of centroid c, {@code <q, x> = <q, c> + <q, r>}, and the code of r gives
 * {@code <q, r> ≈ Σ_m T[m][code_m]} with T[m][j] the inner product of sub-vector m of q with centroid j of subspace m.
 * T does not depend on the list: one table set per query serves all lists, and a list adds one number.
 *
 * <p>The scan works on T in 8 bits: {@code T[m][j] ≈ min_m + u[m][j] / scale}, with one scale for all tables, so that
 * sums of u are integers of 16 bits; what a list adds is rounded to the same units. So sums of all lists are of one
 * scale, and the best are found by comparing integers. The best candidates are then scored with the vectors themselves,
 * so what is returned are inner products as exact as the {@link VectorPrecision}.
 *
 * <p>With a {@link SearchParams#margin}, the k-th best of a few lists says how good a centroid must be for its list to
 * matter, and only such lists are scanned after them.
 */
public final class IvfPqSearcher implements Searcher {

    /** Sums of a round: 16 KiB stay in the first-level cache. A multiple of the block. */
    private static final int ROUND = 8192;

    private static final Supplement NOTHING = (searcher, out) -> 0;

    private final IvfPqIndex index;
    private final SearchKernels kernels;
    // Shared, since whoever makes a searcher may hand it to a worker.
    private final Arena arena = Arena.ofShared();
    private final CoarseSearch coarse;
    private final Matrix turnedQuery;
    private final QueryTables tables;
    private final ListScan scan;
    private final SumScale scale;
    private final Candidates candidates;
    private final Reranking reranking;
    private final MemberScorer members;
    private @Nullable GroupSearch group;
    private @Nullable RowSet set;
    private boolean byMembers;
    private int probed;
    private int scanned;
    private int reranked;
    private Stopwatch watch = Stopwatch.none();
    private final SearchEvent event = new SearchEvent();

    IvfPqSearcher(IvfPqIndex index) {
        this.index = index;
        kernels = index.kernels().search();
        int[] places = CoarseSearch.scratch(index.panels());
        coarse = new CoarseSearch(index.panels(), index.nlist(), kernels, places, arena);
        turnedQuery = Matrix.allocate(arena, 1, index.dimension());
        tables = QueryTables.of(index, arena);
        scan = new ListScan(index, ROUND, arena);
        scale = new SumScale(index);
        candidates = new Candidates(index.kernels().scan(), new Candidates.Scratch(ROUND, arena), arena);
        RowScorer scorer = index.vectors().scorer(index.kernels(), arena);
        reranking = new Reranking(index, scorer, arena);
        members = new MemberScorer(index, scorer, arena);
    }

    /** Vectors that are searched along with those of the index, such as those that were added since it was built. */
    @FunctionalInterface
    public interface Supplement {

        /**
         * Offers the vectors that belong to the lists that were looked into, or to none. Called after each round of a search;
         * another one, of more lists and from the beginning, follows as long as all together are fewer than k.
         *
         * @param searcher says which lists, by {@link #probed} and {@link #probedList}
         * @param out receives the vectors that may be found, and their exact scores
         * @return the number of vectors whose score was computed
         */
        int addTo(IvfPqSearcher searcher, TopK out);
    }

    /**
     * Finds the vectors with the greatest inner products among those the filter accepts, and says what that took.
     *
     * @param query (1, dimension), finite, with a finite square norm
     * @param k number of vectors to find, in [1, out.capacity()]
     * @param params what to spend
     * @param filter which ids may be found
     * @param out receives the result, best first
     * @param statistics receives what the search did; a search that throws leaves no sense in it
     * @throws IllegalArgumentException if the query or k does not fit
     */
    public void search(
            Matrix query, int k, SearchParams params, IdFilter filter, TopK out, SearchStatistics statistics) {
        observe(query, k, params, filter, NOTHING, out, statistics);
    }

    /**
     * Finds the vectors with the greatest inner products among those of the index and others, and says what that took.
     *
     * @param query (1, dimension), finite, with a finite square norm
     * @param k number of vectors to find, in [1, out.capacity()]
     * @param params what to spend
     * @param filter which of the index may be found, not {@link IdFilter#prepared prepared} for it
     * @param supplement the others
     * @param out receives the result, best first
     * @param statistics receives what the search did; a search that throws leaves no sense in it
     * @throws IllegalArgumentException if the query or k does not fit, or the filter is prepared
     */
    public void search(
            Matrix query,
            int k,
            SearchParams params,
            IdFilter filter,
            Supplement supplement,
            TopK out,
            SearchStatistics statistics) {
        checkById(filter);
        observe(query, k, params, filter, supplement, out, statistics);
    }

    private void observe(
            Matrix query,
            int k,
            SearchParams params,
            IdFilter filter,
            Supplement supplement,
            TopK out,
            SearchStatistics statistics) {
        watch = statistics.start();
        try {
            find(query, k, params, filter, supplement, out);
        } finally {
            watch = Stopwatch.none();
        }
        statistics.count(probed, scanned, reranked);
    }

    @Override
    public void search(Matrix query, int k, SearchParams params, IdFilter filter, TopK out) {
        find(query, k, params, filter, NOTHING, out);
    }

    /**
     * Finds the vectors with the greatest inner products among those of the index and others.
     *
     * @param query (1, dimension), finite, with a finite square norm
     * @param k number of vectors to find, in [1, out.capacity()]
     * @param params what to spend
     * @param filter which of the index may be found, not {@link IdFilter#prepared prepared} for it
     * @param supplement the others
     * @param out receives the result, best first
     * @throws IllegalArgumentException if the query or k does not fit, or the filter is prepared
     */
    public void search(Matrix query, int k, SearchParams params, IdFilter filter, Supplement supplement, TopK out) {
        checkById(filter);
        find(query, k, params, filter, supplement, out);
    }

    private void checkById(IdFilter filter) {
        if (filter.prepared(index).isPresent()) {
            throw new IllegalArgumentException(
                    "search: a filter that is prepared for the index says nothing of other vectors; give one by id");
        }
    }

    private void find(Matrix query, int k, SearchParams params, IdFilter filter, Supplement supplement, TopK out) {
        event.begin();
        scanned = 0;
        reranked = 0;
        Vectors.checkQuery(query, index.dimension(), k, out);
        set = filter.prepared(index).orElse(null);
        if (set != null && Probing.scoresAll(set, k, params)) {
            out.clear(k);
            probed = 0;
            reranked += members.scoreAll(set, query, filter, out);
            watch.lap(Phase.RERANK);
        } else {
            probe(query, k, params, filter, supplement, out);
        }
        out.sort();
        tell(1, k, params);
    }

    private void tell(int queries, int k, SearchParams params) {
        event.end();
        if (event.shouldCommit()) {
            event.queries = queries;
            event.k = k;
            event.nprobe = params.nprobe();
            event.rerank = params.rerank();
            event.lists = probed;
            event.codes = scanned;
            event.candidates = reranked;
            event.commit();
        }
    }

    /** Looks into lists: into more of them, from the beginning, as long as they hold fewer than k. */
    private void probe(Matrix query, int k, SearchParams params, IdFilter filter, Supplement supplement, TopK out) {
        int most = Math.min(available(), Math.max(params.nprobe(), params.mostLists()));
        int nprobe = Math.min(params.nprobe(), index.nlist());
        boolean again;
        do {
            out.clear(k);
            probe(query, k, nprobe, most, params, filter, out);
            reranked += supplement.addTo(this, out);
            watch.lap(Phase.RERANK);
            again = out.size() < k && probed < most && nprobe < most;
            nprobe = (int) Math.min(Probing.GROWTH * (long) nprobe, most);
        } while (again);
    }

    /** The lists that may hold what is searched for. */
    private int available() {
        return set == null ? index.nlist() : set.lists();
    }

    private void probe(Matrix query, int k, int nprobe, int most, SearchParams params, IdFilter filter, TopK out) {
        int lists = Math.min(most, set == null ? nprobe : Probing.lists(set, nprobe));
        int wanted = Math.max(k, params.rerank());
        boolean all = params.margin() == Float.POSITIVE_INFINITY;
        probed = coarse.choose(query, all ? lists : Math.min(lists, firstLists(k)), set);
        byMembers = set != null && Probing.scoresMembers(set, coarse, probed, wanted);
        watch.lap(Phase.COARSE);
        float deviation = prepareTables(query, params.margin());
        watch.lap(Phase.TABLES);
        candidates.clear(byMembers ? 0 : Math.min(index.size(), wanted));
        if (probed > 0) { // 0 if a damaged file made every score NaN
            if (set == null && !(filter instanceof IdFilter.Everything)) {
                lists = lookAtFirst(query, k, lists, most, params, filter, out);
            } else {
                look(0, probed, query, filter, out);
            }
            if (!all) {
                float least = kthScore(k, out) - params.margin() * deviation;
                float leastOfGroup = least - params.margin() * coarse.deviation(query);
                int first = probed;
                probed = coarse.chooseFrom(query, least, leastOfGroup, lists);
                watch.lap(Phase.COARSE);
                look(first, probed, query, filter, out);
            }
        }
        if (!byMembers) {
            reranked += reranking.rerank(query, candidates, out);
        }
    }

    /**
     * Looks into the lists that were chosen, and into more if the filter refuses much in the first quarter of them: nothing
     * is known of it beforehand.
     *
     * @return the lists that a margin may choose from
     */
    private int lookAtFirst(Matrix query, int k, int lists, int most, SearchParams params, IdFilter filter, TopK out) {
        int first = Probing.sample(probed);
        coarse.bringForward(first);
        look(0, first, query, filter, out);
        double share = candidates.acceptedShare();
        int more = (int) Math.min(most, Probing.lists(share, lists));
        if (Probing.isMore(more, lists)) {
            int near = Probing.firstLists(k, index.nlist(), (int) Math.ceil(share * index.size()));
            boolean all = params.margin() == Float.POSITIVE_INFINITY;
            probed = coarse.choose(query, all ? more : Math.min(more, near), null);
            watch.lap(Phase.COARSE);
            candidates.clear(candidates.wanted());
            scale.set(tables, coarse.bestScore());
            first = 0; // with more groups of lists looked at, the first need not be the same
        } else {
            more = lists;
        }
        look(first, probed, query, filter, out);
        return more;
    }

    @Override
    public int groupSize(int queries, SearchParams params, IdFilter filter) {
        return filter instanceof IdFilter.Everything ? GroupSearch.size(index, queries, params) : 1;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Where it pays, it goes through the lists one by one, each time for all queries that look into it, four at a time: codes
     * are read, and taken apart, once for four.
     */
    @Override
    public void searchEach(Matrix queries, int k, SearchParams params, IdFilter filter, TopK[] out) {
        int count = queries.rows();
        boolean together = groupSize(count, params, filter) > 1;
        for (int from = 0; together && from < count; from += GroupSearch.MOST) {
            searchTogether(queries, from, Math.min(count, from + GroupSearch.MOST), k, params, out);
        }
        for (int i = 0; i < count; i++) {
            if (!together || out[i].size() < k) { // a search by itself goes on until it finds k
                search(queries.rows(i, 1), k, params, filter, out[i]);
            }
        }
    }

    private void searchTogether(Matrix queries, int from, int to, int k, SearchParams params, TopK[] out) {
        event.begin();
        for (int i = from; i < to; i++) {
            Vectors.checkQuery(queries.rows(i, 1), index.dimension(), k, out[i]);
        }
        GroupSearch searched = group;
        if (searched == null) {
            searched = new GroupSearch(index, reranking, arena);
            group = searched;
        }
        searched.search(queries, from, to, k, params, out);
        probed = 0;
        scanned = (int) Math.min(Integer.MAX_VALUE, searched.scanned());
        reranked = searched.reranked();
        tell(to - from, k, params);
    }

    /** Makes the tables that the codes or the margin need. {@return the deviation of the margin, 0 if there is none} */
    private float prepareTables(Matrix query, float margin) {
        float deviation = 0;
        boolean all = margin == Float.POSITIVE_INFINITY;
        if (!byMembers || !all) {
            Matrix turned = index.rotation().turn(query, kernels, turnedQuery);
            tables.multiply(kernels, turned);
            deviation = all ? 0 : tables.deviation(kernels);
        }
        if (!byMembers) {
            tables.quantize(kernels);
            scale.set(tables, coarse.bestScore());
        }
        return deviation;
    }

    private void look(int from, int to, Matrix query, IdFilter filter, TopK out) {
        RowSet known = set;
        if (byMembers && known != null) {
            reranked += members.scoreLists(known, coarse, from, to, query, filter, out);
            watch.lap(Phase.RERANK);
        } else {
            scanned += scan.scan(coarse, from, to, tables.bytes(), scale, filter, candidates);
            watch.lap(Phase.SCAN);
        }
    }

    /** The k-th best score so far; negative infinity if there are fewer. */
    private float kthScore(int k, TopK out) {
        return byMembers ? out.threshold() : scale.score(candidates.threshold(k));
    }

    @Override
    public int neighborhood(Matrix query) {
        return coarse.neighborhood(query);
    }

    /** {@return the number of lists that the last search looked into; 0 if it scored all members of a {@link RowSet}} */
    public int probed() {
        return probed;
    }

    /**
     * A list that the last search looked into.
     *
     * @param place in [0, {@link #probed}); lists are in no order
     * @return the number of the list, in [0, nlist)
     */
    public int probedList(int place) {
        return coarse.list(Objects.checkIndex(place, probed));
    }

    private int firstLists(int k) {
        return Probing.firstLists(k, available(), set == null ? index.size() : set.size());
    }

    @Override
    public void close() {
        arena.close();
    }
}
