package io.dovetail.train;

import io.dovetail.kernels.Matrix;

/** The main loss: which pairs of a batch are scored, and what their scores cost. */
interface Objective {

    /** How the negatives of a batch are drawn. */
    enum Negatives {
        /** Each positive has its own. */
        PER_POSITIVE,
        /** All positives share them. */
        SHARED
    }

    /** {@return how this loss wants its negatives drawn} */
    Negatives negatives();

    /**
     * The number of pairs T over which the mimic losses take their mean.
     *
     * @param batch the batch
     * @return T
     */
    int pairs(Batch batch);

    /**
     * Computes the loss and its gradients.
     *
     * @param batch the batch
     * @param users p_u (positives, d)
     * @param items p_v (distinct items, d)
     * @param dUsers overwritten with the gradient by p_u
     * @param dItems overwritten with the gradient by p_v
     * @return the mean loss
     */
    double apply(Batch batch, Matrix users, Matrix items, Matrix dUsers, Matrix dItems);
}
