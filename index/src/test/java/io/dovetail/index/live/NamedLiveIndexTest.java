package io.dovetail.index.live;

import static io.dovetail.index.live.Messages.message;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.index.Index;
import io.dovetail.index.SearchParams;
import io.dovetail.index.Searcher;
import io.dovetail.index.TopK;
import io.dovetail.index.file.CorruptFileException;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A live index with names beside a map from names to vectors. */
final class NamedLiveIndexTest {

    private static final int DIMENSION = 8;
    private static final List<String> BUILT =
            IntStream.range(0, 100).mapToObj(i -> "built-" + i).toList();

    @TempDir
    private Path folder;

    private final Arena arena = Arena.ofShared();
    private final LiveModel model = new LiveModel(DIMENSION, 4);
    private final Map<String, float[]> expected = new HashMap<>();
    private Path directory;
    private Path file;

    @BeforeEach
    void build() throws IOException {
        file = folder.resolve("built.ivfpq");
        directory = folder.resolve("live");
        model.build(file, BUILT.size(), "model-1");
        for (int id = 0; id < BUILT.size(); id++) {
            expected.put(BUILT.get(id), model.vectors().get((long) id));
        }
    }

    @AfterEach
    void free() {
        arena.close();
    }

    private NamedLiveIndex create() throws IOException {
        return NamedLiveIndex.create(directory, file, BUILT, Durability.EACH_WRITE, Kernels.best());
    }

    private NamedLiveIndex open() throws IOException {
        return NamedLiveIndex.open(directory, Durability.interval(Duration.ofDays(1)), Kernels.best());
    }

    private void upsert(NamedLiveIndex live, String... names) throws IOException {
        float[][] rows = new float[names.length][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = model.vector();
        }
        live.upsert(Arrays.asList(names), Matrix.copyOf(arena, rows));
        for (int i = 0; i < rows.length; i++) {
            expected.put(names[i], rows[i]);
        }
    }

    /** All vectors are found under their names, and nothing else is. */
    private void check(Index index, Names names) {
        assertEquals(expected.size(), index.size());
        TopK top = new TopK(expected.size() + 1);
        try (Searcher searcher = index.searcher()) {
            Matrix query = Matrix.copyOf(arena, new float[][] {model.vector()});
            searcher.search(query, top.capacity(), SearchParams.exhaustive(), top);
            assertEquals(expected.size(), top.size());
            for (int place = 0; place < top.size(); place++) {
                String name = names.name(top.id(place));
                assertEquals(top.id(place), names.id(name));
                float[] vector = Objects.requireNonNull(expected.get(name), name);
                double score = 0;
                for (int i = 0; i < DIMENSION; i++) {
                    score += query.get(0, i) * vector[i];
                }
                assertEquals(score, top.score(place), 1e-4, name); // sums of 8 products of some units, in float32
            }
        }
    }

    @Test
    void vectorsAreFoundUnderTheirNamesOverRestartsCompactionsAndSwaps() throws IOException {
        create().close();
        for (int round = 0; round < 5; round++) {
            try (NamedLiveIndex live = open();
                    Workers workers = Workers.of(1)) {
                check(live, live.names());
                upsert(live, "sku-" + round, "built-" + round, "ü-" + round);
                upsert(live, "sku-" + round);
                upsert(live, "sku-" + (round + 100), "again", "again");
                assertTrue(live.contains("again") && !live.contains("never"));
                assertEquals(101, live.names().id("ü-0"));
                assertEquals(round < 3, live.contains("ü-0"));
                assertTrue(live.remove("built-" + (50 + round)));
                expected.remove("built-" + (50 + round));
                assertFalse(live.remove("built-" + (50 + round)) || live.remove("never"));
                if (round == 2) {
                    assertEquals(2, live.remove(List.of("ü-0", "never", "ü-1", "ü-0")));
                    expected.keySet().removeAll(List.of("ü-0", "ü-1"));
                    live.compact(workers);
                    assertEquals(0, live.pending());
                }
                check(live, live.names());
                if (round == 3) {
                    swap(live);
                }
                check(live, live.names());
                live.flush();
            }
        }
    }

    /** Swaps in a file of all that is there and of a name that came with it. */
    private void swap(NamedLiveIndex live) throws IOException {
        try (Mark mark = live.mark()) {
            expected.put("swapped", model.vector());
            model.vectors().clear();
            List<String> names = List.copyOf(expected.keySet());
            long[] ids = live.ids(names);
            for (int i = 0; i < ids.length; i++) {
                model.vectors().put(ids[i], Objects.requireNonNull(expected.get(names.get(i))));
            }
            model.build(folder.resolve("swap.ivfpq"), "model-1");
            upsert(live, "while-built");
            live.swap(folder.resolve("swap.ivfpq"), mark);
        }
    }

    @Test
    void anIdIsNeverGivenTwice() throws IOException {
        try (NamedLiveIndex live = create()) {
            upsert(live, "a");
            long id = live.names().id("a");
            live.remove("a");
            upsert(live, "b");
            assertEquals(id + 1, live.names().id("b"));
            upsert(live, "a");
            assertArrayEquals(new long[] {id, id + 1, id}, live.ids(List.of("a", "b", "a")));
            check(live, live.names());
        }
    }

    @Test
    void readersInOtherProcessesSeeTheNamesOfWhatTheyFind() throws IOException {
        try (NamedLiveIndex live = create();
                Workers workers = Workers.of(1);
                FollowedIndex followed = FollowedIndex.open(directory, Kernels.best())) {
            for (int round = 0; round < 20; round++) {
                upsert(live, "sku-" + round);
                if (round % 7 == 3) {
                    live.compact(workers);
                }
                followed.refresh();
                check(followed, followed.names());
            }
        }
    }

    @Test
    void whatASearchFindsHasANameEvenWhileOthersWriteAndRefresh() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger found = new AtomicInteger();
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        try (NamedLiveIndex live = create();
                Workers workers = Workers.of(1);
                FollowedIndex followed = FollowedIndex.open(directory, Kernels.best())) {
            List<Thread> threads = List.of(
                    new Thread(() -> lookUp(live, live.names(), done, found)),
                    new Thread(() -> lookUp(followed, followed.names(), done, found)));
            for (Thread thread : threads) {
                thread.setUncaughtExceptionHandler((failed, thrown) -> failures.add(thrown));
                thread.start();
            }
            for (int round = 0; round < 300 || found.get() < 1_000; round++) {
                upsert(live, "sku-" + round, "more-" + round);
                if (round % 50 == 49) {
                    live.compact(workers);
                }
                followed.refresh();
                assertEquals(List.of(), failures);
            }
            done.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertEquals(List.of(), failures);
    }

    /** Looks up the names of the vectors that are found, the newest of which may have come this moment. */
    private static void lookUp(Index index, Names names, AtomicBoolean done, AtomicInteger found) {
        TopK top = new TopK(2_000);
        try (Arena own = Arena.ofConfined();
                Searcher searcher = index.searcher()) {
            Matrix query = Matrix.allocate(own, 1, DIMENSION);
            while (!done.get()) {
                searcher.search(query, top.capacity(), SearchParams.exhaustive(), top);
                for (int place = 0; place < top.size(); place++) {
                    names.name(top.id(place)); // throws if there is none
                }
                found.incrementAndGet();
            }
        }
    }

    @Test
    void anIndexWithoutNamesIsFollowedWithoutNames() throws IOException {
        LiveIndex.create(directory, file, Durability.EACH_WRITE, Kernels.best()).close();
        try (FollowedIndex followed = FollowedIndex.open(directory, Kernels.best())) {
            assertEquals(0, followed.names().size());
            followed.refresh();
        }
    }

    @Test
    void eachKindIsOpenedByItsOwn() throws IOException {
        create().close();
        String message =
                message(IOException.class, () -> LiveIndex.open(directory, Durability.EACH_WRITE, Kernels.best()));
        assertTrue(message.contains("its vectors have names; open it by NamedLiveIndex.open"), message);
        Path other = folder.resolve("other");
        LiveIndex.create(other, file, Durability.EACH_WRITE, Kernels.best()).close();
        message = message(IOException.class, () -> NamedLiveIndex.open(other, Durability.EACH_WRITE, Kernels.best()));
        assertTrue(message.contains("have ids and no names; open it by LiveIndex.open"), message);
        message = message(IOException.class, this::create);
        assertTrue(message.contains("holds a live index already"), message);
    }

    @Test
    void oneWritesAtATime() throws IOException {
        try (NamedLiveIndex live = create()) {
            assertTrue(message(IOException.class, this::open).contains("is writing to this index"));
            check(live, live.names());
        }
        open().close();
    }

    @Test
    void namesThatDoNotFitAFileAreRefusedAndTheNextCreationSucceeds() throws IOException {
        String message = message(
                IllegalArgumentException.class,
                () -> NamedLiveIndex.create(
                        directory, file, BUILT.subList(0, 99), Durability.EACH_WRITE, Kernels.best()));
        assertTrue(message.contains(file + ": holds id 99, which is none of the 99 names"), message);
        String[] twice = BUILT.toArray(new String[0]);
        twice[17] = "built-3";
        message = message(
                IllegalArgumentException.class,
                () -> NamedLiveIndex.create(directory, file, List.of(twice), Durability.EACH_WRITE, Kernels.best()));
        assertTrue(message.contains("'built-3' stands twice"), message);
        assertTrue(Files.exists(directory.resolve("NAMES"))); // of the creation that was cut short
        LiveIndex.create(directory, file, Durability.EACH_WRITE, Kernels.best()).close();
        LiveIndex.open(directory, Durability.EACH_WRITE, Kernels.best()).close();
        directory = folder.resolve("second");
        create().close();
    }

    @Test
    void whatIsRefusedHandsOutNoIds() throws IOException {
        try (NamedLiveIndex live = create()) {
            Matrix vector = Matrix.allocate(arena, 1, DIMENSION);
            Matrix other = Matrix.allocate(arena, 1, DIMENSION + 1);
            assertThrows(IllegalArgumentException.class, () -> live.upsert("new", other));
            assertThrows(IllegalArgumentException.class, () -> live.upsert(List.of("new", "more"), vector));
            assertThrows(IllegalArgumentException.class, () -> live.upsert("", vector));
            vector.set(0, 3, Float.NaN);
            assertThrows(IllegalArgumentException.class, () -> live.upsert("new", vector));
            assertEquals(BUILT.size(), live.names().size());
            model.vectors().put(100L, model.vector());
            model.build(file, "model-1");
            String message = message(IllegalArgumentException.class, () -> {
                try (Mark mark = live.mark()) {
                    live.swap(file, mark);
                }
            });
            assertTrue(message.contains("holds id 100, which is none of the 100 names"), message);
            check(live, live.names());
        }
    }

    @Test
    void namesThatAreMissingAreDamage() throws IOException {
        Path names = directory.resolve("NAMES");
        create().close();
        byte[] old = Files.readAllBytes(names);
        try (NamedLiveIndex live = open()) {
            upsert(live, "new");
        }
        byte[] newer = Files.readAllBytes(names);
        Files.write(names, old);
        String message = message(CorruptFileException.class, this::open);
        assertTrue(message.startsWith(names + ": ") && message.contains("none for 100"), message);
        message = message(CorruptFileException.class, () -> FollowedIndex.open(directory, Kernels.best()));
        assertTrue(message.startsWith(names + ": ") && message.contains("none for 100"), message);
        Files.write(names, newer);
        try (NamedLiveIndex live = open()) {
            check(live, live.names());
        }
    }

    @Test
    void onAFullDiskItGoesOnServingAndLaterWriting() throws IOException {
        create().close();
        FaultyChannel.Disk disk = new FaultyChannel.Disk();
        try (NamedLiveIndex live =
                NamedLiveIndex.open(directory, Durability.EACH_WRITE, Kernels.best(), FaultyChannel.storage(disk))) {
            for (int room = 0; room < 125; room += 3) { // a name of up to 8 letters takes 49 bytes, a vector 80
                disk.room = room;
                String name = "sku-" + room;
                Matrix vector = Matrix.copyOf(arena, new float[][] {model.vector()});
                assertThrows(IOException.class, () -> live.upsert(name, vector));
                check(live, live.names());
                disk.room = Long.MAX_VALUE;
                upsert(live, name);
                check(live, live.names());
            }
        }
        try (NamedLiveIndex live = open()) {
            check(live, live.names());
        }
    }

    @Test
    void aClosedOneSaysSo() throws IOException {
        NamedLiveIndex live = create();
        live.close();
        live.close();
        assertTrue(message(IllegalStateException.class, () -> live.ids(List.of("new")))
                .contains("closed"));
        assertTrue(message(IllegalStateException.class, () -> live.remove("built-1"))
                .contains("closed"));
        assertThrows(IllegalStateException.class, live::size);
    }
}
