package io.dovetail.train;

import io.dovetail.data.Dataset;
import io.dovetail.data.DatasetFile;
import io.dovetail.data.Holdout;
import io.dovetail.eval.EvaluationReport;
import io.dovetail.eval.Evaluator;
import io.dovetail.eval.UserVectors;
import io.dovetail.index.file.SectionFile;
import io.dovetail.index.file.SectionFileWriter;
import io.dovetail.kernels.Matrix;
import io.dovetail.model.Engine;
import io.dovetail.model.Storage;
import io.dovetail.model.TwoTower;
import io.dovetail.train.EpochReport.Phase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A whole training into a run's folder: select the number of epochs on the valid split, keep the best model, and on request
 * fit a new model on train and valid for that many epochs.
 *
 * <p>From the start and after each epoch {@code state.dvt} holds all that the rest depends on. A training that was killed at
 * any moment goes on from there with {@link #resume} and ends with the same bytes.
 */
public final class TrainingJob {

    /** What a training does once the best number of epochs is known. */
    public enum Ending {
        /** Keeps the model that was selected: it has not learned from the valid items. */
        KEEP_SELECTED,
        /** Fits a new model on train and valid, for figures on test and for serving. */
        REFIT
    }

    private static final String KIND = "state";
    private static final String BEGINNING = "beginning";

    private final Engine engine;
    private final Storage storage;
    private final Path folder;
    private final Dataset dataset;
    private final Recipe recipe;
    private final Ending ending;
    private final TrainingListener listener;

    private final Diagnosis diagnosis;

    private int bestEpoch;
    private double best = -1;

    private TrainingJob(
            Engine engine,
            Storage storage,
            Path folder,
            Dataset dataset,
            Recipe recipe,
            Ending ending,
            TrainingListener listener) {
        this.engine = engine;
        this.storage = storage;
        this.folder = folder;
        this.dataset = dataset;
        this.recipe = recipe;
        this.ending = ending;
        this.listener = listener;
        diagnosis = new Diagnosis(recipe);
    }

    /**
     * Trains from the start.
     *
     * @param engine what to compute on
     * @param storage provides memory for parameters and moments
     * @param folder the run's folder; made if absent, must not hold a run
     * @param dataset the data
     * @param recipe the model and its training
     * @param ending what to do with the selected number of epochs
     * @param listener hears how it goes
     * @throws FileAlreadyExistsException if the folder holds a run
     * @throws IOException if writing fails
     */
    public static void start(
            Engine engine,
            Storage storage,
            Path folder,
            Dataset dataset,
            Recipe recipe,
            Ending ending,
            TrainingListener listener)
            throws IOException {
        Run.refuseTaken(folder);
        TrainingJob job = new TrainingJob(engine, storage, folder, dataset, recipe, ending, listener);
        job.prepare();
        job.select(null);
    }

    /**
     * Trains from where an earlier run ended, on newer data. What {@link WarmStart} says of rows and moments holds for the
     * model that is selected and for the one that is fitted again at the end.
     *
     * @param engine what to compute on
     * @param storage provides memory for parameters and moments
     * @param folder the run's folder; made if absent, must not hold a run
     * @param dataset the data
     * @param recipe the training, and a model of the same shape as the earlier one
     * @param ending what to do with the selected number of epochs
     * @param earlier folder of the earlier run, which is read and not changed
     * @param listener hears how it goes
     * @throws FileAlreadyExistsException if the folder holds a run
     * @throws WarmStartException if the earlier model has another shape or its data other columns
     * @throws IOException if reading or writing fails
     */
    public static void startFrom(
            Engine engine,
            Storage storage,
            Path folder,
            Dataset dataset,
            Recipe recipe,
            Ending ending,
            Path earlier,
            TrainingListener listener)
            throws IOException {
        Run.refuseTaken(folder);
        TrainingJob job = new TrainingJob(engine, storage, folder, dataset, recipe, ending, listener);
        try (Arena arena = Arena.ofShared()) {
            WarmStart start = WarmStart.open(earlier, dataset, recipe, arena);
            ModelTrainer trainer = job.newTrainer(arena, recipe.withoutPretraining(), Phase.SELECT);
            start.into(trainer);
            job.prepare();
            start.report(listener);
            try (SectionFileWriter writer = new SectionFileWriter(Run.beginningFile(folder), BEGINNING, Run.VERSION)) {
                trainer.write(writer);
                writer.commit();
            }
        }
        job.select(null);
    }

    private void prepare() throws IOException {
        Files.createDirectories(folder);
        Files.deleteIfExists(Run.beginningFile(folder));
        DatasetFile.write(dataset, Run.catalogFile(folder));
        listener.onBegin(dataset, recipe);
        DataChecks.warnings(dataset, recipe, Holdout.VALID).forEach(listener::onWarning);
    }

    private ModelTrainer newTrainer(Arena arena, Recipe recipe, Phase phase) throws IOException {
        Holdout holdout = switch (phase) {
            case SELECT -> Holdout.VALID;
            case REFIT -> Holdout.TEST;
        };
        try {
            return ModelTrainer.of(
                    engine,
                    arena,
                    storage,
                    dataset,
                    recipe,
                    holdout,
                    (half, halves, pairs) -> listener.onPretraining(phase, half, halves));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * A trainer that begins anew, or where the earlier run ended if there is one, or goes on from a state. What is read takes
     * the place of all parameters: pretraining them would be in vain.
     */
    private ModelTrainer trainer(Arena arena, Phase phase, @Nullable SectionFile state) throws IOException {
        Path beginning = Run.beginningFile(folder);
        if (state == null && !Files.isRegularFile(beginning)) {
            return newTrainer(arena, recipe, phase);
        }
        ModelTrainer trainer = newTrainer(arena, recipe.withoutPretraining(), phase);
        if (state != null) {
            trainer.read(state, Run.number(state, Run.about(state), "epoch"));
            return trainer;
        }
        try (Arena mapping = Arena.ofShared()) {
            trainer.read(Run.sections(beginning, BEGINNING, mapping), 0);
        }
        trainer.model().averageGroups();
        return trainer;
    }

    private void finish() throws IOException {
        Files.deleteIfExists(Run.stateFile(folder));
        Files.deleteIfExists(Run.beginningFile(folder));
    }

    /**
     * Goes on with a training that did not finish. The data set and the recipe are those it began with.
     *
     * @param engine what to compute on
     * @param storage provides memory for parameters and moments
     * @param folder the run's folder
     * @param listener hears how it goes
     * @throws IOException if there is nothing to go on from, or a file is damaged
     */
    public static void resume(Engine engine, Storage storage, Path folder, TrainingListener listener)
            throws IOException {
        Path stateFile = Run.stateFile(folder);
        if (!Files.isRegularFile(stateFile)) {
            String reason = Files.isRegularFile(Run.modelFile(folder))
                    ? "this run has finished; there is nothing to resume"
                    : "no training was begun here; start one without --resume";
            throw new NoSuchFileException(stateFile.toString(), null, reason);
        }
        Path catalog = Run.catalogFile(folder);
        if (!Files.isRegularFile(catalog)) {
            throw new NoSuchFileException(
                    catalog.toString(), null, "the run has lost its data set; train again into another folder");
        }
        Dataset dataset = DatasetFile.read(catalog);
        try (Arena mapping = Arena.ofShared()) {
            SectionFile state = Run.sections(stateFile, KIND, mapping);
            Map<String, String> about = Run.about(state);
            Ending ending = constant(state, about, "ending", Ending.values());
            Phase phase = constant(state, about, "phase", Phase.values());
            Recipe recipe = Run.recipe(state, about);
            Run.check(state, dataset, recipe, Holdout.VALID);
            TrainingJob job = new TrainingJob(engine, storage, folder, dataset, recipe, ending, listener);
            job.bestEpoch = Run.number(state, about, "best-epoch");
            job.best = best(state, about);
            listener.onBegin(dataset, recipe);
            listener.onResume(phase, Run.number(state, about, "epoch"));
            switch (phase) {
                case SELECT -> job.select(state);
                case REFIT -> job.refit(state);
            }
        }
    }

    private static double best(SectionFile state, Map<String, String> about) throws IOException {
        String text = String.valueOf(about.get("best"));
        try {
            return Double.longBitsToDouble(Long.parseUnsignedLong(text, 16));
        } catch (NumberFormatException e) {
            throw state.malformed("about", "best to be the bits of a float64 in hexadecimal", text);
        }
    }

    private static <E extends Enum<E>> E constant(
            SectionFile state, Map<String, String> about, String key, E[] constants) throws IOException {
        for (E constant : constants) {
            if (constant.name().equals(about.get(key))) {
                return constant;
            }
        }
        throw state.malformed("about", key, String.valueOf(about.get(key)));
    }

    private void select(@Nullable SectionFile state) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            ModelTrainer trainer = trainer(arena, Phase.SELECT, state);
            if (state == null) {
                writeState(trainer, Phase.SELECT);
            }
            TrainSpec spec = recipe.train();
            Evaluator evaluator = new Evaluator(engine, dataset, Holdout.VALID, spec.validSample());
            while (trainer.epoch() < spec.epochs() && trainer.epoch() - bestEpoch < spec.patience()) {
                EpochReport report = judged(runEpoch(trainer, Phase.SELECT), trainer, evaluator);
                writeState(trainer, Phase.SELECT);
                tell(report);
            }
        }
        if (ending == Ending.REFIT) {
            refit(null);
        } else {
            finish();
        }
    }

    private EpochReport judged(EpochReport report, ModelTrainer trainer, Evaluator evaluator) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            TwoTower model = trainer.model();
            Matrix items = Matrix.allocate(
                    arena, dataset.items().size(), recipe.model().dimension());
            TwoTower.embedAll(engine, model.items(), items);
            EvaluationReport valid = evaluator.evaluate(UserVectors.of(engine, model.users()), items);
            Embeddings.Health health = Embeddings.health(engine, model, items);
            boolean better = valid.overall().hr100() > best;
            if (better) {
                best = valid.overall().hr100();
                bestEpoch = trainer.epoch();
                WarmStart.writeMoments(folder, trainer);
                Run.writeModel(folder, recipe, Holdout.VALID, bestEpoch, trainer.model());
            }
            return new EpochReport(
                    report.phase(),
                    report.epoch(),
                    report.losses(),
                    report.pairs(),
                    report.seconds(),
                    report.vitals(),
                    valid,
                    health,
                    better);
        }
    }

    private void refit(@Nullable SectionFile state) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            ModelTrainer trainer = trainer(arena, Phase.REFIT, state);
            while (trainer.epoch() < bestEpoch) {
                EpochReport report = runEpoch(trainer, Phase.REFIT);
                writeState(trainer, Phase.REFIT);
                tell(report);
            }
            WarmStart.writeMoments(folder, trainer);
            Run.writeModel(folder, recipe, Holdout.TEST, bestEpoch, trainer.model());
        }
        finish();
    }

    private void tell(EpochReport report) {
        diagnosis.of(report).forEach(listener::onWarning);
        listener.onEpoch(report);
    }

    private EpochReport runEpoch(ModelTrainer trainer, Phase phase) {
        long begin = System.nanoTime();
        long[] trained = {0};
        int epoch = trainer.epoch() + 1;
        EpochLosses losses = trainer.runEpoch((step, steps, pairs) -> {
            trained[0] = pairs;
            listener.onStep(phase, epoch, step, steps, pairs);
        });
        double seconds = (System.nanoTime() - begin) * 1e-9;
        trainer.tellProfile(listener);
        Vitals vitals = Vitals.of(engine, trainer);
        return new EpochReport(phase, epoch, losses, trained[0], seconds, vitals, null, null, false);
    }

    private void writeState(ModelTrainer trainer, Phase phase) throws IOException {
        try (SectionFileWriter writer = new SectionFileWriter(Run.stateFile(folder), KIND, Run.VERSION)) {
            Map<String, String> about = new LinkedHashMap<>(recipe.settings());
            about.put("ending", ending.name());
            about.put("phase", phase.name());
            about.put("epoch", Integer.toString(trainer.epoch()));
            about.put("best-epoch", Integer.toString(bestEpoch));
            about.put("best", Long.toHexString(Double.doubleToLongBits(best)));
            writer.text("about", Run.lines(about));
            trainer.write(writer);
            writer.commit();
        }
    }
}
