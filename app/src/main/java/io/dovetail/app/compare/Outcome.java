package io.dovetail.app.compare;

import io.dovetail.eval.Scope;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What came of a training.
 *
 * @param settings of the recipe; empty for popularity
 * @param epoch number of epochs that were best on valid, which the judged model was trained for
 * @param validHr100 HR@100 on valid in that epoch; NaN for popularity
 * @param seconds wall time of training: of the epochs of the judged model alone
 * @param allSeconds wall time of everything: selection, evaluation, files
 * @param warnings that were given, distinct
 * @param failure why there is no figure; empty if there is
 * @param ranks of the targets by user, 0 for who is not ranked, by what they are ranked among; empty for a trial of a search
 */
record Outcome(
        Map<String, String> settings,
        int epoch,
        double validHr100,
        double seconds,
        double allSeconds,
        List<String> warnings,
        String failure,
        Map<Scope, int[]> ranks) {

    Outcome {
        warnings = List.copyOf(warnings);
        Map<Scope, int[]> copy = new EnumMap<>(Scope.class);
        copy.putAll(ranks);
        ranks = copy;
    }

    boolean failed() {
        return !failure.isEmpty();
    }

    Outcome withoutRanks() {
        return new Outcome(settings, epoch, validHr100, seconds, allSeconds, warnings, failure, Map.of());
    }
}
