package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Dataset;
import io.dovetail.data.TestDatasets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The loss and its gradients against the formula in float64. */
final class SampledSoftmaxTest {
    private static final Dataset DATA = TestDatasets.planted(40, 60, 3, 10, 2);
    private static final int ITEMS = 60;
    private static final float TEMPERATURE = 0.25f;

    /** Sums of some tens of float32 of size 1. */
    private static final double TOLERANCE = 2e-6;

    private static TrainSpec spec(int negatives) {
        return TestRuns.smallDat()
                .with("negatives", Integer.toString(negatives))
                .with("temperature", Float.toString(TEMPERATURE))
                .with("batch", "32")
                .train();
    }

    /** Probability by the soft-max of each row of items for a positive; corrected, with what the user has had left out. */
    private static double[] probabilities(LossSetting setting, int negatives, int positive) {
        Batch batch = setting.batch;
        int[] counts = setting.events.itemCounts(ITEMS);
        double[] weights = new double[batch.distinct];
        double sum = 0;
        for (int row = 0; row < batch.distinct; row++) {
            int item = batch.itemOfRow[row];
            double logit = setting.score(positive, row) / TEMPERATURE;
            if (row == batch.slots[positive]) {
                weights[row] = Math.exp(logit);
            } else if (!setting.hasHad(batch.userOfPositive[positive], item)) {
                double expected =
                        (double) batch.positives * counts[item] / setting.events.size() + (double) negatives / ITEMS;
                double included = negatives >= ITEMS ? 1 : 1 - Math.exp(-expected);
                weights[row] = Math.exp(logit) / included;
            }
            sum += weights[row];
        }
        for (int row = 0; row < batch.distinct; row++) {
            weights[row] /= sum;
        }
        return weights;
    }

    private static double apply(LossSetting setting, int negatives) {
        SampledSoftmax loss = new SampledSoftmax(setting.arena, spec(negatives), setting.events, ITEMS);
        assertEquals(setting.batch.positives, loss.pairs(setting.batch));
        return loss.apply(setting.engine, setting.batch, setting.users, setting.items, setting.dUsers, setting.dItems);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 59, 60, 1000})
    void lossAndGradientsEqualTheFormula(int negatives) {
        try (LossSetting setting = new LossSetting(DATA, spec(negatives), Objective.Negatives.SHARED)) {
            Batch batch = setting.batch;
            double expected = 0;
            double[][] dUsers = new double[batch.positives][LossSetting.DIMENSION];
            double[][] dItems = new double[batch.distinct][LossSetting.DIMENSION];
            for (int i = 0; i < batch.positives; i++) {
                double[] probabilities = probabilities(setting, negatives, i);
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
            assertEquals(expected, apply(setting, negatives), TOLERANCE);
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
            assertEquals(expected / batch.positives, apply(setting, ITEMS), TOLERANCE);
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
            new SampledSoftmax(setting.arena, spec, setting.events, ITEMS)
                    .apply(setting.engine, batch, setting.users, setting.items, setting.dUsers, setting.dItems);
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
