package io.dovetail.app.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * A logarithmic axis whose ends are 1, 2 or 5 times a power of ten.
 *
 * @param first number of the first tick: tick 3 e + i is 1, 2 or 5 times 10^e by i
 * @param last number of the last tick, above the first
 */
public record LogScale(int first, int last) {
    private static final int[] FACTORS = {1, 2, 5};

    /** More ticks than these are powers of ten alone. */
    private static final int MOST_TICKS = 8;

    /** What counts as equal to a tick. */
    private static final double TOLERANCE = 1e-9;

    /** Checks that there is an axis. */
    public LogScale {
        if (last <= first) {
            throw new IllegalArgumentException("a logarithmic axis from tick " + first + " to " + last);
        }
    }

    /**
     * The least scale that holds all values.
     *
     * @param values those that are not finite and above 0 do not count
     * @return the scale
     */
    public static LogScale around(DoubleStream values) {
        double[] counted =
                values.filter(value -> value > 0 && Double.isFinite(value)).toArray();
        double least = DoubleStream.of(counted).min().orElse(1);
        double greatest = DoubleStream.of(counted).max().orElse(1);
        int first = 3 * (int) Math.floor(Math.log10(least)) + 3;
        while (tick(first) > least * (1 + TOLERANCE)) {
            first--;
        }
        int last = first + 1;
        while (tick(last) < greatest * (1 - TOLERANCE)) {
            last++;
        }
        return new LogScale(first, last);
    }

    private static double tick(int number) {
        return FACTORS[Math.floorMod(number, 3)] * Math.pow(10, Math.floorDiv(number, 3));
    }

    /** {@return the ticks to label, ascending} */
    public List<Double> ticks() {
        boolean many = last - first >= MOST_TICKS;
        List<Double> ticks = new ArrayList<>();
        for (int number = first; number <= last; number++) {
            if (!many || Math.floorMod(number, 3) == 0) {
                ticks.add(tick(number));
            }
        }
        return ticks;
    }

    /**
     * Where a value lies.
     *
     * @param value above 0
     * @return 0 at the beginning, 1 at the end
     */
    public double share(double value) {
        return Math.log(value / tick(first)) / Math.log(tick(last) / tick(first));
    }

    /**
     * A tick as text.
     *
     * @param tick one of {@link #ticks}
     * @return its label
     */
    public String label(double tick) {
        int decimals = (int) Math.max(0, -Math.floor(Math.log10(tick) + TOLERANCE));
        return String.format(Locale.ROOT, "%,." + decimals + "f", tick);
    }
}
