package io.dovetail.index.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.dovetail.index.FlatIndex;
import io.dovetail.index.IdFilter;
import io.dovetail.index.SearchParams;
import io.dovetail.index.SearchStatistics;
import io.dovetail.index.Searcher;
import io.dovetail.index.TopK;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches beside writes: what they see, what they wait for, what they allocate. */
final class LiveSearchTest {

    @TempDir
    private Path folder;

    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(1);
    private final LiveModel model = new LiveModel(8, 9);
    private LiveIndex live;
    private Path file;

    @BeforeEach
    void create() throws IOException {
        file = folder.resolve("built.ivfpq");
        model.build(file, 300, "");
        live = LiveIndex.create(folder.resolve("live"), file, Durability.interval(Duration.ofDays(1)), Kernels.best());
    }

    @AfterEach
    void free() throws IOException {
        live.close();
        workers.close();
        arena.close();
    }

    /** A search that stops at the first vector it looks at until it is let go on. */
    private final class HeldSearch implements IdFilter, AutoCloseable {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        private final TopK found = new TopK(LiveModel.IDS);
        private final Matrix query = Matrix.copyOf(arena, new float[][] {model.vector()});
        private final Thread thread = new Thread(this::search);

        HeldSearch() throws InterruptedException {
            thread.start();
            begun.await();
        }

        private void search() {
            try (Searcher searcher = live.searcher()) {
                searcher.search(query, LiveModel.IDS, SearchParams.exhaustive(), this, found);
            } catch (Throwable thrown) {
                failure.set(thrown);
            }
        }

        @Override
        public boolean accepts(long id) {
            begun.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                return false;
            }
            return true;
        }

        TopK end() throws InterruptedException {
            goOn.countDown();
            thread.join();
            assertEquals(null, failure.get());
            return found;
        }

        @Override
        public void close() {
            goOn.countDown();
        }
    }

    private TopK exact(Matrix query) {
        TopK expected = new TopK(LiveModel.IDS);
        Contents contents = live.contents(arena);
        try (Searcher searcher = FlatIndex.of(contents.vectors(), contents.ids(), "", Kernels.best())
                .searcher()) {
            searcher.search(query, LiveModel.IDS, SearchParams.exhaustive(), expected);
        }
        return expected;
    }

    @Test
    void aSearchUnderWaySeesWhatThereWasWhenItBegan() throws Exception {
        model.upsert(live, 1, 2, 400);
        try (HeldSearch held = new HeldSearch()) {
            TopK expected = exact(held.query);
            model.upsert(live, model.random().longs(300, 0, LiveModel.IDS).toArray());
            live.remove(new long[] {1, 2, 3, 4, 5, 6, 7});
            LiveModel.assertSame(expected, held.end());
        }
    }

    @Test
    void aSearchUnderWayKeepsItsMemoryOverGrowthCompactionsAndSwaps() throws Exception {
        try (HeldSearch held = new HeldSearch();
                Searcher searcher = live.searcher()) {
            TopK expected = exact(held.query);
            long[] ids = model.random().longs(9_000, 0, LiveModel.IDS).toArray();
            model.upsert(live, ids); // more than fit at first
            model.check(live, searcher);
            AtomicBoolean compacted = new AtomicBoolean();
            AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
            Thread compaction = new Thread(() -> {
                try {
                    live.compact(workers);
                    compacted.set(true);
                } catch (Throwable thrown) {
                    failure.set(thrown);
                }
            });
            compaction.start();
            while (live.pending() > 0) {
                Thread.onSpinWait(); // until the new file is in place
            }
            model.upsert(live, 5, 6, 7); // others read and write on
            model.check(live, searcher);
            assertFalse(compacted.get()); // it waits to free the memory
            LiveModel.assertSame(expected, held.end());
            compaction.join();
            assertEquals(null, failure.get());
            assertTrue(compacted.get());
            live.swap(file);
        }
    }

    @Test
    void memoryIsFreedWithTheLastReader() throws Exception {
        LiveRows rows = new LiveRows(Generation.open(file, Kernels.best()), 10);
        Readers readers = new Readers(new View(rows, LiveLists.none(8), 0, 0, 300, 0));
        Reader one = readers.register();
        Reader other = readers.register();
        readers.pin(one);
        LiveRows more = new LiveRows(rows.generation(), 20);
        readers.publish(new View(more, LiveLists.none(8), 0, 0, 300, 1));
        readers.pin(other);
        LiveRows next = new LiveRows(Generation.open(file, Kernels.best()), 10);
        readers.publish(new View(next, LiveLists.none(8), 0, 0, 300, 2));
        assertFalse(readers.free());
        readers.unpin(other); // but what it read leads to memory that the first still reads
        assertFalse(readers.free());
        assertEquals(0, rows.vectors().data().get(Matrix.FLOAT, 0));
        rows.generation().index().id(0);
        readers.unpin(one);
        assertTrue(readers.free());
        assertThrows(IllegalStateException.class, () -> rows.vectors().get(0, 0));
        assertThrows(IllegalStateException.class, () -> more.vectors().get(0, 0));
        assertThrows(
                IllegalStateException.class, () -> rows.generation().index().id(0));
        next.generation().index().id(0);
        readers.close();
        assertThrows(
                IllegalStateException.class, () -> next.generation().index().id(0));
        assertThrows(IllegalStateException.class, () -> readers.pin(one));
    }

    @Test
    void aBatchIsSeenWholeOrNotAtAll() throws Exception {
        long[] ids = {1_000, 1_001, 1_002, 1_003};
        Matrix old = Matrix.copyOf(arena, new float[][] {
            {9, 0, 0, 0, 0, 0, 0, 0}, {9, 0, 0, 0, 0, 0, 0, 0}, {9, 0, 0, 0, 0, 0, 0, 0}, {9, 0, 0, 0, 0, 0, 0, 0}
        });
        AtomicBoolean end = new AtomicBoolean();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread writer = new Thread(() -> {
            try {
                for (int round = 0; round < 3_000; round++) {
                    for (int i = 0; i < ids.length; i++) {
                        old.set(i, 1, round);
                    }
                    live.upsert(ids, old);
                    if (round % 5 == 0) {
                        live.remove(ids);
                    }
                    if (round % 500 == 0) {
                        live.compact(workers);
                    }
                }
            } catch (Throwable thrown) {
                failure.set(thrown);
            } finally {
                end.set(true);
            }
        });
        writer.start();
        Matrix query = Matrix.copyOf(arena, new float[][] {{0, 1, 0, 0, 0, 0, 0, 0}});
        TopK top = new TopK(5);
        try (Searcher searcher = live.searcher()) {
            while (!end.get()) {
                searcher.search(query, 5, SearchParams.exhaustive(), id -> id >= 1_000, top);
                assertTrue(top.size() == 0 || top.size() == 4, "found " + top.size());
                for (int place = 0; place < top.size(); place++) {
                    assertEquals(ids[place], top.id(place));
                    assertEquals(top.score(0), top.score(place));
                }
            }
        }
        writer.join();
        assertEquals(null, failure.get());
    }

    @Test
    void aSearchAllocatesNothingWhateverItsParameters() throws IOException {
        LiveModel wide = new LiveModel(32, 9); // as wide as vectors of the kernels are
        wide.build(file, 300, "");
        live.close();
        live = LiveIndex.create(folder.resolve("wide"), file, Durability.EACH_WRITE, Kernels.best());
        wide.upsert(live, wide.random().longs(3_000, 0, LiveModel.IDS).toArray());
        wide.upsert(live, 1, 2, 3); // these are in no list yet
        Matrix query = Matrix.copyOf(arena, new float[][] {wide.vector()});
        TopK top = new TopK(10);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        SearchParams few = new SearchParams(2, 20);
        SearchParams margin = new SearchParams(4, 40, 2);
        IdFilter seldom = id -> id == 3; // so that it looks into more lists, up to all
        SearchStatistics statistics = new SearchStatistics();
        try (LiveSearcher searcher = live.searcher()) {
            // The compiler may be long at work on a busy machine; what counts is the steady state.
            long allocated = Long.MAX_VALUE;
            long began = System.nanoTime();
            while (allocated > 4_000 && System.nanoTime() - began < 60_000_000_000L) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 1_000; i++) {
                    int k = 1 + i % 10;
                    searcher.search(query, k, live.defaults(), top);
                    searcher.search(query, k, few, seldom, top);
                    searcher.search(query, k, margin, top);
                    searcher.search(query, k, few, IdFilter.all(), top, statistics);
                }
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertTrue(allocated <= 4_000, allocated + " bytes in 4000 searches");
        }
    }
}
