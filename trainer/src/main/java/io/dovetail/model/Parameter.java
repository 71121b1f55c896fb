package io.dovetail.model;

import io.dovetail.kernels.Matrix;

/**
 * A named matrix that training changes.
 *
 * @param name unique within a model, as {@code user.id} or {@code item.layer1.weight}
 * @param updates which part of it a step changes
 * @param value the numbers
 */
public record Parameter(String name, Updates updates, Matrix value) {

    /** Which part of a parameter a training step changes. */
    public enum Updates {
        /** Every element, as for the weights of a layer. */
        ALL,
        /** The rows that the batch looked up, as for an embedding table. */
        ROWS
    }
}
