package io.dovetail.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The updates on vectors: the operations of the scalar twin in its order, so that the bits are the same. */
final class VectorOptimizerKernels extends OptimizerKernels {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();

    @Override
    void adam(
            AdamStep step,
            Matrix parameters,
            Matrix gradients,
            Matrix firstMoments,
            Matrix secondMoments,
            int from,
            int to) {
        Constants constants = Constants.of(step);
        for (int row = from; row < to; row++) {
            adamRow(step, constants, parameters, gradients, firstMoments, secondMoments, row, row);
        }
    }

    @Override
    void adamRows(
            AdamStep step,
            Matrix parameters,
            int[] rows,
            Matrix gradients,
            Matrix firstMoments,
            Matrix secondMoments,
            int from,
            int to) {
        Constants constants = Constants.of(step);
        for (int t = from; t < to; t++) {
            adamRow(step, constants, parameters, gradients, firstMoments, secondMoments, rows[t], t);
        }
    }

    /** The factors of an update; the corrections cost powers, so they are taken once for many rows. */
    private record Constants(float rate, float scale, float keep) {
        static Constants of(AdamStep step) {
            return new Constants(
                    step.correctedRate(), step.secondMomentScale(), 1 - step.learningRate() * step.weightDecay());
        }
    }

    private static void adamRow(
            AdamStep step,
            Constants constants,
            Matrix parameters,
            Matrix gradients,
            Matrix firstMoments,
            Matrix secondMoments,
            int row,
            int gradientRow) {
        float beta1 = step.beta1();
        float beta2 = step.beta2();
        int bound = FLOATS.loopBound(parameters.cols());
        for (int j = 0; j < bound; j += LANES) {
            FloatVector gradient = VectorRows.load(gradients, gradientRow, j);
            FloatVector first = VectorRows.load(firstMoments, row, j).mul(beta1).add(gradient.mul(1 - beta1));
            FloatVector second = VectorRows.load(secondMoments, row, j)
                    .mul(beta2)
                    .add(gradient.mul(1 - beta2).mul(gradient));
            VectorRows.store(first, firstMoments, row, j);
            VectorRows.store(second, secondMoments, row, j);
            FloatVector root = second.lanewise(VectorOperators.SQRT).mul(constants.scale());
            FloatVector change = first.mul(constants.rate()).div(root.add(step.epsilon()));
            FloatVector kept = VectorRows.load(parameters, row, j).mul(constants.keep());
            VectorRows.store(kept.sub(change), parameters, row, j);
        }
        if (bound < parameters.cols()) {
            ScalarOptimizerKernels.adamRow(
                    step, parameters, gradients, firstMoments, secondMoments, row, gradientRow, bound);
        }
    }
}
