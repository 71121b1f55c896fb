package io.dovetail.train;

import io.dovetail.eval.EvaluationReport;
import org.jspecify.annotations.Nullable;

/**
 * What happened in an epoch.
 *
 * @param phase which part of a training
 * @param epoch number of the epoch in its phase, from 1
 * @param losses mean losses
 * @param pairs number of pairs trained
 * @param seconds wall time of the training alone
 * @param vitals figures of the model at its end
 * @param valid figures on the valid split; null while refitting, which has learned from it
 * @param health of the outputs; null while refitting
 * @param best whether this is the best epoch so far by HR@100 on valid; false while refitting
 */
@SuppressWarnings("exports") // of an annotation, which whoever compiles against this need not have
public record EpochReport(
        Phase phase,
        int epoch,
        EpochLosses losses,
        long pairs,
        double seconds,
        Vitals vitals,
        @Nullable EvaluationReport valid,
        Embeddings.@Nullable Health health,
        boolean best) {

    /** Parts of a training. */
    public enum Phase {
        /** Fits on train, judges each epoch on valid, keeps the best. */
        SELECT,
        /** Fits a new model on train and valid for as many epochs as were best. */
        REFIT
    }

    /** {@return pairs trained per second} */
    public double pairsPerSecond() {
        return pairs / Math.max(1e-9, seconds);
    }
}
