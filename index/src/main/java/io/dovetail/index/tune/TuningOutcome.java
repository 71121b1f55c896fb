package io.dovetail.index.tune;

import io.dovetail.index.Tuning;
import java.util.List;
import java.util.Optional;

/**
 * What a tuner found.
 *
 * @param k the number of neighbours searched for
 * @param asked the recall@k that was asked for
 * @param queries number of all queries
 * @param judging number of queries that the figures are of: those that chose nothing, or all if there are too few to halve
 * @param front the Pareto front, by ascending recall
 * @param best the greatest recall, at the least time
 * @param choice the cheapest parameters that reach the recall; empty if none do
 */
public record TuningOutcome(
        int k,
        double asked,
        int queries,
        int judging,
        List<OperatingPoint> front,
        OperatingPoint best,
        Optional<Choice> choice) {

    /**
     * Parameters that reached a recall.
     *
     * @param recall recall@k on the queries that they were chosen by, at least what was asked for
     * @param judged what they give and cost on the others
     */
    public record Choice(double recall, OperatingPoint judged) {}

    /** Copies the list. */
    public TuningOutcome {
        front = List.copyOf(front);
    }

    /** {@return whether the figures are of queries that took no part in the choice} */
    public boolean heldOut() {
        return judging < queries;
    }

    /** {@return what to store in the index; empty if the recall was not reached} */
    public Optional<Tuning> tuning() {
        return choice.map(chosen ->
                new Tuning(chosen.judged().params(), k, asked, chosen.judged().recall(), judging));
    }
}
