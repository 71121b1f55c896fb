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
            switch (initialization) {
                case HE -> {
                    for (Parameter weight : tower.weights()) {
                        fillUniform(
                                weight.value(), Math.sqrt(6.0 / weight.value().rows()), seeds.split());
                    }
                }
                case LOOKS_LINEAR -> LooksLinear.draw(tower, seeds).fill(tower);
                case ALIGNED -> {
                    // Of a stream that no parameter has, so that both towers draw the same.
                    SplittableRandom common = new SplittableRandom(~seed);
                    int width = model.spec().embedding();
                    double[][] rotation = Orthogonal.draw(width, tower.dimension(), common);
                    LooksLinear.draw(tower, seeds).aligned(tower, rotation).fill(tower);
                }
            }
            for (Parameter bias : tower.biases()) {
                bias.value().fill(initialization.bias());
            }
        }
        Parameter scale = model.scale();
        if (scale != null) {
            scale.value().set(0, 0, LOGIT_SCALE);
            scale.value().set(0, 1, (float) -Math.log(Math.max(1, negatives)));
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
