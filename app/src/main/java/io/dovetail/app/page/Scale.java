package io.dovetail.app.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * An axis of numbers with round ticks.
 *
 * @param low the first tick
 * @param step distance of two ticks, above 0
 * @param steps number of steps, at least 1
 */
public record Scale(double low, double step, int steps) {
    private static final int MOST_STEPS = 5;

    /** The least span, as a share of the greatest value: what differs by less is not blown up. */
    private static final double LEAST_SPAN = 0.02;

    /**
     * A scale that holds 0 and all values.
     *
     * @param values those that are no finite numbers do not count
     * @return the scale
     */
    public static Scale fromZero(DoubleStream values) {
        return around(DoubleStream.concat(DoubleStream.of(0), values));
    }

    /**
     * A scale that holds all values.
     *
     * @param values those that are no finite numbers do not count
     * @return the scale
     */
    public static Scale around(DoubleStream values) {
        double[] finite = values.filter(Double::isFinite).toArray();
        double least = DoubleStream.of(finite).min().orElse(0);
        double greatest = DoubleStream.of(finite).max().orElse(1);
        double size = Math.max(Math.abs(least), Math.abs(greatest));
        double room = size == 0 ? 1 : (LEAST_SPAN * size - (greatest - least)) / 2;
        if (room > 0) {
            greatest += room;
            least -= size == 0 ? 0 : room;
        }
        double step = roundStep((greatest - least) / MOST_STEPS);
        double low = Math.floor(least / step + 1e-9) * step;
        int steps = (int) Math.max(1, Math.ceil((greatest - low) / step - 1e-9));
        return new Scale(low, step, steps);
    }

    /** The least of 1, 2, 5 times a power of ten that is not below. */
    private static double roundStep(double step) {
        double power = Math.pow(10, Math.floor(Math.log10(step)));
        double factor = step / power;
        return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
    }

    /** {@return the ticks, ascending} */
    public List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        for (int i = 0; i <= steps; i++) {
            ticks.add(low + i * step);
        }
        return ticks;
    }

    /**
     * Where a value lies.
     *
     * @param value a number
     * @return 0 at the first tick, 1 at the last
     */
    public double share(double value) {
        return (value - low) / (steps * step);
    }

    /**
     * A tick as text, with as many decimals as the step needs.
     *
     * @param tick one of {@link #ticks}
     * @return its label
     */
    public String label(double tick) {
        int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
        return String.format(Locale.ROOT, "%,." + decimals + "f", tick);
    }
}
