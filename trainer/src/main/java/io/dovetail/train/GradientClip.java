package io.dovetail.train;

import io.dovetail.kernels.Matrix;
import io.dovetail.model.Engine;
import io.dovetail.model.Parameter;
import io.dovetail.model.RowGradients;
import io.dovetail.model.TowerGradients;

/**
 * Shortens the gradient of a step to a greatest length, taken over all parameters together, the looked-up rows of tables
 * included (Pascanu, Mikolov and Bengio, ICML 2013). The length is summed in the order of the parameters, so it has the same
 * bits at any number of threads.
 */
final class GradientClip {
    private final Engine engine;
    private final float most;
    private final EachGradient squares = new EachGradient() {
        @Override
        void gradient(Matrix gradient) {
            sum += engine.kernels().optimizers().squaredNorm(engine.workers(), gradient);
        }
    };
    private final EachGradient shortening = new EachGradient() {
        @Override
        void gradient(Matrix gradient) {
            engine.kernels().optimizers().scale(engine.workers(), factor, gradient);
        }
    };
    private double sum;
    private float factor;

    /**
     * A clip.
     *
     * @param engine what to compute on
     * @param most greatest length; 0 for any
     */
    GradientClip(Engine engine, float most) {
        this.engine = engine;
        this.most = most;
    }

    /**
     * Shortens the gradients of the last step, in place.
     *
     * @param step the step
     */
    void apply(TrainingStep step) {
        if (most == 0) {
            return;
        }
        double length = length(step);
        if (length > most) {
            factor = (float) (most / length);
            step.forEachGradient(shortening);
        }
    }

    /** {@return the length of the gradient of the last step} */
    double length(TrainingStep step) {
        sum = 0;
        step.forEachGradient(squares);
        return Math.sqrt(sum);
    }

    /** Sees the gradients of tables and of weights alike. */
    private abstract static class EachGradient implements TowerGradients.Visitor {
        abstract void gradient(Matrix gradient);

        @Override
        public void rows(Parameter parameter, RowGradients gradients) {
            gradient(gradients.gradients());
        }

        @Override
        public void all(Parameter parameter, Matrix gradient) {
            gradient(gradient);
        }
    }
}
