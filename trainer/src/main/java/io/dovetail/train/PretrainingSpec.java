package io.dovetail.train;

/**
 * What the embeddings of items begin with: the item vectors of weighted least squares, as wide as an embedding.
 *
 * @param sweeps number of sweeps over users and items, in [0, 1000], 0 for none: embeddings then begin as the
 *     initialization says
 * @param wals the objective of the sweeps
 */
public record PretrainingSpec(int sweeps, WalsSpec wals) {

    private static final int MOST_SWEEPS = 1000;

    /** Checks the number of sweeps. */
    public PretrainingSpec {
        Settings.require(
                sweeps >= 0 && sweeps <= MOST_SWEEPS,
                "pretraining-sweeps",
                sweeps,
                "in [0, " + MOST_SWEEPS + "], 0 for none");
    }

    /** {@return no pretraining} */
    public static PretrainingSpec none() {
        return new PretrainingSpec(0, WalsSpec.standard());
    }
}
