package io.dovetail.train;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How settings are checked, spelled and read. */
final class Settings {

    private static final String NONE = "none";

    private Settings() {}

    /** Refuses a value by a message that names the key, what would do, and the value. */
    static void require(boolean holds, String key, Object value, String remedy) {
        if (!holds) {
            throw new IllegalArgumentException(key + ": must be " + remedy + ", is " + value);
        }
    }

    static <E extends Enum<E>> E parse(Class<E> type, String key, String value) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> name(constant).equals(value))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(key + ": '" + value + "' is none of "
                        + Arrays.stream(type.getEnumConstants())
                                .map(Settings::name)
                                .collect(Collectors.joining(", "))));
    }

    static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String join(List<Integer> numbers) {
        return numbers.isEmpty() ? NONE : numbers.stream().map(String::valueOf).collect(Collectors.joining("-"));
    }

    static List<Integer> numbers(Map<String, String> settings, String key) {
        if (NONE.equals(text(settings, key))) {
            return List.of();
        }
        try {
            return Arrays.stream(text(settings, key).split("-", -1))
                    .map(part -> Integer.valueOf(part.strip()))
                    .toList();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    key + ": '" + settings.get(key)
                            + "' is neither none nor a list of whole numbers such as 256-128-32",
                    e);
        }
    }

    static String text(Map<String, String> settings, String key) {
        String value = settings.get(key);
        if (value == null) {
            throw new IllegalArgumentException("setting '" + key + "' is missing");
        }
        return value;
    }

    static int integer(Map<String, String> settings, String key) {
        try {
            return Integer.parseInt(text(settings, key));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + ": '" + settings.get(key) + "' is no whole number", e);
        }
    }

    static long whole(Map<String, String> settings, String key) {
        try {
            return Long.parseLong(text(settings, key));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + ": '" + settings.get(key) + "' is no whole number", e);
        }
    }

    static float number(Map<String, String> settings, String key) {
        try {
            float value = Float.parseFloat(text(settings, key));
            if (Float.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + ": '" + settings.get(key) + "' is no number", e);
        }
        throw new IllegalArgumentException(key + ": '" + settings.get(key) + "' is not finite");
    }
}
