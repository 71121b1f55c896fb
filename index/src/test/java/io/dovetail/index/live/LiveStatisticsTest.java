package io.dovetail.index.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.index.IdFilter;
import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.IvfPqSearcher;
import io.dovetail.index.SearchParams;
import io.dovetail.index.SearchStatistics;
import io.dovetail.index.SearchStatistics.Phase;
import io.dovetail.index.TopK;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a search in a live index says it did: as much as in its file alone, and what the vectors written since take. */
final class LiveStatisticsTest {

    private static final int BUILT = 400;
    private static final int LISTED = 1_100;
    private static final int UNLISTED = 30;

    @TempDir
    private Path folder;

    private final Arena arena = Arena.ofShared();
    private final LiveModel model = new LiveModel(8, 6);
    private final SearchStatistics statistics = new SearchStatistics();
    private final SearchStatistics ofFile = new SearchStatistics();
    private final TopK top = new TopK(10);
    private LiveIndex live;
    private LiveSearcher searcher;
    private IvfPqSearcher fileSearcher;
    private Matrix query;

    @BeforeEach
    void create() throws IOException {
        Path file = folder.resolve("built.ivfpq");
        model.build(file, BUILT, "");
        live = LiveIndex.create(folder.resolve("live"), file, Durability.interval(Duration.ofDays(1)), Kernels.best());
        model.upsert(live, LongStream.range(1_000, 1_000 + LISTED).toArray());
        model.upsert(live, LongStream.range(5_000, 5_000 + UNLISTED).toArray());
        searcher = live.searcher();
        fileSearcher = IvfPqIndex.open(file, Kernels.best(), arena).searcher();
        query = Matrix.copyOf(arena, new float[][] {model.vector()});
    }

    @AfterEach
    void free() throws IOException {
        searcher.close();
        fileSearcher.close();
        live.close();
        arena.close();
    }

    private void search(SearchParams params, IdFilter filter) {
        searcher.search(query, 10, params, filter, top, statistics);
    }

    /** The vectors written since that are in the lists which the search of the file looked into. */
    private int listed() {
        LiveLists lists = live.readers.view().lists();
        int listed = 0;
        for (int place = 0; place < fileSearcher.probed(); place++) {
            int list = fileSearcher.probedList(place);
            for (int tier = 0; tier < lists.tiers(); tier++) {
                listed += lists.start(tier, list + 1) - lists.start(tier, list);
            }
        }
        return listed;
    }

    @Test
    void countsWhatIsInTheFileAndWhatWasWrittenSince() {
        for (int nprobe : new int[] {1, 3, 8}) {
            for (float margin : new float[] {1, Float.POSITIVE_INFINITY}) {
                SearchParams params = new SearchParams(nprobe, 40, margin);
                search(params, IdFilter.all());
                // A live index asks of each candidate whether it is alive, so that it searches with a filter.
                fileSearcher.search(query, 10, params, id -> true, new TopK(10), ofFile);
                assertEquals(ofFile.lists(), statistics.lists());
                assertEquals(ofFile.codes(), statistics.codes());
                assertEquals(ofFile.candidates() + listed() + UNLISTED, statistics.candidates());
            }
        }
        search(SearchParams.exhaustive(), IdFilter.all());
        assertEquals(8, statistics.lists());
        assertEquals(BUILT, statistics.codes());
        assertEquals(BUILT + LISTED + UNLISTED, statistics.candidates());
    }

    @Test
    void countsARoundOfMoreListsToTheOnesBefore() {
        int k = 900; // one list has fewer, and so have four
        TopK most = new TopK(k);
        searcher.search(query, k, new SearchParams(1, 10), id -> true, most, statistics);
        assertEquals(8, statistics.lists());
        int codes = 0;
        int candidates = 0;
        for (int nprobe : new int[] {1, 4, 8}) {
            SearchParams params = new SearchParams(nprobe, 10).withMostLists(nprobe);
            fileSearcher.search(query, k, params, id -> true, most, ofFile);
            codes += ofFile.codes();
            candidates += ofFile.candidates() + listed() + UNLISTED;
        }
        assertEquals(codes, statistics.codes());
        assertEquals(candidates, statistics.candidates());
    }

    @Test
    void countsTheFirstListsOfASearchThatIsRefusedMuch() {
        search(new SearchParams(1, 10), id -> false);
        assertEquals(8, statistics.lists());
        int codes = 0;
        for (int nprobe : new int[] {1, 8}) {
            SearchParams params = new SearchParams(nprobe, 10).withMostLists(nprobe);
            fileSearcher.search(query, 10, params, id -> false, new TopK(10), ofFile);
            codes += ofFile.codes();
        }
        assertEquals(codes, statistics.codes());
        assertEquals(ofFile.candidates() + listed() + UNLISTED, statistics.candidates());
        search(new SearchParams(2, 10).withMostLists(2), id -> false);
        assertEquals(2, statistics.lists());
    }

    @Test
    void timesEachPhase() {
        long begin = System.nanoTime();
        search(new SearchParams(3, 40), IdFilter.all());
        long most = System.nanoTime() - begin;
        long sum = 0;
        for (Phase phase : Phase.values()) {
            assertTrue(statistics.nanoseconds(phase) > 0, phase + ": " + statistics);
            sum += statistics.nanoseconds(phase);
        }
        assertTrue(sum <= most, sum + " of " + most);
    }

    @Test
    void findsTheSameAsWithout() {
        SearchParams params = new SearchParams(3, 40);
        TopK without = new TopK(10);
        searcher.search(query, 10, params, IdFilter.all(), without);
        search(params, IdFilter.all());
        LiveModel.assertSame(without, top);
    }
}
