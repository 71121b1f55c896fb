package io.dovetail.model;

import java.util.List;

/**
 * The shape of a model.
 *
 * @param embedding width of the embedding of an id or a feature; in [1, 65536], as all sizes here
 * @param augmented width of the augmented vectors: 0 for none (the plain two-tower), else the width of the last layer
 * @param layers widths of the fully connected layers of each tower; the last is the output dimension d
 * @param head what the last layer does
 * @param history what the user tower knows of a user's items
 */
public record ModelSpec(int embedding, int augmented, List<Integer> layers, Head head, HistorySpec history) {

    static final int MOST = 1 << 16;

    /** Checks the ranges. */
    public ModelSpec {
        layers = List.copyOf(layers);
        if (!isSize(embedding)) {
            throw new IllegalArgumentException("embedding: must be in [1, " + MOST + "], is " + embedding);
        }
        if (layers.isEmpty() || !layers.stream().allMatch(ModelSpec::isSize)) {
            throw new IllegalArgumentException(
                    "layers: need at least one width, each in [1, " + MOST + "], got " + layers);
        }
        if (augmented != 0 && augmented != layers.getLast()) {
            throw new IllegalArgumentException("augmented: must be 0 (none) or equal the last layer's width "
                    + layers.getLast() + ", since it mimics the other tower's output; is " + augmented);
        }
    }

    static boolean isSize(int value) {
        return value >= 1 && value <= MOST;
    }

    /** {@return the paper's model: embeddings 32, augmented vectors 32, layers 256-128-32 with ReLU on the last} */
    public static ModelSpec paper() {
        return new ModelSpec(32, 32, List.of(256, 128, 32), Head.RELU, HistorySpec.none());
    }

    /** {@return the output dimension d} */
    public int dimension() {
        return layers.getLast();
    }
}
