package io.dovetail.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.agrona.collections.IntArrayList;

/** Makes features of the columns of an {@link EntityTable}; each distinct text is looked at once. */
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
        for (String name : entities.columns()) {
            TextColumn column = entities.texts(name, rows);
            ColumnSpec given = known.get(name);
            ColumnSpec spec = given == null ? guess(name, column) : given;
            if (!(spec instanceof ColumnSpec.Ignored)) {
                features.add(feature(name, spec, column));
            }
        }
        return features;
    }

    /** One feature; {@code spec} is one that gives rows of an embedding table. */
    static Feature feature(String name, ColumnSpec spec, TextColumn column) {
        return encodeAll(name, encoder(name, spec, column), column);
    }

    /**
     * What an unknown column is. Text that is shared by fewer than two entities on average identifies and does not
     * describe: an embedding of it would learn nothing that carries over.
     */
    private static ColumnSpec guess(String name, TextColumn column) {
        int[] counts = column.counts();
        int distinct = 0;
        long given = 0;
        boolean numeric = true;
        for (int text = 0; text < counts.length; text++) {
            if (counts[text] > 0) {
                distinct++;
                given += counts[text];
                numeric = numeric && !Double.isNaN(Fields.number(column.text(text)));
            }
        }
        if (distinct == 0) {
            return NOTHING;
        }
        if (name.equals(ATTRIBUTES)) {
            return LIST;
        }
        if (numeric && distinct > MOST_NUMBERS_AS_VALUES) {
            return NUMBER;
        }
        return numeric || 2L * distinct <= given ? VALUE : NOTHING;
    }

    private static FeatureEncoder encoder(String name, ColumnSpec spec, TextColumn column) {
        return switch (spec) {
            case ColumnSpec.Ignored() ->
                throw new IllegalArgumentException("feature '" + name + "': an ignored column is no feature");
            case ColumnSpec.Standardized(), ColumnSpec.Vector() ->
                throw new IllegalArgumentException("feature '" + name + "': numbers as they are have no rows");
            case ColumnSpec.Categorical(int minCount) ->
                new FeatureEncoder.Categorical(vocabulary(column, List::of, minCount));
            case ColumnSpec.Hashed(int buckets) -> new FeatureEncoder.Hashed(buckets);
            case ColumnSpec.MultiValued(int minCount, String separator, Optional<String> weights) ->
                new FeatureEncoder.MultiValued(
                        vocabulary(column, text -> values(text, separator, weights), minCount), separator, weights);
            case ColumnSpec.Quantiles(int buckets) -> new FeatureEncoder.Numeric(quantiles(column, buckets));
            case ColumnSpec.Intervals(List<Double> boundaries) ->
                new FeatureEncoder.Numeric(
                        boundaries.stream().mapToDouble(Double::doubleValue).toArray());
        };
    }

    private static List<String> values(String text, String separator, Optional<String> weights) {
        return Fields.split(text, separator, weights).stream()
                .filter(value -> value.weight() > 0)
                .map(Fields.Weighted::value)
                .toList();
    }

    /** The values that enough entities have, in the order of first appearance. */
    private static Vocabulary vocabulary(TextColumn column, Function<String, List<String>> values, int minCount) {
        int[] counts = column.counts();
        BitSet seen = new BitSet();
        Vocabulary.Builder all = new Vocabulary.Builder();
        int[] entities = new int[16];
        for (int row = 0; row < column.rows(); row++) {
            int text = column.textOf(row);
            if (text == Vocabulary.MISSING || seen.get(text)) {
                continue;
            }
            seen.set(text);
            for (String value : new LinkedHashSet<>(values.apply(column.text(text)))) {
                int index = all.add(value);
                if (index == entities.length) {
                    entities = Arrays.copyOf(entities, 2 * index);
                }
                entities[index] += counts[text];
            }
        }
        Vocabulary.Builder frequent = new Vocabulary.Builder();
        for (int index = 0; index < all.size(); index++) {
            if (entities[index] >= minCount) {
                frequent.add(all.id(index));
            }
        }
        return frequent.build();
    }

    /** Boundaries that put about as many numbers into each bucket; equal boundaries fall together. */
    private static double[] quantiles(TextColumn column, int buckets) {
        double[] numbers = IntStream.range(0, column.texts())
                .mapToDouble(text -> Fields.number(column.text(text)))
                .toArray();
        double[] sorted = IntStream.range(0, column.rows())
                .map(column::textOf)
                .filter(text -> text != Vocabulary.MISSING)
                .mapToDouble(text -> numbers[text])
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
    private static Feature encodeAll(String name, FeatureEncoder encoder, TextColumn column) {
        FeatureEncoder.Encoded missing = encoder.encode("");
        FeatureEncoder.Encoded[] encoded = new FeatureEncoder.Encoded[column.texts()];
        int[] start = new int[column.rows() + 1];
        IntArrayList values = new IntArrayList();
        IntArrayList weights = new IntArrayList(); // float bits: Agrona has no list of floats
        for (int n = 0; n < column.rows(); n++) {
            int text = column.textOf(n);
            FeatureEncoder.Encoded rows = text == Vocabulary.MISSING ? missing : encoded[text];
            if (rows == null) {
                rows = encoder.encode(column.text(text));
                encoded[text] = rows;
            }
            for (int i = 0; i < rows.size(); i++) {
                values.addInt(rows.row(i));
                if (encoder.weighted()) {
                    weights.addInt(Float.floatToRawIntBits(rows.weight(i)));
                }
            }
            start[n + 1] = values.size();
        }
        float[] weight = new float[weights.size()];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = Float.intBitsToFloat(weights.getInt(i));
        }
        return new Feature(name, encoder, start, values.toIntArray(), weight);
    }
}
