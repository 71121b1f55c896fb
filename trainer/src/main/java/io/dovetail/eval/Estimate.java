package io.dovetail.eval;

import java.util.Arrays;

/**
 * A mean over independent repetitions, with its interval of 95 % by Student's t.
 *
 * @param mean mean of the values; NaN of none
 * @param margin half the width of the interval: t(0.975, n - 1) s / sqrt(n), s the unbiased deviation; NaN with fewer than
 *     2 values, of which nothing is known but the mean
 * @param count number of values
 */
public record Estimate(double mean, double margin, int count) {
    private static final double CONFIDENCE = 0.95;

    /**
     * The estimate from values.
     *
     * @param values one for each repetition
     * @return mean and interval
     */
    public static Estimate of(double... values) {
        int n = values.length;
        double mean = Arrays.stream(values).average().orElse(Double.NaN);
        if (n < 2) {
            return new Estimate(mean, Double.NaN, n);
        }
        if (Arrays.stream(values).allMatch(value -> value == values[0])) {
            // The mean of three equal values may differ from them by a rounding.
            return new Estimate(values[0], 0, n);
        }
        double squares = Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .sum();
        double deviation = Math.sqrt(squares / (n - 1));
        return new Estimate(mean, StudentT.within(CONFIDENCE, n - 1) * deviation / Math.sqrt(n), n);
    }
}
