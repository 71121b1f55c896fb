package io.dovetail.model;

import java.util.List;

/**
 * The shape of a model.
 *
 * <p>A side without layers has no network: its vector is the sum of the embeddings of its blocks, which then are as wide as
 * the vector.
 *
 * @param embedding width of the embedding of an id or a feature, the number of factors with {@link Head#FACTORIZATION}; in [1, 65536], as all sizes here
 * @param augmented width of the augmented vectors: 0 for none (the plain two-tower), else the output dimension
 * @param layers widths of the fully connected layers of the user tower; the last is the output dimension d; empty for none
 * @param itemLayers the same of the item tower, which must come to the same d
 * @param head what follows the last layer
 * @param history what the user tower knows of a user's items
 * @param interests whether a user is several vectors, and how they come from the history; not with augmented vectors, of
 *     which a user has one
 * @param userInputs which of a user's blocks enter, beside history, interest and augmented vector
 * @param itemInputs which of an item's blocks enter, beside the augmented vector
 */
public record ModelSpec(
        int embedding,
        int augmented,
        List<Integer> layers,
        List<Integer> itemLayers,
        Head head,
        HistorySpec history,
        InterestSpec interests,
        Inputs userInputs,
        Inputs itemInputs) {

    /** What a tower is told of an entity. */
    public enum Inputs {
        /** Its id. */
        ID,
        /** Its columns in the data set. */
        FEATURES,
        /** Both. */
        ID_FEATURES;

        boolean hasId() {
            return this != FEATURES;
        }

        boolean hasFeatures() {
            return this != ID;
        }
    }

    static final int MOST = 1 << 16;

    /** Checks the ranges. */
    public ModelSpec {
        layers = List.copyOf(layers);
        itemLayers = List.copyOf(itemLayers);
        if (!isSize(embedding)) {
            throw new IllegalArgumentException("embedding: must be in [1, " + MOST + "], is " + embedding);
        }
        requireWidths("layers", layers);
        requireWidths("item-layers", itemLayers);
        if (head == Head.RELU && (layers.isEmpty() || itemLayers.isEmpty())) {
            throw new IllegalArgumentException(
                    "head: relu needs layers on both sides to follow; give layers and item-layers, or choose another");
        }
        if (head == Head.FACTORIZATION) {
            requireFactorization(layers.isEmpty() && itemLayers.isEmpty(), "layers", "none, and item-layers too");
            requireFactorization(augmented == 0, "augmented", "0");
            requireFactorization(interests.isNone(), "interests", "0");
            requireFactorization(
                    history.lengths().isEmpty() || history.table() == HistorySpec.Table.OWN, "history-table", "own");
        }
        int dimension = width(layers, embedding);
        if (dimension != width(itemLayers, embedding)) {
            throw new IllegalArgumentException("item-layers: both sides must come to vectors of the same width; users'"
                    + " have " + described(layers, embedding, "layers") + ", items' "
                    + described(itemLayers, embedding, "item-layers"));
        }
        if (augmented != 0 && augmented != dimension) {
            throw new IllegalArgumentException("augmented: must be 0 (none) or equal the width of the vectors, "
                    + dimension + ", since it mimics the other tower's output; is " + augmented);
        }
        if (augmented != 0 && !interests.isNone()) {
            throw new IllegalArgumentException(
                    "interests: must be 0 with augmented vectors, which mimic one vector a user, is "
                            + interests.count() + "; set augmented=0, mimic-user=0 and mimic-item=0");
        }
    }

    /**
     * A model whose towers are alike, and are told all there is.
     *
     * @param embedding width of the embedding of an id or a feature
     * @param augmented width of the augmented vectors, or 0
     * @param layers widths of the layers of both towers
     * @param head what follows the last layer
     * @param history what the user tower knows of a user's items
     */
    public ModelSpec(int embedding, int augmented, List<Integer> layers, Head head, HistorySpec history) {
        this(
                embedding,
                augmented,
                layers,
                layers,
                head,
                history,
                InterestSpec.none(),
                Inputs.ID_FEATURES,
                Inputs.ID_FEATURES);
    }

    private static void requireFactorization(boolean holds, String key, String value) {
        if (!holds) {
            throw new IllegalArgumentException(
                    key + ": must be " + value + " with head=factorization, whose vectors are sums of factors");
        }
    }

    private static void requireWidths(String key, List<Integer> layers) {
        if (!layers.stream().allMatch(ModelSpec::isSize)) {
            throw new IllegalArgumentException(
                    key + ": must be widths, each in [1, " + MOST + "], or none; is " + layers);
        }
    }

    static boolean isSize(int value) {
        return value >= 1 && value <= MOST;
    }

    private static int width(List<Integer> layers, int embedding) {
        return layers.isEmpty() ? embedding : layers.getLast();
    }

    private static String described(List<Integer> layers, int embedding, String key) {
        return layers.isEmpty()
                ? embedding + " (" + key + "=none, so that of embedding)"
                : layers.getLast() + " (the last of " + key + ")";
    }

    /** {@return the width of the embeddings of the item side: its factors have a linear weight after them} */
    int itemEmbedding() {
        return head == Head.FACTORIZATION ? embedding + 1 : embedding;
    }

    /** {@return the paper's model: embeddings 32, augmented vectors 32, layers 256-128-32 with ReLU on the last} */
    public static ModelSpec paper() {
        return new ModelSpec(32, 32, List.of(256, 128, 32), Head.RELU, HistorySpec.none());
    }

    /** {@return the output dimension d: the width of the last layer or of the embeddings, one more with factorization} */
    public int dimension() {
        return width(layers, embedding) + (head == Head.FACTORIZATION ? 1 : 0);
    }
}
