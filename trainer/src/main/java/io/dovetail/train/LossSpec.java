package io.dovetail.train;

/**
 * The main loss and its negatives.
 *
 * @param kind the loss
 * @param sampling where a positive's negatives come from
 * @param sampler the distribution of random negatives
 * @param negatives number of random negatives: per positive (the paper's S) with {@link Sampling#OWN}, else of the batch;
 *     drawn from all items
 * @param temperature divides the scores of the soft-max, {@code > 0}; not used by the others
 * @param logQ share λ of the logQ correction of the soft-max, in [0, 2]: where it is fitted, a score is the log-probability of
 *     the item and (λ - 1) log Q, so that above 1 popular items gain; not used by the others
 * @param calibration gBCE's t, in [0, 1]: 0 is BCE, 1 makes up for the sampling of the negatives entirely; not used by the
 *     others
 * @param hard hard negatives beside these
 */
public record LossSpec(
        Kind kind,
        Sampling sampling,
        Sampler sampler,
        int negatives,
        float temperature,
        float logQ,
        float calibration,
        HardNegativeSpec hard) {

    /** The main losses. */
    public enum Kind {
        /** Binary cross-entropy of positives and negatives (the paper's Eq. 4). */
        BCE,
        /** The same with the likelihood of a positive to a power below 1 (Petrov and Macdonald, RecSys 2023). */
        GBCE,
        /** Soft-max cross-entropy of each positive against its negatives. */
        SOFTMAX
    }

    /** Where a positive's negatives come from. */
    public enum Sampling {
        /** Random draws of its own. */
        OWN,
        /** Random draws that all positives of a batch share. */
        SHARED,
        /** Shared random draws and the items of the batch's other positives. */
        MIXED
    }

    /** The distributions of random negatives. */
    public enum Sampler {
        /** Every item alike. */
        UNIFORM,
        /** Popular items more often, log-uniform by rank; the logQ correction makes up for it. */
        POPULARITY
    }

    /** Checks the ranges; a message names the key, the value and what would do. */
    public LossSpec {
        boolean softmax = kind == Kind.SOFTMAX;
        Settings.require(
                sampling != (softmax ? Sampling.OWN : Sampling.MIXED),
                "sampling",
                Settings.name(sampling),
                softmax
                        ? "shared or mixed with loss=softmax"
                        : "own or shared with loss=" + Settings.name(kind)
                                + ", which cannot correct for how popular the items of other positives are");
        Settings.require(
                softmax || sampler == Sampler.UNIFORM,
                "sampler",
                Settings.name(sampler),
                "uniform with loss=" + Settings.name(kind) + ", which cannot correct for how popular an item is");
        int least = sampling == Sampling.MIXED ? 0 : 1;
        Settings.require(
                negatives >= least,
                "negatives",
                negatives,
                "at least " + least + " with sampling=" + Settings.name(sampling));
        Settings.require(temperature > 0, "temperature", temperature, "above 0");
        Settings.require(
                logQ >= 0 && logQ <= 2,
                "log-q",
                logQ,
                "in [0, 2]: 0 corrects nothing, 1 all, and more favours popular items");
        Settings.require(
                calibration >= 0 && calibration <= 1,
                "calibration",
                calibration,
                "in [0, 1]: 0 is bce, 1 full calibration");
    }

    /** {@return the paper's loss: BCE, S = 4} */
    public static LossSpec paper() {
        return new LossSpec(Kind.BCE, Sampling.OWN, Sampler.UNIFORM, 4, 1, 1, 0.75f, HardNegativeSpec.none());
    }

    /**
     * How many items a step draws.
     *
     * @param positives number of positives
     * @return positives and negatives, hard ones included
     */
    long draws(int positives) {
        long uniform = sampling == Sampling.OWN ? (long) positives * negatives : negatives;
        return positives + uniform + (long) positives * hard.count();
    }
}
