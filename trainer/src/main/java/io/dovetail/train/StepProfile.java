package io.dovetail.train;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * Where the time of training steps goes. Not thread-safe.
 *
 * <p>Look-ups run inside the forward pass, on all threads, and the next batch is drawn beside the backward pass, on one of
 * them: their share is the threads' mean.
 */
public final class StepProfile {
    /** The parts of a step. */
    public enum Part {
        /** Drawing positives and negatives of the next step. */
        SAMPLING,
        /** Copying the weights into the layout of products, and the products that rows share. */
        PACKING,
        /** Collecting what the rows look up, and looking it up. */
        GATHER,
        /** The layers of both towers. */
        FORWARD,
        /** All losses and their gradients by the outputs. */
        LOSS,
        /** The gradients by the layers' inputs; on one thread also those by weights. */
        BACKWARD,
        /** The gradients by weights, unless the backward pass computes them, by biases and by rows of tables. */
        GRADIENTS,
        /** Clipping and Adam. */
        OPTIMIZER
    }

    /** One number each; arrays, as boxed ones would be made anew at each lap. */
    private final Map<Part, long[]> nanos = new EnumMap<>(Part.class);

    private long last;
    private long steps;

    /** A profile of no step. */
    StepProfile() {
        for (Part part : Part.values()) {
            nanos.put(part, new long[1]);
        }
    }

    private void add(Part part, long time) {
        Objects.requireNonNull(nanos.get(part))[0] += time;
    }

    /** Forgets all steps. */
    void clear() {
        nanos.values().forEach(time -> time[0] = 0);
        steps = 0;
    }

    /** Begins a step. */
    void begin() {
        steps++;
        last = System.nanoTime();
    }

    /** Ends a part that began when the one before ended. */
    void lap(Part part) {
        long now = System.nanoTime();
        add(part, now - last);
        last = now;
    }

    /** Counts some of a part's time as another's. */
    void move(long time, Part from, Part to) {
        add(from, -time);
        add(to, time);
    }

    /** {@return microseconds a step by part, in the order of a step; all 0 if there was none} */
    public Map<Part, Double> microseconds() {
        Map<Part, Double> times = new EnumMap<>(Part.class);
        nanos.forEach((part, time) -> times.put(part, steps == 0 ? 0 : time[0] / 1e3 / steps));
        return times;
    }

    /** {@return the number of steps} */
    public long steps() {
        return steps;
    }
}
