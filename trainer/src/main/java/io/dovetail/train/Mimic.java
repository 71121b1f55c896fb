package io.dovetail.train;

import io.dovetail.kernels.LossKernels;
import io.dovetail.model.Activations;

/**
 * The adaptive-mimic mechanism (the paper's Eq. 2): on positive pairs the augmented vector of one side is drawn to the
 * other side's output, which counts as a constant.
 *
 * <p>{@code loss_u = 1/T sum over positives |a_u - sg(p_v)|²}, and its mirror. The squared norm is summed over dimensions
 * and averaged over all T pairs, negatives included.
 */
final class Mimic {
    private final int[] ownRows;
    private double user;
    private double item;

    Mimic(int positives) {
        ownRows = new int[positives];
        for (int i = 0; i < positives; i++) {
            ownRows[i] = i;
        }
    }

    /** {@return the user mimic loss of the last step, not weighted; 0 if the model has no augmented vectors} */
    double user() {
        return user;
    }

    /** {@return the item mimic loss of the last step, not weighted; 0 if the model has no augmented vectors} */
    double item() {
        return item;
    }

    /**
     * Computes both losses and writes the gradients by the augmented vectors.
     *
     * @param kernels the kernels
     * @param spec the weights
     * @param batch the batch
     * @param pairs T
     * @param users activations of the user tower
     * @param items activations of the item tower
     */
    void apply(LossKernels kernels, TrainSpec spec, Batch batch, int pairs, Activations users, Activations items) {
        users.dAugmented().fill(0);
        items.dAugmented().fill(0);
        if (users.augmented().cols() == 0) {
            return;
        }
        user = kernels.squaredDistance(
                        users.augmented(),
                        ownRows,
                        items.output(),
                        batch.slots,
                        batch.positives,
                        spec.mimicUser() / pairs,
                        users.dAugmented())
                / pairs;
        item = kernels.squaredDistance(
                        items.augmented(),
                        batch.slots,
                        users.output(),
                        ownRows,
                        batch.positives,
                        spec.mimicItem() / pairs,
                        items.dAugmented())
                / pairs;
    }
}
