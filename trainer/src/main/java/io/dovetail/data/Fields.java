package io.dovetail.data;

import java.util.ArrayList;
import java.util.List;

/** How the text of a field is taken apart: in one place, so that reading and later encoding agree. */
final class Fields {
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
}
