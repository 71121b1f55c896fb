package io.dovetail.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.dovetail.index.SearchStatistics.Phase;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SearchStatisticsTest {

    private static final int ROWS = 5_000;
    private static final int LISTS = 20;

    @TempDir
    private Path folder;

    private final Arena arena = Arena.ofShared();
    private final SearchStatistics statistics = new SearchStatistics();
    private IvfPqIndex index;
    private Matrix query;

    @BeforeEach
    void build() throws IOException {
        Path file = folder.resolve("index");
        Samples.build(file, Samples.clustered(arena, ROWS, 16, 10, 1), new IvfPqSpec(LISTS, 8, 4, ROWS, 3, 1));
        index = IvfPqIndex.open(file, Kernels.best(), arena);
        query = Samples.clustered(arena, 1, 16, 10, 2);
    }

    @AfterEach
    void free() {
        arena.close();
    }

    private TopK search(IvfPqSearcher searcher, SearchParams params, IdFilter filter) {
        TopK top = new TopK(10);
        searcher.search(query, 10, params, filter, top, statistics);
        return top;
    }

    @Test
    void countsWhatASearchLooksAt() {
        try (IvfPqSearcher searcher = index.searcher()) {
            search(searcher, SearchParams.exhaustive(), IdFilter.all());
            assertEquals(LISTS, statistics.lists());
            assertEquals(ROWS, statistics.codes());
            assertEquals(ROWS, statistics.candidates());
            search(searcher, new SearchParams(3, 100), IdFilter.all());
            assertEquals(3, statistics.lists());
            int codes = 0;
            for (int place = 0; place < 3; place++) {
                int list = searcher.probedList(place);
                codes += index.listEnd(list) - index.listStart(list);
            }
            assertEquals(codes, statistics.codes());
            // Somewhat more than asked for, since thresholds are found by counting.
            assertTrue(statistics.candidates() >= 100 && statistics.candidates() <= 125, statistics.toString());
        }
    }

    @Test
    void countsOfAMarginFewerListsThanItMightHaveScanned() {
        try (IvfPqSearcher searcher = index.searcher()) {
            search(searcher, new SearchParams(LISTS, 100, 0.5f), IdFilter.all());
            assertEquals(searcher.probed(), statistics.lists());
            assertTrue(statistics.lists() < LISTS, statistics.toString());
            assertTrue(statistics.codes() < ROWS, statistics.toString());
        }
    }

    @Test
    void timesEachPhaseAndForgetsTheSearchBefore() {
        try (IvfPqSearcher searcher = index.searcher()) {
            long begin = System.nanoTime();
            search(searcher, SearchParams.exhaustive(), IdFilter.all());
            long most = System.nanoTime() - begin;
            long sum = 0;
            for (Phase phase : Phase.values()) {
                assertTrue(statistics.nanoseconds(phase) > 0, phase + ": " + statistics);
                sum += statistics.nanoseconds(phase);
            }
            assertTrue(sum <= most, sum + " of " + most);
            search(searcher, new SearchParams(1, 10, Float.POSITIVE_INFINITY, 1), id -> false);
            assertEquals(1, statistics.lists());
            assertEquals(0, statistics.candidates());
        }
    }

    @Test
    void findsTheSameAsWithout() {
        try (IvfPqSearcher searcher = index.searcher()) {
            SearchParams params = new SearchParams(3, 100);
            TopK without = new TopK(10);
            searcher.search(query, 10, params, without);
            TopK with = search(searcher, params, IdFilter.all());
            for (int place = 0; place < 10; place++) {
                assertEquals(without.id(place), with.id(place));
                assertEquals(without.score(place), with.score(place));
            }
        }
    }

    @Test
    void allocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        TopK top = new TopK(10);
        SearchParams params = new SearchParams(3, 100, 2);
        try (IvfPqSearcher searcher = index.searcher()) {
            long allocated = Long.MAX_VALUE;
            // The compiler may be long at work on a busy machine; what counts is the steady state.
            long begin = System.nanoTime();
            while (allocated > 1_000 && System.nanoTime() - begin < 60_000_000_000L) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 1_000; i++) {
                    searcher.search(query, 10, params, IdFilter.all(), top, statistics);
                }
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertTrue(allocated <= 1_000, allocated + " bytes in 1000 searches");
        }
    }
}
