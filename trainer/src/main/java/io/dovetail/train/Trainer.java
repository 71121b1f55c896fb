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
import io.dovetail.model.RowOrigins;
import io.dovetail.model.Storage;
import io.dovetail.model.TowerInputs;
import io.dovetail.model.TrainingMemory;
import io.dovetail.model.TwoTower;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The training loop of gradient descent over one data set, in memory: start here to read how training works. {@link
 * TrainingJob} adds early stopping, files and resumption.
 *
 * <p>Not thread-safe; uses the engine's workers inside.
 */
public final class Trainer extends ModelTrainer {

    /** Hears how far an epoch is, or pretraining. */
    @FunctionalInterface
    public interface Progress {
        /**
         * Called after each step; with pretraining, before it and after each half of a sweep.
         *
         * @param step number of steps done in this epoch
         * @param steps number of steps of an epoch
         * @param pairs number of pairs trained in this epoch so far: positives times (S + 1) with BCE, positives with
         *     soft-max, observed pairs with least squares
         */
        void step(int step, int steps, long pairs);
    }

    private static final String STEPS_BEFORE = "steps-before";

    /** No training makes as many; numbers of steps can be added to it. */
    private static final long MOST_STEPS_BEFORE = 1L << 53;

    private final Engine engine;
    private final Recipe recipe;
    private final TwoTower model;
    private final TrainingStep step;
    private final Batches batches;
    private final BatchFeed feed;
    private final Runnable prepareNext;
    private final AdamOptimizer adam;
    private final GradientClip clip;
    private final HardNegatives hard;
    private float learningRate;
    private int epoch;
    private long stepsBefore;

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
        this(engine, arena, Storage.memory(), dataset, recipe, holdout, (step, steps, pairs) -> {});
    }

    /**
     * A new model, initialised from the recipe's seed.
     *
     * @param engine what to compute on
     * @param arena owner of all memory: parameters, moments, activations
     * @param storage provides memory for parameters and moments
     * @param dataset the data
     * @param recipe the model and its training
     * @param holdout which events are not learned from
     * @param pretraining hears how far pretraining is, if the recipe has it
     * @throws DivergedException if pretraining comes to nothing
     * @throws UncheckedIOException if the storage has no room
     */
    public Trainer(
            Engine engine,
            Arena arena,
            Storage storage,
            Dataset dataset,
            Recipe recipe,
            Holdout holdout,
            Progress pretraining) {
        this.engine = engine;
        this.recipe = recipe;
        TrainSpec spec = recipe.train();
        FittedEvents events = events(dataset, holdout);
        TowerInputs userInputs = TowerInputs.ofUsers(dataset, recipe.model(), holdout, events);
        TowerInputs itemInputs = TowerInputs.ofItems(dataset, recipe.model(), holdout);
        long bytes = TrainingMemory.bytes(recipe.model(), userInputs, itemInputs);
        TrainingMemory memory = new TrainingMemory(storage.provide(arena, bytes));
        model = TwoTower.allocate(memory, recipe.model(), userInputs, itemInputs);
        Initializer.initialize(
                model, spec.initialization(), spec.seed(), spec.loss().negatives());
        Pretraining.apply(engine, model, events, spec.pretraining(), spec.seed(), pretraining);
        model.averageGroups();
        step = new TrainingStep(engine, arena, model, spec, events, dataset.categories());
        int items = dataset.items().size();
        hard = new HardNegatives(spec.loss().hard(), events, items);
        batches = new Batches(events, items, spec, step.objective().negatives(), hard);
        feed = new BatchFeed(batches);
        prepareNext = feed::prepare;
        adam = new AdamOptimizer(engine, memory, spec, model, step::forEachGradient);
        clip = new GradientClip(engine, spec.clip());
    }

    @Override
    public TwoTower model() {
        return model;
    }

    /** {@return where the time of the last epoch's steps went; the same object epoch after epoch} */
    public StepProfile profile() {
        return step.profile();
    }

    @Override
    void tellProfile(TrainingListener listener) {
        listener.onProfile(profile());
    }

    @Override
    public int epoch() {
        return epoch;
    }

    @Override
    public float learningRate() {
        return learningRate;
    }

    @Override
    public EpochLosses runEpoch(Progress progress) {
        hard.refresh(engine, model, epoch);
        EpochLosses losses;
        try (Arena arena = Arena.ofShared()) {
            batches.begin(epoch + 1, arena);
            losses = runSteps(progress);
        }
        epoch++;
        model.averageGroups();
        return losses;
    }

    private EpochLosses runSteps(Progress progress) {
        int steps = batches.perEpoch();
        StepLosses sum = new StepLosses();
        long pairs = 0;
        StepProfile profile = step.profile();
        profile.clear();
        feed.begin();
        for (int s = 0; s < steps; s++) {
            profile.begin();
            Batch batch = feed.current();
            StepLosses losses = step.apply(batch, batches.seed(-1 - s), prepareNext);
            profile.move(
                    feed.nanos() / engine.workers().threads(), StepProfile.Part.BACKWARD, StepProfile.Part.SAMPLING);
            DivergedException.throwIfDiverged(losses, epoch + 1, s + 1, steps, recipe.train());
            sum.add(losses);
            clip.apply(step);
            long stepsDone = (long) epoch * steps + s;
            float factor = recipe.train()
                    .schedule()
                    .factor((double) stepsDone, steps, recipe.train().epochs());
            learningRate = recipe.train().learningRate() * factor;
            adam.step(stepsBefore + stepsDone + 1, factor);
            profile.lap(StepProfile.Part.OPTIMIZER);
            pairs += step.objective().pairs(batch);
            feed.advance();
            progress.step(s + 1, steps, pairs);
        }
        return sum.mean(steps);
    }

    @Override
    void write(SectionFileWriter writer) throws IOException {
        ModelFile.write(model, writer);
        adam.write(writer);
        hard.write(writer);
        writer.longs(STEPS_BEFORE, stepsBefore);
    }

    @Override
    void read(SectionFile file, int epochsDone) throws CorruptFileException {
        ModelFile.read(file, model);
        adam.read(file);
        hard.read(file);
        stepsBefore = steps(file);
        epoch = epochsDone;
    }

    private static long steps(SectionFile file) throws CorruptFileException {
        long[] steps = file.longs(STEPS_BEFORE);
        if (steps.length != 1 || steps[0] < 0 || steps[0] > MOST_STEPS_BEFORE) {
            throw file.malformed(
                    STEPS_BEFORE, "one number of steps, at most " + MOST_STEPS_BEFORE, Arrays.toString(steps));
        }
        return steps[0];
    }

    @Override
    void writeMoments(SectionFileWriter writer) throws IOException {
        adam.write(writer);
        writer.longs(STEPS_BEFORE, stepsBefore + (long) epoch * batches.perEpoch());
    }

    @Override
    void goOnFrom(RowOrigins origins, @Nullable SectionFile moments) throws CorruptFileException {
        origins.copyValues();
        model.averageGroups();
        if (moments != null) {
            adam.goOnFrom(moments, origins);
            stepsBefore = steps(moments);
        }
    }
}
