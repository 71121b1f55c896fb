package io.dovetail.train;

/**
 * The power that generalised binary cross-entropy raises the likelihood of a positive to (gBCE; Petrov and Macdonald,
 * RecSys 2023): {@code beta = alpha (t (1 - 1/alpha) + 1/alpha)}, with alpha the share of the negatives that a positive is
 * held against. Few sampled negatives make a model overconfident; beta below 1 makes up for it.
 */
final class Calibration {

    private Calibration() {}

    /**
     * The power.
     *
     * @param loss the loss; its hard negatives do not count, as they are no uniform sample
     * @param items number of items
     * @return beta, in (0, 1]; 1 for plain BCE
     */
    static float beta(LossSpec loss, int items) {
        if (loss.kind() != LossSpec.Kind.GBCE) {
            return 1;
        }
        double alpha = Math.min(1, loss.negatives() / Math.max(1.0, items - 1.0));
        double t = loss.calibration();
        return (float) (alpha * (t * (1 - 1 / alpha) + 1 / alpha));
    }
}
