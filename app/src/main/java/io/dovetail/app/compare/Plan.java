package io.dovetail.app.compare;

import io.dovetail.data.Holdout;
import io.dovetail.eval.Scope;
import io.dovetail.train.Recipe;
import io.dovetail.train.Recipes;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What is compared, and how.
 *
 * @param models names, at least one
 * @param seed of the first training; the others follow
 * @param seeds number of trainings of each model, at least 1
 * @param trials number of settings that the search tries for each model; 0 for the recipes as they are
 * @param settings changes to every model's recipe, as text by the names of the settings; {@code MODEL.KEY} is for one
 *     model alone, {@code DATA/KEY} and {@code DATA/MODEL.KEY} for one data set alone
 * @param sweep a setting that is varied
 * @param judged what the figures are of: {@code TEST} after a fit on train and valid, {@code VALID} after one on train
 * @param scopes among which items targets are ranked
 */
public record Plan(
        List<String> models,
        long seed,
        int seeds,
        int trials,
        Map<String, String> settings,
        Optional<Sweep> sweep,
        Holdout judged,
        Set<Scope> scopes) {
    private static final char DATA_END = '/';
    private static final int MOST_SEEDS = 100;
    private static final int MOST_TRIALS = 10_000;

    /** Checks the ranges, and that every model takes the settings. */
    public Plan {
        models = List.copyOf(models);
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        scopes = Set.copyOf(scopes);
        require(!models.isEmpty(), "--models: none is named");
        require(seeds >= 1 && seeds <= MOST_SEEDS, "--seeds: " + seeds + " is out of range; give 1 to " + MOST_SEEDS);
        require(
                trials >= 0 && trials <= MOST_TRIALS,
                "--tune: " + trials + " is out of range; give 1 to " + MOST_TRIALS + ", or leave it out");
        Map<String, String> ofAllData = on("", settings);
        for (String key : keys(ofAllData, sweep)) {
            require(!"seed".equals(key), "seed is no setting of a comparison; give the first by --seed");
            int dot = key.indexOf('.');
            require(
                    dot < 0 || models.contains(key.substring(0, dot)),
                    "'" + key + "': no model " + key.substring(0, Math.max(0, dot)) + " is compared; there are "
                            + String.join(", ", models));
            require(
                    sweep.isEmpty()
                            || !ofAllData.containsKey(key)
                            || !sweep.get().values().containsKey(key),
                    "--set and --sweep: both give " + key + "; leave one out");
        }
        for (String model : models) {
            if (!Models.POPULARITY.equals(model)) {
                for (Map<String, String> variant : variants(sweep)) {
                    check(model, ofAllData, variant);
                }
            }
        }
        for (String data : dataOf(settings)) {
            Plan _ = new Plan(models, seed, seeds, trials, on(data, settings), sweep, judged, scopes);
        }
    }

    private static SequencedSet<String> dataOf(Map<String, String> settings) {
        return settings.keySet().stream()
                .filter(key -> key.indexOf(DATA_END) >= 0)
                .map(key -> key.substring(0, key.indexOf(DATA_END)))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Those settings that hold on a data set: of all, and of it alone, which win. */
    private static Map<String, String> on(String data, Map<String, String> settings) {
        Map<String, String> own = new LinkedHashMap<>(settings);
        own.keySet().removeIf(key -> key.indexOf(DATA_END) >= 0);
        settings.forEach((key, value) -> {
            if (key.startsWith(data + DATA_END)) {
                own.put(key.substring(data.length() + 1), value);
            }
        });
        return own;
    }

    private static List<String> keys(Map<String, String> settings, Optional<Sweep> sweep) {
        return Stream.concat(
                        settings.keySet().stream(), sweep.stream().flatMap(varied -> varied.values().keySet().stream()))
                .toList();
    }

    private static void check(String model, Map<String, String> settings, Map<String, String> variant) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.putAll(variant);
        try {
            Recipes.named(model).withAll(of(model, all));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    model + ": " + e.getMessage() + "; --set " + model + ".KEY=VALUE is for this model alone", e);
        }
    }

    /** Those settings that are a model's: of all models, and of it alone, which win. */
    private static Map<String, String> of(String model, Map<String, String> settings) {
        Map<String, String> own = new LinkedHashMap<>();
        settings.forEach((key, value) -> {
            if (key.indexOf('.') < 0) {
                own.put(key, value);
            }
        });
        settings.forEach((key, value) -> {
            if (key.startsWith(model + ".")) {
                own.put(key.substring(model.length() + 1), value);
            }
        });
        return own;
    }

    private static List<Map<String, String>> variants(Optional<Sweep> sweep) {
        return sweep.map(Sweep::variants).orElse(List.of(Map.of()));
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /**
     * Checks that no settings are for a data set that is not compared.
     *
     * @param data names of those that are
     * @return this plan
     */
    public Plan over(List<String> data) {
        for (String named : dataOf(settings)) {
            require(
                    data.contains(named),
                    "--set: no data set '" + named + "' is compared, to have settings of its own; there are "
                            + String.join(", ", data));
        }
        return this;
    }

    /**
     * What is compared on one data set.
     *
     * @param data its name
     * @return a plan with the settings that hold on it
     */
    Plan on(String data) {
        return new Plan(models, seed, seeds, trials, on(data, settings), sweep, judged, scopes);
    }

    /** {@return the seeds of the trainings} */
    List<Long> allSeeds() {
        return LongStream.range(seed, seed + seeds).boxed().toList();
    }

    /** {@return what is varied: changes of settings, of none without a sweep} */
    List<Map<String, String>> variants() {
        return variants(sweep);
    }

    /**
     * The recipe of a training.
     *
     * @param model name of a recipe
     * @param chosen settings that a search has chosen
     * @param variant one of {@link #variants}
     * @param trainingSeed seed of the training
     * @return the recipe: what the user has fixed wins over what was chosen
     */
    Recipe recipe(String model, Map<String, String> chosen, Map<String, String> variant, long trainingSeed) {
        Map<String, String> changes = new LinkedHashMap<>(chosen);
        Map<String, String> given = new LinkedHashMap<>(settings);
        given.putAll(variant);
        changes.putAll(of(model, given));
        changes.put("seed", Long.toString(trainingSeed));
        return Recipes.named(model).withAll(changes);
    }

    /** {@return the space of a model's search, without what the user has fixed or varies} */
    SearchSpace space(String model) {
        Map<String, String> fixed = new LinkedHashMap<>(settings);
        variants().forEach(fixed::putAll);
        return SearchSpace.of(model).without(of(model, fixed).keySet());
    }

    /**
     * What every result in a folder has in common. Models, data and seeds may be added to it, so settings of a single model
     * or data set are not among it: those are kept with each of its trainings.
     *
     * @return texts by name
     */
    Map<String, String> common() {
        Map<String, String> shared = new LinkedHashMap<>(settings);
        shared.keySet().removeIf(key -> key.indexOf('.') >= 0 || key.indexOf(DATA_END) >= 0);
        Map<String, String> common = new LinkedHashMap<>();
        common.put("settings", shared.isEmpty() ? "none" : shared.toString());
        common.put("tune", trials == 0 ? "none" : trials + " trials, seed " + seed);
        common.put("sweep", sweep.map(Sweep::toString).orElse("none"));
        common.put("split", judged.name().toLowerCase(Locale.ROOT));
        common.put("ranked among", scopes.stream().sorted().map(Scope::title).collect(Collectors.joining(", ")));
        return common;
    }
}
