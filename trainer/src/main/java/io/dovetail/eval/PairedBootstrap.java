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
 * change, given these trained models. Immutable. {@link SampledMeans#less} makes the differences.
 */
public final class PairedBootstrap {
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
     * What samples of users make of a model. Models whose ranks are of the same users are judged on the same samples.
     *
     * @param ranks of the model, an array per seed, by user; 0 for a user that was not ranked. Users with a rank in every
     *     array count
     * @return the means by each measure
     */
    public SampledMeans sample(List<int[]> ranks) {
        int[] users = ranked(ranks);
        Measure[] measures = Measure.values();
        int width = measures.length;
        double[] gains = new double[users.length * width];
        for (int i = 0; i < users.length; i++) {
            for (int m = 0; m < width; m++) {
                gains[i * width + m] = gain(measures[m], ranks, users[i]);
            }
        }
        double[][] samples = resample(gains, users.length, width);
        Map<Measure, double[]> bySample = new EnumMap<>(Measure.class);
        Map<Measure, Double> means = new EnumMap<>(Measure.class);
        for (int m = 0; m < width; m++) {
            int column = m;
            bySample.put(measures[m], samples[m]);
            means.put(
                    measures[m],
                    IntStream.range(0, users.length)
                            .mapToDouble(i -> gains[i * width + column])
                            .average()
                            .orElse(Double.NaN));
        }
        return new SampledMeans(users, means, bySample);
    }

    /** Users that have a rank in every array. */
    private static int[] ranked(List<int[]> seeds) {
        int users = seeds.isEmpty() ? 0 : seeds.getFirst().length;
        for (int[] ranks : seeds) {
            if (ranks.length != users) {
                throw new IllegalArgumentException(
                        "bootstrap: ranks of " + ranks.length + " users beside those of " + users);
            }
        }
        return IntStream.range(0, users)
                .filter(user -> seeds.stream().allMatch(ranks -> ranks[user] > 0))
                .toArray();
    }

    private static double gain(Measure measure, List<int[]> seeds, int user) {
        double sum = 0;
        for (int[] ranks : seeds) {
            sum += measure.gain(ranks[user]);
        }
        return sum / seeds.size();
    }

    /** The mean of each column over each sample of rows, which depend on the seed and their number alone. */
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
}
