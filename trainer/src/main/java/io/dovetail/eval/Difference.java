package io.dovetail.eval;

/**
 * How much one ranking is better than another for the same users, with an interval of 95 %.
 *
 * @param mean difference of the two, above 0 if the first is better
 * @param low lower end of the interval
 * @param high upper end of the interval
 * @param users number of users that both ranked
 */
public record Difference(double mean, double low, double high, int users) {

    /** {@return whether the interval leaves 0 out} */
    public boolean isClear() {
        return low > 0 || high < 0;
    }

    /** {@return the second less the first} */
    public Difference negated() {
        return new Difference(-mean, -high, -low, users);
    }
}
