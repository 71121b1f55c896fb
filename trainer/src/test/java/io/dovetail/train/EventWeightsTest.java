package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.data.TestDatasets;
import io.dovetail.model.FittedEvents;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EventWeightsTest {
    private static final int ITEMS = 50;
    private static final Dataset DATA = TestDatasets.planted(45, ITEMS, 3, 10, 2);
    private static final FittedEvents EVENTS = FittedEvents.of(DATA.interactions(), Holdout.VALID);

    private static int[] timesDrawn(EventWeights weights, long seed) {
        MemorySegment order = weights.draw(seed, Arena.ofAuto());
        int[] times = new int[EVENTS.size()];
        for (int i = 0; i < EVENTS.size(); i++) {
            times[order.getAtIndex(ValueLayout.JAVA_INT, i)]++;
        }
        return times;
    }

    /** The definition, event by event. */
    private static double[] expected(double recency) {
        double[] weights = new double[EVENTS.size()];
        for (int event = 0; event < weights.length; event++) {
            int age = EVENTS.start(EVENTS.user(event) + 1) - event;
            weights[event] = Math.pow(age, -recency);
        }
        double sum = Arrays.stream(weights).sum();
        return Arrays.stream(weights)
                .map(weight -> weight * EVENTS.size() / sum)
                .toArray();
    }

    @Test
    void without_recency_each_event_is_drawn_once() {
        EventWeights weights = EventWeights.of(EVENTS, 0);
        int[] once = new int[EVENTS.size()];
        Arrays.fill(once, 1);
        for (long seed = 1; seed <= 50; seed++) {
            assertArrayEquals(once, timesDrawn(weights, seed));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.25, 0.5, 1, 2})
    void an_event_is_drawn_as_often_as_its_weight_says_rounded_down_or_up(double recency) {
        EventWeights weights = EventWeights.of(EVENTS, recency);
        double[] expected = expected(recency);
        for (long seed = 1; seed <= 50; seed++) {
            int[] times = timesDrawn(weights, seed);
            for (int event = 0; event < times.length; event++) {
                // 1e-9: a weight may be a whole number but for rounding.
                assertTrue(times[event] >= Math.floor(expected[event] - 1e-9), "event " + event);
                assertTrue(times[event] <= Math.ceil(expected[event] + 1e-9), "event " + event);
            }
        }
    }

    @Test
    void over_many_epochs_the_mean_is_the_weight() {
        double[] expected = expected(0.5);
        EventWeights weights = EventWeights.of(EVENTS, 0.5);
        int epochs = 4_000;
        double[] mean = new double[EVENTS.size()];
        for (long seed = 1; seed <= epochs; seed++) {
            int[] times = timesDrawn(weights, seed);
            for (int event = 0; event < mean.length; event++) {
                mean[event] += (double) times[event] / epochs;
            }
        }
        // A count is one of two neighbouring numbers, so its deviation is at most 1/2: five deviations of a mean of
        // 4,000.
        assertArrayEquals(expected, mean, 5 * 0.5 / Math.sqrt(epochs));
    }

    @Test
    void items_are_drawn_as_often_as_their_events() {
        double[] expected = new double[ITEMS];
        double[] events = expected(0.5);
        for (int event = 0; event < events.length; event++) {
            expected[EVENTS.item(event)] += events[event];
        }
        double[] found = EventWeights.of(EVENTS, 0.5).ofItems(ITEMS);
        assertArrayEquals(expected, found, 1e-9);
        assertEquals(EVENTS.size(), Arrays.stream(found).sum(), 1e-9);
    }

    @Test
    void epochs_differ_and_a_seed_draws_the_same_again() {
        EventWeights weights = EventWeights.of(EVENTS, 0.5);
        int[][] epochs = IntStream.of(1, 2, 1)
                .mapToObj(seed -> timesDrawn(weights, seed))
                .toArray(int[][]::new);
        assertArrayEquals(epochs[0], epochs[2]);
        assertFalse(Arrays.equals(epochs[0], epochs[1]));
    }
}
