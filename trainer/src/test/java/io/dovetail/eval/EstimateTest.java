package io.dovetail.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class EstimateTest {

    @Test
    void theIntervalIsThatOfStudentsT() {
        // Mean 2, unbiased deviation 1, t(0.975, 2) = 4.303: 4.303 / sqrt(3).
        Estimate estimate = Estimate.of(1, 2, 3);
        assertEquals(2, estimate.mean());
        assertEquals(2.4841, estimate.margin(), 1e-4);
        assertEquals(3, estimate.count());
    }

    @Test
    void ofOneValueNothingIsKnownButTheMean() {
        assertEquals(new Estimate(0.3, Double.NaN, 1), Estimate.of(0.3));
        assertEquals(new Estimate(Double.NaN, Double.NaN, 0), Estimate.of());
    }

    @Test
    void equalValuesHaveNoMargin() {
        assertEquals(new Estimate(0.25, 0, 4), Estimate.of(0.25, 0.25, 0.25, 0.25));
        // 3 * 0.1 / 3 is not 0.1.
        assertEquals(new Estimate(0.1, 0, 3), Estimate.of(0.1, 0.1, 0.1));
    }

    /** Of 4,000 intervals 95 % hold the true mean, give or take 4 deviations of a binomial share (0.0034). */
    @Test
    void theIntervalHoldsTheTrueMeanAsOftenAsItSays() {
        SplittableRandom random = new SplittableRandom(7);
        int trials = 4_000;
        int holding = 0;
        for (int i = 0; i < trials; i++) {
            Estimate estimate =
                    Estimate.of(random.nextGaussian(5, 2), random.nextGaussian(5, 2), random.nextGaussian(5, 2));
            holding += Math.abs(estimate.mean() - 5) <= estimate.margin() ? 1 : 0;
        }
        assertEquals(0.95, holding / (double) trials, 4 * 0.0034);
    }
}
