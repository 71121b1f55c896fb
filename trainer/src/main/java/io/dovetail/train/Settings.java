package io.dovetail.train;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How settings are checked and spelled. */
final class Settings {

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
}
