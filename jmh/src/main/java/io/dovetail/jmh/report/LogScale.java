package io.dovetail.jmh.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A logarithmic axis.
 *
 * @param low its beginning, above 0
 * @param high its end, above {@code low}
 */
record LogScale(double low, double high) {
    private static final double[] ROUND = {1, 2, 5, 10};
    private static final int MANY = 9;

    LogScale {
        if (!(low > 0) || !(high > low)) {
            throw new IllegalArgumentException("a logarithmic axis from " + low + " to " + high);
        }
    }

    /** The least axis with ends of 1, 2 or 5 times a power of ten that holds two values and more than one tick. */
    static LogScale around(double least, double greatest) {
        double low = round(least, true);
        double high = round(greatest, false);
        return new LogScale(low, high > low ? high : 10 * low);
    }

    private static double round(double value, boolean down) {
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        double best = down ? power : 10 * power;
        for (double factor : ROUND) {
            double tick = factor * power;
            if (down ? tick <= value * (1 + 1e-9) && tick > best : tick >= value * (1 - 1e-9) && tick < best) {
                best = tick;
            }
        }
        return best;
    }

    /** {@return the ticks, ascending: 1, 2 and 5 times powers of ten, or the powers alone if those would be many} */
    List<Double> ticks() {
        List<Double> all = new ArrayList<>();
        List<Double> powers = new ArrayList<>();
        for (double power = Math.pow(10, Math.floor(Math.log10(low))); power <= high * (1 + 1e-9); power *= 10) {
            for (int i = 0; i < 3; i++) {
                double tick = ROUND[i] * power;
                if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) {
                    all.add(tick);
                    if (i == 0) {
                        powers.add(tick);
                    }
                }
            }
        }
        return all.size() <= MANY ? all : powers;
    }

    /** Where a value lies: 0 at the beginning, 1 at the end. */
    double share(double value) {
        return Math.log(value / low) / Math.log(high / low);
    }

    /** A tick as text. */
    static String label(double tick) {
        return tick >= 1 ? String.format(Locale.ROOT, "%,.0f", tick) : String.valueOf((float) tick);
    }
}
