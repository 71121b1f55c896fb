package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
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
import io.dovetail.eval.EvaluationReport;
import io.dovetail.eval.Evaluator;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.model.Storage;
import io.dovetail.train.EpochReport.Phase;
import io.dovetail.train.TestRuns.Interruption;
import io.dovetail.train.TestRuns.Recorder;
import io.dovetail.train.TrainingJob.Ending;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TrainingJobTest {
    private static final Dataset DATA = TestRuns.data();

    /** Searched for after the second epoch; each later state in between holds them. */
    private static final Map<String, String> HARD = Map.of(
            "hard-negatives", "2",
            "hard-every", "2",
            "hard-skip", "1",
            "hard-pool", "9",
            "schedule", "cosine",
            "warm-up", "0.5",
            "clip", "0.05");

    @TempDir
    private Path folder;

    private static Recipe recipe(String name) {
        return switch (name) {
            case "dat" -> TestRuns.smallDat().with("dropout", "0.1");
            case "dat-paper" -> TestRuns.smallPaper();
            case "mind" -> TestRuns.smallMind().withAll(HARD).with("history-table", "item-id");
            case "softmax-hard" ->
                TestRuns.smallDat()
                        .withAll(HARD)
                        .withAll(Map.of("augmented-input", "leave-one-out", "history-table", "item-id"));
            case "bce-hard" ->
                TestRuns.smallPaper().withAll(HARD).withAll(Map.of("schedule", "step", "step-epochs", "1"));
            case "gbce-shared-hard" ->
                TestRuns.smallDat()
                        .withAll(HARD)
                        .withAll(Map.of(
                                "loss", "gbce", "sampling", "shared", "head", "linear-scaled", "id-dropout", "0.1"));
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Trains until the listener interrupts. */
    private static void startAndInterrupt(Path run, Recipe recipe, Ending ending, int threads, int moment) {
        try (Workers workers = Workers.of(threads)) {
            Engine engine = new Engine(Kernels.best(), workers);
            assertThrows(
                    Interruption.class,
                    () -> TrainingJob.start(engine, Storage.memory(), run, DATA, recipe, ending, new Recorder(moment)));
        }
    }

    private static boolean resume(Path run, Recorder recorder) throws IOException {
        try (Workers workers = Workers.of(1)) {
            TrainingJob.resume(new Engine(Kernels.best(), workers), Storage.memory(), run, recorder);
            return true;
        } catch (Interruption interrupted) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dat", "dat-paper", "softmax-hard", "bce-hard", "gbce-shared-hard", "mind"})
    void theSameSeedGivesTheSameBytesAtAnyNumberOfThreads(String name) throws IOException {
        int[] threads = {1, 2, 3, 7, 1};
        byte[][] models = new byte[threads.length][];
        byte[][] states = new byte[threads.length][];
        int steps = (int) Math.ceil(DATA.interactions().count(Part.TRAIN) / 64.0);
        for (int i = 0; i < threads.length; i++) {
            Path run = folder.resolve("run" + i);
            // The end of epoch 3 and one step of the next.
            Recipe recipe = recipe(name).with("patience", "9");
            startAndInterrupt(run, recipe, Ending.KEEP_SELECTED, threads[i], 3 * (steps + 1) + 1);
            models[i] = Files.readAllBytes(Run.modelFile(run));
            states[i] = Files.readAllBytes(Run.stateFile(run));
        }
        for (int i = 1; i < threads.length; i++) {
            assertArrayEquals(models[0], models[i], threads[i] + " threads, model");
            assertArrayEquals(states[0], states[i], threads[i] + " threads, state");
        }
    }

    @Test
    void anotherSeedGivesAnotherModel() throws IOException {
        Recipe once = TestRuns.smallDat().with("epochs", "1");
        TestRuns.train(folder.resolve("a"), DATA, once, Ending.KEEP_SELECTED);
        TestRuns.train(folder.resolve("b"), DATA, once.with("seed", "2"), Ending.KEEP_SELECTED);
        try (Arena arena = Arena.ofShared()) {
            String a = Run.open(folder.resolve("a"), arena).model().fingerprint();
            assertFalse(a.equals(Run.open(folder.resolve("b"), arena).model().fingerprint()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "dat, REFIT, 1",
        "dat, REFIT, 2",
        "dat, KEEP_SELECTED, 3",
        "dat-paper, REFIT, 4",
        "softmax-hard, REFIT, 5",
        "bce-hard, KEEP_SELECTED, 6",
        "gbce-shared-hard, REFIT, 7",
        "mind, REFIT, 8"
    })
    void interruptedAnywhereAndResumedItEndsWithTheSameBytes(String name, Ending ending, long seed) throws IOException {
        Path whole = folder.resolve("whole");
        Recorder recorder = TestRuns.train(whole, DATA, recipe(name), ending);
        SplittableRandom random = new SplittableRandom(seed);
        Path run = folder.resolve("parts");
        startAndInterrupt(run, recipe(name), ending, 2, 1 + random.nextInt(recorder.moments / 2));
        int resumptions = 1;
        // Each part may lose an epoch, so let them grow: it has to end.
        while (!resume(run, new Recorder(1 + random.nextInt(resumptions * recorder.moments / 4)))) {
            resumptions++;
        }
        assertEquals(-1, Files.mismatch(Run.modelFile(whole), Run.modelFile(run)));
        assertEquals(-1, Files.mismatch(Run.catalogFile(whole), Run.catalogFile(run)));
        assertEquals(-1, Files.mismatch(Run.momentsFile(whole), Run.momentsFile(run)));
        assertFalse(Files.exists(Run.stateFile(run)));
    }

    @Test
    void interruptedInItsFirstStepItResumesFromTheStart() throws IOException {
        startAndInterrupt(folder, TestRuns.smallDat(), Ending.REFIT, 1, 1);
        Recorder recorder = new Recorder();
        assertTrue(resume(folder, recorder));
        assertEquals(List.of(0), recorder.resumedAfter);
        Path whole = folder.resolve("whole");
        TestRuns.train(whole, DATA, TestRuns.smallDat(), Ending.REFIT);
        assertEquals(-1, Files.mismatch(Run.modelFile(whole), Run.modelFile(folder)));
    }

    @Test
    void itStopsWhenPatienceEnds() throws IOException {
        // All of 40 items are among the first 100, so no epoch is better than the first.
        Dataset few = TestDatasets.planted(60, 40, 3, 10, 1);
        Recipe recipe = TestRuns.smallDat().with("epochs", "9").with("patience", "3");
        Recorder recorder = TestRuns.train(folder, few, recipe, Ending.KEEP_SELECTED);
        assertEquals(4, recorder.reports.size());
        assertEquals(
                List.of(true, false, false, false),
                recorder.reports.stream().map(EpochReport::best).toList());
    }

    @Test
    void itKeepsTheBestEpoch() throws IOException {
        Recipe recipe = TestRuns.smallDat()
                .with("epochs", "12")
                .with("patience", "12")
                .with("learning-rate", "0.02")
                .with("schedule", "constant");
        Recorder recorder = TestRuns.train(folder, DATA, recipe, Ending.KEEP_SELECTED);
        List<Double> rates = recorder.reports.stream()
                .map(report -> Objects.requireNonNull(report.valid()).overall().hr100())
                .toList();
        assertEquals(12, rates.size());
        int best = rates.indexOf(Collections.max(rates));
        assertTrue(best < 11, "a later epoch is worse: " + rates);
        assertTrue(recorder.reports.get(best).best());
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(1)) {
            Engine engine = new Engine(Kernels.best(), workers);
            Run run = Run.open(folder, arena);
            assertEquals(best + 1, run.epoch());
            assertEquals(Holdout.VALID, run.fitted());
            Embeddings embeddings = Embeddings.of(engine, arena, run.model());
            EvaluationReport again =
                    new Evaluator(engine, DATA, Holdout.VALID).evaluate(embeddings.users(), embeddings.items());
            assertEquals(recorder.reports.get(best).valid(), again);
        }
    }

    @Test
    void refittingLearnsFromTheValidItemsForAsManyEpochsAsWereBest() throws IOException {
        Recorder recorder = TestRuns.train(folder, DATA, TestRuns.smallDat(), Ending.REFIT);
        List<EpochReport> refitted = recorder.reports.stream()
                .filter(report -> report.phase() == Phase.REFIT)
                .toList();
        try (Arena arena = Arena.ofShared()) {
            Run run = Run.open(folder, arena);
            assertEquals(Holdout.TEST, run.fitted());
            assertEquals(refitted.size(), run.epoch());
            assertEquals(TestRuns.smallDat(), run.recipe());
        }
        int valid = DATA.interactions().count(Part.VALID);
        assertEquals(
                recorder.reports.getFirst().pairs() + valid, refitted.getFirst().pairs());
        assertNull(refitted.getFirst().valid());
    }

    @Test
    void aFolderThatHoldsARunIsRefused() throws IOException {
        Recipe once = TestRuns.smallDat().with("epochs", "1");
        startAndInterrupt(folder, once, Ending.KEEP_SELECTED, 1, 1);
        assertRefused();
        assertTrue(resume(folder, new Recorder()));
        assertRefused();
    }

    private void assertRefused() {
        String message = String.valueOf(assertThrows(
                        FileAlreadyExistsException.class,
                        () -> TestRuns.train(folder, DATA, TestRuns.smallDat(), Ending.REFIT))
                .getMessage());
        assertTrue(message.contains(folder.toString()), message);
        assertTrue(message.contains("choose another folder, or go on with --resume"), message);
    }

    @Test
    void aFinishedRunHasNothingToResume() throws IOException {
        TestRuns.train(folder, DATA, TestRuns.smallDat().with("epochs", "1"), Ending.KEEP_SELECTED);
        assertNothingToResume("this run has finished");
    }

    @Test
    void anEmptyFolderHasNothingToResume() {
        assertNothingToResume("no training was begun here");
    }

    @Test
    void aRunThatLostItsDataSetIsNotResumed() throws IOException {
        startAndInterrupt(folder, TestRuns.smallDat(), Ending.KEEP_SELECTED, 1, 1);
        Files.delete(Run.catalogFile(folder));
        assertNothingToResume("the run has lost its data set");
    }

    private void assertNothingToResume(String reason) {
        String message = String.valueOf(assertThrows(NoSuchFileException.class, () -> resume(folder, new Recorder()))
                .getMessage());
        assertTrue(message.contains(reason), message);
    }

    @Test
    void aDataSetWithoutEventsToLearnFromIsRefused() {
        int[] users = {0, 1};
        Part[] parts = {Part.VALID, Part.TEST};
        Dataset lonely = new Dataset(
                "lonely",
                Vocabulary.of(List.of("a", "b")),
                Vocabulary.of(List.of("x", "y")),
                Interactions.of(2, 2, users, users, new long[2], parts),
                List.of(),
                List.of(),
                Categories.none(2),
                List.of("x", "y"));
        String message = String.valueOf(assertThrows(
                        IllegalArgumentException.class,
                        () -> TestRuns.train(folder, lonely, TestRuns.smallDat(), Ending.REFIT))
                .getMessage());
        assertTrue(message.contains("has no events to train on"), message);
    }

    @Test
    void aColumnMayHaveAnyName() throws IOException {
        Dataset named = new Dataset(
                DATA.name(),
                DATA.users(),
                DATA.items(),
                DATA.interactions(),
                List.of(
                        column("Überschrift der Zeitung, die jemand am liebsten liest"),
                        column("id"),
                        column("augmented"),
                        column("layer1.weight"),
                        column("history2")),
                DATA.itemFeatures(),
                DATA.categories(),
                DATA.itemNames());
        TestRuns.train(folder, named, TestRuns.smallDat().with("epochs", "1"), Ending.REFIT);
        try (Arena arena = Arena.ofShared()) {
            assertEquals(1, Run.open(folder, arena).epoch());
        }
    }

    private static Feature column(String name) {
        List<String> texts = DATA.users().ids().stream()
                .map(id -> id.substring(id.length() - 1))
                .toList();
        return Feature.of(name, new ColumnSpec.Categorical(1), texts);
    }

    @Test
    void tablesInAMappedFileGiveTheSameBytesAndLeaveNoFile() throws IOException {
        Path tables = Files.createDirectory(folder.resolve("tables"));
        Path inMemory = folder.resolve("in-memory");
        Path mapped = folder.resolve("mapped");
        Recipe recipe = TestRuns.smallDat();
        TestRuns.train(inMemory, DATA, recipe, Ending.REFIT);
        try (Workers workers = Workers.of(2)) {
            Engine engine = new Engine(Kernels.best(), workers);
            Storage storage = Storage.mappedIn(tables);
            assertThrows(
                    Interruption.class,
                    () -> TrainingJob.start(engine, storage, mapped, DATA, recipe, Ending.REFIT, new Recorder(1)));
            assertEquals(List.of(), filesIn(tables));
            TrainingJob.resume(engine, storage, mapped, new Recorder());
        }
        assertEquals(List.of(), filesIn(tables));
        for (String file : List.of("model.dvt", "moments.dvt")) {
            assertEquals(-1, Files.mismatch(inMemory.resolve(file), mapped.resolve(file)), file);
        }
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void aSampleOfUsersJudgesEachEpoch() throws IOException {
        Recorder recorder =
                TestRuns.train(folder, DATA, TestRuns.smallDat().with("valid-users", "20"), Ending.KEEP_SELECTED);
        for (EpochReport report : recorder.reports) {
            EvaluationReport valid = Objects.requireNonNull(report.valid());
            assertTrue(valid.isSample());
            assertEquals(20, valid.overall().users());
        }
    }
}
