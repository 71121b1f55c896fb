package io.dovetail.eval;

import io.dovetail.data.Holdout;
import java.util.Map;

/**
 * The outcome of an evaluation.
 *
 * @param holdout which target was ranked
 * @param candidates number of users who have a target; of a sample, more than were ranked
 * @param overall over all users who were ranked
 * @param categories over the users whose target is in a category, by its name, in the order of the categories; without
 *     those that no target is in
 * @param cold over the users whose target is in the less popular half of the items, by fitted events
 * @param hot over the users whose target is in the most popular tenth of the items
 */
public record EvaluationReport(
        Holdout holdout, int candidates, Metrics overall, Map<String, Metrics> categories, Metrics cold, Metrics hot) {

    /** {@return whether only some of the users were ranked} */
    public boolean isSample() {
        return overall.users() < candidates;
    }
}
