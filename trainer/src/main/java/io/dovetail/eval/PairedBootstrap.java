package io.dovetail.eval;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The paired bootstrap over users (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, the percentile interval of
 * chapter 13): users are drawn with replacement, and a user counts with what both rankings made of it.
 *
 * <p>With several seeds a user's value is the mean over the seeds of a model, so the interval tells what other users would
 * change, given these trained models. Immutable.
 */
public final class PairedBootstrap {
    private static final double TAIL = 0.025;

    private final int resamples;
    private final long seed;

    /**
     * A bootstrap.
     *
     * @param resamples number of samples of users, at least 40, so that each tail has one
     * @param seed selects the samples
     */
    public PairedBootstrap(int resamples, long seed) {
        if (resamples < 40) {
            throw new IllegalArgumentException("bootstrap: resamples must be at least 40, is " + resamples);
        }
        this.resamples = resamples;
        this.seed = seed;
    }

    /**
     * The difference of two models by each measure.
     *
     * @param first ranks of the first model, an array per seed, by user; 0 for a user that was not ranked
     * @param second ranks of the second model, as long; the numbers of seeds may differ
     * @return first less second; NaN throughout if no user was ranked by both
     */
    public Map<Measure, Difference> differences(List<int[]> first, List<int[]> second) {
        int[] users = ranked(first, second);
        Measure[] measures = Measure.values();
        int width = measures.length;
        double[] gains = new double[users.length * width];
        for (int i = 0; i < users.length; i++) {
            for (int m = 0; m < width; m++) {
                gains[i * width + m] = gain(measures[m], first, users[i]) - gain(measures[m], second, users[i]);
            }
        }
        double[][] means = resample(gains, users.length, width);
        Map<Measure, Difference> differences = new EnumMap<>(Measure.class);
        for (int m = 0; m < width; m++) {
            int column = m;
            double mean = IntStream.range(0, users.length)
                    .mapToDouble(i -> gains[i * width + column])
                    .average()
                    .orElse(Double.NaN);
            Arrays.sort(means[m]);
            differences.put(
                    measures[m],
                    new Difference(mean, quantile(means[m], TAIL), quantile(means[m], 1 - TAIL), users.length));
        }
        return differences;
    }

    /** Users that have a rank in every array. */
    private static int[] ranked(List<int[]> first, List<int[]> second) {
        int users = first.isEmpty() ? 0 : first.getFirst().length;
        for (List<int[]> model : List.of(first, second)) {
            for (int[] ranks : model) {
                if (ranks.length != users) {
                    throw new IllegalArgumentException(
                            "bootstrap: ranks of " + ranks.length + " users beside those of " + users);
                }
            }
        }
        return IntStream.range(0, users)
                .filter(user -> first.stream().allMatch(ranks -> ranks[user] > 0)
                        && second.stream().allMatch(ranks -> ranks[user] > 0))
                .toArray();
    }

    private static double gain(Measure measure, List<int[]> seeds, int user) {
        double sum = 0;
        for (int[] ranks : seeds) {
            sum += measure.gain(ranks[user]);
        }
        return sum / seeds.size();
    }

    /** The mean of each column over each sample of rows. */
    private double[][] resample(double[] gains, int rows, int width) {
        double[][] means = new double[width][resamples];
        SplittableRandom random = new SplittableRandom(seed);
        double[] sums = new double[width];
        for (int r = 0; r < resamples; r++) {
            Arrays.fill(sums, 0);
            for (int i = 0; i < rows; i++) {
                int from = random.nextInt(rows) * width;
                for (int m = 0; m < width; m++) {
                    sums[m] += gains[from + m];
                }
            }
            for (int m = 0; m < width; m++) {
                means[m][r] = sums[m] / rows;
            }
        }
        return means;
    }

    /** Between the two nearest order statistics. */
    private static double quantile(double[] sorted, double share) {
        double position = share * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
