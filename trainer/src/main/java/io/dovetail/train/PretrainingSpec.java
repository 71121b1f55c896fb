package io.dovetail.train;

/**
 * What the embeddings of items begin with: the item vectors of weighted least squares, as wide as an embedding.
 *
 * @param sweeps number of sweeps over users and items, 0 for none: embeddings then begin as the initialization says
 * @param wals the objective of the sweeps
 */
public record PretrainingSpec(int sweeps, WalsSpec wals) {

    /** Checks the number of sweeps. */
    public PretrainingSpec {
        Settings.require(sweeps >= 0, "pretraining-sweeps", sweeps, "0 (off) or more");
    }

    /** {@return no pretraining} */
    public static PretrainingSpec none() {
        return new PretrainingSpec(0, WalsSpec.standard());
    }
}
