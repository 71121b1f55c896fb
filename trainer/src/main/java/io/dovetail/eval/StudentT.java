package io.dovetail.eval;

/**
 * Student's t distribution with a whole number of degrees of freedom.
 *
 * <p>The probability is the finite sum of Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.3 for odd
 * and 26.7.4 for even degrees, in the angle whose tangent is t / sqrt(degrees).
 */
final class StudentT {
    /** Halves the right angle to the last bit of a double. */
    private static final int BISECTIONS = 60;

    private StudentT() {}

    /**
     * The t that a variable stays within with a given probability.
     *
     * @param probability of |T| being at most the result, in (0, 1)
     * @param degrees degrees of freedom, at least 1
     * @return t, above 0
     */
    static double within(double probability, int degrees) {
        if (degrees < 1 || !(probability > 0 && probability < 1)) {
            throw new IllegalArgumentException("t: needs a probability in (0, 1) and 1 degree of freedom or more, not "
                    + probability + ", " + degrees);
        }
        double low = 0;
        double high = Math.PI / 2;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (low + high) / 2;
            if (probabilityWithin(middle, degrees) < probability) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return Math.sqrt(degrees) * Math.tan((low + high) / 2);
    }

    private static double probabilityWithin(double angle, int degrees) {
        double square = Math.pow(Math.cos(angle), 2);
        boolean odd = degrees % 2 == 1;
        double term = odd ? Math.cos(angle) : 1;
        double sum = degrees == 1 ? 0 : term;
        for (int k = odd ? 3 : 2; k < degrees - 1; k += 2) {
            term *= square * (k - 1) / k;
            sum += term;
        }
        return odd ? 2 / Math.PI * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
    }
}
