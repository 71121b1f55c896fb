package io.dovetail.train;

import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.MatrixKernels.Form;
import io.dovetail.kernels.SparseMatrix;
import io.dovetail.model.Engine;
import io.dovetail.model.TwoTower;
import java.lang.foreign.Arena;
import java.util.List;

/**
 * Vectors of users that a model of weighted alternating least squares was not fitted on: the half of a sweep that would have
 * been theirs, with the items' vectors as they are. A user without a history gets the vector 0.
 *
 * <p>Not thread-safe; uses the engine's workers inside.
 */
public final class FoldIn {
    private final Engine engine;
    private final WalsSpec spec;
    private final Matrix items;
    private final Matrix gram;
    private final SparseMatrix pairs = new SparseMatrix();

    /**
     * Prepares for a model.
     *
     * @param engine what to compute on
     * @param arena owner of the memory
     * @param spec the objective it was fitted by
     * @param model the model, which must not change while this is in use
     */
    public FoldIn(Engine engine, Arena arena, WalsSpec spec, TwoTower model) {
        this.engine = engine;
        this.spec = spec;
        items = WalsTrainer.vectors(model.items());
        gram = Matrix.allocate(arena, items.cols(), items.cols());
        engine.kernels()
                .matrices()
                .gemm(engine.workers(), Form.TN, spec.unobserved(), items, items, 0, gram, Epilogue.none());
    }

    /**
     * Solves for a user.
     *
     * @param history rows of the user's items; each counts once
     * @param vector (1, d), receives the user's vector
     */
    public void solve(List<Integer> history, Matrix vector) {
        pairs.clear();
        history.stream().distinct().sorted().forEach(item -> pairs.add(item, 1));
        pairs.endRow();
        float[] ridge = {spec.ridge(pairs.size(), items.rows())};
        engine.kernels().leastSquares().solve(engine.workers(), pairs, items, gram, ridge, vector);
    }
}
