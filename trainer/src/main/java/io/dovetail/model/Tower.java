package io.dovetail.model;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One tower: {@code z = [blocks]}, {@code h1 = ReLU(z W1 + b1)}, ..., {@code p = h / |h|} (the paper's Eq. 1). Without
 * layers h is the sum of the blocks; with {@link Head#DOT} p is h.
 *
 * <p>Weights are (inputs, outputs). A tower holds parameters alone: many {@link Activations} may use it at once, as long as
 * nobody trains it. {@link TowerPass} has the computation.
 */
public final class Tower {
    /** Most values of a block whose products are shared, and how many rows of a batch a value must serve on average. */
    private static final int MOST_SHARED = 256;

    private static final int LEAST_ROWS_A_VALUE = 4;

    private final TowerInputs inputs;
    private final ModelSpec spec;
    private final int inputWidth;
    private final int[] offsets;
    private final List<Parameter> tables;
    private final List<Parameter> weights;
    private final List<Parameter> biases;
    private final @Nullable Parameter bilinear;

    /** A tower whose parameters come from {@code memory}, asked for in the order of the layers, tables first. */
    <E extends Exception> Tower(ParameterMemory<E> memory, TowerInputs inputs, List<Integer> layers, ModelSpec spec)
            throws E {
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
            Matrix table = memory.matrix(source.table(), source.tableRows(), inputs.width(block));
            tables.add(new Parameter(source.table(), Parameter.Updates.ROWS, table));
        }
        inputWidth = width;
        bilinear = newBilinear(memory);
        int in = width;
        for (int layer = 0; layer < layers.size(); layer++) {
            int out = layers.get(layer);
            String weight = inputs.side() + ".layer" + (layer + 1) + ".weight";
            String bias = inputs.side() + ".layer" + (layer + 1) + ".bias";
            weights.add(new Parameter(weight, Parameter.Updates.ALL, memory.matrix(weight, in, out)));
            biases.add(new Parameter(bias, Parameter.Updates.ALL, memory.matrix(bias, 1, out)));
            in = out;
        }
    }

    private <E extends Exception> @Nullable Parameter newBilinear(ParameterMemory<E> memory) throws E {
        if (inputs.interestBlock() < 0) {
            return null;
        }
        int width = inputs.width(inputs.interestBlock());
        String name = inputs.side() + ".interests.bilinear";
        return new Parameter(name, Parameter.Updates.ALL, memory.matrix(name, width, width));
    }

    private Tower(Tower shared, TowerInputs inputs) {
        this.inputs = inputs;
        spec = shared.spec;
        inputWidth = shared.inputWidth;
        offsets = shared.offsets;
        tables = shared.tables;
        weights = shared.weights;
        biases = shared.biases;
        bilinear = shared.bilinear;
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

    /** {@return the embedding table of each block of the input, (rows, width), in the order of the blocks} */
    public List<Parameter> tables() {
        return tables;
    }

    /** {@return the weights of each layer, (inputs, outputs)} */
    public List<Parameter> weights() {
        return weights;
    }

    /** {@return the bias of each layer, (1, outputs)} */
    public List<Parameter> biases() {
        return biases;
    }

    /** {@return S (w, w), which maps items before they are routed to interests; null if an entity is one vector} */
    @Nullable
    Parameter bilinear() {
        return bilinear;
    }

    /** {@return all parameters, in a fixed order} */
    List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>(tables);
        if (bilinear != null) {
            all.add(bilinear);
        }
        for (int layer = 0; layer < weights.size(); layer++) {
            all.add(weights.get(layer));
            all.add(biases.get(layer));
        }
        return all;
    }

    /** {@return the table of the augmented vectors, or null if the model has none} */
    @Nullable
    Parameter augmentedTable() {
        return inputs.augmentedBlock() < 0 ? null : tables.get(inputs.augmentedBlock());
    }

    ModelSpec spec() {
        return spec;
    }

    /** {@return the number d of elements of an output vector} */
    public int dimension() {
        return spec.dimension();
    }

    /** {@return the number of elements of all vectors that an entity may have: d times its most interests} */
    public int outputWidth() {
        return dimension() * inputs.mostInterests();
    }

    /** {@return whether output vectors are scaled to length 1} */
    public boolean hasUnitRows() {
        return spec.head().isUnit();
    }

    /** {@return whether this is a side of a factorization machine} */
    public boolean isFactorization() {
        return spec.head() == Head.FACTORIZATION;
    }

    /**
     * Whether the last element of an output is the item's own terms, {@code b_v} of {@link Head#FACTORIZATION}. Of a user's
     * vector it is 1.
     *
     * @return whether this is the item tower of a factorization machine
     */
    public boolean hasOwnTerms() {
        return isFactorization() && inputs.width(0) == dimension();
    }

    /** Where a block begins in the input; the width of the input for the block after the last. */
    int offset(int block) {
        return block < offsets.length ? offsets[block] : inputWidth;
    }

    /**
     * Whether the output of a layer is clipped at 0.
     *
     * @param layer in {@code [0, weights().size())}
     * @return whether a ReLU follows
     */
    public boolean hasRelu(int layer) {
        return layer < weights.size() - 1 || spec.head() == Head.RELU;
    }

    /**
     * Memory for forward passes over this tower as it stands.
     *
     * @param engine packs the weights
     * @param arena owner of the memory
     * @param capacity greatest number of entities
     * @return the memory
     */
    public Activations newActivations(Engine engine, Arena arena, int capacity) {
        return new Activations(engine, arena, this, new SharedProducts(arena, this, inputs.blocks()), capacity);
    }

    /**
     * Memory for training. What takes few values against the rows of a batch is multiplied once per value, unless dropout
     * makes every row of the input another.
     *
     * @param engine packs the weights
     * @param arena owner of the memory
     * @param capacity greatest number of entities
     * @param dropout probability that an element of the input is dropped
     * @return the memory
     */
    public Activations newTrainingActivations(Engine engine, Arena arena, int capacity, float dropout) {
        int first = inputs.blocks();
        while (!weights.isEmpty() && dropout == 0 && first > 1 && isShareable(first - 1, capacity)) {
            first--;
        }
        return new Activations(engine, arena, this, new SharedProducts(arena, this, first), capacity);
    }

    private boolean isShareable(int block, int capacity) {
        int values = inputs.source(block).tableRows();
        return inputs.source(block).isSingleValued()
                && values <= MOST_SHARED
                && (long) values * LEAST_ROWS_A_VALUE <= capacity;
    }

    /**
     * Gradients of this tower's parameters.
     *
     * @param arena owner of the memory
     * @param activations of the passes that they will be computed from
     * @param tables of the model's other tower too, if they share any
     * @return gradients, all zero
     */
    public TowerGradients newGradients(Arena arena, Activations activations, TableGradients tables) {
        return new TowerGradients(arena, this, activations, tables);
    }

    /**
     * Computes {@code p} for a batch of entities.
     *
     * @param engine what to compute on
     * @param rows the entities
     * @param activations receives the result in {@link Activations#output}
     */
    public void forward(Engine engine, TowerRows rows, Activations activations) {
        activations.use(rows);
        new Stage(engine, new TowerPass(this, activations, Dropout.none()).forwardParts()).run();
    }

    /**
     * Computes {@code p} for entities that have no row.
     *
     * @param engine what to compute on
     * @param entities what is known of them
     * @param activations receives the result in {@link Activations#output}
     */
    public void forward(Engine engine, List<NewEntity> entities, Activations activations) {
        TowerRows rows = inputs.rows(entities);
        activations.useExpanded(rows);
        TowerPass pass = new TowerPass(this, activations, Dropout.none());
        for (TowerChunk chunk : activations.chunks()) {
            if (chunk.rows() > 0) {
                inputs.encode(entities, rows, chunk.from(), chunk.rows(), chunk.lookUps);
                pass.forward(engine, chunk);
            }
        }
    }
}
