package io.dovetail.train;

import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.index.file.CorruptFileException;
import io.dovetail.index.file.SectionFile;
import io.dovetail.index.file.SectionFileWriter;
import io.dovetail.kernels.Matrix;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.model.ModelFile;
import io.dovetail.model.RowOrigins;
import io.dovetail.model.Tower;
import io.dovetail.model.TowerInputs;
import io.dovetail.model.TwoTower;
import java.io.IOException;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * Weighted alternating least squares: an epoch is a sweep, which solves for all users and then for all items. The model is a
 * {@link TwoTower} of two id tables; the row of unknown ids stays 0.
 *
 * <p>Its loss is the objective of {@link WalsSpec} at the end of a sweep, divided by the number of observed pairs.
 */
public final class WalsTrainer extends ModelTrainer {
    private final WalsSpec spec;
    private final TwoTower model;
    private final WeightedAls solver;
    private int epoch;

    /**
     * A new model, initialised from the recipe's seed.
     *
     * @param engine what to compute on
     * @param arena owner of all memory
     * @param dataset the data
     * @param recipe one with {@link Recipe#wals}
     * @param holdout which events are not learned from
     */
    WalsTrainer(Engine engine, Arena arena, Dataset dataset, Recipe recipe, Holdout holdout) {
        spec = recipe.wals().orElseThrow();
        FittedEvents events = events(dataset, holdout);
        model = TwoTower.allocate(
                arena,
                recipe.model(),
                TowerInputs.ofUsers(dataset, recipe.model(), holdout, events),
                TowerInputs.ofItems(dataset, recipe.model(), holdout));
        Matrix items = vectors(model.items());
        WeightedAls.drawItems(items, recipe.train().seed());
        solver = new WeightedAls(engine, arena, spec, events, vectors(model.users()), items);
    }

    /** The rows of a side's id table, without that of unknown ids, which is the first. */
    static Matrix vectors(Tower side) {
        Matrix table = side.tables().getFirst().value();
        return table.rows(1, table.rows() - 1);
    }

    @Override
    public TwoTower model() {
        return model;
    }

    @Override
    public int epoch() {
        return epoch;
    }

    @Override
    public float learningRate() {
        return 0;
    }

    @Override
    public EpochLosses runEpoch(Trainer.Progress progress) {
        int pairs = solver.pairs();
        solver.solveUsers();
        progress.step(1, 2, pairs / 2);
        solver.solveItems();
        double objective = solver.objective();
        DivergedException.throwIfUnsolvable(objective, epoch + 1, spec);
        progress.step(2, 2, pairs);
        epoch++;
        return new EpochLosses(objective / pairs, 0, 0, 0);
    }

    /** A sweep has no steps whose parts could be told apart. */
    @Override
    void tellProfile(TrainingListener listener) {}

    @Override
    void write(SectionFileWriter writer) throws IOException {
        ModelFile.write(model, writer);
    }

    @Override
    void read(SectionFile file, int epochsDone) throws CorruptFileException {
        ModelFile.read(file, model);
        epoch = epochsDone;
    }

    /** A sweep depends on the items' vectors alone. */
    @Override
    void writeMoments(SectionFileWriter writer) {}

    @Override
    void goOnFrom(RowOrigins origins, @Nullable SectionFile moments) {
        origins.copyValues();
    }
}
