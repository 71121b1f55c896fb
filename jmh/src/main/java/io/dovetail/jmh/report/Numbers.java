package io.dovetail.jmh.report;

import java.util.Locale;

/** Numbers as people read them, the same in every country. */
final class Numbers {
    private static final double KIBI = 1024;

    private Numbers() {}

    /** Three digits that tell something, and no more than the value has before its point. */
    static String figure(double value) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        double size = Math.abs(value);
        if (size == 0) {
            return "0";
        }
        int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    /** A large number with three digits that tell something, and zeros. */
    static String rounded(double value) {
        if (!Double.isFinite(value) || Math.abs(value) < 1000) {
            return figure(value);
        }
        double unit = Math.pow(10, Math.floor(Math.log10(Math.abs(value))) - 2);
        return String.format(Locale.ROOT, "%,.0f", Math.rint(value / unit) * unit);
    }

    /** A time in a fitting unit. */
    static String time(double seconds) {
        if (seconds < 1e-6) {
            return figure(seconds * 1e9) + " ns";
        }
        if (seconds < 1e-3) {
            return figure(seconds * 1e6) + " µs";
        }
        return seconds < 1 ? figure(seconds * 1e3) + " ms" : figure(seconds) + " s";
    }

    /** A size of memory in a fitting unit. */
    static String bytes(double bytes) {
        if (bytes < KIBI) {
            return figure(bytes) + " B";
        }
        if (bytes < KIBI * KIBI) {
            return whole(bytes / KIBI) + " KiB";
        }
        return bytes < KIBI * KIBI * KIBI
                ? whole(bytes / KIBI / KIBI) + " MiB"
                : whole(bytes / KIBI / KIBI / KIBI) + " GiB";
    }

    /** Bytes allocated by a call. No object has fewer than 16: less than half a byte is noise of the profiler. */
    static String allocation(double bytes) {
        return bytes < 0.5 ? "0" : figure(bytes);
    }

    /** A share as per cent. */
    static String percent(double share) {
        return String.format(Locale.ROOT, share < 0.0995 ? "%.1f %%" : "%.0f %%", 100 * share);
    }

    private static String whole(double value) {
        return value == Math.rint(value) ? String.format(Locale.ROOT, "%,.0f", value) : figure(value);
    }
}
