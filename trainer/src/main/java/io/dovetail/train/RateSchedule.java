package io.dovetail.train;

/**
 * How the learning rate changes over the steps: a rise from 0 in a straight line, then a shape.
 *
 * @param shape what follows the rise
 * @param warmUp epochs of the rise, a fraction allowed; 0 for none
 * @param stepEpochs with {@link Shape#STEP}, epochs from one fall to the next
 * @param stepFactor with {@link Shape#STEP}, what a fall multiplies the rate with
 */
public record RateSchedule(Shape shape, float warmUp, int stepEpochs, float stepFactor) {
    /** The shapes. */
    public enum Shape {
        /** Stays. */
        CONSTANT,
        /** Falls in a straight line to 0 at the end of the last epoch. */
        LINEAR,
        /** Falls to 0 at the end of the last epoch along half a cosine (Loshchilov and Hutter, ICLR 2017). */
        COSINE,
        /** Falls at once after every so many epochs, the rise included. */
        STEP
    }

    /** Least factor: a rate is above 0. */
    private static final double LEAST = 1e-3;

    private static final double LEAST_OF_STEPS = 1e-6;

    /** Checks the ranges; a message names the key, the value and what would do. */
    public RateSchedule {
        Settings.require(warmUp >= 0, "warm-up", warmUp, "0 (off) or more epochs");
        Settings.require(stepEpochs >= 1, "step-epochs", stepEpochs, "at least 1");
        Settings.require(stepFactor > 0 && stepFactor <= 1, "step-factor", stepFactor, "above 0 and at most 1");
    }

    /**
     * A schedule without a rise.
     *
     * @param shape the shape
     * @return the schedule; steps, if any, every 5 epochs by 0.3
     */
    public static RateSchedule of(Shape shape) {
        return new RateSchedule(shape, 0, 5, 0.3f);
    }

    /**
     * The factor of the learning rate in a step.
     *
     * @param stepsDone number of steps before it
     * @param stepsPerEpoch number of steps of an epoch
     * @param epochs greatest number of epochs
     * @return in (0, 1]
     */
    float factor(double stepsDone, int stepsPerEpoch, int epochs) {
        double rise = (double) warmUp * stepsPerEpoch;
        double risen = stepsDone < rise ? Math.min(1, (stepsDone + 1) / rise) : 1;
        double fall = (double) epochs * stepsPerEpoch - rise;
        double fallen = Math.clamp((stepsDone - rise) / fall, 0, 1);
        double left = switch (shape) {
            case CONSTANT -> 1;
            case LINEAR -> Math.max(LEAST, 1 - fallen);
            case COSINE -> Math.max(LEAST, 0.5 * (1 + StrictMath.cos(Math.PI * fallen)));
            case STEP -> {
                double falls = Math.floor(stepsDone / ((double) stepEpochs * stepsPerEpoch));
                yield Math.max(LEAST_OF_STEPS, StrictMath.pow(stepFactor, falls));
            }
        };
        return (float) (risen * left);
    }
}
