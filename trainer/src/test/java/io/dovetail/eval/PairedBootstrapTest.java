package io.dovetail.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PairedBootstrapTest {
    private static final int FOUND = 1;
    private static final int MISSED = 1_000_000;

    private final PairedBootstrap bootstrap = new PairedBootstrap(2_000, 1);

    private static Map<Measure, Difference> differences(
            PairedBootstrap bootstrap, List<int[]> first, List<int[]> second) {
        return bootstrap.sample(first).less(bootstrap.sample(second));
    }

    private Difference hr100(List<int[]> first, List<int[]> second) {
        return Objects.requireNonNull(differences(bootstrap, first, second).get(Measure.HR100));
    }

    /** The first {@code found} of the users have their target at rank 1. */
    private static int[] ranks(int users, int found) {
        int[] ranks = new int[users];
        Arrays.fill(ranks, MISSED);
        Arrays.fill(ranks, 0, found, FOUND);
        return ranks;
    }

    /**
     * The second finds 400 of 1,000 users' targets, the first these and 100 more: a user's difference is 1 with probability
     * 0.1, else 0, and a sample's mean is binomial with deviation sqrt(0.09 / 1,000) = 0.009487. The interval is 0.1 within
     * 1.96 of them; its ends are quantiles of 2,000 samples, known to about 0.0006, and lie on multiples of 0.001.
     */
    @Test
    void theIntervalIsThatOfTheBinomialDistribution() {
        Difference difference = hr100(List.of(ranks(1_000, 500)), List.of(ranks(1_000, 400)));
        assertEquals(0.1, difference.mean(), 1e-12);
        assertEquals(0.1 - 1.96 * 0.009487, difference.low(), 0.0025);
        assertEquals(0.1 + 1.96 * 0.009487, difference.high(), 0.0025);
        assertEquals(1_000, difference.users());
        assertTrue(difference.isClear());
    }

    /** Unpaired, a difference of 0.01 between shares of 0.4 would have a deviation of 0.022 and not be clear. */
    @Test
    void pairingShowsWhatTwoSamplesWouldNot() {
        assertTrue(hr100(List.of(ranks(1_000, 410)), List.of(ranks(1_000, 400))).isClear());
    }

    @Test
    void aRankingDoesNotDifferFromItself() {
        int[] ranks = ranks(50, 20);
        assertEquals(new Difference(0, 0, 0, 50), hr100(List.of(ranks), List.of(ranks)));
    }

    @Test
    void seedsArePooledByUser() {
        // The two seeds of the first find one user each, the one of the second none.
        Difference difference = hr100(List.of(new int[] {1, 900}, new int[] {900, 1}), List.of(new int[] {900, 900}));
        assertEquals(new Difference(0.5, 0.5, 0.5, 2), difference);
    }

    @Test
    void usersWithoutARankDoNotCount() {
        Difference difference =
                hr100(List.of(new int[] {1, 0, 1, 1}, new int[] {1, 1, 0, 1}), List.of(new int[] {500, 0, 0, 500}));
        assertEquals(new Difference(1, 1, 1, 2), difference);
    }

    @Test
    void whatCannotBeComparedIsRefused() {
        SampledMeans means = bootstrap.sample(List.of(new int[] {1, 0, 1}));
        SampledMeans otherUsers = bootstrap.sample(List.of(new int[] {1, 1, 0}));
        SampledMeans fewerSamples = new PairedBootstrap(40, 1).sample(List.of(new int[] {1, 0, 1}));
        assertThrows(IllegalArgumentException.class, () -> means.less(otherUsers));
        assertThrows(IllegalArgumentException.class, () -> means.less(fewerSamples));
    }

    @Test
    void ofNoUserNothingIsKnown() {
        Difference difference = hr100(List.of(new int[] {0}), List.of(new int[] {0}));
        assertEquals(new Difference(Double.NaN, Double.NaN, Double.NaN, 0), difference);
        assertFalse(difference.isClear());
    }

    @Test
    void everyMeasureIsJudgedOnTheSameSamples() {
        SplittableRandom random = new SplittableRandom(2);
        int[] first = random.ints(300, 1, 300).toArray();
        int[] second = random.ints(300, 1, 300).toArray();
        Map<Measure, Difference> once = differences(bootstrap, List.of(first), List.of(second));
        Map<Measure, Difference> again = differences(new PairedBootstrap(2_000, 1), List.of(first), List.of(second));
        assertEquals(once, again);
        assertEquals(Measure.values().length, once.size());
        Map<Measure, Difference> reverse = differences(bootstrap, List.of(second), List.of(first));
        once.forEach((measure, difference) -> {
            Difference back = Objects.requireNonNull(reverse.get(measure));
            assertEquals(-difference.mean(), back.mean(), 1e-12);
            assertEquals(-difference.low(), back.high(), 1e-12);
            assertEquals(-difference.high(), back.low(), 1e-12);
        });
    }

    @Test
    void whatCannotBeJudgedIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new PairedBootstrap(39, 1));
        assertThrows(IllegalArgumentException.class, () -> bootstrap.sample(List.of(new int[2], new int[3])));
    }
}
