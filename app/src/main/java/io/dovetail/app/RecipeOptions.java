package io.dovetail.app;

import io.dovetail.train.Recipe;
import io.dovetail.train.Recipes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The model and how to train it: a named recipe, changed by a file, then by single settings. */
final class RecipeOptions {
    private static final String DEFAULT = "dat";

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "Recipe to begin with: dat (the default), twotower (no augmented vectors, no alignment),"
                    + " dat-paper (the paper to the letter), dat-paper-trainable (the least change that lets it"
                    + " learn), mind (several interests a user), wals (weighted alternating least squares);"
                    + " docs/models.md says more.")
    private @Nullable String model;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML file of settings, lines of 'key: value', such as the recipe.yaml of a run.")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Change one setting, for instance --set epochs=5. May be given again; wins over --config."
                    + " An unknown key lists all there are.")
    private @Nullable Map<String, String> settings;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Selects everything random; short for --set seed=N (default: 1).")
    private @Nullable Long seed;

    /** {@return whether any of these options was given} */
    boolean given() {
        return model != null || config != null || settings != null || seed != null;
    }

    /** {@return the name of the recipe that is begun with} */
    String name() {
        return model == null ? DEFAULT : model;
    }

    /**
     * Puts the recipe together.
     *
     * @param usual to begin with unless a recipe is named or a file is given
     * @return the recipe
     * @throws IOException if the file cannot be read
     */
    Recipe recipe(@Nullable Recipe usual) throws IOException {
        Recipe recipe = usual != null && model == null && config == null
                ? usual
                : UserException.ifRefused(() -> Recipes.named(name()));
        if (config != null) {
            recipe = configured(recipe, config);
        }
        Map<String, String> changes = new LinkedHashMap<>();
        if (settings != null) {
            changes.putAll(settings);
        }
        if (seed != null) {
            changes.put("seed", Long.toString(seed));
        }
        Recipe base = recipe;
        return UserException.ifRefused(() -> base.withAll(changes));
    }

    private static Recipe configured(Recipe recipe, Path file) throws IOException {
        Map<String, String> changes = new LinkedHashMap<>();
        Yaml.read(file).forEach((key, value) -> changes.put(key, text(value)));
        try {
            return recipe.withAll(changes);
        } catch (IllegalArgumentException e) {
            throw new UserException(file + ": " + e.getMessage());
        }
    }

    /** A list such as [256, 128, 32] is the same as 256-128-32. */
    private static String text(@Nullable Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).collect(Collectors.joining("-"))
                : String.valueOf(value);
    }
}
