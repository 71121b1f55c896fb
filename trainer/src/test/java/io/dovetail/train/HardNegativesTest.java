package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.data.TestDatasets;
import io.dovetail.index.file.CorruptFileException;
import io.dovetail.index.file.SectionFile;
import io.dovetail.index.file.SectionFileWriter;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HardNegativesTest {
    private static final int ITEMS = 60;
    private static final Dataset DATA = TestDatasets.planted(40, ITEMS, 3, 10, 2);
    private static final HardNegativeSpec SPEC = new HardNegativeSpec(2, 3, 4, 6);

    @TempDir
    private Path folder;

    /** A model that has learned for an epoch, and what is found with it. */
    private record Found(HardNegatives hard, FittedEvents events, Embeddings embeddings) {}

    private static Found find(Dataset data, HardNegativeSpec spec, int threads, Arena arena) {
        try (Workers workers = Workers.of(threads)) {
            Engine engine = new Engine(Kernels.best(), workers);
            Trainer trainer = new Trainer(engine, arena, data, TestRuns.smallDat(), Holdout.VALID);
            trainer.runEpoch((step, steps, pairs) -> {});
            FittedEvents events = FittedEvents.of(data.interactions(), Holdout.VALID);
            HardNegatives hard = new HardNegatives(spec, events, data.items().size());
            hard.refresh(engine, trainer.model(), spec.every());
            return new Found(hard, events, Embeddings.of(engine, arena, trainer.model()));
        }
    }

    private static Set<Integer> pool(HardNegatives hard, int user) {
        SplittableRandom random = new SplittableRandom(user);
        Set<Integer> pool = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            pool.add(hard.draw(user, random));
        }
        return pool;
    }

    /** Items by falling score, without those that the user has had. */
    private static List<Integer> ranked(Found found, int user, int items) {
        List<Integer> ranked = new ArrayList<>(IntStream.range(0, items).boxed().toList());
        for (int e = found.events.start(user); e < found.events.start(user + 1); e++) {
            ranked.remove(Integer.valueOf(found.events.item(e)));
        }
        ranked.sort(Comparator.comparingDouble((Integer item) -> {
            double score = 0;
            for (int j = 0; j < found.embeddings.items().cols(); j++) {
                score -= (double) found.embeddings.users().get(user, j)
                        * found.embeddings.items().get(item, j);
            }
            return score;
        }));
        return ranked;
    }

    @Test
    void theyAreTheBestItemsThatTheUserHasNotHadAfterThoseSkipped() {
        try (Arena arena = Arena.ofShared()) {
            Found found = find(DATA, SPEC, 2, arena);
            assertEquals(2, found.hard.perPositive());
            for (int user = 0; user < found.events.users(); user++) {
                Set<Integer> expected = new HashSet<>(ranked(found, user, ITEMS).subList(4, 10));
                assertEquals(expected, pool(found.hard, user), "user " + user);
            }
        }
    }

    /** Too many items for an exact search: the index may miss some of the best, but finds no others' company. */
    @Test
    void manyItemsAreSearchedByAnIndex() {
        int items = 20_500;
        Dataset many = TestDatasets.planted(30, items, 3, 10, 2);
        try (Arena arena = Arena.ofShared()) {
            Found found = find(many, new HardNegativeSpec(1, 1, 10, 40), 2, arena);
            int hits = 0;
            for (int user = 0; user < found.events.users(); user++) {
                Set<Integer> best = new HashSet<>(ranked(found, user, items).subList(0, 60));
                Set<Integer> pool = pool(found.hard, user);
                assertTrue(pool.size() > 30, "of 40");
                best.retainAll(pool);
                hits += best.size();
            }
            assertTrue(hits > 25 * found.events.users(), hits + " of " + 40 * found.events.users());
        }
    }

    @Test
    void theSameAreFoundAtAnyNumberOfThreads() throws IOException {
        int[][] found = new int[3][];
        for (int threads = 1; threads <= 3; threads++) {
            try (Arena arena = Arena.ofShared()) {
                write(find(DATA, SPEC, threads, arena).hard);
                found[threads - 1] = SectionFile.open(file(), "test", 1, arena).ints("hard/items");
            }
        }
        assertArrayEquals(found[0], found[1]);
        assertArrayEquals(found[0], found[2]);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "2, 0", "3, 2", "4, 0", "6, 2"})
    void theyAreSearchedForEverySoManyEpochs(int epochsDone, int expected) {
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(1)) {
            Engine engine = new Engine(Kernels.best(), workers);
            Trainer trainer = new Trainer(engine, arena, DATA, TestRuns.smallDat(), Holdout.VALID);
            FittedEvents events = FittedEvents.of(DATA.interactions(), Holdout.VALID);
            HardNegatives hard = new HardNegatives(SPEC, events, ITEMS);
            hard.refresh(engine, trainer.model(), epochsDone);
            assertEquals(expected, hard.perPositive());
        }
    }

    @Test
    void whereNothingIsLeftAnyItemIsDrawn() {
        try (Arena arena = Arena.ofShared()) {
            Found found = find(DATA, new HardNegativeSpec(1, 1, 100, 5), 1, arena);
            assertTrue(pool(found.hard, 0).size() > ITEMS / 2);
        }
    }

    private Path file() {
        return folder.resolve("file");
    }

    private void write(HardNegatives hard) throws IOException {
        try (SectionFileWriter writer = new SectionFileWriter(file(), "test", 1)) {
            hard.write(writer);
            writer.text("other", "");
            writer.commit();
        }
    }

    private HardNegatives read(HardNegativeSpec spec) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            FittedEvents events = FittedEvents.of(DATA.interactions(), Holdout.VALID);
            HardNegatives hard = new HardNegatives(spec, events, ITEMS);
            hard.read(SectionFile.open(file(), "test", 1, arena));
            return hard;
        }
    }

    @Test
    void theyComeBackFromAFile() throws IOException {
        try (Arena arena = Arena.ofShared()) {
            Found found = find(DATA, SPEC, 1, arena);
            write(found.hard);
            HardNegatives back = read(SPEC);
            assertEquals(2, back.perPositive());
            for (int user = 0; user < found.events.users(); user++) {
                assertEquals(pool(found.hard, user), pool(back, user));
            }
        }
        write(new HardNegatives(SPEC, FittedEvents.of(DATA.interactions(), Holdout.VALID), ITEMS));
        assertEquals(0, read(SPEC).perPositive(), "none were searched for");
    }

    @Test
    void aFileOfOtherUsersOrItemsIsRefused() throws IOException {
        try (Arena arena = Arena.ofShared()) {
            write(find(DATA, SPEC, 1, arena).hard);
        }
        assertRefused("expected 280 items, found 240 items", new HardNegativeSpec(2, 3, 4, 7));
        assertRefused("expected none, found 240 items", HardNegativeSpec.none());
        try (SectionFileWriter writer = new SectionFileWriter(file(), "test", 1)) {
            int[] items = new int[240];
            items[17] = ITEMS;
            writer.ints("hard/items", items);
            writer.commit();
        }
        assertRefused("expected items in [0, 60), found 60", SPEC);
    }

    private void assertRefused(String expected, HardNegativeSpec spec) {
        String message = String.valueOf(
                assertThrows(CorruptFileException.class, () -> read(spec)).getMessage());
        assertTrue(message.contains(expected), message);
        assertFalse(message.contains("Exception"), message);
    }
}
