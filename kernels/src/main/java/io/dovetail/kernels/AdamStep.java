package io.dovetail.kernels;

/**
 * The constants of one Adam update (Kingma and Ba, 2015, Algorithm 1) with decoupled weight decay (Loshchilov and
 * Hutter, 2019).
 *
 * @param learningRate step size, {@code > 0}
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon added to the root of the corrected second moment, {@code > 0}
 * @param weightDecay decoupled weight decay; each touched parameter shrinks by {@code learningRate * weightDecay}
 * @param step number of this update, {@code >= 1}, for the bias corrections
 */
public record AdamStep(float learningRate, float beta1, float beta2, float epsilon, float weightDecay, long step) {

    /** Checks the ranges. */
    public AdamStep {
        if (!(learningRate > 0)
                || !(beta1 >= 0 && beta1 < 1)
                || !(beta2 >= 0 && beta2 < 1)
                || !(epsilon > 0)
                || !(weightDecay >= 0)
                || step < 1) {
            throw new IllegalArgumentException("adam: bad constants: learningRate " + learningRate + ", beta1 " + beta1
                    + ", beta2 " + beta2 + ", epsilon " + epsilon + ", weightDecay " + weightDecay + ", step " + step);
        }
    }

    /** {@return {@code learningRate / (1 - beta1^step)}} */
    public float correctedRate() {
        return (float) (learningRate / (1 - Math.pow(beta1, (double) step)));
    }

    /** {@return {@code 1 / sqrt(1 - beta2^step)}} */
    public float secondMomentScale() {
        return (float) (1 / Math.sqrt(1 - Math.pow(beta2, (double) step)));
    }

    /** The factor that weight decay leaves of a parameter. */
    float keep() {
        return 1 - learningRate * weightDecay;
    }
}
