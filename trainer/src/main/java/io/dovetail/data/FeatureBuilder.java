package io.dovetail.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.agrona.collections.IntArrayList;

/** Makes features of the columns of an {@link EntityTable}. */
final class FeatureBuilder {
    private static final String ATTRIBUTES = "attributes";
    private static final ColumnSpec LIST = new ColumnSpec.MultiValued(1, ",");
    private static final ColumnSpec VALUE = new ColumnSpec.Categorical(1);
    private static final ColumnSpec NUMBER = new ColumnSpec.Quantiles(10);
    private static final ColumnSpec NOTHING = new ColumnSpec.Ignored();
    private static final int MOST_NUMBERS_AS_VALUES = 50;

    private FeatureBuilder() {}

    /**
     * The features of some rows.
     *
     * @param entities the table
     * @param known what becomes of its columns; others are guessed
     * @param rows the rows that are kept, in their new order
     */
    static List<Feature> build(EntityTable entities, Map<String, ColumnSpec> known, int[] rows) {
        List<Feature> features = new ArrayList<>();
        for (String column : entities.columns()) {
            List<String> texts = entities.texts(column, rows);
            ColumnSpec given = known.get(column);
            ColumnSpec spec = given == null ? guess(column, texts) : given;
            if (!(spec instanceof ColumnSpec.Ignored)) {
                features.add(feature(column, spec, texts));
            }
        }
        return features;
    }

    /** One feature; {@code spec} is not {@link ColumnSpec.Ignored}. */
    static Feature feature(String name, ColumnSpec spec, List<String> texts) {
        return encodeAll(name, encoder(name, spec, texts), texts);
    }

    /**
     * What an unknown column is. Text that is shared by fewer than two entities on average identifies and does not
     * describe: an embedding of it would learn nothing that carries over.
     */
    private static ColumnSpec guess(String column, List<String> texts) {
        List<String> given = texts.stream().filter(text -> !text.isEmpty()).toList();
        Set<String> distinct = new HashSet<>(given);
        if (distinct.isEmpty()) {
            return NOTHING;
        }
        if (column.equals(ATTRIBUTES)) {
            return LIST;
        }
        boolean numeric = distinct.stream().noneMatch(text -> Double.isNaN(Fields.number(text)));
        if (numeric && distinct.size() > MOST_NUMBERS_AS_VALUES) {
            return NUMBER;
        }
        return numeric || 2 * distinct.size() <= given.size() ? VALUE : NOTHING;
    }

    private static FeatureEncoder encoder(String name, ColumnSpec spec, List<String> texts) {
        return switch (spec) {
            case ColumnSpec.Ignored() ->
                throw new IllegalArgumentException("feature '" + name + "': an ignored column is no feature");
            case ColumnSpec.Categorical(int minCount) ->
                new FeatureEncoder.Categorical(vocabulary(texts, FeatureBuilder::itself, minCount));
            case ColumnSpec.MultiValued(int minCount, String separator) ->
                new FeatureEncoder.MultiValued(
                        vocabulary(texts, text -> Fields.split(text, separator), minCount), separator);
            case ColumnSpec.Quantiles(int buckets) -> new FeatureEncoder.Numeric(quantiles(texts, buckets));
            case ColumnSpec.Intervals(List<Double> boundaries) ->
                new FeatureEncoder.Numeric(
                        boundaries.stream().mapToDouble(Double::doubleValue).toArray());
        };
    }

    private static List<String> itself(String text) {
        return text.isEmpty() ? List.of() : List.of(text);
    }

    /** The values that enough entities have, in the order of first appearance. */
    private static Vocabulary vocabulary(List<String> texts, Function<String, List<String>> values, int minCount) {
        Map<String, Integer> entities = new LinkedHashMap<>();
        for (String text : texts) {
            for (String value : new LinkedHashSet<>(values.apply(text))) {
                entities.merge(value, 1, Integer::sum);
            }
        }
        return Vocabulary.of(entities.keySet().stream()
                .filter(value -> entities.getOrDefault(value, 0) >= minCount)
                .toList());
    }

    /** Boundaries that put about as many numbers into each bucket; equal boundaries fall together. */
    private static double[] quantiles(List<String> texts, int buckets) {
        double[] sorted = texts.stream()
                .mapToDouble(Fields::number)
                .filter(number -> !Double.isNaN(number))
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return new double[0];
        }
        double[] boundaries = new double[buckets - 1];
        Arrays.setAll(boundaries, b -> sorted[(int) ((b + 1L) * sorted.length / buckets)]);
        return Arrays.stream(boundaries).filter(b -> b > sorted[0]).distinct().toArray();
    }

    /** Encodes every entity; each distinct text once. */
    private static Feature encodeAll(String name, FeatureEncoder encoder, List<String> texts) {
        Map<String, int[]> encoded = new HashMap<>();
        int[] start = new int[texts.size() + 1];
        IntArrayList values = new IntArrayList();
        for (int n = 0; n < texts.size(); n++) {
            for (int row : encoded.computeIfAbsent(texts.get(n), encoder::encode)) {
                values.addInt(row);
            }
            start[n + 1] = values.size();
        }
        return new Feature(name, encoder, start, values.toIntArray());
    }
}
