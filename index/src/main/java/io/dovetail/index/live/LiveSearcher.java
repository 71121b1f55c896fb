package io.dovetail.index.live;

import io.dovetail.index.IdFilter;
import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.IvfPqSearcher;
import io.dovetail.index.SearchParams;
import io.dovetail.index.Searcher;
import io.dovetail.index.TopK;
import io.dovetail.index.live.Reader.Probe;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SearchKernels;
import java.lang.foreign.Arena;

/**
 * Searches the newest view: the generation without its dead rows, then the live rows of the lists that were probed, then the
 * live rows that are in no list yet; and again with more lists, as long as all together are fewer than k.
 */
final class LiveSearcher implements Searcher {

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
    private final AliveFilter alive = new AliveFilter();
    private TopK found = new TopK(1);
    private WidenedParams widened = new WidenedParams(SearchParams.exhaustive(), 1);
    private Probe probe;

    LiveSearcher(Readers readers, Kernels kernels) {
        this.readers = readers;
        this.kernels = kernels.search();
        reader = readers.register();
        try {
            probe = Probe.of(readers.pin(reader).generation());
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
            search(view, query, k, params, filter, out);
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

    private void search(View view, Matrix query, int k, SearchParams params, IdFilter filter, TopK out) {
        IvfPqSearcher searcher = searcher(view.generation());
        if (found.capacity() < k) {
            found = new TopK((int) Math.min(out.capacity(), 2L * k));
        }
        int nlist = view.generation().index().nlist();
        if (!widened.isOf(params, nlist)) {
            widened = new WidenedParams(params, nlist);
        }
        alive.of(view, filter);
        int there = Math.min(k, view.size());
        int step = 0;
        do {
            searcher.search(query, k, widened.step(step), alive, found);
            out.clear(k);
            for (int place = 0; place < found.size(); place++) {
                out.offer(found.score(place), found.id(place));
            }
            scanLists(view, searcher, query, filter, out);
            scanTail(view, query, filter, out);
            step++;
        } while (out.size() < there && step < widened.steps());
        out.sort();
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

    private void scanLists(View view, IvfPqSearcher searcher, Matrix query, IdFilter filter, TopK out) {
        LiveLists lists = view.lists();
        if (lists.isEmpty()) {
            return;
        }
        int count = 0;
        for (int i = 0; i < searcher.probed(); i++) {
            int list = searcher.probedList(i);
            for (int at = lists.start(list); at < lists.start(list + 1); at++) {
                if (count == STEP) {
                    score(view, query, count, filter, out);
                    count = 0;
                }
                batch[count++] = lists.row(at);
            }
        }
        score(view, query, count, filter, out);
    }

    private void score(View view, Matrix query, int count, IdFilter filter, TopK out) {
        kernels.dotsAt(query, view.rows().vectors(), batch, count, scores);
        int best = kernels.selectScores(scores, count, out.threshold(), 0, hits, 0);
        for (int i = 0; i < best; i++) {
            offer(view, batch[hits[i]], scores.get(0, hits[i]), filter, out);
        }
    }

    private void scanTail(View view, Matrix query, IdFilter filter, TopK out) {
        for (int from = view.lists().covered(); from < view.count(); from += STEP) {
            int count = Math.min(STEP, view.count() - from);
            kernels.dots(query, view.rows().vectors(), from, count, scores);
            int best = kernels.selectScores(scores, count, out.threshold(), 0, hits, 0);
            for (int i = 0; i < best; i++) {
                offer(view, from + hits[i], scores.get(0, hits[i]), filter, out);
            }
        }
    }

    /** Whether a row is alive and accepted is asked of few: those with a score that counts. */
    private static void offer(View view, int row, float score, IdFilter filter, TopK out) {
        long id = view.rows().ids()[row];
        if (view.liveRow(row) && filter.accepts(id)) {
            out.offer(score, id);
        }
    }

    @Override
    public void close() {
        probe.searcher().close();
        readers.deregister(reader);
        arena.close();
    }

    /** What a caller's filter accepts of the rows of the generation that are alive. */
    private static final class AliveFilter implements IdFilter {
        private int[] deaths = new int[0];
        private int moment;
        private IdFilter filter = IdFilter.all();

        void of(View view, IdFilter of) {
            deaths = view.generation().deaths();
            moment = view.moment();
            filter = of;
        }

        @Override
        public boolean accepts(long id) {
            return filter.accepts(id);
        }

        @Override
        public boolean acceptsRow(IvfPqIndex index, int row) {
            return deaths[row] > moment && filter.acceptsRow(index, row);
        }
    }
}
