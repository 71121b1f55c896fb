package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.data.TestDatasets;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Activations;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.model.Head;
import io.dovetail.model.Initializer;
import io.dovetail.model.Parameter;
import io.dovetail.model.RowGradients;
import io.dovetail.model.TowerGradients;
import io.dovetail.model.TowerInputs;
import io.dovetail.model.TwoTower;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The gradients of a whole step against central finite differences of its loss, along directions of each parameter.
 *
 * <p>The mimic weights are 0: with the outputs held constant, the mimic loss is not the function whose gradient the step
 * takes. Its own gradient, by the augmented vectors, is checked apart.
 */
final class GradientTest {
    /** A small step crosses few kinks of a ReLU, a large one suffers less from rounding; a wrong gradient fails at both. */
    private static final double[] STEPS = {2e-3, 4e-4};

    /** Of the gradient's length: the curvature within a step, and the few units whose ReLU turns on or off in it. */
    private static final double RELATIVE = 0.02;

    /** The loss carries the rounding of float32, which the difference divides by twice the step. */
    private static final double ROUNDING = 4e-7;

    private static final Dataset DATA = TestDatasets.withDense(TestDatasets.planted(30, 25, 3, 8, 2), 7, 5);

    /** A model and one batch. */
    private static final class Setting implements AutoCloseable {
        private final Arena arena = Arena.ofShared();
        private final Workers workers = Workers.of(1);
        private final Engine engine = new Engine(Kernels.best(), workers);
        private final Recipe recipe;
        private final TwoTower model;
        private final TrainingStep step;
        private final Batch batch;

        Setting(Recipe recipe) {
            this.recipe = recipe;
            FittedEvents events = FittedEvents.of(DATA.interactions(), Holdout.VALID);
            model = TwoTower.allocate(
                    arena,
                    recipe.model(),
                    TowerInputs.ofUsers(DATA, recipe.model(), Holdout.VALID, events),
                    TowerInputs.ofItems(DATA, recipe.model(), Holdout.VALID));
            Initializer.initialize(model, recipe.train().initialization(), 3, 2);
            enlargeTables();
            step = new TrainingStep(engine, arena, model, recipe.train(), events, DATA.categories());
            HardNegatives hard = new HardNegatives(
                    recipe.train().loss().hard(), events, DATA.items().size());
            hard.refresh(engine, model, 1);
            Batches batches = new Batches(
                    events,
                    DATA.items().size(),
                    recipe.train(),
                    step.objective().negatives(),
                    hard);
            batch = batches.newBatch();
            batches.begin(1, Arena.ofAuto());
            batches.fill(0, batch);
        }

        /** So that the inputs of a ReLU are far from 0, for most units, but scores without a norm are no hundreds. */
        private void enlargeTables() {
            double deviation = recipe.model().head().isUnit() ? 1 : 0.3;
            SplittableRandom random = new SplittableRandom(8);
            for (Parameter parameter : model.parameters()) {
                Matrix value = parameter.value();
                for (int i = 0; parameter.updates() == Parameter.Updates.ROWS && i < value.rows(); i++) {
                    for (int j = 0; j < value.cols(); j++) {
                        value.set(i, j, (float) (deviation * random.nextGaussian()));
                    }
                }
            }
        }

        double loss() {
            StepLosses losses = step.apply(batch, 5, () -> {});
            return losses.objective() + recipe.train().alignment() * losses.alignment();
        }

        Map<String, double[][]> gradients() {
            loss();
            Map<String, double[][]> gradients = new LinkedHashMap<>();
            step.forEachGradient(new TowerGradients.Visitor() {
                @Override
                public void rows(Parameter parameter, RowGradients rows) {
                    double[][] dense = zeros(parameter.value());
                    for (int t = 0; t < rows.count(); t++) {
                        for (int j = 0; j < parameter.value().cols(); j++) {
                            dense[rows.rows()[t]][j] = rows.gradients().get(t, j);
                        }
                    }
                    gradients.put(parameter.name(), dense);
                }

                @Override
                public void all(Parameter parameter, Matrix gradient) {
                    double[][] dense = zeros(gradient);
                    for (int i = 0; i < dense.length; i++) {
                        for (int j = 0; j < dense[i].length; j++) {
                            dense[i][j] = gradient.get(i, j);
                        }
                    }
                    gradients.put(parameter.name(), dense);
                }
            });
            return gradients;
        }

        double slope(Matrix value, double[][] direction, double step) {
            float[][] start = value.toArray();
            move(value, start, direction, step);
            double ahead = loss();
            move(value, start, direction, -step);
            double behind = loss();
            move(value, start, direction, 0);
            return (ahead - behind) / (2 * step);
        }

        private static void move(Matrix value, float[][] start, double[][] direction, double step) {
            for (int i = 0; i < start.length; i++) {
                for (int j = 0; j < start[i].length; j++) {
                    value.set(i, j, (float) (start[i][j] + step * direction[i][j]));
                }
            }
        }

        @Override
        public void close() {
            workers.close();
            arena.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "relu, bce, own, none, 0, he",
        "relu, bce, shared, 2-4, 0.2, he",
        "relu, softmax, mixed, 2-4, 0, he",
        "relu, softmax, shared, none, 0.2, looks-linear",
        "relu, gbce, own, 2-4, 0, looks-linear",
        "linear, bce, own, none, 0, looks-linear",
        "linear, bce, shared, 2-4, 0.2, he",
        "linear, softmax, mixed, 2-4, 0, looks-linear",
        "linear, softmax, shared, none, 0.2, he",
        "linear, gbce, shared, 2-4, 0, he",
        "linear-scaled, bce, own, 2-4, 0, he",
        "linear-scaled, bce, shared, none, 0.2, looks-linear",
        "linear-scaled, gbce, shared, 2-4, 0, looks-linear",
        "linear-scaled, gbce, own, none, 0.2, he",
        "linear-scaled, softmax, mixed, 2-4, 0.2, he",
        "linear, softmax, mixed, items 2-4, 0.2, looks-linear",
        "relu, bce, own, items 3, 0, he",
        "dot, softmax, mixed, 2-4, 0.2, he",
        "dot, bce, own, none, 0, looks-linear",
        "dot, gbce, shared, 2-4, 0, he"
    })
    void gradientsAreSlopesOfTheLoss(
            String head, String loss, String sampling, String history, String dropout, String initialization) {
        Recipe recipe = TestRuns.smallDat()
                .withAll(Map.of(
                        "head", head,
                        "loss", loss,
                        "sampling", sampling,
                        "history", history.replace("items ", ""),
                        "history-table", history.startsWith("items ") ? "item-id" : "own",
                        "dropout", dropout,
                        "id-dropout", dropout,
                        "initialization", initialization))
                .withAll(Map.of(
                        "mimic-user", "0", "mimic-item", "0", "batch", "24", "negatives", "3", "temperature", "0.5"))
                .withAll(Map.of("hard-negatives", "2", "hard-skip", "1", "hard-pool", "5"));
        assertSlopes(recipe);
    }

    /** Towers without layers, and towers that are told less, with and without dropout of the sums. */
    @ParameterizedTest
    @CsvSource({
        "none, same, dot, bce, own, 2-4, id-features, id-features, 0",
        "none, same, linear, softmax, mixed, 2, id, features, 0.2",
        "10-4, none, dot, softmax, shared, 3, features, id, 0",
        "10-4, none, linear-scaled, bce, shared, none, features, id-features, 0.2",
        "none, 9-4, dot, gbce, own, none, id, id-features, 0",
        "none, same, factorization, bce, own, 3, id-features, id-features, 0",
        "none, same, factorization, softmax, mixed, none, id, features, 0",
    })
    void gradientsOfOtherFormsAreSlopesOfTheLoss(
            String layers,
            String itemLayers,
            String head,
            String loss,
            String sampling,
            String history,
            String userInputs,
            String itemInputs,
            String dropout) {
        assertSlopes(TestRuns.smallDat()
                .with("augmented", head.equals("factorization") ? "0" : "4")
                .withAll(Map.of(
                        "embedding", "4",
                        "layers", layers,
                        "item-layers", itemLayers,
                        "head", head,
                        "loss", loss,
                        "sampling", sampling,
                        "history", history,
                        "user-inputs", userInputs,
                        "item-inputs", itemInputs,
                        "dropout", dropout))
                .withAll(Map.of(
                        "mimic-user", "0", "mimic-item", "0", "batch", "24", "negatives", "3", "temperature", "2")));
    }

    private static void assertSlopes(Recipe recipe) {
        try (Setting setting = new Setting(recipe)) {
            Map<String, double[][]> gradients = setting.gradients();
            assertEquals(setting.model.parameters().size(), gradients.size());
            for (Parameter parameter : setting.model.parameters()) {
                String name = parameter.name();
                double[][] gradient = Objects.requireNonNull(gradients.get(name), name);
                double length = Math.sqrt(dot(gradient, gradient));
                boolean used = isUsed(name, recipe);
                assertEquals(used, length > 1e-3, () -> name + " has a gradient of " + length);
                SplittableRandom random = new SplittableRandom(name.hashCode());
                for (double[][] direction : directions(gradient, random)) {
                    assertSlope(setting, parameter, direction, dot(gradient, direction), length);
                }
            }
        }
    }

    /** A soft-max tells neither a scale of all logits nor, without a norm, what all items have in common. */
    private static boolean isUsed(String parameter, Recipe recipe) {
        boolean softmax = recipe.train().loss().kind() == LossSpec.Kind.SOFTMAX;
        String lastBias = "item.layer" + recipe.model().itemLayers().size() + ".bias";
        boolean common = recipe.model().head() == Head.DOT && parameter.equals(lastBias);
        return !softmax || !(common || "logit.scale".equals(parameter));
    }

    /**
     * With one iteration the weights of the routing are constants, as they are to the gradient with any number. A user of
     * this data has 5 items or so beside the one to be predicted, so two interests.
     */
    @ParameterizedTest
    @CsvSource({
        "linear, softmax, mixed, 1, 0, own",
        "linear, softmax, mixed, hard, 0.2, item-id",
        "dot, softmax, shared, 2, 0.2, item-id",
        "dot, bce, own, hard, 0, own",
        "linear-scaled, gbce, shared, 3.5, 0, item-id",
        "relu, bce, shared, 2, 0, own"
    })
    void gradientsOfInterestsAreSlopesOfTheLoss(
            String head, String loss, String sampling, String power, String dropout, String table) {
        assertSlopes(TestRuns.smallMind()
                .withAll(Map.of(
                        "head", head,
                        "loss", loss,
                        "sampling", sampling,
                        "attention-power", power,
                        "routing-iterations", "1",
                        "history-table", table,
                        "dropout", dropout,
                        "id-dropout", dropout))
                .withAll(Map.of("batch", "24", "negatives", "3", "temperature", "0.5")));
    }

    private static void assertSlope(
            Setting setting, Parameter parameter, double[][] direction, double computed, double length) {
        StringBuilder slopes = new StringBuilder();
        boolean equal = false;
        for (int i = 0; i < STEPS.length && !equal; i++) {
            double step = STEPS[i] / Math.max(1, length);
            double slope = setting.slope(parameter.value(), direction, step);
            equal = Math.abs(slope - computed) <= RELATIVE * length + ROUNDING / (2 * step);
            slopes.append(' ').append(slope);
        }
        assertTrue(equal, () -> parameter.name() + ": slopes" + slopes + ", gradient " + computed + " of " + length);
    }

    /** Along the gradient, along the gradient with random signs, and anywhere, to find what ought not to be 0. */
    private static double[][][] directions(double[][] gradient, SplittableRandom random) {
        double[][][] directions = new double[4][gradient.length][gradient[0].length];
        for (int i = 0; i < gradient.length; i++) {
            for (int j = 0; j < gradient[i].length; j++) {
                directions[0][i][j] = gradient[i][j];
                directions[1][i][j] = random.nextBoolean() ? gradient[i][j] : -gradient[i][j];
                directions[2][i][j] = random.nextGaussian();
                directions[3][i][j] = gradient[i][j] == 0 ? random.nextGaussian() : 0;
            }
        }
        for (double[][] direction : directions) {
            double length = Math.max(1e-12, Math.sqrt(dot(direction, direction)));
            for (double[] row : direction) {
                for (int j = 0; j < row.length; j++) {
                    row[j] /= length;
                }
            }
        }
        return directions;
    }

    /**
     * The item that is taken out counts as a constant, so only what the user tower learns has the slopes of the loss. The
     * mean of all users, which stands in for a user of one item, counts as a constant too.
     */
    @ParameterizedTest
    @ValueSource(strings = {"0", "0.3"})
    void gradientsReachTheAugmentedVectorThatAnItemIsTakenOutOf(String idDropout) {
        Recipe recipe = TestRuns.smallDat()
                .withAll(Map.of("augmented-input", "leave-one-out", "id-dropout", idDropout))
                .withAll(Map.of("mimic-user", "0", "mimic-item", "0", "batch", "24", "negatives", "3"))
                .with("temperature", "0.5");
        try (Setting setting = new Setting(recipe)) {
            Map<String, double[][]> gradients = setting.gradients();
            for (Parameter parameter : setting.model.parameters()) {
                if (parameter.name().startsWith("user.")) {
                    double[][] gradient = Objects.requireNonNull(gradients.get(parameter.name()));
                    double length = Math.sqrt(dot(gradient, gradient));
                    SplittableRandom random =
                            new SplittableRandom(parameter.name().hashCode());
                    for (double[][] direction : directions(gradient, random)) {
                        if ("user.augmented".equals(parameter.name())) {
                            Arrays.fill(direction[0], 0);
                        }
                        assertSlope(setting, parameter, direction, dot(gradient, direction), length);
                    }
                }
            }
        }
    }

    /** The mimic losses are parabolas of a, so that differences are exact but for rounding, whatever the step. */
    @Test
    void mimicGradientsAreSlopesByTheAugmentedVectors() {
        Recipe recipe = TestRuns.smallDat()
                .with("mimic-user", "0.7")
                .with("mimic-item", "0.3")
                .with("batch", "24");
        try (Setting setting = new Setting(recipe)) {
            Activations users =
                    setting.model.users().newActivations(setting.engine, setting.arena, setting.batch.positives);
            Activations items =
                    setting.model.items().newActivations(setting.engine, setting.arena, setting.batch.distinct);
            setting.model.users().forward(setting.engine, setting.batch.users, users);
            setting.model.items().forward(setting.engine, setting.batch.items, items);
            DoubleSupplier loss = () -> {
                Mimic mimic = new Mimic(setting.batch.positives);
                mimic.apply(setting.engine.kernels().losses(), recipe.train(), setting.batch, 31, users, items);
                return 0.7 * mimic.user() + 0.3 * mimic.item();
            };
            for (Activations side : new Activations[] {users, items}) {
                Matrix a = side.augmented();
                double[][] slopes = zeros(a);
                for (int i = 0; i < a.rows(); i++) {
                    for (int j = 0; j < a.cols(); j++) {
                        float start = a.get(i, j);
                        a.set(i, j, start + 0.5f);
                        double ahead = loss.getAsDouble();
                        a.set(i, j, start - 0.5f);
                        slopes[i][j] = ahead - loss.getAsDouble();
                        a.set(i, j, start);
                    }
                }
                assertTrue(loss.getAsDouble() > 0);
                for (int i = 0; i < a.rows(); i++) {
                    for (int j = 0; j < a.cols(); j++) {
                        assertEquals(slopes[i][j], side.dAugmented().get(i, j), 1e-5);
                    }
                }
            }
        }
    }

    private static double[][] zeros(Matrix like) {
        return new double[like.rows()][like.cols()];
    }

    private static double dot(double[][] x, double[][] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x[i].length; j++) {
                sum += x[i][j] * y[i][j];
            }
        }
        return sum;
    }
}
