package io.dovetail.train;

/** A loss or a vector is no finite number any more, or all is 0; the message names where, what and the remedy. */
public final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private DivergedException(String message) {
        super(message);
    }

    /** Throws if one of the losses of a step is not finite. */
    static void throwIfDiverged(StepLosses losses, int epoch, int step, int steps, TrainSpec spec) {
        throwIfNotFinite("main loss", losses.objective(), epoch, step, steps, spec);
        throwIfNotFinite("user mimic loss", losses.mimicUser(), epoch, step, steps, spec);
        throwIfNotFinite("item mimic loss", losses.mimicItem(), epoch, step, steps, spec);
        throwIfNotFinite("alignment loss", losses.alignment(), epoch, step, steps, spec);
    }

    /** Throws if the objective of least squares is not finite after a sweep. */
    static void throwIfUnsolvable(double objective, int epoch, WalsSpec spec) {
        if (!Double.isFinite(objective)) {
            throw new DivergedException("epoch " + epoch + ": the objective is " + objective
                    + ", as single precision could not solve for some rows; the best epoch before, if any, is kept."
                    + " Train again into another folder with a larger wals-regularization (it is "
                    + spec.regularization() + "); --resume would end here again");
        }
    }

    /** Throws if the vectors of pretraining have no deviation that a factor could make another one of. */
    static void throwIfUseless(double deviation, int sweep, PretrainingSpec spec) {
        float lambda = spec.wals().regularization();
        if (!Double.isFinite(deviation)) {
            throw new DivergedException(
                    uselessAfter(sweep, spec) + "not finite, as single precision could not solve for"
                            + " some rows. Train with a " + (lambda > 1 ? "smaller" : "larger")
                            + " wals-regularization (it is " + lambda
                            + "), or without pretraining: pretraining-sweeps=0");
        }
        if (deviation < Float.MIN_NORMAL) {
            throw new DivergedException(uselessAfter(sweep, spec) + "all 0, or next to it. Train with a smaller"
                    + " wals-regularization (it is " + lambda + ") or wals-exponent (it is "
                    + spec.wals().exponent() + "), or without pretraining: pretraining-sweeps=0");
        }
    }

    private static String uselessAfter(int sweep, PretrainingSpec spec) {
        return "pretraining-sweeps: after sweep " + sweep + " of " + spec.sweeps() + " the vectors of items are ";
    }

    private static void throwIfNotFinite(String loss, double value, int epoch, int step, int steps, TrainSpec spec) {
        if (!Double.isFinite(value)) {
            throw new DivergedException("epoch " + epoch + ", step " + step + " of " + steps + ": the " + loss + " is "
                    + value + ", so the training has stopped; the best epoch before, if any, is kept. Train again into"
                    + " another folder with a smaller learning-rate (it is " + spec.learningRate()
                    + (spec.loss().kind() == LossSpec.Kind.SOFTMAX
                            ? ") or a larger temperature (it is " + spec.loss().temperature() + ")"
                            : ")")
                    + "; --resume would end here again");
        }
    }
}
