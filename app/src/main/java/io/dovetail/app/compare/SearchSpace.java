package io.dovetail.app.compare;

import io.dovetail.model.Head;
import io.dovetail.train.Recipe;
import io.dovetail.train.Recipes;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What a search may change of a model, and how it draws: at random (Bergstra and Bengio, JMLR 2012), with a first trial that
 * changes nothing, so that a search is never worse on valid than the recipe.
 *
 * <p>A draw depends on the seed, the number of the trial and the name of the setting alone. So models that share a setting
 * and its range try the same values of it, a search with more trials begins with those of a shorter one, and leaving a
 * setting out leaves the others as they were.
 *
 * @param ranges by the name of the setting
 */
record SearchSpace(Map<String, Range> ranges) {

    SearchSpace {
        ranges = Collections.unmodifiableMap(new LinkedHashMap<>(ranges));
    }

    /**
     * The space of a model: this is the one place where spaces are stated.
     *
     * @param model name of a recipe
     * @return its space; what makes the model what it is (its loss, whether it has augmented vectors) is not searched
     */
    static SearchSpace of(String model) {
        Recipe recipe = Recipes.named(model);
        Map<String, String> settings = recipe.settings();
        Map<String, Range> ranges = new LinkedHashMap<>();
        if ("wals".equals(settings.get("method"))) {
            ranges.put("wals-unobserved", new Range.LogUniform(3e-3, 1));
            ranges.put("wals-regularization", new Range.LogUniform(1e-3, 1));
            ranges.put("wals-exponent", choice("0.25", "0.5", "1"));
            return new SearchSpace(ranges);
        }
        ranges.put("learning-rate", new Range.LogUniform(3e-4, 5e-3));
        ranges.put("table-rate", choice("1", "3", "10"));
        ranges.put("batch", choice("256", "512", "1024"));
        ranges.put("recency", choice("0", "0.25", "0.5", "1"));
        ranges.put("weight-decay", choice("0", "0.001", "0.01", "0.1"));
        if (recipe.model().head() == Head.FACTORIZATION) {
            // Its pairs are of whole factors: there is no input to drop from.
            ranges.put("id-dropout", choice("0", "0.05", "0.1", "0.2"));
        } else {
            ranges.put("dropout", choice("0", "0.1", "0.2", "0.3"));
        }
        if ("softmax".equals(settings.get("loss"))) {
            if (recipe.model().head().isUnit()) { // vectors of any length learn theirs
                ranges.put("temperature", new Range.LogUniform(0.04, 0.2));
            }
            ranges.put("negatives", choice("128", "256", "512", "1024"));
            ranges.put("log-q", choice("0.5", "0.75", "1", "1.2", "1.4"));
        } else {
            ranges.put("negatives", choice("1", "2", "4", "8"));
        }
        if (isOn(settings, "pretraining-sweeps")) {
            ranges.put("wals-unobserved", new Range.LogUniform(3e-3, 1));
            ranges.put("wals-regularization", new Range.LogUniform(0.1, 1));
        }
        if (isOn(settings, "augmented")) {
            ranges.put("mimic-user", choice("0.1", "0.5", "1"));
            ranges.put("mimic-item", choice("0.1", "0.5", "1"));
        }
        if (isOn(settings, "alignment")) {
            ranges.put("alignment", choice("0.1", "0.5", "1", "2"));
        }
        if (isOn(settings, "interests")) {
            ranges.put("interests", choice("2", "3", "4"));
            ranges.put("interest-history", choice("10", "20", "50"));
            ranges.put("routing-iterations", choice("1", "2", "3"));
            ranges.put("attention-power", choice("1", "2", "hard"));
        }
        return new SearchSpace(ranges);
    }

    private static boolean isOn(Map<String, String> settings, String key) {
        return Double.parseDouble(settings.getOrDefault(key, "0")) > 0;
    }

    private static Range choice(String... values) {
        return new Range.Choice(List.of(values));
    }

    /** {@return the space without some settings, which the user has fixed} */
    SearchSpace without(Set<String> keys) {
        Map<String, Range> rest = new LinkedHashMap<>(ranges);
        rest.keySet().removeAll(keys);
        return new SearchSpace(rest);
    }

    /**
     * The settings of a trial.
     *
     * @param trial number of the trial, from 0
     * @param seed selects the draws
     * @return values by the names of the settings; none for trial 0
     */
    Map<String, String> draw(int trial, long seed) {
        Map<String, String> settings = new LinkedHashMap<>();
        if (trial > 0) {
            ranges.forEach((key, range) -> {
                SplittableRandom random = new SplittableRandom(31 * (31 * seed + trial) + key.hashCode());
                settings.put(key, range.draw(random.split()));
            });
        }
        return settings;
    }
}
