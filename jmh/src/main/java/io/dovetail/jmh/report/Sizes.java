package io.dovetail.jmh.report;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes that the parameters of a benchmark name. */
final class Sizes {
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,12}) ?([kmg]?)(i?b)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern LAYER = Pattern.compile("(\\d{1,9})x(\\d{1,9})");
    private static final int FLOAT = 4;
    private static final double KIBI = 1024;

    private Sizes() {}

    /** A whole number, if the text is one. */
    static Optional<Integer> number(String text) {
        return text.matches("\\d{1,9}") ? Optional.of(Integer.valueOf(text)) : Optional.empty();
    }

    /**
     * The size of a working set, from the first parameter that tells one: by its name ({@code kilobytes=64}, {@code
     * floats=4096}) or by its value ({@code size=64KiB}).
     */
    static OptionalDouble workingSet(Map<String, String> params) {
        for (Map.Entry<String, String> param : params.entrySet()) {
            Matcher amount = AMOUNT.matcher(param.getValue());
            if (amount.matches() && !param.getKey().equals("threads")) {
                double unit = unit(param.getKey().toLowerCase(Locale.ROOT), amount.group(2));
                boolean told =
                        unit > 1 || amount.group(3) != null || param.getKey().endsWith("bytes");
                if (told) {
                    return OptionalDouble.of(Double.parseDouble(amount.group(1)) * unit);
                }
            }
        }
        return OptionalDouble.empty();
    }

    private static double unit(String name, String prefix) {
        if (!prefix.isEmpty()) {
            return Math.pow(KIBI, 1 + "kmg".indexOf(prefix.toLowerCase(Locale.ROOT)));
        }
        if (name.matches("kilobytes|kib|kb")) {
            return KIBI;
        }
        if (name.matches("megabytes|mib|mb")) {
            return KIBI * KIBI;
        }
        return name.matches("floats|elements") ? FLOAT : 1;
    }

    /**
     * The bytes that a product must move at least, if the parameters name its shape: both operands read and the result
     * written once. The shape is {@code m}, {@code n} and {@code k}, or {@code rows} and a {@code layer} as 96x256, or the
     * {@code size} of square matrices.
     */
    static OptionalDouble leastTraffic(Map<String, String> params) {
        Matcher layer = LAYER.matcher(params.getOrDefault("layer", ""));
        String square = params.getOrDefault("size", "");
        Optional<Integer> m = number(params.getOrDefault("m", params.getOrDefault("rows", square)));
        Optional<Integer> k = number(layer.matches() ? layer.group(1) : params.getOrDefault("k", square));
        Optional<Integer> n = number(layer.matches() ? layer.group(2) : params.getOrDefault("n", square));
        if (m.isEmpty() || k.isEmpty() || n.isEmpty()) {
            return OptionalDouble.empty();
        }
        double left = (double) m.get() * k.get();
        double right = (double) k.get() * n.get();
        double product = (double) m.get() * n.get();
        return OptionalDouble.of(FLOAT * (left + right + product));
    }
}
