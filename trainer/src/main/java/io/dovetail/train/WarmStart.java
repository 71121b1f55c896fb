package io.dovetail.train;

import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.data.Interactions;
import io.dovetail.data.Vocabulary;
import io.dovetail.index.file.SectionFile;
import io.dovetail.index.file.SectionFileWriter;
import io.dovetail.model.FittedEvents;
import io.dovetail.model.RowOrigins;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An earlier run that a new one goes on from, on newer data: users, items and values of features that both know keep their
 * rows and their Adam moments; new ones have fresh rows, and augmented vectors that are the mean of their category's (of all
 * users'); those that the new data lacks are dropped. Layers go on as they are.
 *
 * <p>Moments are kept in {@code moments.dvt}, a {@link SectionFile} of kind {@code moments}, version 6: {@code fingerprint}
 * names the model, {@code steps-before} counts its steps, and each parameter has {@code first/<name>} and
 * {@code second/<name>}; with {@code method=wals} there are no more than the fingerprint.
 */
public final class WarmStart {
    private static final String KIND = "moments";
    private static final String FINGERPRINT = "fingerprint";
    private static final List<String> SHAPE = List.of(
            "method",
            "embedding",
            "augmented",
            "layers",
            "item-layers",
            "head",
            "history",
            "history-table",
            "interests",
            "interest-history",
            "routing-iterations",
            "attention-power",
            "user-inputs",
            "item-inputs");

    private final Run earlier;
    private final Dataset dataset;
    private final @Nullable SectionFile moments;

    private WarmStart(Run earlier, Dataset dataset, @Nullable SectionFile moments) {
        this.earlier = earlier;
        this.dataset = dataset;
        this.moments = moments;
    }

    /**
     * Refuses a recipe whose model an earlier run's cannot become, before anything else is read.
     *
     * @param folder the earlier run's folder
     * @param recipe the new recipe
     * @throws WarmStartException if the new model has another shape
     * @throws IOException if there is no finished run or its file is damaged
     */
    public static void requireSameShape(Path folder, Recipe recipe) throws IOException {
        Map<String, String> was = Run.recipeOf(folder).settings();
        Map<String, String> is = recipe.settings();
        for (String key : SHAPE) {
            if (!Objects.equals(was.get(key), is.get(key))) {
                throw new WarmStartException(
                        folder,
                        key + " was " + was.get(key) + " and is " + is.get(key)
                                + " now; a model goes on with the shape it has: set it back, or train without a warm"
                                + " start");
            }
        }
    }

    /**
     * Opens the earlier run.
     *
     * @param folder its folder
     * @param dataset the new data
     * @param recipe the new recipe
     * @param arena owner of the earlier model
     * @return the run to go on from
     * @throws WarmStartException if the new model has another shape
     * @throws IOException if it is missing, damaged or unfinished
     */
    static WarmStart open(Path folder, Dataset dataset, Recipe recipe, Arena arena) throws IOException {
        requireSameShape(folder, recipe);
        Run earlier = Run.open(folder, arena);
        return new WarmStart(earlier, dataset, moments(earlier, arena));
    }

    private static @Nullable SectionFile moments(Run earlier, Arena arena) throws IOException {
        Path path = Run.momentsFile(earlier.folder());
        if (!Files.isRegularFile(path)) {
            return null;
        }
        SectionFile file = Run.sections(path, KIND, arena);
        String fingerprint = earlier.model().fingerprint();
        if (!file.text(FINGERPRINT).equals(fingerprint)) {
            throw file.malformed(FINGERPRINT, "that of the run's model, " + fingerprint, file.text(FINGERPRINT));
        }
        return file;
    }

    /** Keeps the moments of a model that has just been written, for a later warm start. */
    static void writeMoments(Path folder, ModelTrainer trainer) throws IOException {
        try (SectionFileWriter writer = new SectionFileWriter(Run.momentsFile(folder), KIND, Run.VERSION)) {
            writer.text(FINGERPRINT, trainer.model().fingerprint());
            trainer.writeMoments(writer);
            writer.commit();
        }
    }

    /**
     * Lets a trainer that has not begun go on from the earlier run.
     *
     * @param trainer of the new data
     * @throws WarmStartException if the data has other columns
     * @throws IOException if the moments are damaged
     */
    void into(ModelTrainer trainer) throws IOException {
        RowOrigins origins;
        try {
            origins = RowOrigins.of(earlier.model(), earlier.dataset(), trainer.model(), dataset);
        } catch (IllegalArgumentException e) {
            throw new WarmStartException(
                    earlier.folder(),
                    e.getMessage()
                            + "; declare the columns in dataset.yaml as they were, or train without a warm start");
        }
        trainer.goOnFrom(origins, moments);
    }

    /**
     * Tells what a person should know before the training.
     *
     * @param listener hears it
     */
    void report(TrainingListener listener) {
        if (moments == null) {
            listener.onWarning(Run.momentsFile(earlier.folder())
                    + " is missing, so Adam begins anew: the first steps are larger than they would be");
        }
        for (Holdout holdout : Holdout.values()) {
            int events = dataset.interactions().count(holdout.target());
            int learned = learned(holdout);
            if (learned > 0) {
                listener.onWarning(String.format(
                        Locale.ROOT,
                        "the earlier run %s has learned from %,d of the %,d %s events, so figures on %s flatter this"
                                + " run; hold out events that are newer than the earlier run's, by a split column or"
                                + " leave-last-out on users who came back",
                        earlier.folder(),
                        learned,
                        events,
                        Settings.name(holdout.target()),
                        Settings.name(holdout.target())));
            }
        }
    }

    /** The number of held-out events whose user and item the earlier run was fitted on together. */
    private int learned(Holdout holdout) {
        long[] pairs = fittedPairs();
        Interactions events = dataset.interactions();
        int count = 0;
        for (int user = 0; user < events.users(); user++) {
            for (int e = events.start(user); e < events.start(user + 1); e++) {
                if (events.part(e) == holdout.target() && Arrays.binarySearch(pairs, pair(user, events.item(e))) >= 0) {
                    count++;
                }
            }
        }
        return count;
    }

    /** Sorted pairs of new rows. */
    private long[] fittedPairs() {
        FittedEvents fitted = FittedEvents.of(earlier.dataset().interactions(), earlier.fitted());
        Vocabulary users = earlier.dataset().users();
        Vocabulary items = earlier.dataset().items();
        long[] pairs = new long[fitted.size()];
        int size = 0;
        for (int user = 0; user < fitted.users(); user++) {
            int row = dataset.users().row(users.id(user));
            for (int e = fitted.start(user); row >= 0 && e < fitted.start(user + 1); e++) {
                int item = dataset.items().row(items.id(fitted.item(e)));
                if (item >= 0) {
                    pairs[size++] = pair(row, item);
                }
            }
        }
        long[] sorted = Arrays.copyOf(pairs, size);
        Arrays.sort(sorted);
        return sorted;
    }

    private static long pair(int user, int item) {
        return (long) user << 32 | item;
    }
}
