package io.dovetail.index;

/**
 * How long vectors are. An inner product grows with the length of the vector: where lengths differ, the longest are the
 * likeliest neighbours of any query.
 *
 * @param least the shortest vector's length
 * @param mean of the lengths
 * @param greatest the longest vector's length
 * @param deviation standard deviation of the lengths
 */
public record Norms(double least, double mean, double greatest, double deviation) {

    /** Squares this close to 1 count as 1: float32 normalisation errs by about 1e-6. */
    private static final double UNIT_TOLERANCE = 1e-3;

    /** {@return whether all vectors have length 1, as far as float32 can say} */
    public boolean areUnit() {
        return Math.abs(least * least - 1) < UNIT_TOLERANCE && Math.abs(greatest * greatest - 1) < UNIT_TOLERANCE;
    }

    /** Adds up lengths. */
    static final class Sum {
        private double least = Double.POSITIVE_INFINITY;
        private double greatest;
        private double mean;
        private double squares;
        private long count;

        /** Adds the length of a vector; numerically safe (Welford, 1962). */
        void add(double length) {
            count++;
            least = Math.min(least, length);
            greatest = Math.max(greatest, length);
            double before = length - mean;
            mean += before / count;
            squares += before * (length - mean);
        }

        /** {@return the figures of at least one length} */
        Norms norms() {
            return new Norms(least, mean, greatest, Math.sqrt(squares / count));
        }
    }
}
