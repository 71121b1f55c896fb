package io.dovetail.train;

import io.dovetail.model.Head;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Tells from an epoch's figures what is wrong with a training, why, and what to do. A collapse is told after each epoch,
 * all else once. Not thread-safe.
 */
final class Diagnosis {
    private static final double LN_2 = Math.log(2);

    /** A loss as near to ln 2 as this has learned nothing: a score of 0.01 on every positive would take it further. */
    private static final double STUCK = 1e-3;

    private static final int STUCK_EPOCHS = 2;
    private static final double MUCH_ZERO = 0.01;
    private static final double MANY_DEAD = 0.5;

    private final Recipe recipe;
    private final Set<String> told = new HashSet<>();
    private int stuckFor;

    Diagnosis(Recipe recipe) {
        this.recipe = recipe;
    }

    /** The warnings of an epoch; epochs are given in order. */
    List<String> of(EpochReport report) {
        List<String> warnings = new ArrayList<>();
        Embeddings.Health health = report.health();
        boolean collapsed = health != null && health.collapsed();
        if (health != null && collapsed) {
            warnings.add(collapse(health));
        }
        if (health != null && !collapsed && Math.max(health.zeroUsers(), health.zeroItems()) >= MUCH_ZERO) {
            tellOnce("zero rows", zeroRows(health), warnings);
        }
        stuckFor = isStuck(report) ? stuckFor + 1 : 0;
        if (stuckFor >= STUCK_EPOCHS && !collapsed) {
            tellOnce("stuck", stuck(), warnings);
        }
        for (Map.Entry<String, Double> layer : report.vitals().deadUnits().entrySet()) {
            if (layer.getValue() >= MANY_DEAD) {
                tellOnce(layer.getKey(), dead(layer.getKey(), layer.getValue()), warnings);
            }
        }
        return warnings;
    }

    private void tellOnce(String kind, String warning, List<String> warnings) {
        if (told.add(kind)) {
            warnings.add(warning);
        }
    }

    private boolean isStuck(EpochReport report) {
        return recipe.wals().isEmpty()
                && recipe.train().loss().kind() == LossSpec.Kind.BCE
                && Math.abs(report.losses().objective() - LN_2) < STUCK;
    }

    private String collapse(Embeddings.Health health) {
        String seen = String.format(
                Locale.ROOT,
                "the outputs have collapsed: a user's scores spread over %.4f only, so they tell no items apart "
                        + "(%.0f %% of the users and %.0f %% of the items have an all-zero vector).",
                health.scoreSpread(),
                100 * health.zeroUsers(),
                100 * health.zeroItems());
        if (recipe.wals().isPresent()) {
            return seen + " Try a smaller wals-regularization.";
        }
        return switch (recipe.model().head()) {
            case RELU -> seen + literalHead();
            case LINEAR, LINEAR_SCALED -> seen + " Try a smaller learning-rate, or loss=softmax with sampling=mixed.";
            case DOT, FACTORIZATION ->
                seen + " Vectors without a norm begin short and have not grown: try a larger learning-rate or"
                        + " table-rate, or initialization=he.";
        };
    }

    private String stuck() {
        String seen = "the main loss has stayed at ln 2 = 0.693 for " + STUCK_EPOCHS
                + " epochs: what binary cross-entropy gives when every score is 0, so nothing is learned.";
        return recipe.model().head() == Head.RELU
                ? seen + literalHead()
                : seen + " Try a larger learning-rate, "
                        + (recipe.model().head() == Head.LINEAR_SCALED ? "" : "head=linear-scaled, ")
                        + "or loss=softmax with sampling=mixed.";
    }

    private String literalHead() {
        return " With head=relu scores lie in [0, 1]: a negative pushes down with a gradient of at least 0.5 "
                + "and a positive lifts with at most 0.5, so "
                + recipe.train().loss().negatives()
                + " negatives per positive drive users and items to zero or onto different axes, where every score"
                + " is 0, ReLU passes no gradient and the loss stays at ln 2 = 0.693. Try the recipe"
                + " dat-paper-trainable, or head=linear-scaled.";
    }

    private String zeroRows(Embeddings.Health health) {
        String seen = String.format(
                Locale.ROOT,
                "%.1f %% of the users and %.1f %% of the items have an all-zero vector: all their scores are 0,"
                        + " so their order is arbitrary.",
                100 * health.zeroUsers(),
                100 * health.zeroItems());
        if (recipe.wals().isPresent()) {
            return seen + " They have no event to learn from, and least squares know an id by its events alone: leave"
                    + " them out, or train a model that reads features.";
        }
        return seen
                + (recipe.model().head() == Head.RELU
                        ? " The ReLU of the last layer makes them and passes no gradient to undo it: try head=linear"
                                + " or head=linear-scaled."
                        : " Try a smaller learning-rate.");
    }

    private String dead(String layer, double share) {
        return String.format(
                        Locale.ROOT,
                        "%.0f %% of the units of %s are dead: 0 for every entity of a sample, so that no gradient"
                                + " reaches them any more.",
                        100 * share,
                        layer)
                + " Try a smaller learning-rate, initialization=looks-linear"
                + (recipe.model().head() == Head.RELU
                        ? ", or head=linear for the last layer."
                        : ", or narrower layers.");
    }
}
