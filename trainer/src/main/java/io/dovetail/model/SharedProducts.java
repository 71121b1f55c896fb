package io.dovetail.model;

import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.MatrixKernels;
import io.dovetail.kernels.MatrixKernels.Form;
import io.dovetail.kernels.SparseMatrix;
import java.lang.foreign.Arena;
import java.util.List;

/**
 * The first layer's share of input blocks that take few values: {@code E W1} is one row per value and step, looked up by
 * the rows of the batch, instead of a product per row. The gradient comes back the same way: rows of equal value are added
 * up before they meet the weights.
 *
 * <p>These are the last blocks of the input, {@code [first, blocks)}. The products of the first of them hold the bias.
 */
final class SharedProducts {
    private final Tower tower;
    private final int first;
    private final int[] starts;
    private final Matrix products;
    private final Matrix dProducts;
    private final SparseMatrix all = new SparseMatrix();
    private final SparseMatrix rowsOfValue = new SparseMatrix();

    /**
     * @param arena owner of the memory
     * @param tower the tower
     * @param first the first block that is shared; the number of blocks if none is
     */
    SharedProducts(Arena arena, Tower tower, int first) {
        this.tower = tower;
        this.first = first;
        int blocks = tower.inputs().blocks();
        starts = new int[blocks - first + 1];
        for (int block = first; block < blocks; block++) {
            starts[block - first + 1] =
                    starts[block - first] + tower.tables().get(block).value().rows();
        }
        int width = first == blocks ? 0 : tower.weights().getFirst().value().cols();
        products = Matrix.allocate(arena, starts[blocks - first], width);
        dProducts = Matrix.allocate(arena, starts[blocks - first], width);
    }

    /** {@return whether there is no such block} */
    boolean isEmpty() {
        return starts.length == 1;
    }

    /** {@return the first block that is shared} */
    int first() {
        return first;
    }

    /** {@return (values of all shared blocks, width of the first layer)} */
    Matrix products() {
        return products;
    }

    /** Multiplies the tables by the weights. */
    void compute(Engine engine) {
        MatrixKernels matrices = engine.kernels().matrices();
        for (int block = first; block < tower.inputs().blocks(); block++) {
            Epilogue end =
                    block == first ? Epilogue.bias(tower.biases().getFirst().value()) : Epilogue.none();
            matrices.gemm(engine.workers(), Form.NN, 1, table(block), weight(block), 0, rows(products, block), end);
        }
    }

    /** Notes what the rows of a chunk look up. */
    void encode(TowerChunk chunk) {
        SparseMatrix out = chunk.shared;
        out.clear();
        for (int row = 0; row < chunk.rows(); row++) {
            for (int block = first; block < tower.inputs().blocks(); block++) {
                SparseMatrix lookUps = chunk.lookUps.get(block);
                out.add(starts[block - first] + lookUps.columns()[lookUps.start(row)], 1);
            }
            out.endRow();
        }
    }

    /**
     * The gradients of the tables, of the weights that they meet, and of the bias.
     *
     * @param engine what to compute on
     * @param chunks of the batch
     * @param dHidden gradient by the first layer's sums, rows of all chunks
     * @param gradients receives them
     */
    void backward(Engine engine, List<TowerChunk> chunks, Matrix dHidden, TowerGradients gradients) {
        all.clear();
        for (TowerChunk chunk : chunks) {
            int[] columns = chunk.shared.columns();
            for (int row = 0; row < chunk.rows(); row++) {
                for (int e = chunk.shared.start(row); e < chunk.shared.start(row + 1); e++) {
                    all.add(columns[e], 1);
                }
                all.endRow();
            }
        }
        rowsOfValue.transposeOf(all, products.rows());
        int width = products.cols();
        engine.kernels().layers().sparseTimesDense(engine.workers(), rowsOfValue, dHidden, 0, dProducts, 0, width);
        MatrixKernels matrices = engine.kernels().matrices();
        for (int block = first; block < tower.inputs().blocks(); block++) {
            Matrix dProduct = rows(dProducts, block);
            Matrix dWeight =
                    gradients.weight(0).rows(tower.offset(block), table(block).cols());
            matrices.gemm(engine.workers(), Form.TN, 1, table(block), dProduct, 0, dWeight, Epilogue.none());
            RowGradients rows = gradients.table(block);
            matrices.gemm(engine.workers(), Form.NT, 1, dProduct, weight(block), 0, rows.all(), Epilogue.none());
            rows.keep(rowsOfValue, starts[block - first]);
        }
        engine.kernels().layers().columnSums(engine.workers(), rows(dProducts, first), gradients.bias(0));
    }

    private Matrix table(int block) {
        return tower.tables().get(block).value();
    }

    private Matrix weight(int block) {
        return tower.weights()
                .getFirst()
                .value()
                .rows(tower.offset(block), table(block).cols());
    }

    private Matrix rows(Matrix stacked, int block) {
        return stacked.rows(starts[block - first], starts[block - first + 1] - starts[block - first]);
    }
}
