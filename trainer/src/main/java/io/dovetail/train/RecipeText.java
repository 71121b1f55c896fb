package io.dovetail.train;

import static io.dovetail.train.Settings.integer;
import static io.dovetail.train.Settings.join;
import static io.dovetail.train.Settings.number;
import static io.dovetail.train.Settings.numbers;
import static io.dovetail.train.Settings.text;
import static io.dovetail.train.Settings.whole;

import io.dovetail.model.Head;
import io.dovetail.model.HistorySpec;
import io.dovetail.model.Initialization;
import io.dovetail.model.InterestSpec;
import io.dovetail.model.ModelSpec;
import io.dovetail.model.ModelSpec.Inputs;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A {@link Recipe} as text and back: the one place that knows the keys. */
final class RecipeText {
    static final String METHOD = "method";
    static final String ADAM = "adam";
    static final String WALS = "wals";

    private static final String RECENCY = "recency";
    private static final String SAME = "same";
    private static final String HARD = "hard";

    private RecipeText() {}

    /** {@return all settings of a recipe, in a fixed order} */
    static Map<String, String> write(Recipe recipe) {
        Map<String, String> settings = new LinkedHashMap<>();
        addTo(settings, recipe.model());
        TrainSpec train = recipe.train();
        settings.put(METHOD, recipe.wals().isPresent() ? WALS : ADAM);
        recipe.wals().ifPresentOrElse(wals -> addTo(settings, wals), () -> addTo(settings, train));
        settings.put("epochs", Integer.toString(train.epochs()));
        settings.put("patience", Integer.toString(train.patience()));
        settings.put("valid-users", Integer.toString(train.validUsers()));
        settings.put("seed", Long.toString(train.seed()));
        return settings;
    }

    private static void addTo(Map<String, String> settings, ModelSpec model) {
        settings.put("embedding", Integer.toString(model.embedding()));
        settings.put("augmented", Integer.toString(model.augmented()));
        settings.put("layers", join(model.layers()));
        settings.put("item-layers", model.itemLayers().equals(model.layers()) ? SAME : join(model.itemLayers()));
        settings.put("head", model.head().key());
        settings.put("history", join(model.history().lengths()));
        settings.put("history-table", Settings.name(model.history().table()));
        InterestSpec interests = model.interests();
        settings.put("interests", Integer.toString(interests.count()));
        settings.put("interest-history", Integer.toString(interests.history()));
        settings.put("routing-iterations", Integer.toString(interests.iterations()));
        settings.put(
                "attention-power", interests.power() == InterestSpec.HARD ? HARD : Float.toString(interests.power()));
        settings.put("user-inputs", Settings.name(model.userInputs()));
        settings.put("item-inputs", Settings.name(model.itemInputs()));
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
        settings.put("alignment-estimate", Settings.name(train.alignmentEstimate()));
        settings.put("batch", Integer.toString(train.batch()));
        settings.put(RECENCY, Float.toString(train.recency()));
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
        settings.put("pretraining-sweeps", Integer.toString(train.pretraining().sweeps()));
        addTo(settings, train.pretraining().wals());
    }

    /** Reads all settings, each of which must be there. */
    static Recipe read(Map<String, String> settings) {
        ModelSpec model = new ModelSpec(
                integer(settings, "embedding"),
                integer(settings, "augmented"),
                numbers(settings, "layers"),
                numbers(settings, SAME.equals(text(settings, "item-layers")) ? "layers" : "item-layers"),
                Head.of(text(settings, "head")),
                new HistorySpec(
                        numbers(settings, "history"),
                        Settings.parse(HistorySpec.Table.class, "history-table", text(settings, "history-table"))),
                interests(settings),
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
                integer(settings, "epochs"),
                integer(settings, "patience"),
                integer(settings, "valid-users"),
                whole(settings, "seed"));
    }

    private static TrainSpec training(Map<String, String> settings) {
        return new TrainSpec(
                loss(settings),
                number(settings, "mimic-user"),
                number(settings, "mimic-item"),
                number(settings, "alignment"),
                Settings.parse(
                        TrainSpec.AlignmentEstimate.class, "alignment-estimate", text(settings, "alignment-estimate")),
                integer(settings, "batch"),
                settings.containsKey(RECENCY) ? number(settings, RECENCY) : 0, // runs older than it have none
                integer(settings, "epochs"),
                integer(settings, "patience"),
                integer(settings, "valid-users"),
                number(settings, "learning-rate"),
                number(settings, "table-rate"),
                schedule(settings),
                number(settings, "weight-decay"),
                number(settings, "clip"),
                number(settings, "dropout"),
                number(settings, "id-dropout"),
                Settings.parse(TrainSpec.AugmentedInput.class, "augmented-input", text(settings, "augmented-input")),
                Settings.parse(Initialization.class, "initialization", text(settings, "initialization")),
                new PretrainingSpec(integer(settings, "pretraining-sweeps"), wals(settings)),
                whole(settings, "seed"));
    }

    private static InterestSpec interests(Map<String, String> settings) {
        return new InterestSpec(
                integer(settings, "interests"),
                integer(settings, "routing-iterations"),
                HARD.equals(text(settings, "attention-power"))
                        ? InterestSpec.HARD
                        : number(settings, "attention-power"),
                integer(settings, "interest-history"));
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
}
