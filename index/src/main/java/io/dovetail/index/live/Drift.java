package io.dovetail.index.live;

/**
 * How well the lists fit the vectors written since they were trained. A vector is far if it is farther from the nearest
 * centroid than 95 % of the vectors were when the index was built.
 *
 * @param written vectors written since training and sorted into lists; the newest few thousand may not count yet
 * @param far how many of them are far
 */
public record Drift(long written, long far) {

    /** Share of far vectors at training, by definition. */
    public static final double EXPECTED = 0.05;

    private static final double TOO_MANY = 0.15;
    private static final long ENOUGH = 1_000;

    /** {@return the share of far vectors, 0 if none were written} */
    public double share() {
        return written == 0 ? 0 : (double) far / written;
    }

    /**
     * Whether to train anew: at least 1,000 vectors were written, and more than 15 % of them are far, three times as many as
     * were at training.
     *
     * @return true if it is time
     */
    public boolean retrain() {
        return written >= ENOUGH && share() > TOO_MANY;
    }

    Drift plus(Drift other) {
        return new Drift(written + other.written, far + other.far);
    }
}
