package io.dovetail.train;

import io.dovetail.model.Head;
import io.dovetail.model.HistorySpec;
import io.dovetail.model.Initialization;
import io.dovetail.model.InterestSpec;
import io.dovetail.model.ModelSpec;
import io.dovetail.model.ModelSpec.Inputs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The recipes that have a name. Each is a configuration of the same parts; {@link Recipe#with} changes it further. */
public final class Recipes {

    private record Named(String name, String about, Supplier<Recipe> recipe) {}

    private static final List<Named> ALL = List.of(
            new Named("dat", "DAT as Dovetail trains it", Recipes::dat),
            new Named("twotower", "dat without augmented vectors, mimic losses and alignment", Recipes::twoTower),
            new Named("dat-paper", "the DAT paper's setting to the letter", Recipes::paper),
            new Named("dat-paper-trainable", "dat-paper with one negative per positive", Recipes::paperTrainable),
            new Named("dat-scaled", "DAT of the paper, with a head that trains", Recipes::datScaled),
            new Named("dat-no-cal", "dat-scaled without category alignment", Recipes::datWithoutAlignment),
            new Named("dat-no-amm", "dat-scaled without augmented vectors and mimic losses", Recipes::datWithoutMimic),
            new Named(
                    "twotower-paper", "two-tower model of the paper: dat-scaled without both", Recipes::paperTwoTower),
            new Named(
                    "twotower-history",
                    "twotower-paper with the mean of the user's latest items",
                    Recipes::twoTowerWithHistory),
            new Named(
                    "youtubednn",
                    "YouTubeDNN: a network over the user's latest items, an embedding per item",
                    Recipes::youTubeDnn),
            new Named("mind", "MIND: several vectors per user, by routing", Recipes::mind),
            new Named("fm", "factorization machine", Recipes::factorizationMachine),
            new Named("wals", "weighted alternating least squares", Recipes::wals));

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
        return find(name).recipe.get();
    }

    /**
     * What a recipe is, in a few words.
     *
     * @param name one of {@link #names}
     * @return a phrase for people
     * @throws IllegalArgumentException naming the choices
     */
    public static String about(String name) {
        return find(name).about;
    }

    private static Named find(String name) {
        return ALL.stream()
                .filter(named -> named.name.equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("model: '" + name + "' is none of " + String.join(", ", names())));
    }

    /**
     * DAT as Dovetail trains it: both of the paper's mechanisms, a linear head, a soft-max over the batch and shared
     * negatives, the user's latest items in the input by the embeddings of the item tower, which begin with the item vectors
     * of least squares and which both towers begin by mapping alike; late events are drawn more often. Chosen by HR@100 on the
     * valid splits of five data sets, hence a {@code log-q} above 1: more of the most popular items come among the best 100.
     *
     * @return the recipe
     */
    public static Recipe dat() {
        return new Recipe(
                new ModelSpec(
                        64,
                        64,
                        List.of(256, 128, 64),
                        Head.LINEAR,
                        new HistorySpec(List.of(4, 20), HistorySpec.Table.ITEM_ID)),
                new TrainSpec(
                        new LossSpec(
                                LossSpec.Kind.SOFTMAX,
                                LossSpec.Sampling.MIXED,
                                LossSpec.Sampler.UNIFORM,
                                512,
                                0.1f,
                                1.4f,
                                0.75f,
                                HardNegativeSpec.none()),
                        0.5f,
                        0.5f,
                        0.1f,
                        TrainSpec.AlignmentEstimate.WHOLE,
                        512,
                        0.5f,
                        6,
                        2,
                        0,
                        1e-3f,
                        1,
                        RateSchedule.of(RateSchedule.Shape.LINEAR),
                        0,
                        0,
                        0.3f,
                        0,
                        TrainSpec.AugmentedInput.WHOLE,
                        Initialization.ALIGNED,
                        new PretrainingSpec(10, WalsSpec.standard()),
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

    /**
     * The paper's model and training with a head that trains at its S: no ReLU on the last layer, and a learned scale and
     * offset of the logit. The row "DAT" of its Table 2.
     *
     * @return the recipe
     */
    public static Recipe datScaled() {
        return paper().with("head", "linear-scaled");
    }

    /** {@return {@link #datScaled} without the category alignment loss: Table 2's "DAT without CAL"} */
    public static Recipe datWithoutAlignment() {
        return datScaled().with("alignment", "0");
    }

    /** {@return {@link #datScaled} without augmented vectors and mimic losses: Table 2's "DAT without AMM"} */
    public static Recipe datWithoutMimic() {
        return datScaled().withAll(Map.of("augmented", "0", "mimic-user", "0", "mimic-item", "0"));
    }

    /**
     * Two networks alone, trained as {@link #datScaled}: Table 2's "two-tower model" (Huang et al., CIKM 2013; Covington et
     * al., RecSys 2016, as the paper cites them).
     *
     * @return the recipe
     */
    public static Recipe paperTwoTower() {
        return datWithoutMimic().with("alignment", "0");
    }

    /**
     * {@link #paperTwoTower} with the mean of the user's latest 20 items in the input: the control that Table 2 lacks, since
     * a user's augmented vector comes to a mean over the user's items as well.
     *
     * @return the recipe
     */
    public static Recipe twoTowerWithHistory() {
        return paperTwoTower().with("history", "20");
    }

    /**
     * YouTubeDNN (Covington, Adams, Sargin, "Deep neural networks for YouTube recommendations", RecSys 2016): a network over
     * the mean of the user's latest items and the user's features, an output embedding per item, inner products, a soft-max
     * over shared negatives by popularity with the logQ correction. Ten negatives for a positive. The last layer is linear:
     * behind a ReLU a user could not score below 0.
     *
     * @return the recipe
     */
    public static Recipe youTubeDnn() {
        return paperTwoTower()
                .withAll(Map.ofEntries(
                        Map.entry("item-layers", "none"),
                        Map.entry("head", "dot"),
                        Map.entry("history", "20"),
                        Map.entry("user-inputs", "features"),
                        Map.entry("item-inputs", "id"),
                        Map.entry("loss", "softmax"),
                        Map.entry("sampling", "shared"),
                        Map.entry("sampler", "popularity"),
                        Map.entry("negatives", "2560"),
                        Map.entry("log-q", "1"),
                        Map.entry("temperature", "1")));
    }

    /**
     * MIND (Li et al., CIKM 2019): {@link #youTubeDnn} with up to four interests, the number that Yu et al. set for their
     * larger data, in place of the mean of the user's latest 20 items. Items are routed by the embeddings of the item side,
     * three times, and each interest goes through the network with the user's features. The attention of the label leaves the
     * best interest alone, the limit of great powers, as ComiRec's implementation of MIND does (Cen et al., KDD 2020).
     *
     * @return the recipe
     */
    public static Recipe mind() {
        return youTubeDnn()
                .withAll(Map.of(
                        "history", "none",
                        "history-table", "item-id",
                        "interests", "4",
                        "interest-history", "20",
                        "routing-iterations", "3",
                        "attention-power", "hard"));
    }

    /**
     * A factorization machine (Rendle, "Factorization Machines", ICDM 2010) for retrieval: with what depends on the user
     * alone left out, its score is an inner product of the user's sum of factors, and a 1, with the item's sum of factors,
     * and its linear and pairwise terms. 31 factors, so that vectors have 32 elements as those of the other models.
     *
     * @return the recipe
     */
    public static Recipe factorizationMachine() {
        return paperTwoTower()
                .withAll(Map.of("layers", "none", "item-layers", "same", "head", "factorization", "embedding", "31"));
    }

    /**
     * Weighted alternating least squares for implicit feedback, d = 64. The weights were chosen on the valid splits of five
     * data sets.
     *
     * @return the recipe
     */
    public static Recipe wals() {
        ModelSpec model = new ModelSpec(
                64, 0, List.of(), List.of(), Head.DOT, HistorySpec.none(), InterestSpec.none(), Inputs.ID, Inputs.ID);
        return new Recipe(model, TrainSpec.sweeps(20, 3, 0, 1), Optional.of(WalsSpec.standard()));
    }
}
