package io.dovetail.model;

import io.dovetail.kernels.Matrix;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Draws the first values of a model's parameters from a seed. Augmented vectors are normal with deviation 0.02, small
 * against the unit vectors they will mimic; the map of interests is uniform with variance {@code 1 / inputs} (Glorot and
 * Bengio, 2010); the rest is the {@link Initialization}'s.
 */
public final class Initializer {
    private static final double AUGMENTED_DEVIATION = 0.02;
    private static final float LOGIT_SCALE = 10;

    private Initializer() {}

    /**
     * Fills all parameters of a model.
     *
     * @param model the model
     * @param initialization how embeddings, weights and biases begin
     * @param seed selects the values; each parameter has a stream of its own
     * @param negatives number of negatives per positive: the offset of a scaled logit starts at {@code -log(negatives)}
     */
    public static void initialize(TwoTower model, Initialization initialization, long seed, int negatives) {
        SplittableRandom seeds = new SplittableRandom(seed);
        Set<String> filled = new HashSet<>();
        for (Tower tower : List.of(model.users(), model.items())) {
            for (Parameter table : tower.tables()) {
                if (!filled.add(table.name())) {
                    continue;
                }
                boolean augmented = table.equals(tower.augmentedTable());
                double deviation = augmented ? AUGMENTED_DEVIATION : initialization.embeddingDeviation();
                fillNormal(table.value(), deviation, seeds.split());
            }
            Parameter bilinear = tower.bilinear();
            if (bilinear != null) {
                fillUniform(bilinear.value(), Math.sqrt(3.0 / bilinear.value().rows()), seeds.split());
            }
            int last = tower.weights().size() - 1;
            for (int layer = 0; layer <= last; layer++) {
                Matrix weight = tower.weights().get(layer).value();
                SplittableRandom random = seeds.split();
                switch (initialization) {
                    case HE -> fillUniform(weight, Math.sqrt(6.0 / weight.rows()), random);
                    case LOOKS_LINEAR -> fillLooksLinear(weight, layer > 0, layer < last, random);
                }
                tower.biases().get(layer).value().fill(initialization.bias());
            }
        }
        Parameter scale = model.scale();
        if (scale != null) {
            scale.value().set(0, 0, LOGIT_SCALE);
            scale.value().set(0, 1, (float) -Math.log(Math.max(1, negatives)));
        }
    }

    /**
     * A weight matrix that, with ReLU between, lets the signal through as a linear map would: outputs come in pairs of
     * opposite sign (ReLU keeps the positive part of one and the negative part of the other), and inputs that are such
     * pairs are read with opposite signs.
     *
     * @param pairedInputs whether the inputs are pairs
     * @param pairedOutputs whether a ReLU follows
     */
    private static void fillLooksLinear(
            Matrix weight, boolean pairedInputs, boolean pairedOutputs, SplittableRandom random) {
        int inputs = pairedInputs ? weight.rows() / 2 : weight.rows();
        int outputs = pairedOutputs ? weight.cols() / 2 : weight.cols();
        double[][] core = Orthogonal.draw(inputs, outputs, random);
        weight.fill(0);
        for (int i = 0; i < inputs; i++) {
            for (int j = 0; j < outputs; j++) {
                float value = (float) core[i][j];
                weight.set(i, j, value);
                if (pairedInputs) {
                    weight.set(inputs + i, j, -value);
                }
                if (pairedOutputs) {
                    weight.set(i, outputs + j, -value);
                }
                if (pairedInputs && pairedOutputs) {
                    weight.set(inputs + i, outputs + j, value);
                }
            }
        }
    }

    private static void fillNormal(Matrix matrix, double deviation, SplittableRandom random) {
        for (int row = 0; row < matrix.rows(); row++) {
            for (int col = 0; col < matrix.cols(); col++) {
                matrix.set(row, col, (float) (deviation * random.nextGaussian()));
            }
        }
    }

    private static void fillUniform(Matrix matrix, double limit, SplittableRandom random) {
        for (int row = 0; row < matrix.rows(); row++) {
            for (int col = 0; col < matrix.cols(); col++) {
                matrix.set(row, col, (float) (limit * (2 * random.nextDouble() - 1)));
            }
        }
    }
}
