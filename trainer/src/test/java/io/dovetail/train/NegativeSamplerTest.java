package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.train.NegativeSampler.LogUniform;
import io.dovetail.train.NegativeSampler.Uniform;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is drawn is what the correction takes it to be. */
final class NegativeSamplerTest {
    private static final int[] COUNTS = {3, 0, 9, 3, 1, 0, 9};
    private static final List<NegativeSampler> ALL = List.of(new Uniform(COUNTS.length), LogUniform.of(COUNTS));
    private static final int DRAWS = 200_000;

    @Test
    void probabilitiesSumToOne() {
        for (NegativeSampler sampler : ALL) {
            double sum = 0;
            for (int item = 0; item < COUNTS.length; item++) {
                sum += sampler.probability(item);
            }
            assertEquals(1, sum, 1e-12);
        }
    }

    /** Shares of 200,000 draws have a deviation of at most 0.0012; five of them are allowed. */
    @Test
    void sharesOfDrawsAreTheProbabilities() {
        for (NegativeSampler sampler : ALL) {
            int[] drawn = new int[COUNTS.length];
            SplittableRandom random = new SplittableRandom(3);
            for (int i = 0; i < DRAWS; i++) {
                drawn[sampler.draw(random)]++;
            }
            for (int item = 0; item < COUNTS.length; item++) {
                assertEquals(sampler.probability(item), drawn[item] / (double) DRAWS, 0.006, sampler + " " + item);
            }
        }
    }

    @Test
    void popularItemsRankFirstAndTheFirstOfEquals() {
        NegativeSampler sampler = LogUniform.of(COUNTS);
        int[] order = {2, 6, 0, 3, 4, 1, 5};
        for (int rank = 1; rank < order.length; rank++) {
            assertTrue(sampler.probability(order[rank]) < sampler.probability(order[rank - 1]));
        }
        assertEquals(Math.log(2) / Math.log(8), sampler.probability(2), 1e-12);
    }
}
