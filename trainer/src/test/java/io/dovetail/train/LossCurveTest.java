package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.data.TestDatasets;
import io.dovetail.index.file.SectionFileWriter;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings step by step: on any number of threads, and by fast kernels beside the plain scalar ones. */
final class LossCurveTest {
    private static final int STEPS = 200;
    private static final double TOLERANCE = 1e-5;

    @TempDir
    private Path folder;

    /** The recipes as they are, so that a step has more chunks of rows than the largest team has threads. */
    @ParameterizedTest
    @ValueSource(strings = {"dat", "dat-paper", "mind"})
    void aRecipeOfFullSizeTrainsTheSameModelOnAnyNumberOfThreads(String name) throws IOException {
        Dataset data = TestDatasets.planted(90, 400, 8, 12, 1);
        byte[] expected = trained(data, name, 1);
        for (int threads : new int[] {2, 3, 7}) {
            assertArrayEquals(expected, trained(data, name, threads), threads + " threads");
        }
    }

    /** Parameters and moments after an epoch. */
    private byte[] trained(Dataset data, String name, int threads) throws IOException {
        Path file = folder.resolve(name + threads);
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(threads);
                SectionFileWriter writer = new SectionFileWriter(file, "trainer", Run.VERSION)) {
            Engine engine = new Engine(Kernels.best(), workers);
            Trainer trainer = new Trainer(engine, arena, data, Recipes.named(name), Holdout.VALID);
            trainer.runEpoch((step, steps, pairs) -> {});
            trainer.write(writer);
            writer.commit();
        }
        return Files.readAllBytes(file);
    }

    /**
     * One step an epoch, so that each step's losses are seen. Float32 sums in another order differ by some 1e-7 of their
     * size. Adam lets such a difference grow, and most where few outputs are left behind a ReLU or where a loss comes near
     * 0: hence the linear head and a small learning rate. Then the curves stay within 1e-6 of each other; the tolerance is
     * ten times that, and a wrong term would show in the first digits.
     */
    @ParameterizedTest
    @ValueSource(strings = {"dat", "dat-paper"})
    void fastAndScalarKernelsHaveTheSameLossCurve(String name) {
        Recipe recipe = Recipes.named(name)
                .withAll(Map.of("embedding", "8", "augmented", "16", "layers", "32-16", "head", "linear"))
                .withAll(Map.of("batch", "256", "negatives", "4", "schedule", "constant"))
                .withAll(Map.of("learning-rate", "2e-4", "epochs", Integer.toString(STEPS)));
        List<EpochLosses> fast = curve(Kernels.best(), recipe);
        List<EpochLosses> scalar = curve(Kernels.scalar(), recipe);
        for (ToDoubleFunction<EpochLosses> loss : List.<ToDoubleFunction<EpochLosses>>of(
                EpochLosses::objective, EpochLosses::mimicUser, EpochLosses::mimicItem, EpochLosses::alignment)) {
            for (int step = 0; step < STEPS; step++) {
                double expected = loss.applyAsDouble(scalar.get(step));
                assertEquals(
                        expected, loss.applyAsDouble(fast.get(step)), TOLERANCE * expected, "after step " + (step + 1));
            }
        }
        assertTrue(
                scalar.getLast().objective() < 0.95 * scalar.getFirst().objective(),
                "a curve that falls: " + scalar.getFirst() + " to " + scalar.getLast());
    }

    private static List<EpochLosses> curve(Kernels kernels, Recipe recipe) {
        Dataset data = TestDatasets.planted(28, 60, 4, 10, 3);
        List<EpochLosses> losses = new ArrayList<>();
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(2)) {
            Trainer trainer = new Trainer(new Engine(kernels, workers), arena, data, recipe, Holdout.VALID);
            while (trainer.epoch() < STEPS) {
                losses.add(trainer.runEpoch((step, steps, pairs) -> assertEquals(1, steps)));
            }
        }
        return losses;
    }
}
