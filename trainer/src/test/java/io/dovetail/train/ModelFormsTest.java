package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.data.TestDatasets;
import io.dovetail.eval.Evaluator;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.model.Parameter;
import io.dovetail.model.Storage;
import io.dovetail.train.TestRuns.Recorder;
import io.dovetail.train.TrainingJob.Ending;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models other than two networks with unit vectors: what holds of those holds of these. */
final class ModelFormsTest {
    private static final Dataset DATA = TestDatasets.withDense(TestRuns.data(), 3, 5);

    /** With layers on both sides, on one, and on none; told of ids, of features and of both. */
    private static Recipe form(String name) {
        Recipe small = TestRuns.smallDat().withAll(Map.of("embedding", "8", "augmented", "8", "layers", "16-8"));
        Map<String, String> plain = Map.of("augmented", "0", "mimic-user", "0", "mimic-item", "0", "alignment", "0");
        return switch (name) {
            case "dot" -> small.withAll(Map.of("head", "dot", "alignment", "0.01", "temperature", "1"));
            case "sums" ->
                small.withAll(plain)
                        .withAll(Map.of("layers", "none", "head", "dot", "temperature", "1", "history", "none"));
            case "unit-sums" -> small.withAll(Map.of("layers", "none"));
            case "half" ->
                small.withAll(plain)
                        .withAll(Map.of(
                                "item-layers", "none",
                                "head", "dot",
                                "temperature", "1",
                                "user-inputs", "features",
                                "item-inputs", "id"));
            case "fm" ->
                small.withAll(plain)
                        .withAll(Map.of("layers", "none", "head", "factorization", "history", "none", "dropout", "0"))
                        .withAll(Map.of("loss", "bce", "sampling", "own", "negatives", "4"));
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static List<EpochLosses> losses(Trainer trainer, int epochs) {
        List<EpochLosses> losses = new ArrayList<>();
        while (trainer.epoch() < epochs) {
            losses.add(trainer.runEpoch((step, steps, pairs) -> {}));
        }
        return losses;
    }

    @ParameterizedTest
    @ValueSource(strings = {"dot", "sums", "unit-sums", "half", "fm"})
    void trainsToTheSameBitsAtAnyNumberOfThreads(String name) {
        String[] models = new String[3];
        for (int threads = 1; threads <= models.length; threads++) {
            try (Arena arena = Arena.ofShared();
                    Workers workers = Workers.of(threads)) {
                Engine engine = new Engine(Kernels.best(), workers);
                Trainer trainer = new Trainer(engine, arena, DATA, form(name), Holdout.VALID);
                losses(trainer, 2);
                models[threads - 1] = trainer.model().fingerprint();
            }
        }
        assertEquals(models[0], models[1]);
        assertEquals(models[0], models[2]);
    }

    /** As with other models (TrainerTest), both add the same numbers in another order. */
    @ParameterizedTest
    @ValueSource(strings = {"dot", "sums", "unit-sums", "half", "fm"})
    void fastAndScalarKernelsHaveTheSameLosses(String name) {
        double[][] losses = new double[2][];
        for (int i = 0; i < losses.length; i++) {
            try (Arena arena = Arena.ofShared();
                    Workers workers = Workers.of(2)) {
                Engine engine = new Engine(i == 0 ? Kernels.best() : Kernels.scalar(), workers);
                losses[i] = losses(new Trainer(engine, arena, DATA, form(name), Holdout.VALID), 4).stream()
                        .mapToDouble(EpochLosses::objective)
                        .toArray();
            }
        }
        assertArrayEquals(losses[1], losses[0], 1e-3 * losses[1][0]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dot", "sums", "unit-sums", "half", "fm"})
    void trainingBeatsPopularity(String name) {
        Dataset data = TestDatasets.planted(400, 200, 8, 16, 1);
        Recipe recipe = form(name).withAll(Map.of("epochs", "10", "learning-rate", "0.01", "initialization", "he"));
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(2)) {
            Engine engine = new Engine(Kernels.best(), workers);
            Trainer trainer = new Trainer(engine, arena, data, recipe, Holdout.VALID);
            losses(trainer, 10);
            Evaluator evaluator = new Evaluator(engine, data, Holdout.VALID);
            Embeddings embeddings = Embeddings.of(engine, arena, trainer.model());
            double trained = evaluator
                    .evaluate(embeddings.users(), embeddings.items())
                    .overall()
                    .hr10();
            double popularity = evaluator.evaluatePopularity().overall().hr10();
            assertTrue(trained > 1.5 * popularity, trained + " against " + popularity);
        }
    }

    @Test
    void onlyADotHeadKeepsLengths() {
        assertEquals(1, longest("unit-sums"), 1e-5);
        assertNotEquals(1, longest("dot"), 0.01);
        assertNotEquals(1, longest("half"), 0.01);
    }

    private static double longest(String name) {
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(1)) {
            Engine engine = new Engine(Kernels.best(), workers);
            Trainer trainer = new Trainer(engine, arena, DATA, form(name), Holdout.VALID);
            Matrix items = Embeddings.of(engine, arena, trainer.model()).items();
            double longest = 0;
            for (float[] row : items.toArray()) {
                double squares = 0;
                for (float x : row) {
                    squares += x * x;
                }
                longest = Math.max(longest, Math.sqrt(squares));
            }
            return longest;
        }
    }

    /** Adam's steps are no longer than the rate, here next to nothing: what the second run has it has from the first. */
    @ParameterizedTest
    @ValueSource(strings = {"dot", "sums", "unit-sums", "half", "fm"})
    void anEarlierRunGoesOn(String name, @TempDir Path folder) throws IOException {
        Recipe recipe = form(name).with("epochs", "1");
        Path monday = folder.resolve("monday");
        Path tuesday = folder.resolve("tuesday");
        TestRuns.train(monday, DATA, recipe, Ending.KEEP_SELECTED);
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(2)) {
            Engine engine = new Engine(Kernels.best(), workers);
            Recipe next = recipe.with("learning-rate", "1e-12");
            TrainingJob.startFrom(
                    engine,
                    Storage.memory(),
                    tuesday,
                    DATA,
                    next,
                    Ending.KEEP_SELECTED,
                    monday,
                    new Recorder(Integer.MAX_VALUE));
            Map<String, float[][]> before = values(Run.open(monday, arena));
            Map<String, float[][]> after = values(Run.open(tuesday, arena));
            assertEquals(before.keySet(), after.keySet());
            before.keySet().removeIf(parameter -> parameter.endsWith(".augmented")); // means of groups, for some items
            for (String parameter : before.keySet()) {
                float[][] was = Objects.requireNonNull(before.get(parameter));
                float[][] is = Objects.requireNonNull(after.get(parameter));
                for (int row = 0; row < was.length; row++) {
                    assertArrayEquals(was[row], is[row], 1e-6f, parameter + " " + row);
                }
            }
        }
    }

    private static Map<String, float[][]> values(Run run) {
        Map<String, float[][]> values = new HashMap<>();
        for (Parameter parameter : run.model().parameters()) {
            values.put(parameter.name(), parameter.value().toArray());
        }
        return values;
    }

    @Test
    void aSideThatIsToldNothingIsRefused() {
        Dataset bare = new Dataset(
                "bare",
                DATA.users(),
                DATA.items(),
                DATA.interactions(),
                List.of(),
                DATA.itemFeatures(),
                DATA.categories(),
                DATA.itemNames());
        Recipe recipe = form("half").with("history", "none");
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(1)) {
            Engine engine = new Engine(Kernels.best(), workers);
            String message = String.valueOf(assertThrows(
                            IllegalArgumentException.class,
                            () -> new Trainer(engine, arena, bare, recipe, Holdout.VALID))
                    .getMessage());
            assertEquals(
                    "user-inputs: the data has no columns of users, so that features alone tell nothing of them; set"
                            + " user-inputs=id, or a history",
                    message);
        }
    }
}
