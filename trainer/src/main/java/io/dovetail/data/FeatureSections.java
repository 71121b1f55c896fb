package io.dovetail.data;

import io.dovetail.index.file.CorruptFileException;
import io.dovetail.index.file.SectionFile;
import io.dovetail.index.file.SectionFileWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The sections of a {@link DatasetFile} that keep the features of a side. */
final class FeatureSections {
    private static final String CATEGORICAL = "categorical";
    private static final String MULTI_VALUED = "multi-valued";
    private static final String NUMERIC = "numeric";

    private FeatureSections() {}

    static void write(SectionFileWriter writer, String side, List<Feature> features) throws IOException {
        writer.strings(side + ".features", features.stream().map(Feature::name).toList());
        for (int i = 0; i < features.size(); i++) {
            Feature feature = features.get(i);
            String prefix = side + "." + i;
            writeEncoder(writer, prefix, feature.encoder());
            int entities = feature.entities();
            writer.ints(
                    prefix + ".start",
                    IntStream.rangeClosed(0, entities).map(feature::start).toArray());
            writer.ints(
                    prefix + ".rows",
                    IntStream.range(0, feature.start(entities))
                            .map(feature::value)
                            .toArray());
        }
    }

    private static void writeEncoder(SectionFileWriter writer, String prefix, FeatureEncoder encoder)
            throws IOException {
        switch (encoder) {
            case FeatureEncoder.Categorical(Vocabulary values) -> {
                writer.text(prefix + ".kind", CATEGORICAL);
                writer.strings(prefix + ".values", values.ids());
            }
            case FeatureEncoder.MultiValued(Vocabulary values, String separator) -> {
                writer.text(prefix + ".kind", MULTI_VALUED);
                writer.strings(prefix + ".values", values.ids());
                writer.text(prefix + ".separator", separator);
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
            features.add(new Feature(names.id(i), encoder, start, rows));
        }
        return features;
    }

    private static FeatureEncoder readEncoder(SectionFile file, String prefix) throws CorruptFileException {
        String kind = file.text(prefix + ".kind");
        return switch (kind) {
            case CATEGORICAL -> new FeatureEncoder.Categorical(SectionChecks.vocabulary(file, prefix + ".values"));
            case MULTI_VALUED -> {
                String separator = file.text(prefix + ".separator");
                if (separator.isEmpty()) {
                    throw file.malformed(prefix + ".separator", "a text", "nothing");
                }
                yield new FeatureEncoder.MultiValued(SectionChecks.vocabulary(file, prefix + ".values"), separator);
            }
            case NUMERIC -> new FeatureEncoder.Numeric(boundaries(file, prefix + ".bounds"));
            default ->
                throw file.malformed(
                        prefix + ".kind", CATEGORICAL + ", " + MULTI_VALUED + " or " + NUMERIC, "'" + kind + "'");
        };
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
