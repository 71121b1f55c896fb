package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dovetail.data.Dataset;
import io.dovetail.data.TestDatasets;
import io.dovetail.kernels.Matrix;
import io.dovetail.model.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The loss and its gradients against the formula in float64. */
final class BinaryCrossEntropyTest {
    private static final Dataset DATA = TestDatasets.planted(40, 60, 3, 10, 2);

    /** Sums of some tens of float32 below 1. */
    private static final double TOLERANCE = 2e-6;

    @ParameterizedTest
    @CsvSource({"1, 1, 0", "4, 1, 0", "4, 10, -1.5", "7, -2, 3"})
    void lossAndGradientsEqualTheFormula(int negatives, float factor, float offset) {
        TrainSpec spec = TestRuns.smallPaper()
                .with("negatives", Integer.toString(negatives))
                .with("batch", "32")
                .train();
        try (LossSetting setting = new LossSetting(DATA, spec, Objective.Negatives.PER_POSITIVE)) {
            Batch batch = setting.batch;
            boolean scaled = factor != 1;
            Matrix value = Matrix.copyOf(setting.arena, new float[][] {{factor, offset}});
            Matrix dScale = Matrix.allocate(setting.arena, 1, 2);
            Parameter scale = new Parameter("logit.scale", Parameter.Updates.ALL, value);
            BinaryCrossEntropy loss =
                    new BinaryCrossEntropy(setting.arena, spec, scaled ? scale : null, scaled ? dScale : null);
            assertEquals(batch.positives * (negatives + 1), loss.pairs(batch));

            double total = 0;
            double[][] dUsers = new double[batch.positives][LossSetting.DIMENSION];
            double[][] dItems = new double[batch.distinct][LossSetting.DIMENSION];
            double dFactor = 0;
            double dOffset = 0;
            for (int draw = 0; draw < batch.draws; draw++) {
                boolean positive = draw < batch.positives;
                int user = positive ? draw : (draw - batch.positives) / negatives;
                int item = batch.slots[draw];
                double score = setting.score(user, item);
                double probability = 1 / (1 + Math.exp(-(factor * score + offset)));
                total -= Math.log(positive ? probability : 1 - probability);
                double dLogit = (probability - (positive ? 1 : 0)) / batch.draws;
                dFactor += dLogit * score;
                dOffset += dLogit;
                for (int j = 0; j < LossSetting.DIMENSION; j++) {
                    dUsers[user][j] += factor * dLogit * setting.items.get(item, j);
                    dItems[item][j] += factor * dLogit * setting.users.get(user, j);
                }
            }
            double actual =
                    loss.apply(setting.engine, batch, setting.users, setting.items, setting.dUsers, setting.dItems);
            assertEquals(total / batch.draws, actual, TOLERANCE);
            assertClose(dUsers, setting.dUsers.toArray());
            assertClose(dItems, setting.dItems.toArray());
            assertEquals(scaled ? dFactor : 0, dScale.get(0, 0), TOLERANCE);
            assertEquals(scaled ? dOffset : 0, dScale.get(0, 1), TOLERANCE);
        }
    }

    private static void assertClose(double[][] expected, float[][] actual) {
        for (int i = 0; i < expected.length; i++) {
            for (int j = 0; j < expected[i].length; j++) {
                assertEquals(expected[i][j], actual[i][j], TOLERANCE);
            }
        }
    }
}
