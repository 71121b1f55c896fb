package io.dovetail.app.compare;

import io.dovetail.app.progress.Narrator;
import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.eval.Evaluator;
import io.dovetail.eval.Scope;
import io.dovetail.eval.UserVectors;
import io.dovetail.kernels.Matrix;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.model.Storage;
import io.dovetail.model.TwoTower;
import io.dovetail.train.DivergedException;
import io.dovetail.train.Recipe;
import io.dovetail.train.Run;
import io.dovetail.train.TrainingJob;
import io.dovetail.train.TrainingJob.Ending;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Trains models on one data set and judges them, all in the same way. Not thread-safe. */
final class Trainings {
    private final Engine engine;
    private final Dataset dataset;
    private final Holdout judged;
    private final Set<Scope> scopes;
    private final Path work;
    private final Evaluator evaluator;

    /**
     * Trainings on a data set.
     *
     * @param engine what to compute on
     * @param dataset the data
     * @param judged which split the ranks are of
     * @param scopes among which items targets are ranked
     * @param work folder for a run, which is deleted when it has been judged
     */
    Trainings(Engine engine, Dataset dataset, Holdout judged, Set<Scope> scopes, Path work) {
        this.engine = engine;
        this.dataset = dataset;
        this.judged = judged;
        this.scopes = scopes;
        this.work = work;
        evaluator = new Evaluator(engine, dataset, judged);
    }

    /** {@return what sums up ranks} */
    Evaluator evaluator() {
        return evaluator;
    }

    /** {@return what popularity comes to} */
    Outcome popularity() {
        long begin = System.nanoTime();
        Map<Scope, int[]> ranks = new EnumMap<>(Scope.class);
        for (Scope scope : scopes) {
            ranks.put(scope, evaluator.popularityRanks(scope));
        }
        return new Outcome(Map.of(), 0, Double.NaN, 0, since(begin), List.of(), "", ranks);
    }

    /**
     * Trains a model on train and judges it on valid: all that a search may look at.
     *
     * @param recipe the model and its training
     * @param narrator hears how far it is
     * @param what is trained, in words
     * @return how it went, without ranks
     */
    Outcome trial(Recipe recipe, Narrator narrator, String what) throws IOException {
        return train(recipe, Ending.KEEP_SELECTED, new TrainingWatch(narrator, what), Set.of());
    }

    /**
     * Trains a model and ranks the targets of the judged split: of test after a fit on train and valid for as many epochs as
     * were best on valid.
     *
     * @param recipe the model and its training
     * @param narrator hears how far it is
     * @param what is trained, in words
     * @return how it went
     */
    Outcome judge(Recipe recipe, Narrator narrator, String what) throws IOException {
        Ending ending = judged == Holdout.TEST ? Ending.REFIT : Ending.KEEP_SELECTED;
        return train(recipe, ending, new TrainingWatch(narrator, what), scopes);
    }

    private Outcome train(Recipe recipe, Ending ending, TrainingWatch watch, Set<Scope> ranked) throws IOException {
        long begin = System.nanoTime();
        String failure = "";
        Map<Scope, int[]> ranks = Map.of();
        clear();
        try {
            TrainingJob.start(engine, Storage.memory(), work, dataset, recipe, ending, watch);
            ranks = ranked.isEmpty() ? Map.of() : ranks(ranked);
        } catch (DivergedException e) {
            failure = String.valueOf(e.getMessage());
        } finally {
            clear();
        }
        return new Outcome(
                recipe.settings(),
                watch.bestEpoch(),
                watch.validHr100(),
                watch.seconds(),
                since(begin),
                watch.warnings(),
                failure,
                ranks);
    }

    private Map<Scope, int[]> ranks(Set<Scope> ranked) throws IOException {
        Map<Scope, int[]> ranks = new EnumMap<>(Scope.class);
        try (Arena arena = Arena.ofShared()) {
            Run run = Run.open(work, arena);
            FittedEvents history = FittedEvents.of(run.dataset().interactions(), judged);
            TwoTower model = run.modelWith(history);
            Matrix items = Matrix.allocate(
                    arena, dataset.items().size(), run.recipe().model().dimension());
            TwoTower.embedAll(engine, model.items(), items);
            for (Scope scope : ranked) {
                ranks.put(scope, evaluator.ranks(scope, UserVectors.of(engine, model.users()), items));
            }
        }
        return ranks;
    }

    /** A run that a kill left unfinished is of no use: its time is not known. */
    private void clear() throws IOException {
        if (Files.exists(work)) {
            try (Stream<Path> files = Files.walk(work)) {
                files.sorted(Comparator.reverseOrder()).forEach(Trainings::delete);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double since(long begin) {
        return (System.nanoTime() - begin) * 1e-9;
    }
}
