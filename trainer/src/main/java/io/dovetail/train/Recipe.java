package io.dovetail.train;

import io.dovetail.kernels.LeastSquaresKernels;
import io.dovetail.model.Head;
import io.dovetail.model.ModelSpec;
import io.dovetail.model.ModelSpec.Inputs;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model and how to train it, as one flat list of settings: what a configuration file holds and what a run keeps.
 * {@link Recipes} has those with a name.
 *
 * @param model the shape
 * @param train the training; with {@code wals} its epochs, patience, validUsers and seed alone count, and are among the settings
 * @param wals by what objective least squares solve the model; empty to train it by gradient descent with Adam
 */
public record Recipe(ModelSpec model, TrainSpec train, Optional<WalsSpec> wals) {
    /** Checks what none alone can. */
    public Recipe {
        Settings.require(
                model.head() != Head.FACTORIZATION || train.dropout() == 0,
                "dropout",
                train.dropout(),
                "0 with head=factorization, whose pairs are of whole factors; id-dropout and weight-decay regularise"
                        + " too");
        int sweeps = train.pretraining().sweeps();
        Settings.require(
                sweeps == 0 || model.head() != Head.FACTORIZATION,
                "pretraining-sweeps",
                sweeps,
                "0 with head=factorization, where an item's factors meet each other too");
        Settings.require(
                sweeps == 0 || model.embedding() <= LeastSquaresKernels.MAX_UNKNOWNS,
                "pretraining-sweeps",
                sweeps,
                "0 with embedding=" + model.embedding() + ": least squares solve for at most "
                        + LeastSquaresKernels.MAX_UNKNOWNS);
        if (wals.isPresent()) {
            String by = " with method=wals, which solves for a vector of each id and nothing else";
            Settings.require(model.layers().isEmpty(), "layers", Settings.join(model.layers()), "none" + by);
            Settings.require(
                    model.itemLayers().isEmpty(), "item-layers", Settings.join(model.itemLayers()), "none" + by);
            Settings.require(model.head() == Head.DOT, "head", model.head().key(), Head.DOT.key() + by);
            Settings.require(model.augmented() == 0, "augmented", model.augmented(), "0" + by);
            List<Integer> history = model.history().lengths();
            Settings.require(history.isEmpty(), "history", Settings.join(history), "none" + by);
            int interests = model.interests().count();
            Settings.require(interests == 0, "interests", interests, "0" + by);
            requireId("user-inputs", model.userInputs(), by);
            requireId("item-inputs", model.itemInputs(), by);
            int most = LeastSquaresKernels.MAX_UNKNOWNS;
            Settings.require(
                    model.embedding() <= most, "embedding", model.embedding(), "at most " + most + " with method=wals");
        }
    }

    private static void requireId(String key, Inputs inputs, String by) {
        Settings.require(inputs == Inputs.ID, key, Settings.name(inputs), Settings.name(Inputs.ID) + by);
    }

    /**
     * A recipe of gradient descent.
     *
     * @param model the shape
     * @param train the training
     */
    public Recipe(ModelSpec model, TrainSpec train) {
        this(model, train, Optional.empty());
    }

    /**
     * This recipe with one setting changed.
     *
     * @param key name of the setting
     * @param value its value as text
     * @return the copy
     * @throws IllegalArgumentException naming the key, the value and the remedy
     */
    public Recipe with(String key, String value) {
        return withAll(Map.of(key, value));
    }

    /**
     * This recipe with some settings changed at once: only together need they fit.
     *
     * @param changes values as text by the names of the settings
     * @return the copy
     * @throws IllegalArgumentException naming the key, the value and the remedy
     */
    public Recipe withAll(Map<String, String> changes) {
        Map<String, String> settings = settings();
        changes.forEach((key, value) -> {
            if (!settings.containsKey(key)) {
                throw new IllegalArgumentException("no setting '" + key + "'"
                        + (wals.isPresent() ? " with method=wals" : "") + "; the settings are "
                        + String.join(", ", settings.keySet()));
            }
            String before = settings.put(key, value.strip());
            Settings.require(
                    !RecipeText.METHOD.equals(key) || value.strip().equals(before),
                    RecipeText.METHOD,
                    value,
                    before + " with this model; begin with the model "
                            + (RecipeText.WALS.equals(before) ? "dat" : RecipeText.WALS));
        });
        return of(settings);
    }

    /**
     * This recipe for a model that begins with another's parameters, or goes on with its own: items that are new in it must
     * not begin with vectors of another basis than the old ones have.
     *
     * @return the copy, without pretraining
     */
    Recipe withoutPretraining() {
        return wals.isPresent() ? this : with("pretraining-sweeps", "0");
    }

    /** {@return all settings as text, in a fixed order; {@link #of} reads them back} */
    public Map<String, String> settings() {
        return RecipeText.write(this);
    }

    /**
     * Reads all settings.
     *
     * @param settings as {@link #settings} gives them, each key present
     * @return the recipe
     * @throws IllegalArgumentException naming the key, the value and the remedy
     */
    public static Recipe of(Map<String, String> settings) {
        return RecipeText.read(settings);
    }
}
