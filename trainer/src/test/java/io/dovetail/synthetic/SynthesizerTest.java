package io.dovetail.synthetic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Dataset;
import io.dovetail.data.DatasetReader;
import io.dovetail.data.DatasetSpec;
import io.dovetail.data.Interactions;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SynthesizerTest {
    private static final SyntheticSpec SPEC = new SyntheticSpec(500, 800, 10_007, 5, 3);

    @TempDir
    private Path folder;

    private Dataset written(SyntheticSpec spec, String name) throws IOException {
        Path target = folder.resolve(name);
        Synthesizer.write(spec, target, done -> {});
        return DatasetReader.read(target, DatasetSpec.defaults());
    }

    @Test
    void theSizesAreThoseAskedFor() throws IOException {
        AtomicLong last = new AtomicLong();
        Synthesizer.write(SPEC, folder.resolve("data"), last::set);
        assertEquals(10_007, last.get());
        Dataset data = DatasetReader.read(folder.resolve("data"), DatasetSpec.defaults());
        assertEquals(500, data.users().size());
        assertEquals(800, data.items().size());
        assertEquals(10_007, data.interactions().size());
        assertEquals(5, data.categories().size());
        assertEquals(
                List.of("category", "attributes", "price"),
                data.itemFeatures().stream().map(feature -> feature.name()).toList());
        assertEquals(2, data.userFeatures().size());
        for (int user = 0; user < 500; user++) {
            Interactions events = data.interactions();
            Set<Integer> distinct = new HashSet<>();
            for (int e = events.start(user); e < events.start(user + 1); e++) {
                assertTrue(distinct.add(events.item(e)), "no item twice");
            }
            assertTrue(distinct.size() >= 3);
        }
    }

    @Test
    void theSameSeedGivesTheSameBytesAndAnotherOthers() throws IOException {
        written(SPEC, "a");
        written(SPEC, "b");
        written(new SyntheticSpec(500, 800, 10_007, 5, 4), "c");
        try (Stream<Path> files = Files.list(folder.resolve("a"))) {
            for (Path file : files.toList()) {
                Path name = file.getFileName();
                assertEquals(-1, Files.mismatch(file, folder.resolve("b").resolve(name)));
                assertNotEquals(-1, Files.mismatch(file, folder.resolve("c").resolve(name)));
            }
        }
    }

    @Test
    void categoriesAreUnevenPopularityIsSkewedAndTastesShow() throws IOException {
        Dataset data = written(SPEC, "data");
        double share = 1 + 1 / 2.0 + 1 / 3.0 + 1 / 4.0 + 1 / 5.0;
        for (int rank = 0; rank < 5; rank++) {
            int category = data.categories().names().row("category " + rank);
            assertEquals(800 / share / (rank + 1), data.categories().items(category), 10);
        }
        Interactions events = data.interactions();
        int[] counts = new int[800];
        double own = 0;
        for (int user = 0; user < 500; user++) {
            int[] ofCategory = new int[5];
            for (int e = events.start(user); e < events.start(user + 1); e++) {
                counts[events.item(e)]++;
                ofCategory[data.categories().of(events.item(e))]++;
            }
            own += (double) Arrays.stream(ofCategory).max().orElseThrow()
                    / (events.start(user + 1) - events.start(user));
        }
        assertTrue(own / 500 > 0.55, "events of a user's largest category, without tastes about 0.45: " + own / 500);
        Arrays.sort(counts);
        int top = Arrays.stream(counts, 720, 800).sum();
        assertTrue(top > 2.5 * 10_007 / 10, "share of the most popular tenth: " + top);
    }

    @Test
    void aTasteDrifts() throws IOException {
        Dataset data = written(new SyntheticSpec(2000, 800, 60_000, 5, 3), "data");
        Interactions events = data.interactions();
        double near = 0;
        double far = 0;
        for (int user = 0; user < 2000; user++) {
            int from = events.start(user);
            int to = events.start(user + 1);
            near += same(data, from, from + 1);
            far += same(data, from, to - 1);
        }
        assertTrue(near > 1.1 * far, "pairs of one category: neighbours " + near + ", first and last " + far);
    }

    private static int same(Dataset data, int a, int b) {
        Interactions events = data.interactions();
        return data.categories().of(events.item(a)) == data.categories().of(events.item(b)) ? 1 : 0;
    }

    @Test
    void fewEventsAndOneUserAreFine() throws IOException {
        assertEquals(
                1,
                written(new SyntheticSpec(1, 8, 1, 1, 1), "one").interactions().size());
        assertEquals(
                60,
                written(new SyntheticSpec(100, 80, 60, 2, 1), "few")
                        .interactions()
                        .size());
        assertEquals(
                8000,
                written(new SyntheticSpec(800, 80, 8000, 20, 1), "dense")
                        .interactions()
                        .size());
    }

    @Test
    void whatIsThereAlreadyStays() throws IOException {
        Files.writeString(folder.resolve("mine"), "x");
        assertThrows(DirectoryNotEmptyException.class, () -> Synthesizer.write(SPEC, folder, done -> {}));
        assertEquals(List.of("mine"), List.of(folder.toFile().list()));
    }

    @Test
    void nothingIsLeftOfAFailure() {
        assertThrows(
                IllegalStateException.class,
                () -> Synthesizer.write(SPEC, folder.resolve("data"), done -> {
                    throw new IllegalStateException("stopped");
                }));
        assertEquals(0, folder.toFile().list().length);
    }

    @Test
    void sizesOutOfRangeAreRefused() {
        refused("users: is 0; it must be at least 1", 0, 100, 1, 1);
        refused("categories: is 0; it must be at least 1", 1, 100, 1, 0);
        refused("items: is 19; it must be at least 20, 4 for each category", 1, 19, 1, 5);
        refused("interactions: is 0; it must be in [1, 125], an eighth of all pairs at most", 10, 100, 0, 1);
        refused("interactions: is 126; it must be in [1, 125], an eighth of all pairs at most", 10, 100, 126, 1);
    }

    private static void refused(String message, int users, int items, long interactions, int categories) {
        assertEquals(
                message,
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new SyntheticSpec(users, items, interactions, categories, 1))
                        .getMessage());
    }
}
