package io.dovetail.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One map of a declaration, with the path that leads to it; see {@link DatasetSpec#of} for the keys. */
final class SpecParser {
    private static final int DEFAULT_BUCKETS = 10;

    private final String path;
    private final Map<?, ?> values;

    private SpecParser(String path, Map<?, ?> values, List<String> known) {
        this.path = path;
        this.values = values;
        for (Object key : values.keySet()) {
            if (!known.contains(String.valueOf(key))) {
                throw new IllegalArgumentException(
                        "dataset: unknown key '" + path + key + "'; known are " + String.join(", ", known));
            }
        }
    }

    static DatasetSpec parse(Map<String, ?> declaration) {
        SpecParser root =
                new SpecParser("", declaration, List.of("name", "interactions", "items", "users", "kCore", "unlisted"));
        return new DatasetSpec(
                root.text("name"),
                events(root.child("interactions", List.of("user", "item", "time", "split", "rating", "minRating"))),
                side(root.child("items", List.of("id", "name", "category", "columns", "vectors"))),
                side(root.child("users", List.of("id", "name", "columns", "vectors"))),
                root.integer("kCore", 0, 0),
                root.choice(
                        "unlisted",
                        "refuse",
                        Map.of("refuse", DatasetSpec.Unlisted.REFUSE, "add", DatasetSpec.Unlisted.ADD)));
    }

    private static DatasetSpec.Events events(SpecParser map) {
        DatasetSpec.Events defaults = DatasetSpec.Events.defaults();
        return new DatasetSpec.Events(
                map.text("user").orElse(defaults.user()),
                map.text("item").orElse(defaults.item()),
                map.text("time"),
                map.text("split"),
                map.text("rating").orElse(defaults.rating()),
                map.number("minRating"));
    }

    private static DatasetSpec.Side side(SpecParser map) {
        Map<?, ?> declared = map.map("columns");
        Map<String, ColumnSpec> columns = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : declared.entrySet()) {
            String name = String.valueOf(entry.getKey());
            String path = map.path + "columns." + name + ".";
            Map<?, ?> details = entry.getValue() instanceof Map<?, ?> given
                    ? given
                    : Map.of("kind", String.valueOf(entry.getValue()));
            columns.put(name, column(path, details));
        }
        return new DatasetSpec.Side(
                map.text("id"), map.text("name"), map.text("category"), columns, vectors(map.child("vectors")));
    }

    /** A file for each name: its own name, or a map with {@code file} and {@code ids}. */
    private static Map<String, DatasetSpec.VectorSource> vectors(SpecParser map) {
        Map<String, DatasetSpec.VectorSource> vectors = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.values.entrySet()) {
            String path = map.path + entry.getKey();
            Map<?, ?> details = entry.getValue() instanceof Map<?, ?> given
                    ? given
                    : Map.of("file", String.valueOf(entry.getValue()));
            SpecParser source = new SpecParser(path + ".", details, List.of("file", "ids"));
            String file = source.text("file").orElseThrow(() -> refused(path + ".file", null, "the name of a file"));
            vectors.put(String.valueOf(entry.getKey()), new DatasetSpec.VectorSource(file, source.text("ids")));
        }
        return vectors;
    }

    private static ColumnSpec column(String path, Map<?, ?> details) {
        Map<String, List<String>> keysOfKind = Map.of(
                "ignored", List.of("kind"),
                "categorical", List.of("kind", "minCount", "hashBuckets"),
                "numeric", List.of("kind", "buckets", "boundaries"),
                "standardized", List.of("kind"),
                "vector", List.of("kind"),
                "multi-valued", List.of("kind", "minCount", "separator", "weights"));
        Object given = details.get("kind");
        String kind = String.valueOf(given);
        List<String> keys = keysOfKind.get(kind);
        if (keys == null) {
            throw refused(path + "kind", given, "one of " + String.join(", ", new TreeSet<>(keysOfKind.keySet())));
        }
        SpecParser map = new SpecParser(path, details, keys);
        return switch (kind) {
            case "categorical" -> map.categorical();
            case "standardized" -> new ColumnSpec.Standardized();
            case "vector" -> new ColumnSpec.Vector();
            case "multi-valued" ->
                new ColumnSpec.MultiValued(
                        map.integer("minCount", 1, 1), map.text("separator").orElse(","), map.text("weights"));
            case "numeric" -> map.numeric();
            default -> new ColumnSpec.Ignored();
        };
    }

    private ColumnSpec categorical() {
        if (!values.containsKey("hashBuckets")) {
            return new ColumnSpec.Categorical(integer("minCount", 1, 1));
        }
        if (values.containsKey("minCount")) {
            throw refused(path + "hashBuckets", values.get("hashBuckets"), "given without minCount");
        }
        return new ColumnSpec.Hashed(integer("hashBuckets", 1, 1));
    }

    private ColumnSpec numeric() {
        if (!values.containsKey("boundaries")) {
            return new ColumnSpec.Quantiles(integer("buckets", DEFAULT_BUCKETS, 2));
        }
        Object given = values.get("boundaries");
        if (values.containsKey("buckets") || !(given instanceof List<?> list)) {
            throw refused(path + "boundaries", given, "a list of numbers, without buckets");
        }
        List<Double> boundaries = new ArrayList<>();
        for (Object boundary : list) {
            boundaries.add(number(path + "boundaries", boundary));
        }
        return new ColumnSpec.Intervals(boundaries);
    }

    /** A map whose keys are free. */
    private SpecParser child(String key) {
        return child(key, map(key).keySet().stream().map(String::valueOf).toList());
    }

    private SpecParser child(String key, List<String> known) {
        return new SpecParser(path + key + ".", map(key), known);
    }

    private Map<?, ?> map(String key) {
        Object value = values.get(key);
        if (value == null) {
            return Map.of();
        }
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw refused(path + key, value, "a map of keys to values");
    }

    private Optional<String> text(String key) {
        Object value = values.get(key);
        if (value instanceof Map || value instanceof List) {
            throw refused(path + key, value, "a text");
        }
        return Optional.ofNullable(value).map(String::valueOf);
    }

    private OptionalDouble number(String key) {
        Object value = values.get(key);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(number(path + key, value));
    }

    private int integer(String key, int standard, int least) {
        double number = number(key).orElse(standard);
        if (number != (int) number || number < least) {
            throw refused(path + key, values.get(key), "a whole number, at least " + least);
        }
        return (int) number;
    }

    private <T> T choice(String key, String standard, Map<String, T> choices) {
        String chosen = text(key).orElse(standard);
        T choice = choices.get(chosen);
        if (choice == null) {
            throw refused(
                    path + key,
                    chosen,
                    "one of "
                            + String.join(
                                    ", ", choices.keySet().stream().sorted().toList()));
        }
        return choice;
    }

    private static double number(String where, @Nullable Object value) {
        double number = Fields.number(String.valueOf(value));
        if (Double.isNaN(number)) {
            throw refused(where, value, "a number");
        }
        return number;
    }

    private static IllegalArgumentException refused(String where, @Nullable Object value, String wanted) {
        return new IllegalArgumentException("dataset: " + where + " is '" + value + "'; it must be " + wanted);
    }
}
