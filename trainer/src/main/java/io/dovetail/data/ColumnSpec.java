package io.dovetail.data;

import java.util.List;
import java.util.Optional;

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
     * One value of a set too large or too volatile for a vocabulary: each falls into one of a fixed number of rows by its
     * hash, values that were never seen as well.
     *
     * @param buckets number of rows, at least 1
     */
    record Hashed(int buckets) implements ColumnSpec {
        /** Checks the range. */
        public Hashed {
            requireAtLeast("hashBuckets", buckets, 1);
        }
    }

    /** Numbers as they are, less their mean and over their standard deviation: a {@link DenseFeature} of dimension 1. */
    record Standardized() implements ColumnSpec {}

    /**
     * Vectors of numbers made elsewhere, all of one dimension, each in one field: a {@link DenseFeature}. Numbers are
     * separated by spaces, commas, semicolons or bars, and may stand in brackets.
     */
    record Vector() implements ColumnSpec {}

    /**
     * A list of values in one field, which may have weights, as {@code a:0.5,b:2}.
     *
     * @param minCount values of fewer entities than this count as unknown; at least 1
     * @param separator what stands between values, not empty
     * @param weightSeparator what stands between a value and its weight, not empty; values are not weighted if absent, and
     *     a value without a weight has weight 1
     */
    record MultiValued(int minCount, String separator, Optional<String> weightSeparator) implements ColumnSpec {
        /** Checks the ranges. */
        public MultiValued {
            requireAtLeast("minCount", minCount, 1);
            if (separator.isEmpty()) {
                throw new IllegalArgumentException("column: separator is empty; give a character, as ','");
            }
            if (weightSeparator.isPresent()
                    && (weightSeparator.get().isEmpty() || weightSeparator.get().equals(separator))) {
                throw new IllegalArgumentException("column: weights is '" + weightSeparator.get()
                        + "'; give a character that is not the separator, as ':'");
            }
        }

        /**
         * A list of values without weights.
         *
         * @param minCount values of fewer entities than this count as unknown; at least 1
         * @param separator what stands between values, not empty
         */
        public MultiValued(int minCount, String separator) {
            this(minCount, separator, Optional.empty());
        }
    }

    private static void requireAtLeast(String what, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException("column: " + what + " is " + value + "; it must be at least " + least);
        }
    }
}
