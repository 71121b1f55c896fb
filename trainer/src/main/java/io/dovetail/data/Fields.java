package io.dovetail.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** How the text of a field is taken apart: in one place, so that reading and later encoding agree. */
final class Fields {
    private static final Pattern BETWEEN_NUMBERS = Pattern.compile("\\s*[,;|]\\s*|\\s+");

    private Fields() {}

    /** The number that a text means, or NaN if it means none. Infinite values are none. */
    static double number(String text) {
        if (text.isBlank()) {
            return Double.NaN;
        }
        try {
            double number = Double.parseDouble(text);
            return Double.isInfinite(number) ? Double.NaN : number;
        } catch (NumberFormatException notANumber) {
            return Double.NaN;
        }
    }

    /** The values of a list without empty ones. */
    static List<String> split(String text, String separator) {
        List<String> values = new ArrayList<>();
        int from = 0;
        while (from <= text.length()) {
            int at = text.indexOf(separator, from);
            int to = at < 0 ? text.length() : at;
            String value = text.substring(from, to).strip();
            if (!value.isEmpty()) {
                values.add(value);
            }
            from = to + separator.length();
        }
        return values;
    }

    /** A value of a list and its weight: NaN where a weight is given that is none. */
    record Weighted(String value, double weight) {}

    /** The values of a list without empty ones, with their weights; 1 where there is none. */
    static List<Weighted> split(String text, String separator, Optional<String> weightSeparator) {
        List<Weighted> values = new ArrayList<>();
        for (String part : split(text, separator)) {
            int at = weightSeparator.isEmpty() ? -1 : part.lastIndexOf(weightSeparator.get());
            if (at < 0) {
                values.add(new Weighted(part, 1));
            } else if (at > 0) {
                double weight =
                        number(part.substring(at + weightSeparator.orElseThrow().length()));
                values.add(new Weighted(part.substring(0, at).strip(), weight < 0 ? Double.NaN : weight));
            }
        }
        return values;
    }

    /** The numbers of a vector; empty if the text is blank or one of them is no finite number. */
    static float[] vector(String text) {
        String inner = text.strip();
        if (inner.startsWith("[") && inner.endsWith("]")) {
            inner = inner.substring(1, inner.length() - 1).strip();
        }
        if (inner.isEmpty()) {
            return new float[0];
        }
        String[] parts = BETWEEN_NUMBERS.split(inner, -1);
        float[] vector = new float[parts.length];
        for (int i = 0; i < parts.length; i++) {
            vector[i] = (float) number(parts[i]);
            if (!Float.isFinite(vector[i])) {
                return new float[0];
            }
        }
        return vector;
    }
}
