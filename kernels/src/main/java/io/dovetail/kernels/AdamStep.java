package io.dovetail.kernels;

/**
 * The constants of an Adam update (Kingma and Ba, 2015, Algorithm 1) with decoupled weight decay (Loshchilov and
 * Hutter, 2019). One object serves all steps of a training, see {@link #set}. Not thread-safe while it is set.
 */
public final class AdamStep {
    private final float beta1;
    private final float beta2;
    private final float epsilon;
    private final float weightDecay;
    private float learningRate;
    private long step;

    /**
     * Checks the ranges.
     *
     * @param learningRate step size, {@code > 0}
     * @param beta1 decay of the first moment, in [0, 1)
     * @param beta2 decay of the second moment, in [0, 1)
     * @param epsilon added to the root of the corrected second moment, {@code > 0}
     * @param weightDecay decoupled weight decay; each touched parameter shrinks by {@code learningRate * weightDecay}
     * @param step number of the update, {@code >= 1}, for the bias corrections
     */
    public AdamStep(float learningRate, float beta1, float beta2, float epsilon, float weightDecay, long step) {
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
        this.weightDecay = weightDecay;
        this.learningRate = learningRate;
        this.step = step;
        check();
    }

    private void check() {
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

    /**
     * Goes on to another update.
     *
     * @param newLearningRate step size, {@code > 0}
     * @param newStep number of the update, {@code >= 1}
     */
    public void set(float newLearningRate, long newStep) {
        learningRate = newLearningRate;
        step = newStep;
        check();
    }

    /** {@return the step size} */
    public float learningRate() {
        return learningRate;
    }

    /** {@return the decoupled weight decay} */
    public float weightDecay() {
        return weightDecay;
    }

    /** {@return the decay of the first moment} */
    public float beta1() {
        return beta1;
    }

    /** {@return the decay of the second moment} */
    public float beta2() {
        return beta2;
    }

    /** {@return what is added to the root of the corrected second moment} */
    public float epsilon() {
        return epsilon;
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
