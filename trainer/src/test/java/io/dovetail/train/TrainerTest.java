package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.data.TestDatasets;
import io.dovetail.eval.Evaluator;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TrainerTest {

    private static Recipe small(String name) {
        // With few outputs behind a ReLU some rows have next to none above 0, and their direction hangs on rounding.
        Recipe paper = TestRuns.smallPaper().withAll(Map.of("layers", "24-16", "augmented", "16"));
        return switch (name) {
            case "dat" -> TestRuns.smallDat();
            case "dat-paper" -> paper;
            case "softmax-shared" ->
                TestRuns.smallDat().with("sampling", "shared").with("clip", "0.1");
            case "gbce" -> paper.with("loss", "gbce");
            case "bce-shared" -> paper.withAll(Map.of("sampling", "shared", "negatives", "20", "warm-up", "1"));
            case "gbce-shared" ->
                TestRuns.smallDat()
                        .withAll(Map.of("loss", "gbce", "sampling", "shared", "head", "linear-scaled"))
                        .with("augmented-input", "leave-one-out");
            default -> throw new IllegalArgumentException(name);
        };
    }

    @Test
    void trainingBeatsPopularity() {
        Dataset data = TestDatasets.planted(400, 200, 8, 16, 1);
        Recipe recipe = TestRuns.smallDat()
                .with("embedding", "16")
                .with("epochs", "8")
                .with("negatives", "100")
                .with("learning-rate", "0.01");
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(2)) {
            Engine engine = new Engine(Kernels.best(), workers);
            Trainer trainer = new Trainer(engine, arena, data, recipe, Holdout.VALID);
            List<Double> losses = new ArrayList<>();
            while (trainer.epoch() < 8) {
                losses.add(trainer.runEpoch((step, steps, pairs) -> {}).objective());
            }
            assertTrue(losses.getLast() < 0.9 * losses.getFirst(), losses.toString());
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

    /** Losses of epochs of few steps, about 50 steps in all. */
    private static List<EpochLosses> losses(Kernels kernels, Recipe recipe) {
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(2)) {
            Trainer trainer = new Trainer(
                    new Engine(kernels, workers), arena, TestRuns.data(), recipe.with("epochs", "6"), Holdout.VALID);
            List<EpochLosses> losses = new ArrayList<>();
            while (trainer.epoch() < 6) {
                losses.add(trainer.runEpoch((step, steps, pairs) -> {}));
            }
            return losses;
        }
    }

    /**
     * Both add the same float32 numbers in another order: each step differs by 1e-6 or so, and Adam, which divides by the
     * size of a gradient, lets differences grow over the steps. 1e-3 is far below what a wrong term would make.
     */
    @ParameterizedTest
    @ValueSource(strings = {"dat", "dat-paper", "softmax-shared", "gbce", "bce-shared", "gbce-shared"})
    void fastAndScalarKernelsHaveTheSameLosses(String name) {
        List<EpochLosses> fast = losses(Kernels.best(), small(name));
        List<EpochLosses> scalar = losses(Kernels.scalar(), small(name));
        for (int epoch = 0; epoch < fast.size(); epoch++) {
            EpochLosses expected = scalar.get(epoch);
            EpochLosses actual = fast.get(epoch);
            assertEquals(expected.objective(), actual.objective(), 1e-3 * expected.objective());
            assertEquals(expected.mimicUser(), actual.mimicUser(), 1e-3 * expected.mimicUser());
            assertEquals(expected.mimicItem(), actual.mimicItem(), 1e-3 * expected.mimicItem());
            assertEquals(expected.alignment(), actual.alignment(), 1e-3 * expected.alignment());
        }
    }
}
