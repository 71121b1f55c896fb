package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.model.Parameter;
import io.dovetail.model.RowGradients;
import io.dovetail.model.TowerGradients;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GradientClipTest {
    private static final Dataset DATA = TestRuns.data();

    /** A step over one batch. */
    private static TrainingStep step(Engine engine, Arena arena) {
        Recipe recipe = TestRuns.smallDat();
        Trainer trainer = new Trainer(engine, arena, DATA, recipe, Holdout.VALID);
        FittedEvents events = FittedEvents.of(DATA.interactions(), Holdout.VALID);
        TrainingStep step = new TrainingStep(engine, arena, trainer.model(), recipe.train(), events, DATA.categories());
        int items = DATA.items().size();
        HardNegatives hard = new HardNegatives(HardNegativeSpec.none(), events, items);
        Batches batches =
                new Batches(events, items, recipe.train(), step.objective().negatives(), hard);
        Batch batch = batches.newBatch();
        batches.begin(1, Arena.ofAuto());
        batches.fill(0, batch);
        step.apply(batch, 1, () -> {});
        return step;
    }

    /** Every element of the gradient, rows of tables included. */
    private static List<Float> gradient(TrainingStep step) {
        List<Float> all = new ArrayList<>();
        step.forEachGradient(new TowerGradients.Visitor() {
            @Override
            public void rows(Parameter parameter, RowGradients gradients) {
                all(parameter, gradients.gradients().rows(0, gradients.count()));
            }

            @Override
            public void all(Parameter parameter, Matrix gradient) {
                for (float[] row : gradient.toArray()) {
                    for (float value : row) {
                        all.add(value);
                    }
                }
            }
        });
        return all;
    }

    private static double length(List<Float> gradient) {
        return Math.sqrt(
                gradient.stream().mapToDouble(value -> (double) value * value).sum());
    }

    @Test
    void aLongGradientIsShortenedAndKeepsItsDirection() {
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(2)) {
            Engine engine = new Engine(Kernels.best(), workers);
            TrainingStep step = step(engine, arena);
            List<Float> before = gradient(step);
            double length = length(before);
            assertEquals(length, new GradientClip(engine, 0).length(step), 1e-6 * length);
            float most = (float) (length / 4);
            new GradientClip(engine, most).apply(step);
            List<Float> after = gradient(step);
            assertEquals(most, length(after), 1e-6 * most);
            for (int i = 0; i < before.size(); i++) {
                assertEquals(before.get(i) / 4, after.get(i), 1e-6 * Math.abs(before.get(i)));
            }
        }
    }

    @Test
    void aShortGradientStaysAsItIs() {
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(2)) {
            Engine engine = new Engine(Kernels.best(), workers);
            TrainingStep step = step(engine, arena);
            List<Float> before = gradient(step);
            assertTrue(length(before) > 0);
            new GradientClip(engine, (float) (2 * length(before))).apply(step);
            assertEquals(before, gradient(step));
            new GradientClip(engine, 0).apply(step);
            assertEquals(before, gradient(step), "0 is off");
        }
    }

    @Test
    void theLengthHasTheSameBitsAtAnyNumberOfThreads() {
        double[] lengths = new double[3];
        for (int threads = 1; threads <= 3; threads++) {
            try (Arena arena = Arena.ofShared();
                    Workers workers = Workers.of(threads)) {
                Engine engine = new Engine(Kernels.best(), workers);
                lengths[threads - 1] = new GradientClip(engine, 1).length(step(engine, arena));
            }
        }
        assertEquals(lengths[0], lengths[1]);
        assertEquals(lengths[0], lengths[2]);
    }
}
