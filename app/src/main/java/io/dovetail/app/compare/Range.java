package io.dovetail.app.compare;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** The values that a search may try for one setting. */
sealed interface Range {

    /** {@return a value as text, as a recipe reads it} */
    String draw(SplittableRandom random);

    /** {@return the range in words} */
    String describe();

    /**
     * Numbers whose logarithms are even: as many between 1e-4 and 1e-3 as between 1e-3 and 1e-2.
     *
     * @param low least value, above 0
     * @param high greatest value
     */
    record LogUniform(double low, double high) implements Range {
        public LogUniform {
            if (!(low > 0 && high > low)) {
                throw new IllegalArgumentException("range: needs 0 < low < high, not " + low + ", " + high);
            }
        }

        @Override
        public String draw(SplittableRandom random) {
            double share = random.nextDouble();
            // Three digits, so that a setting can be typed again.
            return String.format(Locale.ROOT, "%.2e", low * Math.pow(high / low, share));
        }

        @Override
        public String describe() {
            return low + " to " + high + ", log-uniform";
        }
    }

    /**
     * One of a few values, each as likely.
     *
     * @param values as a recipe reads them
     */
    record Choice(List<String> values) implements Range {
        public Choice {
            values = List.copyOf(values);
            if (values.isEmpty()) {
                throw new IllegalArgumentException("range: a choice of nothing");
            }
        }

        @Override
        public String draw(SplittableRandom random) {
            return values.get(random.nextInt(values.size()));
        }

        @Override
        public String describe() {
            return "one of " + String.join(", ", values);
        }
    }
}
