package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Dataset;
import io.dovetail.data.TestDatasets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The loss and its gradients against the formula in float64. */
final class SampledSoftmaxTest {
    private static final Dataset DATA = TestDatasets.planted(40, 60, 3, 10, 2);
    private static final int ITEMS = 60;
    private static final float TEMPERATURE = 0.25f;

    /** Sums of some tens of float32 of size 1. */
    private static final double TOLERANCE = 2e-6;

    private static TrainSpec spec(int negatives) {
        return spec("mixed", negatives, 1, 0);
    }

    private static TrainSpec spec(String sampling, int negatives, float logQ, int hard) {
        return TestRuns.smallDat()
                .withAll(Map.of(
                        "sampling",
                        sampling,
                        "negatives",
                        Integer.toString(negatives),
                        "temperature",
                        Float.toString(TEMPERATURE),
                        "log-q",
                        Float.toString(logQ),
                        "hard-negatives",
                        Integer.toString(hard),
                        "hard-skip",
                        "2",
                        "hard-pool",
                        "7",
                        "batch",
                        "32"))
                .train();
    }

    /** Probability by the soft-max of each row of items for a positive; corrected, with what the user has had left out. */
    private static double[] probabilities(LossSetting setting, LossSpec loss, float recency, int positive) {
        Batch batch = setting.batch;
        boolean mixed = loss.sampling() == LossSpec.Sampling.MIXED;
        double[] counts = EventWeights.of(setting.events, recency).ofItems(ITEMS);
        double[] weights = new double[batch.distinct];
        double sum = 0;
        for (int draw = 0; draw < batch.draws; draw++) {
            int row = batch.slots[draw];
            int item = batch.itemOfRow[row];
            double weight = Math.exp(setting.score(positive, row) / TEMPERATURE);
            boolean mine = draw >= batch.firstHard() && (draw - batch.firstHard()) / batch.hard == positive;
            boolean common = draw < batch.firstHard() && (mixed || draw >= batch.positives);
            if (draw == positive || mine) {
                weights[row] = weight;
            } else if (common
                    && weights[row] == 0
                    && row != batch.slots[positive]
                    && !setting.hasHad(batch.userOfPositive[positive], item)) {
                double inBatch = mixed ? batch.positives * counts[item] / setting.events.size() : 0;
                double expected = inBatch + loss.negatives() * probability(loss, setting, item);
                double included = loss.negatives() >= ITEMS ? 1 : 1 - Math.exp(-expected);
                weights[row] = weight / Math.pow(included, loss.logQ());
            }
        }
        for (double weight : weights) {
            sum += weight;
        }
        for (int row = 0; row < batch.distinct; row++) {
            weights[row] /= sum;
        }
        return weights;
    }

    private static double probability(LossSpec loss, LossSetting setting, int item) {
        if (loss.sampler() == LossSpec.Sampler.UNIFORM) {
            return 1.0 / ITEMS;
        }
        int[] counts = setting.events.itemCounts(ITEMS);
        int before = 0;
        for (int other = 0; other < ITEMS; other++) {
            boolean ahead = counts[other] > counts[item] || (counts[other] == counts[item] && other < item);
            before += ahead ? 1 : 0;
        }
        return Math.log((before + 2.0) / (before + 1.0)) / Math.log(ITEMS + 1.0);
    }

    private static double apply(LossSetting setting, TrainSpec spec) {
        SampledSoftmax loss = new SampledSoftmax(setting.engine, setting.arena, spec, setting.events, ITEMS);
        assertEquals(setting.batch.positives, loss.pairs(setting.batch));
        return loss.apply(setting.batch, setting.users, setting.items, setting.dUsers, setting.dItems);
    }

    @ParameterizedTest
    @CsvSource({
        "mixed, 0, 1, 0",
        "mixed, 1, 1, 0",
        "mixed, 15, 1, 0",
        "mixed, 15, 0.5, 0",
        "mixed, 15, 1.2, 0",
        "mixed, 15, 0, 0",
        "mixed, 59, 1, 0",
        "mixed, 60, 1, 0",
        "mixed, 1000, 1, 0",
        "shared, 1, 1, 0",
        "shared, 15, 1, 0",
        "shared, 15, 1, 2",
        "mixed, 15, 1, 1"
    })
    void lossAndGradientsEqualTheFormula(String sampling, int negatives, float logQ, int hard) {
        assertEqualToTheFormula(spec(sampling, negatives, logQ, hard), hard);
    }

    @ParameterizedTest
    @CsvSource({"shared, 15, 1", "shared, 40, 0.5", "mixed, 15, 1"})
    void negativesByPopularityAreCorrectedForIt(String sampling, int negatives, float logQ) {
        TrainSpec uniform = spec(sampling, negatives, logQ, 0);
        Recipe recipe = new Recipe(TestRuns.smallDat().model(), uniform).with("sampler", "popularity");
        assertEqualToTheFormula(recipe.train(), 0);
    }

    @Test
    void positivesThatAreDrawnMoreOftenAreCorrectedForIt() {
        Recipe often = new Recipe(TestRuns.smallDat().model(), spec(15)).with("recency", "0.5");
        assertEqualToTheFormula(often.train(), 0);
    }

    private static void assertEqualToTheFormula(TrainSpec spec, int hard) {
        try (LossSetting setting = new LossSetting(DATA, spec, Objective.Negatives.SHARED)) {
            Batch batch = setting.batch;
            assertEquals(hard, batch.hard);
            double expected = 0;
            double[][] dUsers = new double[batch.positives][LossSetting.DIMENSION];
            double[][] dItems = new double[batch.distinct][LossSetting.DIMENSION];
            for (int i = 0; i < batch.positives; i++) {
                double[] probabilities = probabilities(setting, spec.loss(), spec.recency(), i);
                expected -= Math.log(probabilities[batch.slots[i]]) / batch.positives;
                for (int row = 0; row < batch.distinct; row++) {
                    double dScore =
                            (probabilities[row] - (row == batch.slots[i] ? 1 : 0)) / (TEMPERATURE * batch.positives);
                    for (int j = 0; j < LossSetting.DIMENSION; j++) {
                        dUsers[i][j] += dScore * setting.items.get(row, j);
                        dItems[row][j] += dScore * setting.users.get(i, j);
                    }
                }
            }
            assertEquals(expected, apply(setting, spec), TOLERANCE);
            assertClose(dUsers, setting.dUsers.toArray());
            assertClose(dItems, setting.dItems.toArray());
        }
    }

    private static void assertClose(double[][] expected, float[][] actual) {
        for (int i = 0; i < expected.length; i++) {
            for (int j = 0; j < expected[i].length; j++) {
                assertEquals(expected[i][j], actual[i][j], TOLERANCE);
            }
        }
    }

    @Test
    void withAllItemsAsNegativesItIsTheSoftMaxOverAllThatTheUserHasNotHad() {
        try (LossSetting setting = new LossSetting(DATA, spec(ITEMS), Objective.Negatives.SHARED)) {
            Batch batch = setting.batch;
            assertEquals(ITEMS, batch.distinct);
            double expected = 0;
            for (int i = 0; i < batch.positives; i++) {
                double sum = 0;
                for (int row = 0; row < ITEMS; row++) {
                    boolean had = setting.hasHad(batch.userOfPositive[i], batch.itemOfRow[row]);
                    sum += had && row != batch.slots[i] ? 0 : Math.exp(setting.score(i, row) / TEMPERATURE);
                }
                expected += Math.log(sum) - setting.score(i, batch.slots[i]) / TEMPERATURE;
            }
            assertEquals(expected / batch.positives, apply(setting, spec(ITEMS)), TOLERANCE);
        }
    }

    /** A popular item is often in the batch: to count as often as it occurs it is pushed down less each time. */
    @Test
    void aPopularNegativeIsPushedLessThanARareOneOfTheSameScore() {
        TrainSpec spec =
                TestRuns.smallDat().with("batch", "1").with("negatives", "50").train();
        try (LossSetting setting = new LossSetting(DATA, spec, Objective.Negatives.SHARED)) {
            Batch batch = setting.batch;
            setting.items.fill(0.1f);
            new SampledSoftmax(setting.engine, setting.arena, spec, setting.events, ITEMS)
                    .apply(batch, setting.users, setting.items, setting.dUsers, setting.dItems);
            int[] counts = setting.events.itemCounts(ITEMS);
            int popular = -1;
            int rare = -1;
            for (int row = 0; row < batch.distinct; row++) {
                int item = batch.itemOfRow[row];
                if (row != batch.slots[0] && !setting.hasHad(batch.userOfPositive[0], item)) {
                    popular = popular < 0 || counts[item] > counts[batch.itemOfRow[popular]] ? row : popular;
                    rare = rare < 0 || counts[item] < counts[batch.itemOfRow[rare]] ? row : rare;
                }
            }
            double user = setting.users.get(0, 0);
            double popularPush = setting.dItems.get(popular, 0) / user;
            double rarePush = setting.dItems.get(rare, 0) / user;
            assertTrue(popularPush > 0, "a negative is pushed away from the user");
            assertTrue(rarePush > 1.01 * popularPush, rarePush + " against " + popularPush);
        }
    }
}
