package io.dovetail.train;

import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.index.file.CorruptFileException;
import io.dovetail.index.file.SectionFile;
import io.dovetail.index.file.SectionFileWriter;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.model.Initializer;
import io.dovetail.model.ModelFile;
import io.dovetail.model.TowerInputs;
import io.dovetail.model.TwoTower;
import java.io.IOException;
import java.lang.foreign.Arena;

/**
 * The training loop over one data set, in memory: start here to read how training works. {@link TrainingJob} adds early
 * stopping, files and resumption.
 *
 * <p>Not thread-safe; uses the engine's workers inside.
 */
public final class Trainer {

    /** Hears how far an epoch is. */
    @FunctionalInterface
    public interface Progress {
        /**
         * Called after each step.
         *
         * @param step number of steps done in this epoch
         * @param steps number of steps of an epoch
         * @param pairs number of pairs trained in this epoch so far: positives times (S + 1) with BCE, positives with
         *     soft-max
         */
        void step(int step, int steps, long pairs);
    }

    private final Recipe recipe;
    private final TwoTower model;
    private final TrainingStep step;
    private final Batches batches;
    private final Batch batch;
    private final AdamOptimizer adam;
    private float learningRate;
    private int epoch;

    /**
     * A new model, initialised from the recipe's seed.
     *
     * @param engine what to compute on
     * @param arena owner of all memory: parameters, moments, activations
     * @param dataset the data
     * @param recipe the model and its training
     * @param holdout which events are not learned from
     */
    public Trainer(Engine engine, Arena arena, Dataset dataset, Recipe recipe, Holdout holdout) {
        this.recipe = recipe;
        TrainSpec spec = recipe.train();
        FittedEvents events = FittedEvents.of(dataset.interactions(), holdout);
        if (events.size() == 0) {
            throw new IllegalArgumentException("data set " + dataset.name()
                    + " has no events to train on; check its split column, or whether users have at least 3 events");
        }
        model = TwoTower.allocate(
                arena,
                recipe.model(),
                TowerInputs.ofUsers(dataset, recipe.model(), holdout, events),
                TowerInputs.ofItems(dataset, recipe.model(), holdout));
        Initializer.initialize(model, spec.initialization(), spec.seed(), spec.negatives());
        model.averageGroups();
        step = new TrainingStep(engine, arena, model, spec, events, dataset.categories());
        batches = new Batches(
                events, dataset.items().size(), spec, step.objective().negatives());
        batch = batches.newBatch();
        adam = new AdamOptimizer(engine, arena, spec, model, step::forEachGradient);
    }

    /** {@return the model that is being trained} */
    public TwoTower model() {
        return model;
    }

    /** {@return the number of epochs done} */
    public int epoch() {
        return epoch;
    }

    /** {@return the learning rate of the last step, before the factor for tables; 0 if there was none} */
    public float learningRate() {
        return learningRate;
    }

    /**
     * Trains for one pass over the data.
     *
     * @param progress hears of each step
     * @return mean losses of the steps
     * @throws DivergedException if a loss is not finite
     */
    public EpochLosses runEpoch(Progress progress) {
        int steps = batches.perEpoch();
        EpochLosses sum = new EpochLosses(0, 0, 0, 0);
        long pairs = 0;
        batches.begin(epoch + 1);
        for (int s = 0; s < steps; s++) {
            batches.fill(s, batch);
            EpochLosses losses = step.apply(batch, batches.seed(-1 - s));
            DivergedException.throwIfDiverged(losses, epoch + 1, s + 1, steps, recipe.train());
            sum = sum.plus(losses);
            float factor = rateFactor(epoch * (double) steps + s, steps);
            learningRate = recipe.train().learningRate() * factor;
            adam.step((long) epoch * steps + s + 1, factor);
            pairs += step.objective().pairs(batch);
            progress.step(s + 1, steps, pairs);
        }
        epoch++;
        model.averageGroups();
        return sum.dividedBy(steps);
    }

    private float rateFactor(double stepsDone, int stepsPerEpoch) {
        return switch (recipe.train().schedule()) {
            case CONSTANT -> 1;
            case LINEAR ->
                (float) Math.max(1e-3, 1 - stepsDone / ((double) recipe.train().epochs() * stepsPerEpoch));
        };
    }

    /**
     * Writes all that the next epochs depend on: parameters and moments. The caller keeps {@link #epoch}.
     *
     * @param writer receives the sections
     * @throws IOException if writing fails
     */
    void write(SectionFileWriter writer) throws IOException {
        ModelFile.write(model, writer);
        adam.write(writer);
    }

    /**
     * Goes on where {@link #write} left off.
     *
     * @param file what was written
     * @param epochsDone number of epochs done then
     * @throws CorruptFileException if the file is of another model
     */
    void read(SectionFile file, int epochsDone) throws CorruptFileException {
        ModelFile.read(file, model);
        adam.read(file);
        epoch = epochsDone;
    }
}
