package io.dovetail.model;

import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.LayerKernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.MatrixKernels;
import io.dovetail.kernels.MatrixKernels.Form;
import io.dovetail.kernels.SparseMatrix;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One tower: {@code z = [blocks]}, {@code h1 = ReLU(z W1 + b1)}, ..., {@code p = h / |h|} (the paper's Eq. 1).
 *
 * <p>Weights are (inputs, outputs). The forward and the backward pass stand in one file, in mirrored order. A tower holds
 * parameters alone: many {@link Activations} may use it at once, as long as nobody trains it.
 */
public final class Tower {
    private final TowerInputs inputs;
    private final ModelSpec spec;
    private final int inputWidth;
    private final int[] offsets;
    private final List<Parameter> tables;
    private final List<Parameter> weights;
    private final List<Parameter> biases;

    /** A tower whose parameters come from {@code memory}, asked for in the order of the layers, tables first. */
    <E extends Exception> Tower(ParameterMemory<E> memory, TowerInputs inputs, ModelSpec spec) throws E {
        this.inputs = inputs;
        this.spec = spec;
        tables = new ArrayList<>();
        weights = new ArrayList<>();
        biases = new ArrayList<>();
        offsets = new int[inputs.blocks()];
        int width = 0;
        for (int block = 0; block < inputs.blocks(); block++) {
            offsets[block] = width;
            width += inputs.width(block);
            Source source = inputs.source(block);
            Matrix table = memory.matrix(source.name(), source.tableRows(), inputs.width(block));
            tables.add(new Parameter(source.name(), Parameter.Updates.ROWS, table));
        }
        inputWidth = width;
        int in = width;
        for (int layer = 0; layer < spec.layers().size(); layer++) {
            int out = spec.layers().get(layer);
            String weight = inputs.side() + ".layer" + (layer + 1) + ".weight";
            String bias = inputs.side() + ".layer" + (layer + 1) + ".bias";
            weights.add(new Parameter(weight, Parameter.Updates.ALL, memory.matrix(weight, in, out)));
            biases.add(new Parameter(bias, Parameter.Updates.ALL, memory.matrix(bias, 1, out)));
            in = out;
        }
    }

    private Tower(Tower shared, TowerInputs inputs) {
        this.inputs = inputs;
        spec = shared.spec;
        inputWidth = shared.inputWidth;
        offsets = shared.offsets;
        tables = shared.tables;
        weights = shared.weights;
        biases = shared.biases;
    }

    /**
     * The same parameters over other inputs, as when a test's histories are longer than those of the fit.
     *
     * @param other inputs with the same blocks
     * @return a tower that shares this one's parameters
     */
    public Tower over(TowerInputs other) {
        for (int block = 0; block < Math.max(inputs.blocks(), other.blocks()); block++) {
            if (other.blocks() != inputs.blocks()
                    || other.source(block).tableRows()
                            != tables.get(block).value().rows()
                    || other.width(block) != inputs.width(block)) {
                throw new IllegalArgumentException("tower: the other inputs have other blocks");
            }
        }
        return new Tower(this, other);
    }

    /** {@return the blocks of the input} */
    public TowerInputs inputs() {
        return inputs;
    }

    List<Parameter> tables() {
        return tables;
    }

    List<Parameter> weights() {
        return weights;
    }

    List<Parameter> biases() {
        return biases;
    }

    /** {@return the table of the augmented vectors, or null if the model has none} */
    @Nullable
    Parameter augmentedTable() {
        return inputs.augmentedBlock() < 0 ? null : tables.get(inputs.augmentedBlock());
    }

    /**
     * Memory for passes over this tower.
     *
     * @param arena owner of the memory
     * @param capacity greatest number of rows
     * @return the memory
     */
    public Activations newActivations(Arena arena, int capacity) {
        return new Activations(arena, inputs, spec, inputWidth, capacity);
    }

    /**
     * Gradients of this tower's parameters.
     *
     * @param arena owner of the memory
     * @return gradients, all zero
     */
    public TowerGradients newGradients(Arena arena) {
        return new TowerGradients(arena, this);
    }

    /**
     * Computes {@code p} for a batch of entities.
     *
     * @param engine what to compute on
     * @param rows the entities
     * @param dropout drops elements of the input; {@link Dropout#none()} outside training
     * @param activations receives the result in {@link Activations#output}
     */
    public void forward(Engine engine, TowerRows rows, Dropout dropout, Activations activations) {
        inputs.encode(rows, activations.batch);
        activations.use(rows.size());
        forward(engine, dropout, activations);
    }

    /**
     * Computes {@code p} for one entity that has no row.
     *
     * @param engine what to compute on
     * @param entity what is known of it
     * @param activations receives the result in {@link Activations#output}
     */
    public void forward(Engine engine, NewEntity entity, Activations activations) {
        inputs.encode(entity, activations.batch);
        activations.use(1);
        forward(engine, Dropout.none(), activations);
    }

    private void forward(Engine engine, Dropout dropout, Activations activations) {
        LayerKernels layers = engine.kernels().layers();
        MatrixKernels matrices = engine.kernels().matrices();
        Matrix z = activations.input();
        for (int block = 0; block < inputs.blocks(); block++) {
            SparseMatrix lookups = activations.batch.get(block);
            Matrix table = tables.get(block).value();
            layers.sparseTimesDense(engine.workers(), lookups, table, 0, z, offsets[block], table.cols());
        }
        if (inputs.augmentedBlock() >= 0) {
            int block = inputs.augmentedBlock();
            Matrix a = z.columns(offsets[block], inputs.width(block));
            activations.augmented().copyFrom(a);
            activations.leaveOneOut().forward(a, tables.get(block).value());
        }
        dropout.forward(engine, z);
        Matrix x = z;
        int last = weights.size() - 1;
        for (int layer = 0; layer <= last; layer++) {
            Matrix bias = biases.get(layer).value();
            Matrix h = activations.hidden(layer);
            Epilogue epilogue = hasRelu(layer) ? Epilogue.biasRelu(bias) : Epilogue.bias(bias);
            Epilogue whole = layer == last ? epilogue.unitRows(activations.inverseNorms()) : epilogue;
            matrices.gemm(engine.workers(), Form.NN, 1, x, weights.get(layer).value(), 0, h, whole);
            x = h;
        }
    }

    /**
     * Computes the gradients of all parameters from {@link Activations#dOutput} and {@link Activations#dAugmented}.
     *
     * @param engine what to compute on
     * @param dropout the same that the forward pass had
     * @param activations of the forward pass
     * @param gradients overwritten
     */
    public void backward(Engine engine, Dropout dropout, Activations activations, TowerGradients gradients) {
        LayerKernels layers = engine.kernels().layers();
        MatrixKernels matrices = engine.kernels().matrices();
        int last = weights.size() - 1;
        Matrix dH = activations.dHidden(last);
        layers.normalizeRowsBackward(
                engine.workers(), activations.output(), activations.inverseNorms(), activations.dOutput(), dH);
        if (hasRelu(last)) {
            layers.reluBackward(engine.workers(), activations.hidden(last), dH);
        }
        for (int layer = last; layer >= 0; layer--) {
            Matrix x = layer == 0 ? activations.input() : activations.hidden(layer - 1);
            Matrix dX = layer == 0 ? activations.dInput() : activations.dHidden(layer - 1);
            matrices.gemm(engine.workers(), Form.TN, 1, x, dH, 0, gradients.weight(layer), Epilogue.none());
            layers.columnSums(engine.workers(), dH, gradients.bias(layer));
            Epilogue epilogue = layer == 0 ? Epilogue.none() : Epilogue.reluMask(x);
            matrices.gemm(engine.workers(), Form.NT, 1, dH, weights.get(layer).value(), 0, dX, epilogue);
            dH = dX;
        }
        dropout.backward(engine, dH);
        if (inputs.augmentedBlock() >= 0) {
            int block = inputs.augmentedBlock();
            Matrix dA = dH.columns(offsets[block], inputs.width(block));
            activations.leaveOneOut().backward(dA);
            layers.axpy(engine.workers(), 1, activations.dAugmented(), dA);
        }
        for (int block = 0; block < inputs.blocks(); block++) {
            gradients.table(block).collect(engine, activations.batch.get(block), dH, offsets[block]);
        }
    }

    private boolean hasRelu(int layer) {
        return layer < weights.size() - 1 || spec.head() == Head.RELU;
    }
}
