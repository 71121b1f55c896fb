package io.dovetail.app.demo;

import io.dovetail.train.Recipe;
import io.dovetail.train.Recipes;
import java.util.List;

/**
 * What a demo trains.
 *
 * @param contenders the models; the first is the one that serves, the second the paper's literal setting
 * @param seed selects everything random
 */
public record DemoSetting(List<Contender> contenders, long seed) {
    private static final String RUN = "run";
    private static final String PAPER = "paper";
    private static final String TRAINABLE = "paper-trainable";

    private static final String ABOUT_DAT = "Both of the paper's mechanisms, augmented vectors that mimic the other"
            + " tower and category alignment, with a linear output, a soft-max over the batch and shared negatives, and"
            + " the latest purchases in the user's input.";
    private static final String ABOUT_PAPER = "The paper's model and training as published (ReLU on the output, binary"
            + " cross-entropy, four negatives per positive), for a few epochs only.";
    private static final String ABOUT_TRAINABLE = "The paper's model with the least change that lets it learn: one"
            + " negative per positive instead of four. For a few epochs only.";

    /**
     * A model to train.
     *
     * @param name what people call it
     * @param folder of its run, inside the demo's
     * @param about what distinguishes it, a sentence or two
     * @param recipe the model and its training
     */
    public record Contender(String name, String folder, String about, Recipe recipe) {}

    /** Copies the list. */
    public DemoSetting {
        contenders = List.copyOf(contenders);
    }

    /**
     * The whole demo: some minutes.
     *
     * @param seed selects everything random
     * @return the setting
     */
    public static DemoSetting full(long seed) {
        return of(seed, Recipes.named("dat"), 2, 3);
    }

    /**
     * The same way with less training, to see that everything works.
     *
     * @param seed selects everything random
     * @return the setting
     */
    public static DemoSetting quick(long seed) {
        return of(seed, Recipes.named("dat").with("epochs", "1"), 1, 1);
    }

    private static DemoSetting of(long seed, Recipe dat, int paperEpochs, int trainableEpochs) {
        return new DemoSetting(
                List.of(
                        new Contender("DAT, Dovetail", RUN, ABOUT_DAT, seeded(dat, seed)),
                        new Contender("DAT, paper", PAPER, ABOUT_PAPER, brief("dat-paper", paperEpochs, seed)),
                        new Contender(
                                "DAT, paper, trainable",
                                TRAINABLE,
                                ABOUT_TRAINABLE,
                                brief("dat-paper-trainable", trainableEpochs, seed))),
                seed);
    }

    private static Recipe brief(String name, int epochs, long seed) {
        return seeded(Recipes.named(name).with("epochs", Integer.toString(epochs)), seed);
    }

    private static Recipe seeded(Recipe recipe, long seed) {
        return recipe.with("seed", Long.toString(seed));
    }

    /** The folders of all runs that a demo may write. */
    static List<String> folders() {
        return List.of(RUN, PAPER, TRAINABLE);
    }
}
