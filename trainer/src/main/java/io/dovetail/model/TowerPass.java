package io.dovetail.model;

import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.LayerKernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.MatrixKernels;
import io.dovetail.kernels.SparseMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The computation of one {@link Tower}, forward and backward in mirrored order, a chunk of rows at a time. Different chunks
 * may be worked on at the same time.
 */
final class TowerPass {
    /** What else is done with a layer of a chunk on the way back, once the gradient by its output is there. */
    @FunctionalInterface
    private interface LayerTask {
        void run(Engine engine, TowerChunk chunk, int layer);
    }

    private final Tower tower;
    private final TowerInputs inputs;
    private final Activations activations;
    private final Dropout dropout;

    /**
     * Passes over a tower.
     *
     * @param tower the tower
     * @param activations says which rows, and receives what is computed
     * @param dropout drops elements of the input
     */
    TowerPass(Tower tower, Activations activations, Dropout dropout) {
        this.tower = tower;
        inputs = tower.inputs();
        this.activations = activations;
        this.dropout = dropout;
    }

    /** {@return the parts of a forward pass, a chunk of rows each} */
    List<Stage.Part> forwardParts() {
        return parts((engine, chunk) -> {
            long begin = System.nanoTime();
            inputs.encode(activations.entities(), chunk.from(), chunk.rows(), chunk.lookUps);
            chunk.addGathering(System.nanoTime() - begin);
            forward(engine, chunk);
        });
    }

    /**
     * The parts of a backward pass to the input, a chunk of rows each: from {@link Activations#dOutput} and
     * {@link Activations#dAugmented}. {@link TowerGradients} does the rest.
     *
     * @return the parts
     */
    List<Stage.Part> backwardParts() {
        LayerTask nothing = (engine, chunk, layer) -> {};
        return parts((engine, chunk) -> backward(engine, chunk, nothing));
    }

    /**
     * The same as one part, together with the gradients by weights: it takes the chunks in their order, so that each adds
     * its share while its rows are in the cache.
     *
     * @param gradients receives those by weights
     * @return the part
     */
    Stage.Part backwardInOrder(TowerGradients gradients) {
        LayerTask add = gradients::addWeight; // here, as a step makes no objects
        List<Stage.Part> chunks = parts((engine, chunk) -> backward(engine, chunk, add));
        return engine -> {
            for (int i = 0; i < chunks.size(); i++) {
                chunks.get(i).run(engine);
            }
        };
    }

    private List<Stage.Part> parts(BiConsumer<Engine, TowerChunk> work) {
        List<Stage.Part> parts = new ArrayList<>();
        for (TowerChunk chunk : activations.chunks()) {
            parts.add(engine -> {
                if (chunk.rows() > 0) {
                    work.accept(engine, chunk);
                }
            });
        }
        return parts;
    }

    /**
     * Computes the outputs of a chunk.
     *
     * @param engine what to compute on
     * @param chunk its look-ups are encoded
     */
    void forward(Engine engine, TowerChunk chunk) {
        LayerKernels layers = engine.kernels().layers();
        MatrixKernels matrices = engine.kernels().matrices();
        SharedProducts shared = activations.shared();
        TowerViews views = chunk.views();
        lookUp(engine, chunk);
        if (inputs.augmentedBlock() >= 0) {
            views.augmented.copyFrom(views.inputAugmented);
            Matrix table = tower.tables().get(inputs.augmentedBlock()).value();
            activations.leaveOneOut().forward(views.inputAugmented, chunk.from(), table);
        }
        dropout.forward(engine, views.input, chunk.from());
        if (tower.weights().isEmpty()) {
            BlockSum.forward(engine, views);
            complete(chunk);
            if (tower.hasUnitRows()) {
                layers.normalizeRows(engine.workers(), views.output, views.output, views.inverseNorms);
            }
            return;
        }
        float old = 0;
        if (!shared.isEmpty()) {
            shared.encode(chunk);
            Matrix first = views.hidden[0];
            layers.sparseTimesDense(engine.workers(), chunk.shared, shared.products(), 0, first, 0, first.cols());
            old = 1;
        }
        Matrix x = views.input;
        for (int layer = 0; layer < tower.weights().size(); layer++) {
            Matrix h = views.hidden[layer];
            matrices.gemm(engine.workers(), 1, x, activations.weights().forward(layer), old, h, views.ends[layer]);
            x = h;
            old = 0;
        }
    }

    private void lookUp(Engine engine, TowerChunk chunk) {
        long begin = System.nanoTime();
        LayerKernels layers = engine.kernels().layers();
        Matrix input = chunk.views().input;
        InterestBlock interests = activations.interests();
        if (interests != null) {
            interests.forward(engine, activations.entities(), chunk);
        }
        for (int block = 0; block < activations.shared().first(); block++) {
            if (block != inputs.interestBlock()) {
                SparseMatrix lookUps = chunk.lookUps.get(block);
                Matrix table = tower.tables().get(block).value();
                layers.sparseTimesDense(engine.workers(), lookUps, table, 0, input, tower.offset(block), table.cols());
            }
        }
        chunk.addGathering(System.nanoTime() - begin);
    }

    /** What a sum of factors becomes a vector by. */
    private void complete(TowerChunk chunk) {
        if (tower.hasOwnTerms()) {
            Factorization.completeItems(tower, chunk);
        } else if (tower.isFactorization()) {
            Factorization.completeUsers(chunk.views());
        }
    }

    private void backward(Engine engine, TowerChunk chunk, LayerTask alongside) {
        LayerKernels layers = engine.kernels().layers();
        MatrixKernels matrices = engine.kernels().matrices();
        TowerViews views = chunk.views();
        int last = tower.weights().size() - 1;
        Matrix dH = views.dLast;
        if (tower.hasUnitRows()) {
            layers.normalizeRowsBackward(engine.workers(), views.output, views.inverseNorms, views.dOutput, dH);
        }
        if (tower.hasOwnTerms()) {
            Factorization.backwardItems(views);
        }
        if (last < 0) {
            BlockSum.backward(views);
        } else if (tower.hasRelu(last)) {
            layers.reluBackward(engine.workers(), views.output, dH);
        }
        for (int layer = last; layer >= 0; layer--) {
            alongside.run(engine, chunk, layer); // first: the mask of the product then finds its rows in the cache
            Matrix dX = layer == 0 ? views.dInput : views.dHidden[layer - 1];
            Epilogue end = layer == 0 ? Epilogue.none() : views.masks[layer - 1];
            matrices.gemm(engine.workers(), 1, dH, activations.weights().backward(layer), 0, dX, end);
            dH = dX;
        }
        dropout.backward(engine, views.dInput, chunk.from());
        InterestBlock interests = activations.interests();
        if (interests != null) {
            interests.backward(engine, views);
        }
        if (inputs.augmentedBlock() >= 0) {
            activations.leaveOneOut().backward(views.dInputAugmented, chunk.from());
            layers.axpy(engine.workers(), 1, views.dAugmented, views.dInputAugmented);
        }
    }
}
