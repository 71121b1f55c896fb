package io.dovetail.model;

import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one tower's forward and backward pass, for up to a fixed number of entities, and its weights as products
 * read them fastest. An entity has a row, or one for each of its interests. Not thread-safe.
 *
 * <p><b>Note.</b> The weights are packed when this is made; a training packs them again in each step.
 */
public final class Activations {
    /** Chunks that a batch is cut into, if they are neither too small for a product nor too large for the cache. */
    private static final int CHUNKS = 8;

    private static final int LEAST_CHUNK = 32;
    private static final int MOST_CHUNK = 128;

    final Matrix input;
    final Matrix dInput;
    final List<Matrix> hidden = new ArrayList<>();
    final List<Matrix> dHidden = new ArrayList<>();
    final Matrix output;
    final Matrix dOutput;

    /** The gradient by what the L2 norm takes: that by the output itself if there is no norm. */
    final Matrix dLast;

    final Matrix inverseNorms;
    final Matrix augmented;
    final Matrix dAugmented;

    /** What ends the product of each layer, but for the L2 norm. */
    final List<Epilogue> ends = new ArrayList<>();

    private final Tower tower;
    private final SharedProducts shared;
    private final @Nullable InterestBlock interests;
    private final PackedWeights weights;
    private final List<TowerChunk> chunks = new ArrayList<>();
    private final TowerViews views;
    private final TowerRows expanded = new TowerRows();
    private TowerRows entities = new TowerRows();
    private LeaveOneOut leaveOneOut = LeaveOneOut.nothing();
    private int rows;

    /**
     * @param engine packs the weights
     * @param arena owner of the memory
     * @param tower the tower
     * @param shared the blocks whose products are shared
     * @param entities greatest number of entities
     */
    Activations(Engine engine, Arena arena, Tower tower, SharedProducts shared, int entities) {
        this.tower = tower;
        this.shared = shared;
        int capacity = Math.multiplyExact(entities, tower.inputs().mostInterests());
        int width = tower.offset(shared.first());
        input = Matrix.allocate(arena, capacity, width);
        dInput = Matrix.allocate(arena, capacity, width);
        dOutput = Matrix.allocate(arena, capacity, tower.dimension());
        dLast = tower.hasUnitRows() ? Matrix.allocate(arena, capacity, tower.dimension()) : dOutput;
        int last = tower.weights().size() - 1;
        for (int layer = 0; layer <= last; layer++) {
            int outputs = tower.biases().get(layer).value().cols();
            hidden.add(Matrix.allocate(arena, capacity, outputs));
            dHidden.add(layer == last ? dLast : Matrix.allocate(arena, capacity, outputs));
            ends.add(end(layer));
        }
        weights = new PackedWeights(engine, arena, tower, width);
        shared.compute(engine);
        Parameter bilinear = tower.bilinear();
        interests = bilinear == null ? null : new InterestBlock(engine, arena, tower, bilinear.value(), capacity);
        output = last < 0 ? Matrix.allocate(arena, capacity, tower.dimension()) : hidden.getLast();
        inverseNorms = Matrix.allocate(arena, 1, capacity);
        int mimicked = tower.spec().augmented();
        augmented = Matrix.allocate(arena, capacity, mimicked);
        dAugmented = Matrix.allocate(arena, capacity, mimicked);
        views = new TowerViews(this, 0, capacity);
        int whole = (capacity + 8 * CHUNKS - 1) / (8 * CHUNKS) * 8; // whole register tiles
        int chunk = Math.clamp(whole, LEAST_CHUNK, MOST_CHUNK);
        for (int from = 0; from < capacity; from += chunk) {
            InterestRouting routing = interests == null ? null : interests.newRouting();
            int rows = Math.min(chunk, capacity - from);
            chunks.add(new TowerChunk(this, tower.inputs().newBatch(), routing, from, rows));
        }
        use(0);
    }

    private Epilogue end(int layer) {
        Matrix bias = tower.biases().get(layer).value();
        if (layer == 0 && !shared.isEmpty()) {
            return tower.hasRelu(layer) ? Epilogue.relu() : Epilogue.none();
        }
        return tower.hasRelu(layer) ? Epilogue.biasRelu(bias) : Epilogue.bias(bias);
    }

    /** {@return the greatest number of rows} */
    public int capacity() {
        return input.rows();
    }

    /** {@return parts that take over the weights as they stand now} */
    List<Stage.Part> packing() {
        List<Stage.Part> parts = new ArrayList<>(weights.packing());
        if (interests != null) {
            parts.addAll(interests.packing());
        }
        parts.add(shared::compute);
        return parts;
    }

    /**
     * Names the entities of the next pass.
     *
     * @param rows the entities; they must not change until the passes over them are done
     */
    public void use(TowerRows rows) {
        if (interests == null) {
            useExpanded(rows);
        } else {
            tower.inputs().expand(rows, expanded);
            useExpanded(expanded);
        }
    }

    /**
     * Names the rows of the next pass.
     *
     * @param rows a row for each interest of the entities
     */
    void useExpanded(TowerRows rows) {
        entities = rows;
        use(rows.size());
    }

    /**
     * Where the rows of an entity begin.
     *
     * @param number of the entity, in the order of the last {@link #use}; or their number
     * @return its first row, of as many as it has interests; the number of rows for the one after the last
     */
    public int start(int number) {
        return entities.start(number);
    }

    /**
     * Copies the vectors of the last forward pass, those of an entity side by side. An entity with fewer interests than
     * others have has its first again: the greatest score of an item stays what it is.
     *
     * @param out (entities, most interests times d)
     */
    public void copyOutput(Matrix out) {
        int dimension = tower.dimension();
        for (int k = 0; k < tower.inputs().mostInterests(); k++) {
            Matrix column = out.columns(k * dimension, dimension);
            for (int i = 0; i < entities.count(); i++) {
                int first = entities.start(i);
                int row = first + k < entities.start(i + 1) ? first + k : first;
                MemorySegment.copy(
                        output.data(),
                        output.offset(row),
                        column.data(),
                        column.offset(i),
                        (long) dimension * Float.BYTES);
            }
        }
    }

    /** {@return the rows of the pass} */
    TowerRows entities() {
        return entities;
    }

    /**
     * Sets what is taken out of augmented vectors on their way into the tower.
     *
     * @param what to leave out, from the next pass on
     */
    public void leaveOut(LeaveOneOut what) {
        leaveOneOut = what;
    }

    LeaveOneOut leaveOneOut() {
        return leaveOneOut;
    }

    private void use(int count) {
        if (count > capacity()) {
            throw new IllegalArgumentException("batch of " + count + " rows, room for " + capacity());
        }
        rows = count;
        views.use(count);
        for (int i = 0; i < chunks.size(); i++) {
            chunks.get(i).use(count);
        }
    }

    /** {@return the rows, cut into chunks; the last of them may have none} */
    List<TowerChunk> chunks() {
        return chunks;
    }

    SharedProducts shared() {
        return shared;
    }

    /** {@return the block of the interest; null if an entity is one vector} */
    @Nullable
    InterestBlock interests() {
        return interests;
    }

    PackedWeights weights() {
        return weights;
    }

    /** {@return whether the last layer's product is to scale its rows to length 1} */
    boolean scalesRows() {
        return tower.hasUnitRows();
    }

    /** {@return how many elements of the output the blocks are summed into, if the tower does so; else 0} */
    int sumWidth() {
        return tower.weights().isEmpty() ? tower.inputs().width(0) : 0;
    }

    /** {@return whether the last element of an output is terms of its own; see {@link Factorization}} */
    boolean hasOwnTerms() {
        return tower.hasOwnTerms();
    }

    /** {@return the columns of each block in the input, if the tower sums them; else none} */
    Matrix[] blocks(Matrix of) {
        Matrix[] blocks = new Matrix[tower.weights().isEmpty() ? tower.inputs().blocks() : 0];
        for (int block = 0; block < blocks.length; block++) {
            blocks[block] = of.columns(tower.offset(block), tower.inputs().width(block));
        }
        return blocks;
    }

    /** {@return where the augmented vector begins in the input; 0 if the model has none} */
    int augmentedColumn() {
        int block = tower.inputs().augmentedBlock();
        return block < 0 ? 0 : tower.offset(block);
    }

    /** {@return the number of rows of the last forward pass} */
    public int rows() {
        return rows;
    }

    /** {@return all rows of the pass; the same object pass after pass} */
    TowerViews views() {
        return views;
    }

    /** {@return p (n, d), the vectors of the last forward pass} */
    public Matrix output() {
        return views().output;
    }

    /** {@return the gradient by p (n, d), which the losses write} */
    public Matrix dOutput() {
        return views().dOutput;
    }

    /** {@return the augmented vectors (n, d) of the batch as they stand in the table; (n, 0) if the model has none} */
    public Matrix augmented() {
        return views().augmented;
    }

    /** {@return the gradient by {@link #augmented} from the mimic loss alone (n, d)} */
    public Matrix dAugmented() {
        return views().dAugmented;
    }
}
