package io.dovetail.train;

/**
 * Weighted alternating least squares: {@code sum over observed (u, i) of (<w_u, h_i> - 1)² + a0 * sum over all (u, i) of
 * <w_u, h_i>² + lambda * (sum over u of (n_u + a0 I)^nu |w_u|² + sum over i of (n_i + a0 U)^nu |h_i|²)}, where n counts the
 * pairs of a user or an item among I items and U users (Hu, Koren and Volinsky, ICDM 2008; the scaled regularisation is
 * that of Rendle et al., RecSys 2022, "Revisiting the Performance of iALS on Item Recommendation Benchmarks").
 *
 * @param unobserved the weight a0 of all pairs, {@code > 0}: the more items there are, the smaller it should be
 * @param regularization lambda, {@code > 0}
 * @param exponent nu, in [0, 2]: 0 regularises all alike, 1 each by the weight of its pairs
 */
public record WalsSpec(float unobserved, float regularization, float exponent) {

    /** {@return the weights that did well on valid of six data sets, of few items and many: see the documentation of the models} */
    static WalsSpec standard() {
        return new WalsSpec(0.01f, 0.6f, 0.25f);
    }

    /** Checks the ranges; a message names the key, the value and what would do. */
    public WalsSpec {
        Settings.require(unobserved > 0, "wals-unobserved", unobserved, "above 0, else all scores of 1 would fit");
        Settings.require(regularization > 0, "wals-regularization", regularization, "above 0");
        Settings.require(exponent >= 0 && exponent <= 2, "wals-exponent", exponent, "in [0, 2]");
    }

    /**
     * The factor of a row's squared length.
     *
     * @param observed number of its pairs
     * @param others number of rows on the other side
     * @return the factor, above 0
     */
    float ridge(int observed, int others) {
        double weight = observed + (double) unobserved * others;
        return (float) Math.max(Float.MIN_NORMAL, regularization * Math.pow(weight, exponent));
    }
}
