package io.dovetail.eval;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * What each sample of users makes of a model, by {@link PairedBootstrap#sample}. A model is sampled once, however many it is
 * then compared with. Immutable.
 */
public final class SampledMeans {
    private static final double TAIL = 0.025;

    private final int[] users;
    private final Map<Measure, Double> means;
    private final Map<Measure, double[]> bySample;

    SampledMeans(int[] users, Map<Measure, Double> means, Map<Measure, double[]> bySample) {
        this.users = users;
        this.means = means;
        this.bySample = bySample;
    }

    /**
     * How much this model is better than another, by each measure.
     *
     * @param other of the same bootstrap, and of the same users
     * @return this less the other, with the percentiles 2.5 and 97.5 of the differences of the samples; NaN throughout if
     *     there is no user
     * @throws IllegalArgumentException if the other ranked other users, or was sampled otherwise
     */
    public Map<Measure, Difference> less(SampledMeans other) {
        if (!Arrays.equals(users, other.users)) {
            throw new IllegalArgumentException("bootstrap: two models that ranked different users");
        }
        Map<Measure, Difference> differences = new EnumMap<>(Measure.class);
        for (Measure measure : Measure.values()) {
            double[] first = samples(measure);
            double[] second = other.samples(measure);
            if (first.length != second.length) {
                throw new IllegalArgumentException("bootstrap: " + first.length + " samples beside " + second.length);
            }
            double[] sorted = new double[first.length];
            Arrays.setAll(sorted, sample -> first[sample] - second[sample]);
            Arrays.sort(sorted);
            double mean = Objects.requireNonNull(means.get(measure)) - Objects.requireNonNull(other.means.get(measure));
            differences.put(
                    measure, new Difference(mean, quantile(sorted, TAIL), quantile(sorted, 1 - TAIL), users.length));
        }
        return differences;
    }

    private double[] samples(Measure measure) {
        return Objects.requireNonNull(bySample.get(measure));
    }

    /** Between the two nearest order statistics. */
    private static double quantile(double[] sorted, double share) {
        double position = share * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
