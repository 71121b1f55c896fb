package io.dovetail.model;

import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.MatrixKernels;
import io.dovetail.kernels.MatrixKernels.Form;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of one tower's parameters, from the chunks of a backward pass. Each gradient is one sum over the rows of
 * the batch in their order, whatever the number of threads. Not thread-safe.
 */
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

    /** Columns of a weight that a part computes the gradient of. */
    private static final int PART_COLS = 64;

    private final Tower tower;
    private final Activations activations;
    private final List<RowGradients> tables = new ArrayList<>();

    /** The blocks whose tables are this tower's to hand out: those that no block before them looks up. */
    private final List<Integer> own = new ArrayList<>();

    private final List<Matrix> weights = new ArrayList<>();

    /** Of {@link #weights} what the input is multiplied by; {@link SharedProducts} has the rest. */
    private final List<Matrix> multiplied = new ArrayList<>();

    private final List<Matrix> biases = new ArrayList<>();
    private final @Nullable Matrix bilinear;

    TowerGradients(Arena arena, Tower tower, Activations activations, TableGradients shared) {
        this.tower = tower;
        this.activations = activations;
        for (int block = 0; block < tower.tables().size(); block++) {
            Parameter table = tower.tables().get(block);
            if (!shared.has(table)) {
                own.add(block);
            }
            RowGradients gradients = shared.of(table);
            tables.add(gradients);
            if (block < activations.shared().first()) {
                gradients.add(activations, block, tower.offset(block));
            }
        }
        for (int layer = 0; layer < tower.weights().size(); layer++) {
            weights.add(likeParameter(arena, tower.weights().get(layer)));
            Matrix weight = weights.get(layer);
            multiplied.add(layer == 0 ? weight.rows(0, activations.input.cols()) : weight);
            biases.add(likeParameter(arena, tower.biases().get(layer)));
        }
        bilinear = tower.bilinear() == null ? null : likeParameter(arena, tower.bilinear());
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

    /** {@return the parts that compute the gradients by weights, in the order of the layers} */
    List<Stage.Part> weightParts() {
        List<Stage.Part> parts = new ArrayList<>();
        for (int layer = 0; layer < weights.size(); layer++) {
            int cols = weights.get(layer).cols();
            for (int from = 0; from < cols; from += PART_COLS) {
                parts.add(weightPart(layer, from, Math.min(PART_COLS, cols - from)));
            }
        }
        return parts;
    }

    /** {@return the parts that compute all other gradients, the longest first} */
    List<Stage.Part> parts() {
        List<Stage.Part> parts = new ArrayList<>();
        SharedProducts shared = activations.shared();
        if (!shared.isEmpty()) {
            parts.add(shared.backwardPart(activations, this));
        }
        InterestBlock interests = activations.interests();
        Matrix dBilinear = bilinear;
        if (interests != null && dBilinear != null) {
            parts.add(engine -> interests.gradient(engine, activations.views(), dBilinear));
        }
        for (int block : own) {
            if (block < shared.first()) {
                RowGradients table = tables.get(block);
                parts.add(table::collect);
            }
        }
        for (int layer = shared.isEmpty() ? 0 : 1; layer < biases.size(); layer++) {
            Matrix dBias = biases.get(layer);
            int of = layer;
            parts.add(engine -> {
                Matrix dHidden = activations.views().dHidden[of];
                engine.kernels().layers().columnSums(engine.workers(), dHidden, dBias);
            });
        }
        return parts;
    }

    /**
     * Adds what a chunk gives to the gradient by a layer's weights, while its rows are in the cache. The bits are those of
     * {@link #weightParts}, as an element is one sum over the rows in their order: the chunks must come in theirs.
     *
     * @param engine what to compute on
     * @param chunk has the gradient by the layer's output; the first begins the sum
     * @param layer 0 for the first
     */
    void addWeight(Engine engine, TowerChunk chunk, int layer) {
        TowerViews views = chunk.views();
        Matrix x = layer == 0 ? views.input : views.hidden[layer - 1];
        Matrix dHidden = views.dHidden[layer];
        float old = chunk.from() == 0 ? 0 : 1;
        MatrixKernels matrices = engine.kernels().matrices();
        matrices.gemm(engine.workers(), Form.TN, 1, x, dHidden, old, multiplied.get(layer), Epilogue.none());
    }

    private Stage.Part weightPart(int layer, int from, int cols) {
        Matrix dWeight = multiplied.get(layer).columns(from, cols);
        Matrix dHidden = activations.dHidden.get(layer).columns(from, cols);
        return engine -> {
            TowerViews views = activations.views();
            Matrix x = layer == 0 ? views.input : views.hidden[layer - 1];
            dHidden.resize(activations.rows(), cols);
            engine.kernels().matrices().gemm(engine.workers(), Form.TN, 1, x, dHidden, 0, dWeight, Epilogue.none());
        };
    }

    /**
     * Visits all parameters of the tower in a fixed order, but for tables that the other tower's gradients visit.
     *
     * @param visitor receives them
     */
    public void forEach(Visitor visitor) {
        for (int block : own) {
            visitor.rows(tower.tables().get(block), tables.get(block));
        }
        if (bilinear != null && tower.bilinear() != null) {
            visitor.all(tower.bilinear(), bilinear);
        }
        for (int layer = 0; layer < weights.size(); layer++) {
            visitor.all(tower.weights().get(layer), weights.get(layer));
            visitor.all(tower.biases().get(layer), biases.get(layer));
        }
    }
}
