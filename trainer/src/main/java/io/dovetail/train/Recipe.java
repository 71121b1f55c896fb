package io.dovetail.train;

import io.dovetail.model.Head;
import io.dovetail.model.HistorySpec;
import io.dovetail.model.Initialization;
import io.dovetail.model.ModelSpec;
import io.dovetail.model.ModelSpec.Inputs;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A model and how to train it, as one flat list of settings: what a configuration file holds and what a run keeps.
 * {@link Recipes} has those with a name.
 *
 * @param model the shape
 * @param train the training
 */
public record Recipe(ModelSpec model, TrainSpec train) {
    /** Checks what either alone cannot. */
    public Recipe {
        Settings.require(
                model.head() != Head.FACTORIZATION || train.dropout() == 0,
                "dropout",
                train.dropout(),
                "0 with head=factorization, whose pairs are of whole factors; id-dropout and weight-decay regularise"
                        + " too");
    }

    private static final String NONE = "none";
    private static final String SAME = "same";
    private static final String VALID_USERS = "valid-users";

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
                throw new IllegalArgumentException(
                        "no setting '" + key + "'; the settings are " + String.join(", ", settings.keySet()));
            }
            settings.put(key, value.strip());
        });
        return of(settings);
    }

    /** {@return all settings as text, in a fixed order; {@link #of} reads them back} */
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("embedding", Integer.toString(model.embedding()));
        settings.put("augmented", Integer.toString(model.augmented()));
        settings.put("layers", join(model.layers()));
        settings.put("item-layers", model.itemLayers().equals(model.layers()) ? SAME : join(model.itemLayers()));
        settings.put("head", model.head().key());
        settings.put("history", join(model.history().lengths()));
        settings.put("history-table", model.history().table().key());
        settings.put("user-inputs", Settings.name(model.userInputs()));
        settings.put("item-inputs", Settings.name(model.itemInputs()));
        LossSpec loss = train.loss();
        settings.put("loss", Settings.name(loss.kind()));
        settings.put("sampling", Settings.name(loss.sampling()));
        settings.put("sampler", Settings.name(loss.sampler()));
        settings.put("negatives", Integer.toString(loss.negatives()));
        settings.put("temperature", Float.toString(loss.temperature()));
        settings.put("log-q", Float.toString(loss.logQ()));
        settings.put("calibration", Float.toString(loss.calibration()));
        settings.put("hard-negatives", Integer.toString(loss.hard().count()));
        settings.put("hard-every", Integer.toString(loss.hard().every()));
        settings.put("hard-skip", Integer.toString(loss.hard().skip()));
        settings.put("hard-pool", Integer.toString(loss.hard().pool()));
        settings.put("mimic-user", Float.toString(train.mimicUser()));
        settings.put("mimic-item", Float.toString(train.mimicItem()));
        settings.put("alignment", Float.toString(train.alignment()));
        settings.put("batch", Integer.toString(train.batch()));
        settings.put("epochs", Integer.toString(train.epochs()));
        settings.put("patience", Integer.toString(train.patience()));
        settings.put(VALID_USERS, Integer.toString(train.validUsers()));
        settings.put("learning-rate", Float.toString(train.learningRate()));
        settings.put("table-rate", Float.toString(train.tableRate()));
        settings.put("schedule", Settings.name(train.schedule().shape()));
        settings.put("warm-up", Float.toString(train.schedule().warmUp()));
        settings.put("step-epochs", Integer.toString(train.schedule().stepEpochs()));
        settings.put("step-factor", Float.toString(train.schedule().stepFactor()));
        settings.put("weight-decay", Float.toString(train.weightDecay()));
        settings.put("clip", Float.toString(train.clip()));
        settings.put("dropout", Float.toString(train.dropout()));
        settings.put("id-dropout", Float.toString(train.idDropout()));
        settings.put("augmented-input", Settings.name(train.augmentedInput()));
        settings.put("initialization", Settings.name(train.initialization()));
        settings.put("seed", Long.toString(train.seed()));
        return settings;
    }

    /**
     * Reads all settings.
     *
     * @param settings as {@link #settings} gives them, each key present but {@code valid-users}, which runs of before it
     *     lack
     * @return the recipe
     * @throws IllegalArgumentException naming the key, the value and the remedy
     */
    public static Recipe of(Map<String, String> settings) {
        ModelSpec model = new ModelSpec(
                integer(settings, "embedding"),
                integer(settings, "augmented"),
                numbers(settings, "layers"),
                numbers(settings, SAME.equals(text(settings, "item-layers")) ? "layers" : "item-layers"),
                Head.of(text(settings, "head")),
                new HistorySpec(
                        numbers(settings, "history"),
                        Settings.parse(HistorySpec.Table.class, "history-table", text(settings, "history-table"))),
                Settings.parse(Inputs.class, "user-inputs", text(settings, "user-inputs")),
                Settings.parse(Inputs.class, "item-inputs", text(settings, "item-inputs")));
        TrainSpec train = new TrainSpec(
                loss(settings),
                number(settings, "mimic-user"),
                number(settings, "mimic-item"),
                number(settings, "alignment"),
                integer(settings, "batch"),
                integer(settings, "epochs"),
                integer(settings, "patience"),
                settings.containsKey(VALID_USERS) ? integer(settings, VALID_USERS) : 0,
                number(settings, "learning-rate"),
                number(settings, "table-rate"),
                schedule(settings),
                number(settings, "weight-decay"),
                number(settings, "clip"),
                number(settings, "dropout"),
                number(settings, "id-dropout"),
                Settings.parse(TrainSpec.AugmentedInput.class, "augmented-input", text(settings, "augmented-input")),
                Settings.parse(Initialization.class, "initialization", text(settings, "initialization")),
                seed(settings));
        return new Recipe(model, train);
    }

    private static LossSpec loss(Map<String, String> settings) {
        return new LossSpec(
                Settings.parse(LossSpec.Kind.class, "loss", text(settings, "loss")),
                Settings.parse(LossSpec.Sampling.class, "sampling", text(settings, "sampling")),
                Settings.parse(LossSpec.Sampler.class, "sampler", text(settings, "sampler")),
                integer(settings, "negatives"),
                number(settings, "temperature"),
                number(settings, "log-q"),
                number(settings, "calibration"),
                new HardNegativeSpec(
                        integer(settings, "hard-negatives"),
                        integer(settings, "hard-every"),
                        integer(settings, "hard-skip"),
                        integer(settings, "hard-pool")));
    }

    private static RateSchedule schedule(Map<String, String> settings) {
        return new RateSchedule(
                Settings.parse(RateSchedule.Shape.class, "schedule", text(settings, "schedule")),
                number(settings, "warm-up"),
                integer(settings, "step-epochs"),
                number(settings, "step-factor"));
    }

    private static String join(List<Integer> numbers) {
        return numbers.isEmpty() ? NONE : numbers.stream().map(String::valueOf).collect(Collectors.joining("-"));
    }

    private static List<Integer> numbers(Map<String, String> settings, String key) {
        if (NONE.equals(text(settings, key))) {
            return List.of();
        }
        try {
            return Arrays.stream(text(settings, key).split("-", -1))
                    .map(part -> Integer.valueOf(part.strip()))
                    .toList();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    key + ": '" + settings.get(key)
                            + "' is neither none nor a list of whole numbers such as 256-128-32",
                    e);
        }
    }

    private static String text(Map<String, String> settings, String key) {
        String value = settings.get(key);
        if (value == null) {
            throw new IllegalArgumentException("setting '" + key + "' is missing");
        }
        return value;
    }

    private static int integer(Map<String, String> settings, String key) {
        try {
            return Integer.parseInt(text(settings, key));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + ": '" + settings.get(key) + "' is no whole number", e);
        }
    }

    private static long seed(Map<String, String> settings) {
        try {
            return Long.parseLong(text(settings, "seed"));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("seed: '" + settings.get("seed") + "' is no whole number", e);
        }
    }

    private static float number(Map<String, String> settings, String key) {
        try {
            float value = Float.parseFloat(text(settings, key));
            if (Float.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + ": '" + settings.get(key) + "' is no number", e);
        }
        throw new IllegalArgumentException(key + ": '" + settings.get(key) + "' is not finite");
    }
}
