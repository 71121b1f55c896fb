package io.dovetail.kernels;

/** The reference updates. */
final class ScalarOptimizerKernels extends OptimizerKernels {

    @Override
    double squaredNorm(Matrix x, int from, int to) {
        double sum = 0;
        for (int row = from; row < to; row++) {
            float ofRow = 0;
            for (int j = 0; j < x.cols(); j++) {
                ofRow = Math.fma(x.get(row, j), x.get(row, j), ofRow);
            }
            sum += ofRow;
        }
        return sum;
    }

    @Override
    void scale(float factor, Matrix x, int from, int to) {
        for (int row = from; row < to; row++) {
            for (int j = 0; j < x.cols(); j++) {
                x.set(row, j, factor * x.get(row, j));
            }
        }
    }

    @Override
    void adam(
            AdamStep step,
            Matrix parameters,
            Matrix gradients,
            Matrix firstMoments,
            Matrix secondMoments,
            int from,
            int to) {
        for (int row = from; row < to; row++) {
            adamRow(step, parameters, gradients, firstMoments, secondMoments, row, row);
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
        for (int t = from; t < to; t++) {
            adamRow(step, parameters, gradients, firstMoments, secondMoments, rows[t], t);
        }
    }

    private static void adamRow(
            AdamStep step,
            Matrix parameters,
            Matrix gradients,
            Matrix firstMoments,
            Matrix secondMoments,
            int row,
            int gradientRow) {
        float rate = step.correctedRate();
        float scale = step.secondMomentScale();
        float keep = step.keep();
        for (int j = 0; j < parameters.cols(); j++) {
            float gradient = gradients.get(gradientRow, j);
            float first = step.beta1() * firstMoments.get(row, j) + (1 - step.beta1()) * gradient;
            float second = step.beta2() * secondMoments.get(row, j) + (1 - step.beta2()) * gradient * gradient;
            firstMoments.set(row, j, first);
            secondMoments.set(row, j, second);
            float change = rate * first / ((float) Math.sqrt(second) * scale + step.epsilon());
            parameters.set(row, j, keep * parameters.get(row, j) - change);
        }
    }
}
