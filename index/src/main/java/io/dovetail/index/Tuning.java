package io.dovetail.index;

/**
 * What a tuner chose for an index, and for what.
 *
 * @param params the parameters it chose
 * @param k the number of neighbours they were chosen for, at least 1
 * @param asked the recall@k that was asked for, above 0 and at most 1
 * @param reached the recall@k that they reached on the queries they were judged on, in [0, 1]
 * @param queries the number of these, at least 1
 */
public record Tuning(SearchParams params, int k, double asked, double reached, int queries) {

    /** A file holds recalls as integers, so many to 1. */
    private static final double UNITS = 1e6;

    /** Checks the ranges. */
    public Tuning {
        if (k < 1 || queries < 1 || !(asked > 0 && asked <= 1) || !(reached >= 0 && reached <= 1)) {
            throw new IllegalArgumentException("tuning: k and queries are at least 1, recalls at most 1, got k " + k
                    + ", " + queries + " queries, recall " + asked + " asked for and " + reached + " reached");
        }
    }

    /** {@return k, the recalls in millionths, and the number of queries, as a file holds them} */
    int[] numbers() {
        return new int[] {k, Math.max(1, (int) Math.round(asked * UNITS)), (int) Math.round(reached * UNITS), queries};
    }

    /**
     * Reads {@link #numbers}.
     *
     * @throws IllegalArgumentException if they are not in range
     */
    static Tuning of(SearchParams params, int... numbers) {
        if (numbers.length != 4) {
            throw new IllegalArgumentException("tuning: 4 numbers, got " + numbers.length);
        }
        return new Tuning(params, numbers[0], numbers[1] / UNITS, numbers[2] / UNITS, numbers[3]);
    }
}
