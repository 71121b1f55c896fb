package io.dovetail.train;

import io.dovetail.data.Dataset;
import io.dovetail.data.DatasetFile;
import io.dovetail.data.Holdout;
import io.dovetail.index.file.CorruptFileException;
import io.dovetail.index.file.SectionFile;
import io.dovetail.index.file.SectionFileWriter;
import io.dovetail.model.FittedEvents;
import io.dovetail.model.ModelFile;
import io.dovetail.model.TowerInputs;
import io.dovetail.model.TwoTower;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The folder that a training writes and everything else reads.
 *
 * <ul>
 *   <li>{@code catalog.dvt}: the data set with its vocabularies, names, features and histories ({@link DatasetFile}), so
 *       that a run can be evaluated and served without the files it was trained on;
 *   <li>{@code model.dvt}: the best model so far;
 *   <li>{@code moments.dvt}: what Adam keeps of that model, for a later run that goes on from it; nothing else reads it;
 *   <li>{@code state.dvt}: what an unfinished training goes on from; gone when it has finished;
 *   <li>{@code beginning.dvt}: what a training that went on from an earlier run began with, until it has finished.
 * </ul>
 *
 * <p>{@code model.dvt} is a {@link SectionFile} of kind {@code model}, version 6: the text section {@code about} holds lines
 * {@code key=value} (the recipe's settings, {@code fitted}, {@code epoch}), and each parameter has a section
 * {@code value/<name>}.
 *
 * @param folder where the files are
 * @param dataset the data set
 * @param recipe the model and its training
 * @param fitted which events the model has not learned from
 * @param epoch number of epochs it was trained
 * @param model the model; its inputs hold the histories of {@code fitted}
 */
public record Run(Path folder, Dataset dataset, Recipe recipe, Holdout fitted, int epoch, TwoTower model) {
    private static final String KIND = "model";
    static final int VERSION = 8;

    static Path catalogFile(Path folder) {
        return folder.resolve("catalog.dvt");
    }

    static Path modelFile(Path folder) {
        return folder.resolve("model.dvt");
    }

    static Path stateFile(Path folder) {
        return folder.resolve("state.dvt");
    }

    static Path momentsFile(Path folder) {
        return folder.resolve("moments.dvt");
    }

    static Path beginningFile(Path folder) {
        return folder.resolve("beginning.dvt");
    }

    /**
     * Refuses a folder that a training has already written to.
     *
     * @param folder the folder a new run is to be made in; need not exist
     * @throws FileAlreadyExistsException if it holds a run, finished or not
     */
    public static void refuseTaken(Path folder) throws FileAlreadyExistsException {
        if (Files.exists(modelFile(folder)) || Files.exists(stateFile(folder))) {
            throw new FileAlreadyExistsException(
                    folder.toString(), null, "holds a run already; choose another folder, or go on with --resume");
        }
    }

    /**
     * Opens a run.
     *
     * @param folder the run's folder
     * @param arena owner of the parameters
     * @return the run
     * @throws IOException if a file is missing or damaged; the message says what to do
     */
    public static Run open(Path folder, Arena arena) throws IOException {
        requireFile(catalogFile(folder), folder);
        requireFile(modelFile(folder), folder);
        Dataset dataset = DatasetFile.read(catalogFile(folder));
        try (Arena mapping = Arena.ofShared()) {
            SectionFile file = sections(modelFile(folder), KIND, mapping);
            Map<String, String> about = about(file);
            Recipe recipe = recipe(file, about);
            Holdout fitted = holdout(file, about, "fitted");
            check(file, dataset, recipe, fitted);
            TwoTower model = TwoTower.allocate(
                    arena, recipe.model(), users(dataset, recipe, fitted), items(dataset, recipe, fitted));
            ModelFile.read(file, model);
            return new Run(folder, dataset, recipe, fitted, number(file, about, "epoch"), model);
        }
    }

    /**
     * The recipe of a run, without opening the rest of it.
     *
     * @param folder the run's folder
     * @return its recipe
     * @throws IOException if there is no finished run or its file is damaged
     */
    public static Recipe recipeOf(Path folder) throws IOException {
        requireFile(modelFile(folder), folder);
        try (Arena mapping = Arena.ofShared()) {
            SectionFile file = sections(modelFile(folder), KIND, mapping);
            return recipe(file, about(file));
        }
    }

    /** Opens a file of a run; those of other versions lack settings or have others, so they are refused. */
    static SectionFile sections(Path file, String kind, Arena arena) throws IOException {
        return SectionFile.open(file, kind, VERSION, VERSION, arena);
    }

    private static void requireFile(Path file, Path folder) throws NoSuchFileException {
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(
                    file.toString(), null, "not a finished run; train one with: train --data DATA --out " + folder);
        }
    }

    /**
     * The model with other histories of the users: {@code FittedEvents.of(interactions, TEST)} includes the valid items,
     * whatever the model was fitted on; {@code FittedEvents.all} is for serving.
     *
     * @param history what is known of the users
     * @return the model, sharing its parameters
     */
    public TwoTower modelWith(FittedEvents history) {
        return model.withUserInputs(TowerInputs.ofUsers(dataset, recipe.model(), fitted, history));
    }

    static void writeModel(Path folder, Recipe recipe, Holdout fitted, int epoch, TwoTower model) throws IOException {
        try (SectionFileWriter writer = new SectionFileWriter(modelFile(folder), KIND, VERSION)) {
            Map<String, String> about = new LinkedHashMap<>(recipe.settings());
            about.put("fitted", fitted.name());
            about.put("epoch", Integer.toString(epoch));
            writer.text("about", lines(about));
            ModelFile.write(model, writer);
            writer.commit();
        }
    }

    static String lines(Map<String, String> about) {
        StringBuilder lines = new StringBuilder();
        about.forEach(
                (key, value) -> lines.append(key).append('=').append(value).append('\n'));
        return lines.toString();
    }

    static Map<String, String> about(SectionFile file) throws CorruptFileException {
        Map<String, String> about = new LinkedHashMap<>();
        for (String line : file.text("about").lines().toList()) {
            int equals = line.indexOf('=');
            if (equals < 0) {
                throw file.malformed("about", "lines of key=value", "'" + line + "'");
            }
            about.put(line.substring(0, equals), line.substring(equals + 1));
        }
        return about;
    }

    /** Refuses a file whose settings do not belong to its parameters, before anything is allocated by them. */
    static void check(SectionFile file, Dataset dataset, Recipe recipe, Holdout fitted) throws CorruptFileException {
        ModelFile.check(file, recipe.model(), users(dataset, recipe, fitted), items(dataset, recipe, fitted));
    }

    private static TowerInputs users(Dataset dataset, Recipe recipe, Holdout fitted) {
        FittedEvents history = FittedEvents.of(dataset.interactions(), fitted);
        return TowerInputs.ofUsers(dataset, recipe.model(), fitted, history);
    }

    private static TowerInputs items(Dataset dataset, Recipe recipe, Holdout fitted) {
        return TowerInputs.ofItems(dataset, recipe.model(), fitted);
    }

    static Recipe recipe(SectionFile file, Map<String, String> about) throws CorruptFileException {
        try {
            return Recipe.of(about);
        } catch (IllegalArgumentException e) {
            throw file.malformed("about", "the settings of a recipe", String.valueOf(e.getMessage()));
        }
    }

    static Holdout holdout(SectionFile file, Map<String, String> about, String key) throws CorruptFileException {
        for (Holdout holdout : Holdout.values()) {
            if (holdout.name().equals(about.get(key))) {
                return holdout;
            }
        }
        throw file.malformed("about", key + " to be VALID or TEST", String.valueOf(about.get(key)));
    }

    static int number(SectionFile file, Map<String, String> about, String key) throws CorruptFileException {
        String text = String.valueOf(about.get(key));
        try {
            int number = Integer.parseInt(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw file.malformed("about", key + " to be a whole number", text);
        }
        throw file.malformed("about", key + " to be 0 or more", text);
    }
}
