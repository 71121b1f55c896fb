package io.dovetail.train;

import io.dovetail.kernels.Matrix;
import io.dovetail.model.DeadUnits;
import io.dovetail.model.Engine;
import io.dovetail.model.Parameter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Figures of a model in training that tell how it does before any metric can.
 *
 * @param learningRate of the last step, before the factor for tables
 * @param norms mean length of the rows of each embedding table, by its name; of a sample if there are many rows
 * @param deadUnits share of the units of each layer with a ReLU that are 0 for every entity of a sample, by the layer's name
 */
public record Vitals(double learningRate, Map<String, Double> norms, Map<String, Double> deadUnits) {
    private static final int SAMPLED_ROWS = 4096;

    /** Copies the maps, in their order. */
    public Vitals {
        norms = Collections.unmodifiableMap(new LinkedHashMap<>(norms));
        deadUnits = Collections.unmodifiableMap(new LinkedHashMap<>(deadUnits));
    }

    static Vitals of(Engine engine, ModelTrainer trainer) {
        Map<String, Double> norms = new LinkedHashMap<>();
        for (Parameter parameter : trainer.model().parameters()) {
            if (parameter.updates() == Parameter.Updates.ROWS) {
                norms.put(parameter.name(), meanNorm(parameter.value()));
            }
        }
        return new Vitals(trainer.learningRate(), norms, DeadUnits.shares(engine, trainer.model()));
    }

    private static double meanNorm(Matrix table) {
        int step = Math.max(1, table.rows() / SAMPLED_ROWS);
        double sum = 0;
        int count = 0;
        for (int row = 0; row < table.rows(); row += step) {
            double squares = 0;
            for (int col = 0; col < table.cols(); col++) {
                squares += (double) table.get(row, col) * table.get(row, col);
            }
            sum += Math.sqrt(squares);
            count++;
        }
        return sum / count;
    }
}
