package io.dovetail.model;

import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.LayerKernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.MatrixKernels;
import io.dovetail.kernels.MatrixKernels.Form;
import io.dovetail.kernels.PackedMatrix;
import io.dovetail.kernels.SparseMatrix;
import java.lang.foreign.Arena;
import java.util.List;

/**
 * The block of a user's input that is an interest: {@code squash(S sum w_l e_l)}, where {@link InterestRouting} gives the
 * weights w of the user's items. It looks up their embeddings e as a pooled history does, with these weights in place of
 * equal ones, so that tables and their gradients know nothing of interests.
 *
 * <p>Owns the memory of a tower's passes. Different chunks may be worked on at the same time.
 */
final class InterestBlock {
    final int block;
    final int column;
    final Matrix pooled;
    final Matrix mapped;
    final Matrix dMapped;

    private final InterestSpec spec;
    private final Matrix table;
    private final Matrix bilinear;
    private final float[] transposed;
    private final PackedMatrix packed;
    private final PackedMatrix packedTransposed;

    /**
     * Memory.
     *
     * @param engine packs S
     * @param arena owner of the memory
     * @param tower has the block
     * @param bilinear S (w, w)
     * @param capacity greatest number of rows
     */
    InterestBlock(Engine engine, Arena arena, Tower tower, Matrix bilinear, int capacity) {
        this.bilinear = bilinear;
        block = tower.inputs().interestBlock();
        column = tower.offset(block);
        spec = tower.spec().interests();
        table = tower.tables().get(block).value();
        int width = table.cols();
        pooled = Matrix.allocate(arena, capacity, width);
        mapped = Matrix.allocate(arena, capacity, width);
        dMapped = Matrix.allocate(arena, capacity, width);
        transposed = new float[width * width];
        packed = engine.kernels().matrices().pack(arena, bilinear);
        packedTransposed = engine.kernels().matrices().packTransposed(arena, bilinear);
        transpose();
    }

    private void transpose() {
        int width = bilinear.cols();
        for (int i = 0; i < width; i++) {
            for (int j = 0; j < width; j++) {
                transposed[i * width + j] = bilinear.get(j, i);
            }
        }
    }

    /** {@return memory for routing the rows of one chunk} */
    InterestRouting newRouting() {
        return new InterestRouting(spec, table.cols(), InitialLogits.random());
    }

    /** {@return parts that take over S as it stands} */
    List<Stage.Part> packing() {
        return List.of(engine -> {
            MatrixKernels matrices = engine.kernels().matrices();
            matrices.repack(bilinear, packed);
            matrices.repack(bilinear, packedTransposed);
            transpose();
        });
    }

    /**
     * Fills the block of a chunk's rows.
     *
     * @param engine what to compute on
     * @param rows whose users they are
     * @param chunk what they look up: the weights become those of the routing
     */
    void forward(Engine engine, TowerRows rows, TowerChunk chunk) {
        SparseMatrix lookUps = chunk.lookUps.get(block);
        int end = chunk.from() + chunk.rows();
        int row = chunk.from();
        while (row < end) {
            int interest = rows.interest(row);
            int remaining = rows.remaining(row);
            int count = Math.min(remaining, end - row);
            chunk.routing()
                    .route(
                            table,
                            transposed,
                            rows.identity(row),
                            interest + remaining,
                            lookUps,
                            row - chunk.from(),
                            interest,
                            count);
            row += count;
        }
        TowerViews views = chunk.views();
        LayerKernels layers = engine.kernels().layers();
        layers.sparseTimesDense(engine.workers(), lookUps, table, 0, views.pooled, 0, table.cols());
        engine.kernels()
                .matrices()
                .gemm(engine.workers(), 1, views.pooled, packedTransposed, 0, views.mapped, Epilogue.none());
        Squash.forward(views.mapped, views.inputInterest);
    }

    /** Turns the gradient by the block into that by what its rows look up, in place. */
    void backward(Engine engine, TowerViews views) {
        Squash.backward(views.mapped, views.dInputInterest, views.dMapped);
        engine.kernels()
                .matrices()
                .gemm(engine.workers(), 1, views.dMapped, packed, 0, views.dInputInterest, Epilogue.none());
    }

    /**
     * The gradient by S, after the backward pass of all chunks.
     *
     * @param engine what to compute on
     * @param views all rows
     * @param gradient (w, w), overwritten
     */
    void gradient(Engine engine, TowerViews views, Matrix gradient) {
        engine.kernels()
                .matrices()
                .gemm(engine.workers(), Form.TN, 1, views.dMapped, views.pooled, 0, gradient, Epilogue.none());
    }
}
