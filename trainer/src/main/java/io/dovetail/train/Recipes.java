package io.dovetail.train;

import io.dovetail.model.Head;
import io.dovetail.model.HistorySpec;
import io.dovetail.model.Initialization;
import io.dovetail.model.ModelSpec;
import java.util.List;
import java.util.function.Supplier;

/** The recipes that have a name. Each is a configuration of the same parts; {@link Recipe#with} changes it further. */
public final class Recipes {

    private record Named(String name, Supplier<Recipe> recipe) {}

    private static final List<Named> ALL = List.of(
            new Named("dat", Recipes::dat),
            new Named("twotower", Recipes::twoTower),
            new Named("dat-paper", Recipes::paper),
            new Named("dat-paper-trainable", Recipes::paperTrainable));

    private Recipes() {}

    /** {@return the names of the recipes that {@link #named} knows} */
    public static List<String> names() {
        return ALL.stream().map(Named::name).toList();
    }

    /**
     * A recipe by name.
     *
     * @param name one of {@link #names}
     * @return the recipe
     * @throws IllegalArgumentException naming the choices
     */
    public static Recipe named(String name) {
        return ALL.stream()
                .filter(named -> named.name.equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("model: '" + name + "' is none of " + String.join(", ", names())))
                .recipe
                .get();
    }

    /**
     * DAT as Dovetail trains it: both of the paper's mechanisms, a linear head, a soft-max over the batch and shared
     * negatives, and the user's latest items in the input. Chosen on the valid split of the bundled data.
     *
     * @return the recipe
     */
    public static Recipe dat() {
        return new Recipe(
                new ModelSpec(32, 32, List.of(256, 128, 32), Head.LINEAR, HistorySpec.of(4, 20)),
                new TrainSpec(
                        new LossSpec(
                                LossSpec.Kind.SOFTMAX,
                                LossSpec.Sampling.MIXED,
                                512,
                                0.07f,
                                1,
                                0.75f,
                                HardNegativeSpec.none()),
                        0.5f,
                        0.5f,
                        1,
                        512,
                        3,
                        2,
                        0,
                        1e-3f,
                        3,
                        RateSchedule.of(RateSchedule.Shape.LINEAR),
                        0,
                        0,
                        0.1f,
                        0,
                        TrainSpec.AugmentedInput.WHOLE,
                        Initialization.LOOKS_LINEAR,
                        1));
    }

    /** {@return {@link #dat} with both mechanisms off: no augmented vectors, no alignment} */
    public static Recipe twoTower() {
        return dat().with("augmented", "0")
                .with("mimic-user", "0")
                .with("mimic-item", "0")
                .with("alignment", "0");
    }

    /** {@return the model and training of Yu et al., DLP-KDD 2021, to the letter} */
    public static Recipe paper() {
        return new Recipe(ModelSpec.paper(), TrainSpec.paper());
    }

    /**
     * The paper's model and losses with one negative per positive: with more, the ReLU head collapses to equal scores on
     * some data, as negatives push down harder than a positive can lift.
     *
     * @return the recipe
     */
    public static Recipe paperTrainable() {
        return paper().with("negatives", "1");
    }
}
