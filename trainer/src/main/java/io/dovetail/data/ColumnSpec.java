package io.dovetail.data;

import java.util.List;

/** What becomes of a column of the users' or the items' file. */
public sealed interface ColumnSpec {
    /** No feature. */
    record Ignored() implements ColumnSpec {}

    /**
     * One value of a set.
     *
     * @param minCount values of fewer entities than this count as unknown; at least 1
     */
    record Categorical(int minCount) implements ColumnSpec {
        /** Checks the range. */
        public Categorical {
            requireAtLeast("minCount", minCount, 1);
        }
    }

    /**
     * Numbers, in buckets that hold about as many entities each.
     *
     * @param buckets number of buckets, at least 2; fewer come out where many numbers are equal
     */
    record Quantiles(int buckets) implements ColumnSpec {
        /** Checks the range. */
        public Quantiles {
            requireAtLeast("buckets", buckets, 2);
        }
    }

    /**
     * Numbers, in buckets with given boundaries.
     *
     * @param boundaries finite, strictly ascending; a number equal to a boundary falls into the bucket above it
     */
    record Intervals(List<Double> boundaries) implements ColumnSpec {
        /** Checks the order. */
        public Intervals {
            boundaries = List.copyOf(boundaries);
            for (int i = 0; i < boundaries.size(); i++) {
                double boundary = boundaries.get(i);
                if (!Double.isFinite(boundary) || (i > 0 && boundary <= boundaries.get(i - 1))) {
                    throw new IllegalArgumentException(
                            "column: boundaries are " + boundaries + "; they must be finite and strictly ascending");
                }
            }
        }
    }

    /**
     * A list of values in one field.
     *
     * @param minCount values of fewer entities than this count as unknown; at least 1
     * @param separator what stands between values, not empty
     */
    record MultiValued(int minCount, String separator) implements ColumnSpec {
        /** Checks the ranges. */
        public MultiValued {
            requireAtLeast("minCount", minCount, 1);
            if (separator.isEmpty()) {
                throw new IllegalArgumentException("column: separator is empty; give a character, as ','");
            }
        }
    }

    private static void requireAtLeast(String what, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException("column: " + what + " is " + value + "; it must be at least " + least);
        }
    }
}
