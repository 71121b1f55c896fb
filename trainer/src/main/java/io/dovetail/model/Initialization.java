package io.dovetail.model;

/** How embeddings, weights and biases begin. */
public enum Initialization {
    /**
     * Weights uniform with variance {@code 2 / inputs} (He et al., 2015), embeddings with deviation 0.05, biases 0.01, so
     * that no unit is born dead.
     */
    HE(0.05, 0.01f),
    /**
     * Orthogonal weights in mirrored pairs, so that the tower starts as a linear map in spite of its ReLUs (Balduzzi et al.,
     * "The shattered gradients problem", ICML 2017); embeddings with deviation 0.01, biases 0.
     */
    LOOKS_LINEAR(0.01, 0),
    /**
     * The same, where both towers map the embeddings of items (their ids' and, with {@link HistorySpec.Table#ITEM_ID}, those
     * of a user's history) to vectors by one rotation: the score of an item begins as the inner product of its embedding and
     * those of the user's items, beside what is small noise, so that what {@code pretraining-sweeps} found is not to be
     * learned again. Where a layer is narrower, by pairs, than the last, the two maps agree in part.
     */
    ALIGNED(0.01, 0);

    private final double embeddingDeviation;
    private final float bias;

    Initialization(double embeddingDeviation, float bias) {
        this.embeddingDeviation = embeddingDeviation;
        this.bias = bias;
    }

    double embeddingDeviation() {
        return embeddingDeviation;
    }

    float bias() {
        return bias;
    }
}
