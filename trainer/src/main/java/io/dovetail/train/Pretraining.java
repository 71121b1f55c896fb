package io.dovetail.train;

import io.dovetail.kernels.Matrix;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.model.Parameter;
import io.dovetail.model.TwoTower;
import java.lang.foreign.Arena;

/**
 * Begins a model of towers with what least squares know: every table with an embedding per item gets the item vectors of
 * {@link WeightedAls}. Sweeps cost a fraction of an epoch, and gradient descent so begins where items that go to the same
 * users are near each other, rather than at noise. Users get nothing: their vectors were fitted to the very events that are
 * to be predicted, and know too much.
 */
final class Pretraining {
    /**
     * Deviation of an embedding's elements afterwards. Vectors of least squares are of any size, and a tower that begins as
     * a linear map passes the size of its input on.
     */
    private static final double DEVIATION = 0.1;

    private Pretraining() {}

    /**
     * Sets the embeddings of items. The same bits from any number of workers.
     *
     * @param engine what to compute on
     * @param model an initialised model
     * @param events what may be learned from
     * @param spec sweeps and objective
     * @param seed selects where the sweeps begin
     * @param progress hears of each half of a sweep
     * @throws DivergedException if the vectors are of no use
     */
    static void apply(
            Engine engine,
            TwoTower model,
            FittedEvents events,
            PretrainingSpec spec,
            long seed,
            Trainer.Progress progress) {
        if (spec.sweeps() == 0) {
            return;
        }
        try (Arena arena = Arena.ofShared()) {
            int width = model.spec().embedding();
            Matrix users = Matrix.allocate(arena, events.users(), width);
            Matrix items = Matrix.allocate(arena, model.items().inputs().entities(), width);
            WeightedAls.drawItems(items, seed);
            WeightedAls solver = new WeightedAls(engine, arena, spec.wals(), events, users, items);
            int halves = 2 * spec.sweeps();
            progress.step(0, halves, 0);
            double deviation = 0;
            for (int half = 0; half < halves; half += 2) {
                solver.solveUsers();
                progress.step(half + 1, halves, (half + 1L) * solver.pairs());
                solver.solveItems();
                deviation = deviation(items);
                DivergedException.throwIfUseless(deviation, half / 2 + 1, spec);
                progress.step(half + 2, halves, (half + 2L) * solver.pairs());
            }
            float factor = (float) (DEVIATION / deviation);
            for (Parameter table : model.itemEmbeddings()) {
                copy(items, factor, table.value());
            }
        }
    }

    private static double deviation(Matrix matrix) {
        double squares = 0;
        for (int row = 0; row < matrix.rows(); row++) {
            for (int col = 0; col < matrix.cols(); col++) {
                squares += (double) matrix.get(row, col) * matrix.get(row, col);
            }
        }
        return Math.sqrt(squares / ((double) matrix.rows() * matrix.cols()));
    }

    private static void copy(Matrix items, float factor, Matrix table) {
        for (int item = 0; item < items.rows(); item++) {
            for (int col = 0; col < items.cols(); col++) {
                table.set(item + 1, col, factor * items.get(item, col));
            }
        }
    }
}
