package io.dovetail.model;

import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.MatrixKernels;
import io.dovetail.kernels.MatrixKernels.Form;
import io.dovetail.kernels.SparseMatrix;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * The first layer's share of input blocks that take few values: {@code E W1} is one row per value and step, looked up by
 * the rows of the batch, instead of a product per row. The gradient comes back the same way: rows of equal value are added
 * up before they meet the weights.
 *
 * <p>These are the last blocks of the input, {@code [first, blocks)}. The products of the first of them hold the bias.
 */
final class SharedProducts {
    /** A shared block: its table, the weights that it meets, and its rows of the products and of their gradient. */
    private record Block(Matrix table, Matrix weight, Matrix products, Matrix dProducts, Epilogue endOfProducts) {}

    private final Tower tower;
    private final int first;
    private final List<Block> blocks = new ArrayList<>();
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
        int end = tower.inputs().blocks();
        starts = new int[end - first + 1];
        for (int block = first; block < end; block++) {
            starts[block - first + 1] =
                    starts[block - first] + tower.tables().get(block).value().rows();
        }
        int width = first == end ? 0 : tower.weights().getFirst().value().cols();
        products = Matrix.allocate(arena, starts[end - first], width);
        dProducts = Matrix.allocate(arena, starts[end - first], width);
        for (int block = first; block < end; block++) {
            blocks.add(block(block));
        }
    }

    private Block block(int block) {
        Matrix table = tower.tables().get(block).value();
        Matrix weight = tower.weights().getFirst().value().rows(tower.offset(block), table.cols());
        int start = starts[block - first];
        Epilogue end = block == first ? Epilogue.bias(tower.biases().getFirst().value()) : Epilogue.none();
        return new Block(table, weight, products.rows(start, table.rows()), dProducts.rows(start, table.rows()), end);
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
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            matrices.gemm(
                    engine.workers(), Form.NN, 1, block.table, block.weight, 0, block.products, block.endOfProducts);
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
     * Computes the gradients of the tables, of the weights that they meet, and of the bias.
     *
     * @param activations of a backward pass
     * @param gradients receives them
     * @return the part of a step that does
     */
    Stage.Part backwardPart(Activations activations, TowerGradients gradients) {
        List<Matrix> dWeights = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            int block = first + i;
            dWeights.add(gradients
                    .weight(0)
                    .rows(tower.offset(block), blocks.get(i).table.cols()));
        }
        return engine -> {
            List<TowerChunk> chunks = activations.chunks();
            all.clear();
            for (int c = 0; c < chunks.size(); c++) {
                append(chunks.get(c));
            }
            rowsOfValue.transposeOf(all, products.rows());
            Matrix dHidden = activations.views().dHidden[0];
            int width = products.cols();
            engine.kernels().layers().sparseTimesDense(engine.workers(), rowsOfValue, dHidden, 0, dProducts, 0, width);
            MatrixKernels matrices = engine.kernels().matrices();
            for (int i = 0; i < blocks.size(); i++) {
                Block block = blocks.get(i);
                Matrix dWeight = dWeights.get(i);
                matrices.gemm(engine.workers(), Form.TN, 1, block.table, block.dProducts, 0, dWeight, Epilogue.none());
                RowGradients rows = gradients.table(first + i);
                matrices.gemm(
                        engine.workers(), Form.NT, 1, block.dProducts, block.weight, 0, rows.all(), Epilogue.none());
                rows.keep(rowsOfValue, starts[i]);
            }
            engine.kernels().layers().columnSums(engine.workers(), blocks.getFirst().dProducts, gradients.bias(0));
        };
    }

    private void append(TowerChunk chunk) {
        int[] columns = chunk.shared.columns();
        for (int row = 0; row < chunk.rows(); row++) {
            for (int e = chunk.shared.start(row); e < chunk.shared.start(row + 1); e++) {
                all.add(columns[e], 1);
            }
            all.endRow();
        }
    }
}
