package io.dovetail.model;

import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.MatrixKernels;
import io.dovetail.kernels.PackedMatrix;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory of one tower's forward and backward pass, for up to a fixed number of rows, and its weights as products read
 * them fastest. Not thread-safe.
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
    private final List<PackedMatrix> weights = new ArrayList<>();
    private final List<PackedMatrix> transposed = new ArrayList<>();
    private final List<TowerChunk> chunks = new ArrayList<>();
    private final TowerViews[] viewsOfCount;
    private TowerRows entities = new TowerRows();
    private LeaveOneOut leaveOneOut = LeaveOneOut.nothing();
    private int rows;

    /**
     * @param engine packs the weights
     * @param arena owner of the memory
     * @param tower the tower
     * @param shared the blocks whose products are shared
     * @param capacity greatest number of rows
     */
    Activations(Engine engine, Arena arena, Tower tower, SharedProducts shared, int capacity) {
        this.tower = tower;
        this.shared = shared;
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
            weights.add(engine.kernels().matrices().pack(arena, weight(layer)));
            transposed.add(engine.kernels().matrices().packTransposed(arena, weight(layer)));
        }
        shared.compute(engine);
        output = last < 0 ? Matrix.allocate(arena, capacity, tower.dimension()) : hidden.getLast();
        inverseNorms = Matrix.allocate(arena, 1, capacity);
        int mimicked = tower.spec().augmented();
        augmented = Matrix.allocate(arena, capacity, mimicked);
        dAugmented = Matrix.allocate(arena, capacity, mimicked);
        viewsOfCount = new TowerViews[capacity + 1];
        int whole = (capacity + 8 * CHUNKS - 1) / (8 * CHUNKS) * 8; // whole register tiles
        int chunk = Math.clamp(whole, LEAST_CHUNK, MOST_CHUNK);
        for (int from = 0; from < capacity; from += chunk) {
            chunks.add(new TowerChunk(this, tower.inputs().newBatch(), from, Math.min(chunk, capacity - from)));
        }
    }

    private Epilogue end(int layer) {
        Matrix bias = tower.biases().get(layer).value();
        if (layer == 0 && !shared.isEmpty()) {
            return tower.hasRelu(layer) ? Epilogue.relu() : Epilogue.none();
        }
        return tower.hasRelu(layer) ? Epilogue.biasRelu(bias) : Epilogue.bias(bias);
    }

    /** The weights that meet the input as it stands in memory. */
    private Matrix weight(int layer) {
        Matrix all = tower.weights().get(layer).value();
        return layer == 0 ? all.rows(0, input.cols()) : all;
    }

    /** {@return the greatest number of rows} */
    public int capacity() {
        return input.rows();
    }

    /** {@return parts that take over the weights as they stand now} */
    List<Stage.Part> packing() {
        List<Stage.Part> parts = new ArrayList<>();
        for (int layer = 0; layer < weights.size(); layer++) {
            Matrix weight = weight(layer);
            PackedMatrix packed = weights.get(layer);
            PackedMatrix packedTransposed = transposed.get(layer);
            parts.add(engine -> matrices(engine).repack(weight, packed));
            parts.add(engine -> matrices(engine).repack(weight, packedTransposed));
        }
        parts.add(shared::compute);
        return parts;
    }

    private static MatrixKernels matrices(Engine engine) {
        return engine.kernels().matrices();
    }

    /**
     * Names the rows of the next pass.
     *
     * @param rows the entities; they must not change until the passes over them are done
     */
    public void use(TowerRows rows) {
        entities = rows;
        use(rows.size());
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

    void use(int count) {
        if (count > capacity()) {
            throw new IllegalArgumentException("batch of " + count + " rows, room for " + capacity());
        }
        rows = count;
        for (TowerChunk chunk : chunks) {
            chunk.use(count);
        }
    }

    /** {@return the rows, cut into chunks; the last of them may have none} */
    List<TowerChunk> chunks() {
        return chunks;
    }

    SharedProducts shared() {
        return shared;
    }

    PackedMatrix packed(int layer) {
        return weights.get(layer);
    }

    PackedMatrix packedTransposed(int layer) {
        return transposed.get(layer);
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

    /** {@return all rows of the pass; made once for each number of them} */
    TowerViews views() {
        TowerViews views = viewsOfCount[rows];
        if (views == null) {
            views = new TowerViews(this, 0, rows);
            viewsOfCount[rows] = views;
        }
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
