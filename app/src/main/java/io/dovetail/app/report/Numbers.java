package io.dovetail.app.report;

import java.util.Locale;

/** Numbers as people read them, the same in every country. */
final class Numbers {
    private static final String NONE = "–";

    private Numbers() {}

    /** A whole number, by thousands. */
    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** A metric or a loss, with four decimals. */
    static String figure(double value) {
        return format("%.4f", value);
    }

    /** A share as per cent, with one decimal. */
    static String percent(double share) {
        return format("%.1f %%", 100 * share);
    }

    /** A duration in seconds, with one decimal. */
    static String seconds(double seconds) {
        return format("%.1f s", seconds);
    }

    /** A number with one decimal. */
    static String decimal(double value) {
        return format("%,.1f", value);
    }

    /** A number of any size: small ones with three digits that count, large ones without decimals. */
    static String compact(double value) {
        double size = Math.abs(value);
        return size != 0 && size < 0.001
                ? format("%.2e", value)
                : size < 10 ? format("%.4f", value) : format(size < 1000 ? "%.1f" : "%,.0f", value);
    }

    private static String format(String format, double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : NONE;
    }
}
