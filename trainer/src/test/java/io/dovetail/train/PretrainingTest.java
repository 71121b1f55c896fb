package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Dataset;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.model.Parameter;
import io.dovetail.model.Storage;
import io.dovetail.model.TwoTower;
import io.dovetail.train.EpochReport.Phase;
import io.dovetail.train.TestRuns.Interruption;
import io.dovetail.train.TestRuns.Recorder;
import io.dovetail.train.TrainingJob.Ending;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PretrainingTest {
    private static final Dataset DATA = TestRuns.data();
    private static final int SWEEPS = 3;

    private static Recipe recipe(String table, int sweeps) {
        return TestRuns.smallDat()
                .withAll(Map.of(
                        "history-table",
                        table,
                        "pretraining-sweeps",
                        Integer.toString(sweeps),
                        "wals-unobserved",
                        "0.1",
                        "wals-regularization",
                        "0.01"));
    }

    private static TwoTower fresh(Recipe recipe, int threads, Arena arena) {
        try (Workers workers = Workers.of(threads)) {
            Engine engine = new Engine(Kernels.best(), workers);
            return TestRuns.trainer(engine, arena, DATA, recipe).model();
        }
    }

    private static Matrix table(TwoTower model, String name) {
        return model.parameters().stream()
                .filter(parameter -> parameter.name().equals(name))
                .findFirst()
                .orElseThrow()
                .value();
    }

    @ParameterizedTest
    @CsvSource({"own, user.history2 user.history5 item.id", "item-id, item.id"})
    void embeddingsOfItemsAreTheItemVectorsOfLeastSquaresAndNothingElseChanges(String shared, String names) {
        List<String> tables = List.of(names.split(" ", -1));
        Recipe sweeps = TestRuns.smallWals()
                .withAll(Map.of("wals-unobserved", "0.1", "wals-regularization", "0.01", "epochs", "" + SWEEPS));
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(2)) {
            Engine engine = new Engine(Kernels.best(), workers);
            ModelTrainer wals = TestRuns.trainer(engine, arena, DATA, sweeps);
            for (int sweep = 0; sweep < SWEEPS; sweep++) {
                wals.runEpoch((step, steps, pairs) -> {});
            }
            Matrix solved = table(wals.model(), "item.id");
            TwoTower before = fresh(recipe(shared, 0), 1, arena);
            TwoTower after = fresh(recipe(shared, SWEEPS), 2, arena);
            assertEquals(
                    tables, after.itemEmbeddings().stream().map(Parameter::name).toList());
            for (Parameter parameter : after.parameters()) {
                Matrix old = table(before, parameter.name());
                if (tables.contains(parameter.name())) {
                    assertProportional(solved, parameter.value());
                    assertArrayEquals(old.toArray()[0], parameter.value().toArray()[0]);
                } else {
                    assertTrue(
                            Arrays.deepEquals(old.toArray(), parameter.value().toArray()), parameter.name());
                }
            }
        }
    }

    /** Rows after the first are those of the solution times one factor, and the mean of their squared elements is 0.01. */
    private static void assertProportional(Matrix solved, Matrix table) {
        assertEquals(solved.rows(), table.rows());
        double factor = table.get(1, 0) / solved.get(1, 0);
        assertTrue(factor > 0, "factor " + factor);
        double squares = 0;
        for (int row = 1; row < table.rows(); row++) {
            for (int col = 0; col < table.cols(); col++) {
                assertEquals(factor * solved.get(row, col), table.get(row, col), 1e-6);
                squares += (double) table.get(row, col) * table.get(row, col);
            }
        }
        assertEquals(0.01, squares / ((table.rows() - 1.0) * table.cols()), 1e-6);
    }

    @Test
    void theNumberOfThreadsDoesNotMatterAndTheSeedDoes() {
        try (Arena arena = Arena.ofShared()) {
            String one = fresh(recipe("item-id", SWEEPS), 1, arena).fingerprint();
            assertEquals(one, fresh(recipe("item-id", SWEEPS), 3, arena).fingerprint());
            Recipe other = recipe("item-id", SWEEPS).with("seed", "2");
            assertFalse(one.equals(fresh(other, 1, arena).fingerprint()));
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "pretraining-sweeps=-1, \"pretraining-sweeps: must be in [0, 1000], 0 for none\"",
                "pretraining-sweeps=2 embedding=513, pretraining-sweeps: must be 0 with embedding=513: least squares"
                        + " solve for at most 512",
                "pretraining-sweeps=2 head=factorization layers=none item-layers=same augmented=0 history=none"
                        + " history-table=own dropout=0, pretraining-sweeps: must be 0 with head=factorization",
                "wals-regularization=0, wals-regularization: must be above 0"
            })
    void whatCannotBeIsRefused(String settings, String expected) {
        Map<String, String> changes = Arrays.stream(settings.split(" ", -1))
                .map(setting -> setting.split("=", -1))
                .collect(Collectors.toMap(setting -> setting[0], setting -> setting[1]));
        String message = String.valueOf(assertThrows(
                        IllegalArgumentException.class, () -> Recipes.twoTower().withAll(changes))
                .getMessage());
        assertTrue(message.startsWith(expected), message);
    }

    @ParameterizedTest
    @CsvSource({
        "wals-regularization=1e30 wals-exponent=1, the vectors of items are all 0, smaller wals-regularization (it is"
                + " 1.0E30)",
        "wals-regularization=1e38 wals-exponent=1, the vectors of items are not finite, smaller wals-regularization"
                + " (it is 1.0E38)",
        "wals-regularization=1e-38 wals-unobserved=1e-38 wals-exponent=0, the vectors of items are not finite,"
                + " larger wals-regularization (it is 1.0E-38)"
    })
    void vectorsThatAreOfNoUseStopTheTrainingAndTheMessageSaysWhatToDo(
            String settings, String what, String remedy, @TempDir Path folder) {
        Recipe recipe = recipe("item-id", SWEEPS);
        for (String setting : settings.split(" ", -1)) {
            String[] pair = setting.split("=", -1);
            recipe = recipe.with(pair[0], pair[1]);
        }
        Recipe useless = recipe;
        String message = String.valueOf(
                assertThrows(DivergedException.class, () -> TestRuns.train(folder, DATA, useless, Ending.KEEP_SELECTED))
                        .getMessage());
        assertTrue(message.matches("pretraining-sweeps: after sweep [1-3] of 3 " + what + ".*"), message);
        assertTrue(message.contains(remedy), message);
        assertTrue(message.endsWith("or without pretraining: pretraining-sweeps=0"), message);
    }

    private static List<String> halves(Phase... phases) {
        return Arrays.stream(phases)
                .flatMap(phase ->
                        IntStream.rangeClosed(0, 2 * SWEEPS).mapToObj(half -> phase + " " + half + "/" + 2 * SWEEPS))
                .toList();
    }

    @Test
    void aResumedTrainingDoesNotPretrainAgainAndEndsWithTheSameBytes(@TempDir Path folder) throws IOException {
        Recipe recipe = recipe("item-id", SWEEPS).with("epochs", "1");
        Path whole = folder.resolve("whole");
        assertEquals(halves(Phase.SELECT, Phase.REFIT), TestRuns.train(whole, DATA, recipe, Ending.REFIT).pretraining);
        Path parts = folder.resolve("parts");
        Recorder first = new Recorder(1);
        Recorder second = new Recorder();
        try (Workers workers = Workers.of(1)) {
            Engine engine = new Engine(Kernels.best(), workers);
            assertThrows(
                    Interruption.class,
                    () -> TrainingJob.start(engine, Storage.memory(), parts, DATA, recipe, Ending.REFIT, first));
            TrainingJob.resume(engine, Storage.memory(), parts, second);
        }
        assertEquals(halves(Phase.SELECT), first.pretraining);
        assertEquals(halves(Phase.REFIT), second.pretraining);
        assertEquals(-1, Files.mismatch(Run.modelFile(whole), Run.modelFile(parts)));
    }

    @Test
    void aWarmStartDoesNotPretrain(@TempDir Path folder) throws IOException {
        Recipe recipe = recipe("item-id", SWEEPS).with("epochs", "1");
        Path earlier = folder.resolve("earlier");
        TestRuns.train(earlier, DATA, recipe, Ending.KEEP_SELECTED);
        Recorder recorder = new Recorder();
        try (Workers workers = Workers.of(1)) {
            TrainingJob.startFrom(
                    new Engine(Kernels.best(), workers),
                    Storage.memory(),
                    folder.resolve("later"),
                    DATA,
                    recipe,
                    Ending.REFIT,
                    earlier,
                    recorder);
        }
        assertEquals(List.of(), recorder.pretraining);
        assertEquals(2, recorder.reports.size());
    }
}
