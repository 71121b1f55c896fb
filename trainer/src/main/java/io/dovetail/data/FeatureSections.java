package io.dovetail.data;

import io.dovetail.index.file.CorruptFileException;
import io.dovetail.index.file.SectionFile;
import io.dovetail.index.file.SectionFileWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The sections of a {@link DatasetFile} that keep the features of a side. */
final class FeatureSections {
    private static final String CATEGORICAL = "categorical";
    private static final String HASHED = "hashed";
    private static final String MULTI_VALUED = "multi-valued";
    private static final String WEIGHTED = "weighted";
    private static final String NUMERIC = "numeric";

    private FeatureSections() {}

    static void write(SectionFileWriter writer, String side, List<Feature> features) throws IOException {
        writer.strings(side + ".features", features.stream().map(Feature::name).toList());
        for (int i = 0; i < features.size(); i++) {
            Feature feature = features.get(i);
            String prefix = side + "." + i;
            writeEncoder(writer, prefix, feature.encoder());
            int entities = feature.entities();
            int[] start = new int[entities + 1];
            int[] rows = new int[feature.start(entities)];
            Arrays.setAll(start, feature::start);
            Arrays.setAll(rows, feature::value);
            writer.ints(prefix + ".start", start);
            writer.ints(prefix + ".rows", rows);
            if (feature.encoder().weighted()) {
                writer.ints(prefix + ".weights", weights(feature));
            }
        }
    }

    private static int[] weights(Feature feature) {
        int[] weights = new int[feature.start(feature.entities())];
        for (int n = 0; n < feature.entities(); n++) {
            for (int e = feature.start(n); e < feature.start(n + 1); e++) {
                weights[e] = Float.floatToRawIntBits(feature.weight(n, e));
            }
        }
        return weights;
    }

    private static void writeEncoder(SectionFileWriter writer, String prefix, FeatureEncoder encoder)
            throws IOException {
        switch (encoder) {
            case FeatureEncoder.Categorical(Vocabulary values) -> {
                writer.text(prefix + ".kind", CATEGORICAL);
                writer.strings(prefix + ".values", values.ids());
            }
            case FeatureEncoder.Hashed(int buckets) -> {
                writer.text(prefix + ".kind", HASHED);
                writer.ints(prefix + ".buckets", buckets);
            }
            case FeatureEncoder.MultiValued(Vocabulary values, String separator, Optional<String> between) -> {
                writer.text(prefix + ".kind", between.isPresent() ? WEIGHTED : MULTI_VALUED);
                writer.strings(prefix + ".values", values.ids());
                writer.text(prefix + ".separator", separator);
                if (between.isPresent()) {
                    writer.text(prefix + ".between", between.get());
                }
            }
            case FeatureEncoder.Numeric numeric -> {
                writer.text(prefix + ".kind", NUMERIC);
                writer.longs(
                        prefix + ".bounds",
                        Arrays.stream(numeric.boundaries())
                                .mapToLong(Double::doubleToRawLongBits)
                                .toArray());
            }
        }
    }

    static List<Feature> read(SectionFile file, String side, int entities) throws CorruptFileException {
        Vocabulary names = SectionChecks.vocabulary(file, side + ".features");
        List<Feature> features = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String prefix = side + "." + i;
            FeatureEncoder encoder = readEncoder(file, prefix);
            int[] rows = SectionChecks.rows(file, prefix + ".rows", encoder.cardinality());
            int[] start = SectionChecks.starts(file, prefix + ".start", entities, rows.length);
            requireValues(file, prefix, encoder.kind(), start, rows);
            float[] weights = encoder.weighted() ? readWeights(file, prefix + ".weights", start) : new float[0];
            features.add(new Feature(names.id(i), encoder, start, rows, weights));
        }
        return features;
    }

    private static FeatureEncoder readEncoder(SectionFile file, String prefix) throws CorruptFileException {
        String kind = file.text(prefix + ".kind");
        return switch (kind) {
            case CATEGORICAL -> new FeatureEncoder.Categorical(SectionChecks.vocabulary(file, prefix + ".values"));
            case HASHED -> {
                int[] buckets = file.ints(prefix + ".buckets");
                if (buckets.length != 1 || buckets[0] < 1 || buckets[0] == Integer.MAX_VALUE) {
                    throw file.malformed(prefix + ".buckets", "a number of buckets", Arrays.toString(buckets));
                }
                yield new FeatureEncoder.Hashed(buckets[0]);
            }
            case MULTI_VALUED, WEIGHTED ->
                new FeatureEncoder.MultiValued(
                        SectionChecks.vocabulary(file, prefix + ".values"),
                        separator(file, prefix + ".separator"),
                        kind.equals(WEIGHTED) ? Optional.of(separator(file, prefix + ".between")) : Optional.empty());
            case NUMERIC -> new FeatureEncoder.Numeric(boundaries(file, prefix + ".bounds"));
            default ->
                throw file.malformed(
                        prefix + ".kind",
                        String.join(", ", CATEGORICAL, HASHED, MULTI_VALUED, WEIGHTED) + " or " + NUMERIC,
                        "'" + kind + "'");
        };
    }

    private static String separator(SectionFile file, String section) throws CorruptFileException {
        String separator = file.text(section);
        if (separator.isEmpty()) {
            throw file.malformed(section, "a text", "nothing");
        }
        return separator;
    }

    private static float[] readWeights(SectionFile file, String section, int[] start) throws CorruptFileException {
        int[] bits = file.ints(section);
        SectionChecks.requireCount(file, section, bits.length, start[start.length - 1]);
        float[] weights = new float[bits.length];
        for (int n = 0; n + 1 < start.length; n++) {
            double sum = 0;
            for (int e = start[n]; e < start[n + 1]; e++) {
                weights[e] = Float.intBitsToFloat(bits[e]);
                sum += weights[e] >= 0 ? weights[e] : Double.NaN;
            }
            if (!(Math.abs(sum - 1) < 1e-3)) {
                throw file.malformed(section, "weights that sum to 1", sum + " for entity " + n);
            }
        }
        return weights;
    }

    private static double[] boundaries(SectionFile file, String section) throws CorruptFileException {
        double[] boundaries = Arrays.stream(file.longs(section))
                .mapToDouble(Double::longBitsToDouble)
                .toArray();
        for (int i = 0; i < boundaries.length; i++) {
            if (!Double.isFinite(boundaries[i]) || (i > 0 && boundaries[i] <= boundaries[i - 1])) {
                throw file.malformed(section, "finite, ascending boundaries", boundaries[i] + " at " + i);
            }
        }
        return boundaries;
    }

    /** Every entity has a row; only a multi-valued one has more, and no row twice. */
    private static void requireValues(SectionFile file, String prefix, Feature.Kind kind, int[] start, int[] rows)
            throws CorruptFileException {
        for (int n = 0; n + 1 < start.length; n++) {
            int count = start[n + 1] - start[n];
            boolean single = kind != Feature.Kind.MULTI_VALUED;
            if (count == 0 || (single && count > 1)) {
                throw file.malformed(
                        prefix + ".start", single ? "one row each" : "a row at least", count + " for entity " + n);
            }
            if (!single
                    && Arrays.stream(rows, start[n], start[n + 1]).distinct().count() < count) {
                throw file.malformed(prefix + ".rows", "distinct rows", "repeated ones for entity " + n);
            }
        }
    }
}
