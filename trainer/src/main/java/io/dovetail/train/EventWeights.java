package io.dovetail.train;

import io.dovetail.model.FittedEvents;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/**
 * How many times an epoch draws each event as a positive, in the mean: in proportion to {@code k^-recency} for the k-th latest
 * event of its user, and as many together as there are events. What is asked of a model is a user's next item, which late
 * events tell more of than early ones, and users with many events do not count as many times more. With a recency of 0 an
 * epoch draws each event once. Immutable.
 */
final class EventWeights {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    private final FittedEvents events;
    private final double[] ofAge;

    private EventWeights(FittedEvents events, double[] ofAge) {
        this.events = events;
        this.ofAge = ofAge;
    }

    /**
     * The weights of events.
     *
     * @param events at least one
     * @param recency 0 or more
     * @return the weights
     */
    static EventWeights of(FittedEvents events, double recency) {
        int most = 0;
        for (int user = 0; user < events.users(); user++) {
            most = Math.max(most, events.start(user + 1) - events.start(user));
        }
        double[] ofAge = new double[most];
        double[] upTo = new double[most + 1];
        for (int age = 0; age < most; age++) {
            ofAge[age] = StrictMath.pow(age + 1, -recency);
            upTo[age + 1] = upTo[age] + ofAge[age];
        }
        double sum = 0;
        for (int user = 0; user < events.users(); user++) {
            sum += upTo[events.start(user + 1) - events.start(user)];
        }
        double scale = events.size() / sum;
        for (int age = 0; age < most; age++) {
            ofAge[age] *= scale;
        }
        return new EventWeights(events, ofAge);
    }

    /**
     * How many times an epoch draws each item as a positive, in the mean.
     *
     * @param items number of items of the catalogue
     * @return a new array
     */
    double[] ofItems(int items) {
        double[] weights = new double[items];
        for (int user = 0; user < events.users(); user++) {
            int end = events.start(user + 1);
            for (int event = events.start(user); event < end; event++) {
                weights[events.item(event)] += ofAge[end - 1 - event];
            }
        }
        return weights;
    }

    /**
     * Draws the events of an epoch, as many as there are, in random order. They are drawn systematically: one is taken
     * whenever the sum of the weights passes a whole number, so that each event comes as often as its weight says, rounded
     * down or up.
     *
     * @param seed of the epoch
     * @param arena owner of the result
     * @return numbers of events
     */
    MemorySegment draw(long seed, Arena arena) {
        int size = events.size();
        MemorySegment order = arena.allocate(INT, size);
        SplittableRandom random = new SplittableRandom(seed);
        // A short fraction: sums of weights of 1 stay exact.
        double sum = 0x1p-20 * new SplittableRandom(~seed).nextInt(1 << 20);
        int drawn = 0;
        for (int user = 0; user < events.users(); user++) {
            int end = events.start(user + 1);
            for (int event = events.start(user); event < end; event++) {
                sum += ofAge[end - 1 - event];
                while (drawn < size && (sum >= drawn + 1 || event == size - 1)) {
                    int place = random.nextInt(drawn + 1);
                    order.setAtIndex(INT, drawn, order.getAtIndex(INT, place));
                    order.setAtIndex(INT, place, event);
                    drawn++;
                }
            }
        }
        return order;
    }
}
