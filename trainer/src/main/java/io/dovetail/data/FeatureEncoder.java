package io.dovetail.data;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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

    /** The rows of a field's text, at least one, and their weights. */
    Encoded encode(String raw);

    /** Whether rows of one entity may have different weights. */
    default boolean weighted() {
        return false;
    }

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

    /** Rows of an embedding table that stand for one text: distinct, at least one, with positive weights that sum to 1. */
    final class Encoded {
        private final int[] rows;
        private final float[] weights;

        private Encoded(int[] rows, float[] weights) {
            this.rows = rows;
            this.weights = weights;
        }

        static Encoded of(int row) {
            return new Encoded(new int[] {row}, new float[] {1});
        }

        /** Rows of equal weights. */
        static Encoded equal(int... rows) {
            float[] weights = new float[rows.length];
            Arrays.fill(weights, 1f / rows.length);
            return new Encoded(rows, weights);
        }

        int size() {
            return rows.length;
        }

        int row(int index) {
            return rows[index];
        }

        float weight(int index) {
            return weights[index];
        }

        int[] rows() {
            return rows.clone();
        }
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
        public Encoded encode(String raw) {
            return Encoded.of(values.row(raw) + 1);
        }

        @Override
        public String text(int row) {
            return row == UNKNOWN ? "" : values.id(row - 1);
        }
    }

    /**
     * One row for a bucket of values. The hash is FNV-1a of 64 bits over the UTF-8 bytes, its upper half folded onto the
     * lower; the row is 1 plus its remainder by the number of buckets.
     */
    record Hashed(int buckets) implements FeatureEncoder {
        private static final long BASIS = 0xCBF29CE484222325L;
        private static final long PRIME = 0x100000001B3L;

        @Override
        public Feature.Kind kind() {
            return Feature.Kind.CATEGORICAL;
        }

        @Override
        public int cardinality() {
            return buckets + 1;
        }

        @Override
        public Encoded encode(String raw) {
            if (raw.isEmpty()) {
                return Encoded.of(UNKNOWN);
            }
            long hash = BASIS;
            for (byte b : StringStore.utf8(raw)) {
                hash = (hash ^ (b & 0xFF)) * PRIME;
            }
            return Encoded.of(1 + (int) Long.remainderUnsigned(hash ^ (hash >>> 32), buckets));
        }

        @Override
        public String text(int row) {
            return row == UNKNOWN ? "" : "bucket " + row;
        }
    }

    /** One row for each known value of a list; unknown values and those without a positive weight are left out. */
    record MultiValued(Vocabulary values, String separator, Optional<String> weightSeparator)
            implements FeatureEncoder {
        @Override
        public Feature.Kind kind() {
            return Feature.Kind.MULTI_VALUED;
        }

        @Override
        public int cardinality() {
            return values.size() + 1;
        }

        @Override
        public boolean weighted() {
            return weightSeparator.isPresent();
        }

        @Override
        public Encoded encode(String raw) {
            Map<Integer, Double> weightOfRow = new LinkedHashMap<>();
            double sum = 0;
            for (Fields.Weighted value : Fields.split(raw, separator, weightSeparator)) {
                int row = values.row(value.value()) + 1;
                boolean counts = row > UNKNOWN && value.weight() > 0;
                if (counts && weightOfRow.putIfAbsent(row, value.weight()) == null) {
                    sum += value.weight();
                }
            }
            if (weightOfRow.isEmpty()) {
                return Encoded.of(UNKNOWN);
            }
            int[] rows =
                    weightOfRow.keySet().stream().mapToInt(Integer::intValue).toArray();
            if (!weighted()) {
                return Encoded.equal(rows);
            }
            float[] weights = new float[rows.length];
            for (int i = 0; i < rows.length; i++) {
                weights[i] = (float) (weightOfRow.getOrDefault(rows[i], 0.0) / sum);
            }
            return new Encoded(rows, weights);
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
        public Encoded encode(String raw) {
            double number = Fields.number(raw);
            if (Double.isNaN(number)) {
                return Encoded.of(UNKNOWN);
            }
            int found = Arrays.binarySearch(boundaries, number);
            int below = found >= 0 ? found + 1 : -found - 1;
            return Encoded.of(below + 1);
        }

        @Override
        public int[] originsIn(FeatureEncoder earlier) {
            int[] origins = new int[cardinality()];
            int last = cardinality() - 1;
            for (int row = 1; row <= last; row++) {
                boolean inner = row > 1 && row < last;
                int outermost = row == 1 ? 1 : earlier.cardinality() - 1;
                origins[row] =
                        inner ? earlier.encode(Double.toString(middle(row))).row(0) : outermost;
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
