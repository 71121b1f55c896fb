package io.dovetail.app.compare;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A setting that is varied, and others that change along with it.
 *
 * @param values as text, in the order to draw them in, by the names of the settings; the first is the one that is drawn, its
 *     values are distinct, and the others have as many
 */
public record Sweep(Map<String, List<String>> values) {
    private static final String FORM = "--sweep: give a setting and its values, such as embedding=16,32,64";

    /** Copies and checks the values. */
    public Sweep {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        require(!values.isEmpty(), FORM);
        List<String> first = values.values().iterator().next();
        values.forEach((key, list) -> {
            require(!key.isBlank() && list.stream().noneMatch(String::isBlank), FORM);
            require(
                    list.size() == first.size(),
                    "--sweep: " + key + " has " + list.size() + " values beside " + first.size()
                            + "; settings that vary together need as many");
        });
        require(
                first.stream().distinct().count() == first.size(),
                "--sweep: a value of " + values.keySet().iterator().next() + " comes twice; name each once");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /**
     * Reads {@code key=v1,v2,v3}.
     *
     * @param texts what the user wrote, one for each setting
     * @return the sweep
     * @throws IllegalArgumentException with the form that is expected
     */
    public static Sweep parse(List<String> texts) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            require(equals > 0, FORM);
            List<String> list = Arrays.stream(text.substring(equals + 1).split(",", -1))
                    .map(String::strip)
                    .toList();
            String key = text.substring(0, equals).strip();
            require(values.put(key, list) == null, "--sweep: " + key + " is given twice; give its values once");
        }
        return new Sweep(values);
    }

    /** {@return the setting that is drawn} */
    String key() {
        return values.keySet().iterator().next();
    }

    /** {@return the changes of settings, one for each value; the first of each is that of {@link #key}} */
    List<Map<String, String>> variants() {
        return IntStream.range(0, values.values().iterator().next().size())
                .mapToObj(i -> {
                    Map<String, String> changes = new LinkedHashMap<>();
                    values.forEach((key, list) -> changes.put(key, list.get(i)));
                    return changes;
                })
                .toList();
    }

    @Override
    public String toString() {
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + String.join(",", entry.getValue()))
                .collect(Collectors.joining(" with "));
    }
}
