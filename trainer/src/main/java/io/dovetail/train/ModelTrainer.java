package io.dovetail.train;

import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.index.file.CorruptFileException;
import io.dovetail.index.file.SectionFile;
import io.dovetail.index.file.SectionFileWriter;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.model.RowOrigins;
import io.dovetail.model.Storage;
import io.dovetail.model.TwoTower;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * Makes a model better epoch by epoch, in memory: {@link Trainer} by gradient descent, {@link WalsTrainer} by weighted
 * alternating least squares. {@link TrainingJob} does with either what a training needs beside.
 *
 * <p>Not thread-safe; uses the engine's workers inside.
 */
public abstract sealed class ModelTrainer permits Trainer, WalsTrainer {

    ModelTrainer() {}

    /**
     * A trainer of a new model, initialised from the recipe's seed.
     *
     * @param engine what to compute on
     * @param arena owner of all memory
     * @param storage provides memory for parameters and moments of gradient descent; least squares use the arena
     * @param dataset the data
     * @param recipe the model and its training
     * @param holdout which events are not learned from
     * @param pretraining hears how far pretraining is, if the recipe has it
     * @return the trainer
     * @throws DivergedException if pretraining comes to nothing
     * @throws IllegalArgumentException if there is nothing to learn from
     * @throws UncheckedIOException if the storage has no room
     */
    public static ModelTrainer of(
            Engine engine,
            Arena arena,
            Storage storage,
            Dataset dataset,
            Recipe recipe,
            Holdout holdout,
            Trainer.Progress pretraining) {
        return recipe.wals().isPresent()
                ? new WalsTrainer(engine, arena, dataset, recipe, holdout)
                : new Trainer(engine, arena, storage, dataset, recipe, holdout, pretraining);
    }

    /** What there is to learn from, which is something. */
    static FittedEvents events(Dataset dataset, Holdout holdout) {
        FittedEvents events = FittedEvents.of(dataset.interactions(), holdout);
        if (events.size() == 0) {
            throw new IllegalArgumentException("data set " + dataset.name()
                    + " has no events to train on; check its split column, or whether users have at least 3 events");
        }
        return events;
    }

    /** {@return the model that is being trained} */
    public abstract TwoTower model();

    /** {@return the number of epochs done} */
    public abstract int epoch();

    /** {@return the learning rate of the last step, before the factor for tables; 0 if there was none} */
    public abstract float learningRate();

    /**
     * Trains for one pass over the data.
     *
     * @param progress hears of each step
     * @return mean losses of the steps
     * @throws DivergedException if a loss is not finite
     */
    public abstract EpochLosses runEpoch(Trainer.Progress progress);

    /** Tells where the time of the last epoch's steps went, if that is known. */
    abstract void tellProfile(TrainingListener listener);

    /**
     * Writes all that the next epochs depend on. The caller keeps {@link #epoch}.
     *
     * @param writer receives the sections
     * @throws IOException if writing fails
     */
    abstract void write(SectionFileWriter writer) throws IOException;

    /**
     * Goes on where {@link #write} left off.
     *
     * @param file what was written
     * @param epochsDone number of epochs done then
     * @throws CorruptFileException if the file is of another model
     */
    abstract void read(SectionFile file, int epochsDone) throws CorruptFileException;

    /**
     * Writes what an optimizer keeps of the model beside its parameters, for {@link #goOnFrom} of a later training.
     *
     * @param writer receives the sections
     * @throws IOException if writing fails
     */
    abstract void writeMoments(SectionFileWriter writer) throws IOException;

    /**
     * Begins where an earlier training ended: with its parameters and moments, and the number of its steps, by which Adam
     * corrects for moments that began at 0.
     *
     * @param origins from its model to this one
     * @param moments what {@link #writeMoments} wrote, or null to begin with moments of 0
     * @throws CorruptFileException if the moments are not those of that model
     */
    abstract void goOnFrom(RowOrigins origins, @Nullable SectionFile moments) throws CorruptFileException;
}
