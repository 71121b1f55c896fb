package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Dataset;
import io.dovetail.data.TestDatasets;
import io.dovetail.kernels.Matrix;
import io.dovetail.model.Parameter;
import io.dovetail.model.RowGradients;
import io.dovetail.model.TowerGradients;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The binary losses and their gradients against the formula in float64, with own and with shared negatives. */
final class BinaryCrossEntropyTest {
    private static final int ITEMS = 60;
    private static final Dataset DATA = TestDatasets.planted(40, ITEMS, 3, 10, 2);

    /** Sums of some tens of float32 below 1; with shared negatives of some thousand, divided by their number. */
    private static final double TOLERANCE = 2e-6;

    /** A user of the batch, an item row, whether it is the user's item. */
    private record Pair(int positive, int row, boolean target) {}

    private static Recipe recipe(String loss, String sampling, int negatives, int hard) {
        return TestRuns.smallPaper()
                .withAll(Map.of(
                        "loss",
                        loss,
                        "sampling",
                        sampling,
                        "negatives",
                        Integer.toString(negatives),
                        "calibration",
                        "0.6",
                        "batch",
                        "29",
                        "hard-negatives",
                        Integer.toString(hard),
                        "hard-skip",
                        "2",
                        "hard-pool",
                        "7"));
    }

    private static Set<Pair> pairs(LossSetting setting, TrainSpec spec) {
        Batch batch = setting.batch;
        boolean own = spec.loss().sampling() == LossSpec.Sampling.OWN;
        Set<Pair> pairs = new HashSet<>();
        for (int i = 0; i < batch.positives; i++) {
            for (int draw = batch.positives; draw < batch.draws; draw++) {
                boolean hard = draw >= batch.firstHard();
                boolean mine = hard
                        ? (draw - batch.firstHard()) / batch.hard == i
                        : !own || (draw - batch.positives) / spec.loss().negatives() == i;
                boolean had = setting.hasHad(batch.userOfPositive[i], batch.itemOfRow[batch.slots[draw]]);
                if (mine && !had) {
                    pairs.add(new Pair(i, batch.slots[draw], false));
                }
            }
            pairs.add(new Pair(i, batch.slots[i], true));
        }
        return pairs;
    }

    @ParameterizedTest
    @CsvSource({
        "bce, 1, 1, 0, 0",
        "bce, 20, 1, 0, 0",
        "gbce, 20, 1, 0, 0",
        "bce, 20, 10, -1.5, 0",
        "gbce, 35, -2, 3, 0",
        "bce, 7, 1, 0, 2",
        "gbce, 70, 10, -1.5, 1"
    })
    void sharedNegativesCountOncePerPositive(String loss, int negatives, float factor, float offset, int hard) {
        TrainSpec spec = recipe(loss, "shared", negatives, hard).train();
        try (LossSetting setting = new LossSetting(DATA, spec, Objective.Negatives.SHARED)) {
            Scale scale = new Scale(setting, factor, offset);
            SharedBinaryCrossEntropy tested = new SharedBinaryCrossEntropy(
                    setting.engine, setting.arena, spec, setting.events, ITEMS, scale.line);
            Set<Integer> common = new HashSet<>();
            for (int draw = setting.batch.positives; draw < setting.batch.firstHard(); draw++) {
                common.add(setting.batch.slots[draw]);
            }
            int pairs = setting.batch.positives * (1 + common.size() + hard);
            assertEquals(pairs, tested.pairs(setting.batch));
            Expected expected = new Expected(setting, spec, factor, offset, pairs);
            pairs(setting, spec).forEach(expected::add);
            expected.check(tested, scale);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "bce, 1, 1, 0, 0",
        "bce, 4, 1, 0, 0",
        "bce, 4, 10, -1.5, 0",
        "bce, 7, -2, 3, 0",
        "gbce, 4, 1, 0, 0",
        "gbce, 7, 10, -1.5, 2",
        "bce, 2, 1, 0, 3"
    })
    void ownNegativesCountEachTime(String loss, int negatives, float factor, float offset, int hard) {
        TrainSpec spec = recipe(loss, "own", negatives, hard).train();
        try (LossSetting setting = new LossSetting(DATA, spec, Objective.Negatives.PER_POSITIVE)) {
            Batch batch = setting.batch;
            Scale scale = new Scale(setting, factor, offset);
            BinaryCrossEntropy tested = new BinaryCrossEntropy(setting.engine, setting.arena, spec, ITEMS, scale.line);
            assertEquals(batch.positives * (negatives + 1 + hard), tested.pairs(batch));
            Expected expected = new Expected(setting, spec, factor, offset, batch.draws);
            for (int draw = 0; draw < batch.draws; draw++) {
                boolean isHard = draw >= batch.firstHard();
                int first = isHard ? batch.firstHard() : batch.positives;
                int positive = draw < batch.positives ? draw : (draw - first) / (isHard ? hard : negatives);
                expected.add(new Pair(positive, batch.slots[draw], draw < batch.positives));
            }
            expected.check(tested, scale);
        }
    }

    @Test
    void calibrationIsThatOfThePaper() {
        // alpha = 4/59 with 60 items; t = 0 is BCE, t = 1 gives alpha.
        LossSpec loss = recipe("gbce", "own", 4, 0).train().loss();
        assertEquals(4 / 59.0 * (0.6 * (1 - 59 / 4.0) + 59 / 4.0), Calibration.beta(loss, ITEMS), 1e-7);
        Recipe none = recipe("gbce", "own", 4, 0).with("calibration", "0");
        assertEquals(1, Calibration.beta(none.train().loss(), ITEMS), 1e-7);
        Recipe full = recipe("gbce", "own", 4, 0).with("calibration", "1");
        assertEquals(4 / 59.0, Calibration.beta(full.train().loss(), ITEMS), 1e-7);
        Recipe every = recipe("gbce", "shared", 1000, 0);
        assertEquals(1, Calibration.beta(every.train().loss(), ITEMS), "all items are no sample");
        assertTrue(Calibration.beta(loss, 1) > 0, "even of a single item");
    }

    /** The line from scores to logits; learned unless it is that of 1 and 0. */
    private static final class Scale {
        private final LogitScale line;
        private final boolean learned;

        Scale(LossSetting setting, float factor, float offset) {
            learned = factor != 1;
            Matrix value = Matrix.copyOf(setting.arena, new float[][] {{factor, offset}});
            Parameter parameter = new Parameter("logit.scale", Parameter.Updates.ALL, value);
            line = new LogitScale(setting.arena, learned ? parameter : null);
        }
    }

    /** The loss and its gradients in float64, pair by pair. */
    private static final class Expected {
        private final LossSetting setting;
        private final double factor;
        private final double offset;
        private final int pairs;
        private final double beta;
        private final double[][] dUsers;
        private final double[][] dItems;
        private double loss;
        private double dFactor;
        private double dOffset;

        Expected(LossSetting setting, TrainSpec spec, double factor, double offset, int pairs) {
            this.setting = setting;
            this.factor = factor;
            this.offset = offset;
            this.pairs = pairs;
            beta = Calibration.beta(spec.loss(), ITEMS);
            dUsers = new double[setting.batch.positives][LossSetting.DIMENSION];
            dItems = new double[setting.batch.distinct][LossSetting.DIMENSION];
        }

        void add(Pair pair) {
            double score = setting.score(pair.positive, pair.row);
            double probability = 1 / (1 + Math.exp(-(factor * score + offset)));
            double weight = (pair.target ? beta : 1) / pairs;
            loss -= weight * Math.log(pair.target ? probability : 1 - probability);
            double dLogit = weight * (probability - (pair.target ? 1 : 0));
            dFactor += dLogit * score;
            dOffset += dLogit;
            for (int j = 0; j < LossSetting.DIMENSION; j++) {
                dUsers[pair.positive][j] += factor * dLogit * setting.items.get(pair.row, j);
                dItems[pair.row][j] += factor * dLogit * setting.users.get(pair.positive, j);
            }
        }

        void check(Objective tested, Scale scale) {
            double actual = tested.apply(setting.batch, setting.users, setting.items, setting.dUsers, setting.dItems);
            assertEquals(loss, actual, TOLERANCE);
            assertClose(dUsers, setting.dUsers.toArray());
            assertClose(dItems, setting.dItems.toArray());
            boolean[] visited = {false};
            scale.line.visit(new TowerGradients.Visitor() {
                @Override
                public void rows(Parameter parameter, RowGradients gradients) {
                    throw new AssertionError("no table");
                }

                @Override
                public void all(Parameter parameter, Matrix gradient) {
                    visited[0] = true;
                    assertEquals(dFactor, gradient.get(0, 0), TOLERANCE);
                    assertEquals(dOffset, gradient.get(0, 1), TOLERANCE);
                }
            });
            assertEquals(scale.learned, visited[0]);
        }

        private static void assertClose(double[][] expected, float[][] actual) {
            for (int i = 0; i < expected.length; i++) {
                for (int j = 0; j < expected[i].length; j++) {
                    assertEquals(expected[i][j], actual[i][j], TOLERANCE);
                }
            }
        }
    }
}
