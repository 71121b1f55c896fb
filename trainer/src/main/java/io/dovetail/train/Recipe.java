package io.dovetail.train;

import io.dovetail.kernels.LeastSquaresKernels;
import io.dovetail.model.Head;
import io.dovetail.model.HistorySpec;
import io.dovetail.model.Initialization;
import io.dovetail.model.ModelSpec;
import io.dovetail.model.ModelSpec.Inputs;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A model and how to train it, as one flat list of settings: what a configuration file holds and what a run keeps.
 * {@link Recipes} has those with a name.
 *
 * @param model the shape
 * @param train the training; with {@code wals} its epochs, patience, validUsers and seed alone count, and are among the settings
 * @param wals by what objective least squares solve the model; empty to train it by gradient descent with Adam
 */
public record Recipe(ModelSpec model, TrainSpec train, Optional<WalsSpec> wals) {
    private static final String NONE = "none";
    private static final String SAME = "same";
    private static final String VALID_USERS = "valid-users";
    private static final String METHOD = "method";
    private static final String ADAM = "adam";
    private static final String WALS = "wals";

    /** Checks what none alone can. */
    public Recipe {
        Settings.require(
                model.head() != Head.FACTORIZATION || train.dropout() == 0,
                "dropout",
                train.dropout(),
                "0 with head=factorization, whose pairs are of whole factors; id-dropout and weight-decay regularise"
                        + " too");
        if (wals.isPresent()) {
            String by = " with method=wals, which solves for a vector of each id and nothing else";
            Settings.require(model.layers().isEmpty(), "layers", join(model.layers()), "none" + by);
            Settings.require(model.itemLayers().isEmpty(), "item-layers", join(model.itemLayers()), "none" + by);
            Settings.require(model.head() == Head.DOT, "head", model.head().key(), Head.DOT.key() + by);
            Settings.require(model.augmented() == 0, "augmented", model.augmented(), "0" + by);
            List<Integer> history = model.history().lengths();
            Settings.require(history.isEmpty(), "history", join(history), "none" + by);
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
                    !METHOD.equals(key) || value.strip().equals(before),
                    METHOD,
                    value,
                    before + " with this model; begin with the model " + (WALS.equals(before) ? "dat" : WALS));
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
        settings.put("history-table", Settings.name(model.history().table()));
        settings.put("user-inputs", Settings.name(model.userInputs()));
        settings.put("item-inputs", Settings.name(model.itemInputs()));
        settings.put(METHOD, wals.isPresent() ? WALS : ADAM);
        if (wals.isPresent()) {
            addTo(settings, wals.get());
        } else {
            addTo(settings, train);
        }
        settings.put("epochs", Integer.toString(train.epochs()));
        settings.put("patience", Integer.toString(train.patience()));
        settings.put(VALID_USERS, Integer.toString(train.validUsers()));
        settings.put("seed", Long.toString(train.seed()));
        return settings;
    }

    private static void addTo(Map<String, String> settings, WalsSpec wals) {
        settings.put("wals-unobserved", Float.toString(wals.unobserved()));
        settings.put("wals-regularization", Float.toString(wals.regularization()));
        settings.put("wals-exponent", Float.toString(wals.exponent()));
    }

    private static void addTo(Map<String, String> settings, TrainSpec train) {
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
        return switch (text(settings, METHOD)) {
            case WALS -> new Recipe(model, walsTraining(settings), Optional.of(wals(settings)));
            case ADAM -> new Recipe(model, training(settings));
            default ->
                throw new IllegalArgumentException(
                        METHOD + ": '" + settings.get(METHOD) + "' is none of " + ADAM + ", " + WALS);
        };
    }

    private static WalsSpec wals(Map<String, String> settings) {
        return new WalsSpec(
                number(settings, "wals-unobserved"),
                number(settings, "wals-regularization"),
                number(settings, "wals-exponent"));
    }

    private static TrainSpec walsTraining(Map<String, String> settings) {
        return TrainSpec.sweeps(
                integer(settings, "epochs"), integer(settings, "patience"), validUsers(settings), seed(settings));
    }

    private static int validUsers(Map<String, String> settings) {
        return settings.containsKey(VALID_USERS) ? integer(settings, VALID_USERS) : 0;
    }

    private static TrainSpec training(Map<String, String> settings) {
        return new TrainSpec(
                loss(settings),
                number(settings, "mimic-user"),
                number(settings, "mimic-item"),
                number(settings, "alignment"),
                integer(settings, "batch"),
                integer(settings, "epochs"),
                integer(settings, "patience"),
                validUsers(settings),
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
