package io.dovetail.model;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** The gradients of one tower's parameters, overwritten by each backward pass. Not thread-safe. */
public final class TowerGradients {
    /** Receives each parameter of a tower with its gradient. */
    public interface Visitor {
        /**
         * An embedding table.
         *
         * @param parameter the table
         * @param gradients of the rows that the batch looked up
         */
        void rows(Parameter parameter, RowGradients gradients);

        /**
         * A weight or a bias.
         *
         * @param parameter the parameter
         * @param gradient of the same shape
         */
        void all(Parameter parameter, Matrix gradient);
    }

    private final Tower tower;
    private final List<RowGradients> tables = new ArrayList<>();
    private final List<Matrix> weights = new ArrayList<>();
    private final List<Matrix> biases = new ArrayList<>();

    TowerGradients(Arena arena, Tower tower) {
        this.tower = tower;
        for (Parameter table : tower.tables()) {
            tables.add(new RowGradients(arena, table.value()));
        }
        for (int layer = 0; layer < tower.weights().size(); layer++) {
            weights.add(likeParameter(arena, tower.weights().get(layer)));
            biases.add(likeParameter(arena, tower.biases().get(layer)));
        }
    }

    private static Matrix likeParameter(Arena arena, Parameter parameter) {
        return Matrix.allocate(
                arena, parameter.value().rows(), parameter.value().cols());
    }

    /**
     * The gradient of an embedding table.
     *
     * @param block block of the input
     * @return gradients of the rows the batch looked up
     */
    public RowGradients table(int block) {
        return tables.get(block);
    }

    /**
     * The gradient of a layer's weights.
     *
     * @param layer 0 for the first
     * @return (inputs, outputs)
     */
    public Matrix weight(int layer) {
        return weights.get(layer);
    }

    /**
     * The gradient of a layer's bias.
     *
     * @param layer 0 for the first
     * @return (1, outputs)
     */
    public Matrix bias(int layer) {
        return biases.get(layer);
    }

    /**
     * Visits all parameters of the tower in a fixed order.
     *
     * @param visitor receives them
     */
    public void forEach(Visitor visitor) {
        for (int block = 0; block < tables.size(); block++) {
            visitor.rows(tower.tables().get(block), tables.get(block));
        }
        for (int layer = 0; layer < weights.size(); layer++) {
            visitor.all(tower.weights().get(layer), weights.get(layer));
            visitor.all(tower.biases().get(layer), biases.get(layer));
        }
    }
}
