package io.dovetail.index.live;

import io.dovetail.index.IdFilter;
import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.IvfPqSearcher;
import io.dovetail.index.SearchParams;
import io.dovetail.index.SearchStatistics;
import io.dovetail.index.Searcher;
import io.dovetail.index.TopK;
import io.dovetail.index.live.Reader.Probe;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SearchKernels;
import java.lang.foreign.Arena;

/**
 * Searches what a live index holds when the search begins: its file, without what was replaced or removed, and the vectors
 * written since, those of the lists that are probed and those that are in no list yet.
 */
public final class LiveSearcher implements Searcher {

    /** Rows that are scored at a time. */
    private static final int STEP = 1024;

    private final Readers readers;
    private final SearchKernels kernels;
    private final Reader reader;
    // Shared, since whoever makes a searcher may hand it to a worker.
    private final Arena arena = Arena.ofShared();
    private final Matrix scores = Matrix.allocate(arena, 1, STEP);
    private final int[] batch = new int[STEP];
    private final int[] hits = new int[STEP];
    private final Seen seen;
    private Probe probe;

    LiveSearcher(Readers readers, Kernels kernels) {
        this.readers = readers;
        this.kernels = kernels.search();
        reader = readers.register();
        try {
            View view = readers.pin(reader);
            seen = new Seen(view);
            probe = Probe.of(view.generation());
        } catch (Throwable thrown) {
            readers.deregister(reader);
            arena.close();
            throw thrown;
        } finally {
            readers.unpin(reader);
        }
    }

    @Override
    public void search(Matrix query, int k, SearchParams params, IdFilter filter, TopK out) {
        View view = readers.pin(reader);
        try {
            IvfPqSearcher searcher = searcher(view.generation());
            seen.of(view, query, filter);
            searcher.search(query, k, params, seen, seen, out);
        } finally {
            readers.unpin(reader);
        }
    }

    /**
     * Finds the vectors with the greatest inner products among those the filter accepts, and says what that took.
     *
     * @param query (1, dimension), finite, with a finite square norm
     * @param k number of vectors to find, in [1, out.capacity()]
     * @param params what to spend
     * @param filter which ids may be found
     * @param out receives the result, best first
     * @param statistics receives what the search did. Its lists are those of the file, and codes are there of its vectors
     *     alone; its candidates are of both kinds, and exact scores of vectors written since are timed as
     *     {@link SearchStatistics.Phase#RERANK}. A search that throws leaves no sense in it
     * @throws IllegalArgumentException if the query or k does not fit
     */
    public void search(
            Matrix query, int k, SearchParams params, IdFilter filter, TopK out, SearchStatistics statistics) {
        View view = readers.pin(reader);
        try {
            IvfPqSearcher searcher = searcher(view.generation());
            seen.of(view, query, filter);
            searcher.search(query, k, params, seen, seen, out, statistics);
        } finally {
            readers.unpin(reader);
        }
    }

    @Override
    public int neighborhood(Matrix query) {
        View view = readers.pin(reader);
        try {
            return searcher(view.generation()).neighborhood(query);
        } finally {
            readers.unpin(reader);
        }
    }

    private IvfPqSearcher searcher(Generation generation) {
        if (probe.generation() != generation) {
            Probe next = reader.prepared.getAndSet(null);
            if (next != null && next.generation() != generation) { // already that of the generation after it
                next.searcher().close();
                next = null;
            }
            Reader.replace(reader.outworn, probe);
            probe = next == null ? Probe.of(generation) : next;
        }
        return probe.searcher();
    }

    @Override
    public void close() {
        probe.searcher().close();
        readers.deregister(reader);
        arena.close();
    }

    /**
     * What a search sees, and what its caller's filter accepts of that: of the rows of the generation those that are alive, and
     * besides them the live rows.
     */
    private final class Seen implements IdFilter, IvfPqSearcher.Supplement {
        private View view;
        private int[] deaths;
        private int moment;
        private Matrix query = scores; // nothing is asked yet
        private IdFilter filter = IdFilter.all();

        Seen(View view) {
            this.view = view;
            deaths = view.generation().deaths();
            moment = view.moment();
        }

        void of(View newest, Matrix asked, IdFilter given) {
            view = newest;
            deaths = newest.generation().deaths();
            moment = newest.moment();
            query = asked;
            filter = given;
        }

        @Override
        public boolean accepts(long id) {
            return filter.accepts(id);
        }

        @Override
        public boolean acceptsRow(IvfPqIndex index, int row) {
            return deaths[row] > moment && filter.acceptsRow(index, row);
        }

        @Override
        public int addTo(IvfPqSearcher searcher, TopK out) {
            return addListed(searcher, out) + addTail(out);
        }

        private int addListed(IvfPqSearcher searcher, TopK out) {
            LiveLists lists = view.lists();
            int total = 0;
            int count = 0;
            for (int tier = 0; tier < lists.tiers(); tier++) {
                for (int i = 0; i < searcher.probed(); i++) {
                    int list = searcher.probedList(i);
                    int end = lists.start(tier, list + 1);
                    total += end - lists.start(tier, list);
                    for (int at = lists.start(tier, list); at < end; at++) {
                        if (count == STEP) {
                            add(count, out);
                            count = 0;
                        }
                        batch[count++] = lists.row(tier, at);
                    }
                }
            }
            add(count, out);
            return total;
        }

        private void add(int count, TopK out) {
            kernels.dotsAt(query, view.rows().vectors(), batch, count, scores);
            int best = kernels.selectScores(scores, count, out.threshold(), 0, hits, 0);
            for (int i = 0; i < best; i++) {
                offer(batch[hits[i]], scores.get(0, hits[i]), out);
            }
        }

        private int addTail(TopK out) {
            int covered = view.lists().covered();
            for (int from = covered; from < view.count(); from += STEP) {
                int count = Math.min(STEP, view.count() - from);
                kernels.dots(query, view.rows().vectors(), from, count, scores);
                int best = kernels.selectScores(scores, count, out.threshold(), 0, hits, 0);
                for (int i = 0; i < best; i++) {
                    offer(from + hits[i], scores.get(0, hits[i]), out);
                }
            }
            return view.count() - covered;
        }

        /** Whether a row is alive and accepted is asked of few: those with a score that counts. */
        private void offer(int row, float score, TopK out) {
            long id = view.rows().ids()[row];
            if (view.liveRow(row) && filter.accepts(id)) {
                out.offer(score, id);
            }
        }
    }
}
