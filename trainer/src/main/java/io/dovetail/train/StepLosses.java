package io.dovetail.train;

/** The losses of a step, or the sum of those of several, not weighted by lambda. Reused; not thread-safe. */
final class StepLosses {
    private double objective;
    private double mimicUser;
    private double mimicItem;
    private double alignment;

    void set(double objective, double mimicUser, double mimicItem, double alignment) {
        this.objective = objective;
        this.mimicUser = mimicUser;
        this.mimicItem = mimicItem;
        this.alignment = alignment;
    }

    void add(StepLosses other) {
        objective += other.objective;
        mimicUser += other.mimicUser;
        mimicItem += other.mimicItem;
        alignment += other.alignment;
    }

    double objective() {
        return objective;
    }

    double mimicUser() {
        return mimicUser;
    }

    double mimicItem() {
        return mimicItem;
    }

    double alignment() {
        return alignment;
    }

    /** {@return the mean over {@code steps} steps} */
    EpochLosses mean(int steps) {
        return new EpochLosses(objective / steps, mimicUser / steps, mimicItem / steps, alignment / steps);
    }
}
