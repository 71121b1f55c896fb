package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Categories;
import io.dovetail.data.ColumnSpec;
import io.dovetail.data.Dataset;
import io.dovetail.data.Feature;
import io.dovetail.data.Holdout;
import io.dovetail.data.Interactions;
import io.dovetail.data.Part;
import io.dovetail.data.TestDatasets;
import io.dovetail.data.Vocabulary;
import io.dovetail.eval.Evaluator;
import io.dovetail.index.file.CorruptFileException;
import io.dovetail.index.file.SectionFile;
import io.dovetail.index.file.SectionFileWriter;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.model.Parameter;
import io.dovetail.model.Storage;
import io.dovetail.train.TestRuns.Interruption;
import io.dovetail.train.TestRuns.Recorder;
import io.dovetail.train.TrainingJob.Ending;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Monday's run, gone on from on Tuesday with other rows for what both days know. */
final class WarmStartTest {
    private static final Recipe RECIPE =
            TestRuns.smallDat().withAll(Map.of("batch", "8", "epochs", "2", "pretraining-sweeps", "2"));

    /** Users a to h, items p to w in two categories, one of which has no event; prices from 1 to 8. */
    private static final Dataset MONDAY = day("abcdefgh", "pqrstuvw", "xyxyxyxy", 1, "", "");

    /** Without a and p, with the new users i and j, the new items A and B, and a new category; in another order. */
    private static final Dataset TUESDAY = day("jhgfedcbi", "BwvutsrqA", "zyxyxyxyx", 1, "", "");

    @TempDir
    private Path folder;

    private Path monday;

    @BeforeEach
    void trainMonday() throws IOException {
        monday = folder.resolve("monday");
        TestRuns.train(monday, MONDAY, RECIPE, Ending.REFIT);
    }

    /** Each user has six events; the letters are ids. */
    private static Dataset day(
            String users, String items, String categories, int shift, String userColumn, String itemColumn) {
        List<String> userIds = users.chars().mapToObj(Character::toString).toList();
        List<String> itemIds = items.chars().mapToObj(Character::toString).toList();
        List<String> names = categories
                .chars()
                .distinct()
                .sorted()
                .mapToObj(Character::toString)
                .toList();
        int[] category = categories
                .chars()
                .map(c -> names.indexOf(Character.toString(c)))
                .toArray();
        int[] user = IntStream.range(0, 6 * users.length()).map(e -> e / 6).toArray();
        int[] item = IntStream.range(0, 6 * users.length())
                .map(e -> items.indexOf(itemIds.get((e / 6 * 3 + e % 6 * shift) % items.length())))
                .toArray();
        long[] times = IntStream.range(0, user.length).asLongStream().toArray();
        List<Feature> userFeatures = userColumn.isEmpty() ? List.of() : List.of(letters(userColumn, userIds));
        List<Feature> itemFeatures = new ArrayList<>();
        itemFeatures.add(letters(
                "category",
                itemIds.stream()
                        .map(id -> names.get(category[itemIds.indexOf(id)]))
                        .toList()));
        if (!itemColumn.isEmpty()) {
            itemFeatures.add(letters(itemColumn, itemIds));
        }
        return new Dataset(
                "day",
                Vocabulary.of(userIds),
                Vocabulary.of(itemIds),
                Interactions.leaveLastOut(users.length(), items.length(), user, item, times),
                userFeatures,
                itemFeatures,
                Categories.of(Vocabulary.of(names), category),
                itemIds);
    }

    private static Feature letters(String column, List<String> values) {
        return Feature.of(column, new ColumnSpec.Categorical(1), values);
    }

    private Recorder startFrom(Path run, Dataset dataset, Recipe recipe, Ending ending, int last) throws IOException {
        Recorder recorder = new Recorder(last);
        try (Workers workers = Workers.of(2)) {
            TrainingJob.startFrom(
                    new Engine(Kernels.best(), workers),
                    Storage.memory(),
                    run,
                    dataset,
                    recipe,
                    ending,
                    monday,
                    recorder);
        } catch (Interruption interrupted) {
            assertEquals(last, recorder.moments);
        }
        return recorder;
    }

    private static Matrix value(Run run, String name) {
        return run.model().parameters().stream()
                .filter(parameter -> parameter.name().equals(name))
                .map(Parameter::value)
                .findFirst()
                .orElseThrow();
    }

    private static float[] row(Matrix matrix, int row) {
        return matrix.rows(row, 1).toArray()[0];
    }

    /** What a training on Tuesday begins with, beside Monday's run and a fresh one of Tuesday. */
    private final class Beginning implements AutoCloseable {
        private final Arena arena = Arena.ofShared();
        private final Run earlier;
        private final SectionFile moments;
        private final SectionFile state;
        private final SectionFile fresh;

        Beginning(Recipe recipe) throws IOException {
            startFrom(folder.resolve("tuesday"), TUESDAY, recipe, Ending.REFIT, 1);
            earlier = Run.open(monday, arena);
            moments = SectionFile.open(Run.momentsFile(monday), "moments", Run.VERSION, arena);
            state = SectionFile.open(Run.stateFile(folder.resolve("tuesday")), "state", Run.VERSION, arena);
            Recorder recorder = new Recorder(1);
            Path other = folder.resolve("fresh");
            try (Workers workers = Workers.of(1)) {
                Engine engine = new Engine(Kernels.best(), workers);
                assertThrows(
                        Interruption.class,
                        () -> TrainingJob.start(
                                engine,
                                Storage.memory(),
                                other,
                                TUESDAY,
                                recipe.withoutPretraining(),
                                Ending.REFIT,
                                recorder));
            }
            fresh = SectionFile.open(Run.stateFile(other), "state", Run.VERSION, arena);
        }

        /** Checks values and moments of a row that goes on. */
        void assertKept(String table, int row, int before) throws IOException {
            String what = table + " " + row;
            assertArrayEquals(row(value(earlier, table), before), row(state.matrix("value/" + table), row), what);
            for (String moment : new String[] {"first/", "second/"}) {
                assertArrayEquals(
                        row(moments.matrix(moment + table), before), row(state.matrix(moment + table), row), what);
            }
        }

        /** Checks values and moments of a row that is new. */
        void assertFresh(String table, int row) throws IOException {
            assertArrayEquals(row(fresh.matrix("value/" + table), row), row(state.matrix("value/" + table), row));
            assertNoMoments(table, row);
        }

        void assertNoMoments(String table, int row) throws IOException {
            float[] zeros = new float[state.matrix("first/" + table).cols()];
            assertArrayEquals(zeros, row(state.matrix("first/" + table), row));
            assertArrayEquals(zeros, row(state.matrix("second/" + table), row));
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    @Test
    void whatBothDaysKnowKeepsItsRowsAndMoments() throws IOException {
        try (Beginning beginning = new Beginning(RECIPE)) {
            for (int user = 0; user < TUESDAY.users().size(); user++) {
                int before = MONDAY.users().row(TUESDAY.users().id(user));
                if (before >= 0) {
                    beginning.assertKept("user.id", user + 1, before + 1);
                    beginning.assertKept("user.augmented", user + 1, before + 1);
                } else {
                    beginning.assertFresh("user.id", user + 1);
                    beginning.assertNoMoments("user.augmented", user + 1);
                }
            }
            for (int item = 0; item < TUESDAY.items().size(); item++) {
                int before = MONDAY.items().row(TUESDAY.items().id(item));
                if (before >= 0) {
                    beginning.assertKept("item.id", item + 1, before + 1);
                    beginning.assertKept("user.history2", item + 1, before + 1);
                    beginning.assertKept("item.augmented", item + 3, before + 2);
                } else {
                    beginning.assertFresh("item.id", item + 1);
                    beginning.assertFresh("user.history2", item + 1);
                    beginning.assertNoMoments("item.augmented", item + 3);
                }
            }
            for (String table : new String[] {"user.id", "item.id", "user.history2", "user.history5"}) {
                beginning.assertKept(table, 0, 0);
            }
            Feature now = TUESDAY.itemFeatures().getFirst();
            Feature then = MONDAY.itemFeatures().getFirst();
            beginning.assertKept("item.feature0", 0, 0);
            beginning.assertKept("item.feature0", now.encode("x")[0], then.encode("x")[0]);
            beginning.assertKept("item.feature0", now.encode("y")[0], then.encode("y")[0]);
            beginning.assertFresh("item.feature0", now.encode("z")[0]);
            for (int row = 0; row < 10; row++) {
                beginning.assertKept("item.layer2.weight", row, row);
            }
            beginning.assertKept("user.layer1.bias", 0, 0);
        }
    }

    @Test
    void aTableThatBothTowersShareGoesOnOnce() throws IOException {
        Recipe recipe = RECIPE.with("history-table", "item-id");
        monday = folder.resolve("monday-of-shared-tables");
        TestRuns.train(monday, MONDAY, recipe, Ending.REFIT);
        try (Beginning beginning = new Beginning(recipe)) {
            beginning.assertKept("item.id", 0, 0);
            for (int item = 0; item < TUESDAY.items().size(); item++) {
                int before = MONDAY.items().row(TUESDAY.items().id(item));
                if (before >= 0) {
                    beginning.assertKept("item.id", item + 1, before + 1);
                } else {
                    beginning.assertFresh("item.id", item + 1);
                }
            }
        }
    }

    @Test
    void theMapOfInterestsGoesOnWithTheTableThatItsItemsShare() throws IOException {
        Recipe recipe = TestRuns.smallMind().with("history-table", "item-id");
        monday = folder.resolve("monday-of-interests");
        TestRuns.train(monday, MONDAY, recipe, Ending.REFIT);
        try (Beginning beginning = new Beginning(recipe)) {
            for (int row = 0; row < 6; row++) {
                beginning.assertKept("user.interests.bilinear", row, row);
            }
            beginning.assertKept("item.id", 0, 0);
        }
    }

    /** A is a new item of the category x; B is the only item of the new category z, so it takes the mean of all. */
    @Test
    void theAugmentedVectorOfANewItemIsTheMeanOfItsCategory() throws IOException {
        try (Beginning beginning = new Beginning(RECIPE)) {
            Matrix table = beginning.state.matrix("value/item.augmented");
            assertMean(table, "rtv", "A");
            assertMean(table, "qrstuvw", "B");
            Matrix users = beginning.state.matrix("value/user.augmented");
            for (int j = 0; j < users.cols(); j++) {
                double sum = 0;
                for (String id : List.of("b", "c", "d", "e", "f", "g", "h")) {
                    sum += users.get(1 + TUESDAY.users().row(id), j);
                }
                assertEquals(sum / 7, users.get(1 + TUESDAY.users().row("i"), j), 1e-6);
            }
        }
    }

    private static void assertMean(Matrix table, String known, String id) {
        for (int j = 0; j < table.cols(); j++) {
            double sum = 0;
            for (int i = 0; i < known.length(); i++) {
                sum += table.get(3 + TUESDAY.items().row(known.substring(i, i + 1)), j);
            }
            assertEquals(sum / known.length(), table.get(3 + TUESDAY.items().row(id), j), 1e-6, id);
        }
    }

    /** The steps of the earlier run are counted on, so that moments are not corrected as if they were young. */
    @Test
    void stepsAreCountedOn() throws IOException {
        try (Beginning beginning = new Beginning(RECIPE)) {
            long[] earlier = beginning.moments.longs("steps-before");
            assertArrayEquals(earlier, beginning.state.longs("steps-before"));
            int events = MONDAY.interactions().count(Part.TRAIN)
                    + MONDAY.interactions().count(Part.VALID);
            assertEquals((long) beginning.earlier.epoch() * ((events + 7) / 8), earlier[0]);
            assertArrayEquals(new long[1], beginning.fresh.longs("steps-before"));
        }
    }

    @Test
    void resumedItEndsWithTheSameBytesAndNeedsTheEarlierRunNoMore() throws IOException {
        Path whole = folder.resolve("whole");
        Recorder recorder = startFrom(whole, TUESDAY, RECIPE, Ending.REFIT, Integer.MAX_VALUE);
        Path parts = folder.resolve("parts");
        for (int last : new int[] {1, recorder.moments / 2, recorder.moments - 2}) {
            Path run = parts.resolve(Integer.toString(last));
            startFrom(run, TUESDAY, RECIPE, Ending.REFIT, last);
            Path hidden = folder.resolve("hidden");
            Files.move(monday, hidden);
            try (Workers workers = Workers.of(3)) {
                TrainingJob.resume(new Engine(Kernels.best(), workers), Storage.memory(), run, new Recorder());
            }
            Files.move(hidden, monday);
            assertEquals(-1, Files.mismatch(Run.modelFile(whole), Run.modelFile(run)), "after " + last);
            assertEquals(-1, Files.mismatch(Run.momentsFile(whole), Run.momentsFile(run)));
            assertFalse(Files.exists(Run.beginningFile(run)));
            assertFalse(Files.exists(Run.stateFile(run)));
        }
        assertNotEquals(-1, Files.mismatch(Run.modelFile(monday), Run.modelFile(whole)));
    }

    /** The point of it all: one epoch on Tuesday's data is worth more after Monday's than from nothing. */
    @Test
    void aDayGoneOnFromIsBetterThanADayAlone() throws IOException {
        Dataset before = TestDatasets.planted(400, 200, 8, 16, 1);
        double afterBoth = 0;
        double alone = 0;
        for (int seed = 1; seed <= 4; seed++) {
            Recipe recipe = TestRuns.smallDat()
                    .withAll(Map.of("epochs", "6", "patience", "6", "learning-rate", "0.005", "seed", "" + seed));
            monday = folder.resolve("long" + seed);
            TestRuns.train(monday, before, recipe, Ending.KEEP_SELECTED);
            Recipe once = recipe.with("epochs", "1");
            Path warm = folder.resolve("warm" + seed);
            startFrom(warm, before, once, Ending.KEEP_SELECTED, Integer.MAX_VALUE);
            Path cold = folder.resolve("cold" + seed);
            TestRuns.train(cold, before, once, Ending.KEEP_SELECTED);
            afterBoth += mrr(warm, before) / 4;
            alone += mrr(cold, before) / 4;
        }
        assertTrue(afterBoth > 1.2 * alone, afterBoth + " against " + alone + ", means of four seeds");
    }

    private static double mrr(Path folder, Dataset dataset) throws IOException {
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(2)) {
            Engine engine = new Engine(Kernels.best(), workers);
            Embeddings embeddings =
                    Embeddings.of(engine, arena, Run.open(folder, arena).model());
            return new Evaluator(engine, dataset, Holdout.VALID)
                    .evaluate(embeddings.users(), embeddings.items())
                    .overall()
                    .mrr();
        }
    }

    @Test
    void itWarnsOfHeldOutEventsThatTheEarlierRunHasLearned() throws IOException {
        Recorder same = startFrom(folder.resolve("same"), MONDAY, RECIPE, Ending.KEEP_SELECTED, 1);
        assertEquals(1, same.warnings.size(), same.warnings.toString());
        String expected = "has learned from 8 of the 8 valid events, so figures on valid flatter this run";
        assertTrue(same.warnings.getFirst().contains(expected), same.warnings.toString());
        // No event of this day was one of Monday's.
        Dataset other = day("klmnopqr", "pqrstuvw", "xyxyxyxy", 1, "", "");
        assertEquals(List.of(), startFrom(folder.resolve("other"), other, RECIPE, Ending.KEEP_SELECTED, 1).warnings);
    }

    @Test
    void withoutMomentsItBeginsThemAnewAndSaysSo() throws IOException {
        Files.delete(Run.momentsFile(monday));
        Recorder recorder = startFrom(folder.resolve("run"), TUESDAY, RECIPE, Ending.KEEP_SELECTED, 1);
        assertTrue(recorder.warnings.getFirst().contains("moments.dvt is missing, so Adam begins anew"));
        try (Arena arena = Arena.ofShared()) {
            SectionFile state = SectionFile.open(Run.stateFile(folder.resolve("run")), "state", Run.VERSION, arena);
            assertArrayEquals(new long[1], state.longs("steps-before"));
            float[] first = row(state.matrix("first/user.id"), 2);
            assertArrayEquals(new float[first.length], first);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "embedding, 8, embedding was 6 and is 8 now",
        "head, relu, head was linear and is relu now",
        "history, none, history was 2-5 and is none now",
        "layers, 12-4, layers was 10-4 and is 12-4 now",
        "history-table, item-id, history-table was own and is item-id now",
        "interest-history, 7, interest-history was 20 and is 7 now",
        "routing-iterations, 2, routing-iterations was 3 and is 2 now",
    })
    void anotherShapeIsRefused(String key, String value, String expected) {
        assertRefused(WarmStartException.class, expected, TUESDAY, RECIPE.with(key, value));
    }

    @Test
    void otherColumnsAreRefused() {
        Dataset users = day("abcdefgh", "pqrstuvw", "xyxyxyxy", 1, "town", "");
        String expected =
                "the user columns was [] and is now [town (CATEGORICAL)]; declare the columns in dataset.yaml";
        assertRefused(WarmStartException.class, expected, users, RECIPE);
        Dataset items = day("abcdefgh", "pqrstuvw", "xyxyxyxy", 1, "", "brand");
        assertRefused(WarmStartException.class, "[category (CATEGORICAL), brand (CATEGORICAL)]", items, RECIPE);
    }

    @Test
    void aRunThatIsNoneIsRefused() throws IOException {
        monday = folder.resolve("sunday");
        assertRefused(NoSuchFileException.class, "sunday", TUESDAY, RECIPE);
        Files.createDirectories(monday);
        assertRefused(NoSuchFileException.class, "not a finished run", TUESDAY, RECIPE);
    }

    @Test
    void momentsOfAnotherModelAreRefused() throws IOException {
        Path other = folder.resolve("other");
        TestRuns.train(other, MONDAY, RECIPE.with("seed", "2"), Ending.KEEP_SELECTED);
        Files.delete(Run.momentsFile(monday));
        Files.copy(Run.momentsFile(other), Run.momentsFile(monday));
        assertRefused(CorruptFileException.class, "fingerprint", TUESDAY, RECIPE);
    }

    @Test
    void damagedMomentsAreRefused() throws IOException {
        byte[] whole = Files.readAllBytes(Run.momentsFile(monday));
        byte[] flipped = whole.clone();
        flipped[whole.length / 2] ^= 4;
        Files.write(Run.momentsFile(monday), flipped);
        assertRefused(CorruptFileException.class, "moments.dvt", TUESDAY, RECIPE);
        Files.write(Run.momentsFile(monday), Arrays.copyOf(whole, whole.length - 1));
        assertRefused(CorruptFileException.class, "moments.dvt", TUESDAY, RECIPE);
        Files.write(Run.momentsFile(monday), whole);
        TestRuns.forge(
                Run.momentsFile(monday),
                "moments",
                "steps-before",
                (writer, original) -> writer.longs("steps-before", -1));
        assertRefused(CorruptFileException.class, "found [-1]", TUESDAY, RECIPE);
        Files.write(Run.momentsFile(monday), whole);
        TestRuns.forge(Run.momentsFile(monday), "moments", "first/item.id", WarmStartTest::ofAnotherShape);
        assertRefused(CorruptFileException.class, "section 'first/item.id': expected a 9x6 matrix", TUESDAY, RECIPE);
    }

    private static void ofAnotherShape(SectionFileWriter writer, SectionFile original) throws IOException {
        writer.matrix("first/item.id", original.matrix("first/user.layer1.bias"));
    }

    private void assertRefused(Class<? extends Exception> type, String expected, Dataset dataset, Recipe recipe) {
        Path run = folder.resolve("refused");
        String message = String.valueOf(
                assertThrows(type, () -> startFrom(run, dataset, recipe, Ending.REFIT, Integer.MAX_VALUE))
                        .getMessage());
        assertTrue(message.contains(expected), message);
        assertFalse(Files.exists(Run.catalogFile(run)), "nothing is written");
    }
}
