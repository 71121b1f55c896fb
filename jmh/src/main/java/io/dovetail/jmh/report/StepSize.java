package io.dovetail.jmh.report;

/**
 * The size of a training step, and what it has to compute.
 *
 * @param positives of a batch; each has its negatives
 * @param threads that share the step
 */
record StepSize(int positives, int threads) {
    /** The benchmark whose results have such a size. */
    static final String BENCHMARK = "TrainStepBenchmark";

    static final int NEGATIVES = 4;

    /** Multiply-adds of one row in a tower of 96-256-128-32. */
    private static final double MULTIPLY_ADDS = 96.0 * 256 + 256 * 128 + 128 * 32;

    /** Forward, and backward to the weights and to the input. */
    private static final int PRODUCTS = 3;

    static boolean fits(Result result) {
        return result.family().equals(BENCHMARK) && result.params().containsKey("positives");
    }

    static StepSize of(Result result) {
        return new StepSize(
                Sizes.number(result.params().getOrDefault("positives", "")).orElse(1), result.team());
    }

    /** {@return the pairs of a step: each positive and its negatives} */
    int pairs() {
        return positives * (1 + NEGATIVES);
    }

    /**
     * {@return the nominal floating point operations of the towers: a row of the user tower for each positive, a row of the
     * item tower for each pair, whether or not items that occur twice are computed twice}
     */
    double flops() {
        return 2 * PRODUCTS * MULTIPLY_ADDS * (positives + pairs());
    }
}
