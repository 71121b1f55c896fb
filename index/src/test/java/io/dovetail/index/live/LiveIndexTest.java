package io.dovetail.index.live;

import static io.dovetail.index.live.Messages.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.index.SearchParams;
import io.dovetail.index.Searcher;
import io.dovetail.index.TopK;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LiveIndexTest {

    private static final Durability SELDOM = Durability.interval(Duration.ofDays(1));

    @TempDir
    private Path folder;

    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(2);
    private final LiveModel model = new LiveModel(8, 1);

    @AfterEach
    void free() {
        workers.close();
        arena.close();
    }

    private Path directory() {
        return folder.resolve("live");
    }

    private LiveIndex create(int count) throws IOException {
        Path file = folder.resolve("built.ivfpq");
        model.build(file, count, "model-1");
        return LiveIndex.create(directory(), file, SELDOM, Kernels.best());
    }

    private LiveIndex open() throws IOException {
        return LiveIndex.open(directory(), SELDOM, Kernels.best());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void isWhatAMapWouldBeAfterAnyUpdatesCompactionsSwapsAndReopenings(int seed) throws IOException {
        LiveModel any = new LiveModel(8, seed);
        Path file = folder.resolve("built.ivfpq");
        any.build(file, 300, "model-1");
        LiveIndex live = LiveIndex.create(directory(), file, SELDOM, Kernels.best());
        Searcher searcher = live.searcher();
        for (int step = 0; step < 1_500; step++) {
            switch (any.random().nextInt(100)) {
                case 0, 1 -> live.compact(workers);
                case 2 -> {
                    searcher.close();
                    live.close();
                    live = open();
                    searcher = live.searcher();
                }
                case 3 -> {
                    try (Mark mark = live.mark()) {
                        if (!any.vectors().isEmpty()) {
                            any.build(file, "model-1");
                            for (int i = 0; i < 30; i++) {
                                any.write(live);
                                if (i == 20 && any.random().nextBoolean()) {
                                    live.compact(workers);
                                }
                            }
                            live.swap(file, mark);
                        }
                    }
                }
                default -> any.write(live);
            }
            any.check(live, searcher);
        }
        searcher.close();
        live.close();
    }

    @Test
    void sortsManyUpdatesIntoListsAndFindsThemByProbing() throws IOException {
        try (LiveIndex live = create(300);
                Searcher searcher = live.searcher()) {
            for (int i = 0; i < 40; i++) {
                model.upsert(live, model.random().longs(300, 0, LiveModel.IDS).toArray());
                model.check(live, searcher);
            }
            assertTrue(
                    live.drift().written() >= 40 * 300 - Segment.TAIL - 300,
                    live.drift().toString());
        }
    }

    @Test
    void aWideMarginFindsWrittenVectorsInTheListsOfItsSecondStep() throws IOException {
        try (LiveIndex live = create(3_000);
                Searcher searcher = live.searcher()) {
            model.upsert(live, model.random().longs(5_000, 0, LiveModel.IDS).toArray());
            live.remove(model.random().longs(100, 0, LiveModel.IDS).toArray());
            TopK expected = new TopK(2);
            TopK found = new TopK(2);
            SearchParams wide = SearchParams.exhaustive().withMargin(1e6f);
            for (int i = 0; i < 20; i++) {
                Matrix query = Matrix.copyOf(arena, new float[][] {model.vector()});
                searcher.search(query, 2, SearchParams.exhaustive(), expected);
                searcher.search(query, 2, wide, found);
                LiveModel.assertSame(expected, found);
            }
        }
    }

    @Test
    void emptiesAndFillsAgain() throws IOException {
        try (LiveIndex live = create(50);
                Searcher searcher = live.searcher()) {
            assertEquals(50, live.remove(model.ids()));
            model.vectors().clear();
            model.check(live, searcher);
            live.compact(workers); // has nothing to write
            model.check(live, searcher);
            model.upsert(live, 7, 8, 9);
            live.compact(workers);
            model.check(live, searcher);
            assertEquals(0, live.pending());
        }
        try (LiveIndex live = open();
                Searcher searcher = live.searcher()) {
            model.check(live, searcher);
        }
    }

    @Test
    void keepsTheSequenceOfWritesOverCompactionsAndReopenings() throws IOException {
        try (LiveIndex live = create(20)) {
            assertEquals(0, live.sequence());
            model.upsert(live, 1);
            model.upsert(live, 100);
            assertFalse(live.remove(1_000));
            assertEquals(2, live.sequence());
            live.compact(workers);
            assertEquals(2, live.sequence());
        }
        try (LiveIndex live = open()) {
            model.upsert(live, 2);
            assertEquals(3, live.sequence());
            try (Mark mark = live.mark()) {
                model.upsert(live, 3);
                live.swap(folder.resolve("built.ivfpq"), mark); // what it carries over are no new writes
            }
            assertEquals(4, live.sequence());
        }
        try (LiveIndex live = open()) {
            assertEquals(4, live.sequence());
        }
    }

    @Test
    void aSwapWithoutAMarkReplacesEverything() throws IOException {
        Path other = folder.resolve("other.ivfpq");
        try (LiveIndex live = create(40);
                Searcher searcher = live.searcher()) {
            model.upsert(live, 500, 501);
            model.build(other, 60, "model-1");
            live.swap(other);
            model.check(live, searcher);
        }
    }

    @Test
    void refusesToSwapInAFileOfAnotherModelOrDimension() throws IOException {
        Path other = folder.resolve("other.ivfpq");
        try (LiveIndex live = create(40);
                Searcher searcher = live.searcher()) {
            new LiveModel(8, 3).build(other, 60, "model-2");
            String message = message(IllegalArgumentException.class, () -> live.swap(other));
            assertTrue(message.contains("'model-2'") && message.contains("'model-1'"), message);
            new LiveModel(4, 3).build(other, 60, "model-1");
            message = message(IllegalArgumentException.class, () -> live.swap(other));
            assertTrue(message.contains("dimension 4") && message.contains("other.ivfpq"), message);
            Mark closed = live.mark();
            closed.close();
            message = message(IllegalArgumentException.class, () -> live.swap(other, closed));
            assertTrue(message.contains("mark"), message);
            model.check(live, searcher);
            model.upsert(live, 3);
            model.check(live, searcher);
            assertEquals(List.of("LOCK", "MANIFEST", "WRITER", "index-1.ivfpq", "log-1.wal"), files());
        }
    }

    @Test
    void refusesVectorsAndIdsThatDoNotFit() throws IOException {
        try (LiveIndex live = create(40)) {
            Matrix one = Matrix.allocate(arena, 1, 8);
            assertThrows(IllegalArgumentException.class, () -> live.add(3, one), "there already");
            assertThrows(IllegalArgumentException.class, () -> live.upsert(new long[] {1, 2}, one));
            assertThrows(IllegalArgumentException.class, () -> live.upsert(new long[0], one.rows(0, 0)));
            String message =
                    message(IllegalArgumentException.class, () -> live.upsert(1, Matrix.allocate(arena, 1, 9)));
            assertTrue(message.contains("1x9") && message.contains("length 8"), message);
            one.set(0, 4, Float.NaN);
            assertThrows(IllegalArgumentException.class, () -> live.upsert(1, one));
            assertEquals(0, live.sequence());
        }
    }

    @Test
    void aSecondWriterIsRefusedAndToldWhoWrites() throws IOException {
        try (LiveIndex live = create(40)) {
            String message = message(IOException.class, this::open);
            assertTrue(
                    message.contains("this process (" + ProcessHandle.current().pid()), message);
            model.upsert(live, 5);
        }
        open().close();
    }

    @Test
    void saysThatThereIsNoIndexOrThatThereIsOne() throws IOException {
        assertTrue(message(IOException.class, this::open).contains("LiveIndex.create"));
        create(10).close();
        String message = message(IOException.class, () -> create(10));
        assertTrue(message.contains("already") && message.contains("live"), message);
    }

    @Test
    void clearsAwayWhatACrashLeft() throws IOException {
        create(10).close();
        for (String name : List.of("index-2.ivfpq", "log-2.wal", ".index-2.ivfpq.77.tmp")) {
            Files.writeString(directory().resolve(name), "half");
        }
        try (LiveIndex live = open()) {
            assertEquals(10, live.size());
            assertEquals(List.of("LOCK", "MANIFEST", "WRITER", "index-1.ivfpq", "log-1.wal"), files());
            live.compact(workers);
            assertEquals(List.of("LOCK", "MANIFEST", "WRITER", "index-2.ivfpq", "log-2.wal"), files());
        }
    }

    @Test
    void whatIsClosedSaysSo() throws IOException {
        LiveIndex live = create(10);
        Searcher searcher = live.searcher();
        live.close();
        live.close();
        assertThrows(IllegalStateException.class, () -> model.upsert(live, 1));
        assertThrows(IllegalStateException.class, () -> live.remove(1));
        assertThrows(IllegalStateException.class, live::flush);
        assertThrows(IllegalStateException.class, live::size);
        assertThrows(IllegalStateException.class, () -> live.compact(workers));
        String message = message(IllegalStateException.class, () -> model.check(live, searcher));
        assertTrue(message.contains("closed"), message);
        searcher.close();
    }

    @Test
    void driftTellsWhenVectorsNoLongerFitTheLists() throws IOException {
        try (LiveIndex live = create(500)) {
            int many = 4 * Segment.TAIL; // a drift of fewer than 1,000 says nothing
            Matrix vectors = Matrix.allocate(arena, many, 8);
            long[] ids = new long[many];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = 10_000L + i;
                vectors.rows(i, 1).copyFrom(Matrix.copyOf(arena, new float[][] {model.vector()}));
            }
            live.upsert(ids, vectors); // of the same distribution: 8 dimensions, 500 trained on
            assertEquals(many, live.drift().written());
            assertTrue(live.drift().share() < 0.15, live.drift().toString());
            assertFalse(live.drift().retrain());
            for (int i = 0; i < ids.length; i++) {
                vectors.set(i, 0, vectors.get(i, 0) + 20);
            }
            live.upsert(ids, vectors);
            assertTrue(live.drift().share() > 0.5, live.drift().toString());
            assertTrue(live.drift().retrain());
            Drift before = live.drift();
            live.compact(workers);
            assertEquals(before, live.drift());
        }
        try (LiveIndex live = open()) {
            assertTrue(live.drift().retrain());
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
