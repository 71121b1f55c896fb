package io.dovetail.index.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.index.ExcludedIds;
import io.dovetail.index.FlatIndex;
import io.dovetail.index.IdFilter;
import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.QuotaSearcher;
import io.dovetail.index.RowSet;
import io.dovetail.index.SearchParams;
import io.dovetail.index.Searcher;
import io.dovetail.index.TopK;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Filters by id over rows of the file, rows in lists, rows in none yet, and rows that are gone. */
final class LiveFilterTest {

    @TempDir
    private Path folder;

    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(1);
    private final LiveModel model = new LiveModel(8, 4);
    private LiveIndex live;
    private Path file;

    @BeforeEach
    void create() throws IOException {
        file = folder.resolve("built.ivfpq");
        model.build(file, 300, "");
        live = LiveIndex.create(folder.resolve("live"), file, Durability.interval(Duration.ofDays(1)), Kernels.best());
        model.upsert(live, model.random().longs(2_000, 200, LiveModel.IDS).toArray()); // into lists
        model.upsert(live, LongStream.range(50, 90).toArray()); // into none yet
        long[] gone = model.random().longs(150, 0, LiveModel.IDS).toArray();
        live.remove(gone);
        Arrays.stream(gone).forEach(model.vectors()::remove);
    }

    @AfterEach
    void free() throws IOException {
        live.close();
        workers.close();
        arena.close();
    }

    private Matrix query() {
        return Matrix.copyOf(arena, new float[][] {model.vector()});
    }

    private TopK exact(Matrix query, int k, IdFilter filter) {
        TopK expected = new TopK(k);
        Contents contents = live.contents(arena);
        try (Searcher searcher = FlatIndex.of(contents.vectors(), contents.ids(), "", Kernels.best())
                .searcher()) {
            searcher.search(query, k, SearchParams.exhaustive(), filter, expected);
        }
        return expected;
    }

    private void check(IdFilter filter) {
        long accepted = LongStream.of(model.ids()).filter(filter::accepts).count();
        try (Searcher searcher = live.searcher()) {
            for (int k : new int[] {1, 7, 60, 700}) {
                Matrix query = query();
                TopK found = new TopK(k);
                for (float margin : new float[] {0.1f, Float.POSITIVE_INFINITY}) {
                    searcher.search(query, k, new SearchParams(1, 1, margin), filter, found);
                    assertEquals(Math.min(k, accepted), found.size(), "k " + k + ", margin " + margin);
                    for (int place = 0; place < found.size(); place++) {
                        assertTrue(filter.accepts(found.id(place)));
                        assertTrue(model.vectors().containsKey(found.id(place)));
                    }
                }
                searcher.search(query, k, SearchParams.exhaustive(), filter, found);
                LiveModel.assertSame(exact(query, k, filter), found);
            }
        }
    }

    @Test
    void findsKWheneverTheFilterAcceptsK() throws IOException {
        IdFilter[] filters = {
            IdFilter.all(),
            id -> id % 50 == 7,
            id -> id >= 590,
            id -> id < 20 || id == 60,
            id -> false,
            ExcludedIds.of(LongStream.range(0, 560).toArray())
        };
        for (IdFilter filter : filters) {
            check(filter);
        }
        live.compact(workers);
        for (IdFilter filter : filters) {
            check(filter);
        }
    }

    @Test
    void aRowSetOfAnyFileIsAFilterById() throws IOException {
        IvfPqIndex built = IvfPqIndex.open(file, Kernels.best(), arena);
        check(RowSet.of(built, id -> id % 5 == 0));
        check(RowSet.ofIds(built, 3, 70, 250, 599).narrowedBy(id -> id != 70)); // 599 is not in that file
    }

    @Test
    void keepsToTheMostLists() {
        IdFilter old = id -> id < 50; // rows of the file alone, in 8 lists
        TopK found = new TopK(60);
        try (Searcher searcher = live.searcher()) {
            searcher.search(query(), 60, new SearchParams(1, 1, Float.POSITIVE_INFINITY, 1), old, found);
        }
        assertTrue(found.size() < 40, "found " + found.size() + " in one of 8 lists");
    }

    @Test
    void rangesAndQuotas() {
        IdFilter even = id -> id % 2 == 0;
        Matrix query = query();
        TopK ranking = exact(query, LiveModel.IDS, even);
        float least = ranking.score(100);
        TopK found = TopK.growing(LiveModel.IDS);
        try (Searcher searcher = live.searcher()) {
            searcher.searchRange(query, least, SearchParams.exhaustive(), even, found);
        }
        assertEquals(101, found.size());
        LiveModel.assertSame(exact(query, 101, even), found);
        try (Searcher quotas = new QuotaSearcher(live.searcher(), id -> (int) (id % 4), 2, 0, 5, 0)) {
            TopK top = new TopK(10);
            quotas.search(query, 10, new SearchParams(1, 1), even, top);
            assertEquals(7, top.size());
            quotas.search(query, 6, new SearchParams(1, 1), even, top);
            assertEquals(6, top.size());
        }
    }
}
