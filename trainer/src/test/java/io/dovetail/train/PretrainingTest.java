package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.model.Parameter;
import io.dovetail.model.Storage;
import io.dovetail.model.TwoTower;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
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
                        "0.1"));
    }

    private static TwoTower fresh(Recipe recipe, int threads, Arena arena) {
        try (Workers workers = Workers.of(threads)) {
            Engine engine = new Engine(Kernels.best(), workers);
            return ModelTrainer.of(engine, arena, Storage.memory(), DATA, recipe, Holdout.VALID)
                    .model();
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
            ModelTrainer wals = ModelTrainer.of(engine, arena, Storage.memory(), DATA, sweeps, Holdout.VALID);
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
                "pretraining-sweeps=-1, pretraining-sweeps: must be 0 (off) or more",
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
}
