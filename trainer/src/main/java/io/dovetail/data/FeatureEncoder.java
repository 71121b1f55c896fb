package io.dovetail.data;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Turns the text of a field into rows of an embedding table. Row 0 stands for what is missing or was never seen, so an
 * encoder never fails. Immutable.
 */
sealed interface FeatureEncoder {
    /** The row of what is missing or was never seen. */
    int UNKNOWN = 0;

    /** The kind of feature that this encodes. */
    Feature.Kind kind();

    /** The number of rows, with row 0. */
    int cardinality();

    /** The rows of a field's text: at least one. */
    int[] encode(String raw);

    /** What a row stands for, for people; empty for row 0. */
    String text(int row);

    /** For each row the row of an earlier encoder that stands for the same, or {@link Vocabulary#MISSING}. */
    default int[] originsIn(FeatureEncoder earlier) {
        Map<String, Integer> rows = new HashMap<>();
        for (int row = UNKNOWN; row < earlier.cardinality(); row++) {
            rows.put(earlier.text(row), row);
        }
        return IntStream.range(0, cardinality())
                .map(row -> rows.getOrDefault(text(row), Vocabulary.MISSING))
                .toArray();
    }

    /** One row for each known value. */
    record Categorical(Vocabulary values) implements FeatureEncoder {
        @Override
        public Feature.Kind kind() {
            return Feature.Kind.CATEGORICAL;
        }

        @Override
        public int cardinality() {
            return values.size() + 1;
        }

        @Override
        public int[] encode(String raw) {
            return new int[] {values.row(raw) + 1};
        }

        @Override
        public String text(int row) {
            return row == UNKNOWN ? "" : values.id(row - 1);
        }
    }

    /** One row for each known value of a list; unknown values and repetitions are left out. */
    record MultiValued(Vocabulary values, String separator) implements FeatureEncoder {
        @Override
        public Feature.Kind kind() {
            return Feature.Kind.MULTI_VALUED;
        }

        @Override
        public int cardinality() {
            return values.size() + 1;
        }

        @Override
        public int[] encode(String raw) {
            int[] known = Fields.split(raw, separator).stream()
                    .mapToInt(value -> values.row(value) + 1)
                    .filter(row -> row > UNKNOWN)
                    .distinct()
                    .toArray();
            return known.length == 0 ? new int[] {UNKNOWN} : known;
        }

        @Override
        public String text(int row) {
            return row == UNKNOWN ? "" : values.id(row - 1);
        }
    }

    /** One row for each interval between boundaries. */
    final class Numeric implements FeatureEncoder {
        private final double[] boundaries;

        /** Takes ascending boundaries; each belongs to the interval above it. */
        Numeric(double... boundaries) {
            this.boundaries = boundaries.clone();
        }

        double[] boundaries() {
            return boundaries.clone();
        }

        @Override
        public Feature.Kind kind() {
            return Feature.Kind.NUMERIC;
        }

        @Override
        public int cardinality() {
            return boundaries.length + 2;
        }

        @Override
        public int[] encode(String raw) {
            double number = Fields.number(raw);
            if (Double.isNaN(number)) {
                return new int[] {UNKNOWN};
            }
            int found = Arrays.binarySearch(boundaries, number);
            int below = found >= 0 ? found + 1 : -found - 1;
            return new int[] {below + 1};
        }

        @Override
        public int[] originsIn(FeatureEncoder earlier) {
            int[] origins = new int[cardinality()];
            int last = cardinality() - 1;
            for (int row = 1; row <= last; row++) {
                boolean inner = row > 1 && row < last;
                int outermost = row == 1 ? 1 : earlier.cardinality() - 1;
                origins[row] = inner ? earlier.encode(Double.toString(middle(row)))[0] : outermost;
            }
            return origins;
        }

        private double middle(int row) {
            return boundaries[row - 2] + (boundaries[row - 1] - boundaries[row - 2]) / 2;
        }

        @Override
        public String text(int row) {
            if (row == UNKNOWN) {
                return "";
            }
            String from = row == 1 ? "" : boundaries[row - 2] + " or more";
            String to = row > boundaries.length ? "" : "below " + boundaries[row - 1];
            return Stream.of(from, to).filter(part -> !part.isEmpty()).collect(Collectors.joining(", "));
        }
    }
}
