package io.dovetail.train;

import io.dovetail.kernels.Matrix;
import io.dovetail.model.Parameter;
import io.dovetail.model.TowerGradients;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/** The line {@code logit = factor * score + offset} of a binary loss, learned if the model's head has a scale. */
final class LogitScale {
    private final @Nullable Parameter parameter;
    private final Matrix gradient;

    /**
     * The line.
     *
     * @param arena owner of the gradient
     * @param parameter (1, 2): factor and offset; null for 1 and 0, which are not learned
     */
    LogitScale(Arena arena, @Nullable Parameter parameter) {
        this.parameter = parameter;
        gradient = Matrix.allocate(arena, 1, 2);
    }

    float factor() {
        return parameter == null ? 1 : parameter.value().get(0, 0);
    }

    float offset() {
        return parameter == null ? 0 : parameter.value().get(0, 1);
    }

    boolean learned() {
        return parameter != null;
    }

    void setGradient(double dFactor, double dOffset) {
        gradient.set(0, 0, (float) dFactor);
        gradient.set(0, 1, (float) dOffset);
    }

    void visit(TowerGradients.Visitor visitor) {
        if (parameter != null) {
            visitor.all(parameter, gradient);
        }
    }
}
