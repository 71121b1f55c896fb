package io.dovetail.synthetic;

/**
 * How large a made-up data set is.
 *
 * @param users number of users, at least 1
 * @param items number of items, at least {@code 4 * categories}
 * @param interactions number of events, in all; at most {@code users * items / 8}
 * @param categories number of categories, at least 1
 * @param seed the same seed and sizes give the same bytes
 */
public record SyntheticSpec(int users, int items, long interactions, int categories, long seed) {
    /** Styles of each category. */
    static final int STYLES = 4;

    private static final int SPARSITY = 8;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a size is out of its range
     */
    public SyntheticSpec {
        require(users >= 1, "users", users, "at least 1");
        require(categories >= 1, "categories", categories, "at least 1");
        require(
                items >= (long) STYLES * categories,
                "items",
                items,
                "at least " + (long) STYLES * categories + ", " + STYLES + " for each category");
        long most = Math.min((long) users * items / SPARSITY, Integer.MAX_VALUE - 8);
        require(
                interactions >= 1 && interactions <= most,
                "interactions",
                interactions,
                "in [1, " + most + "], an eighth of all pairs at most");
    }

    private static void require(boolean holds, String what, long value, String range) {
        if (!holds) {
            throw new IllegalArgumentException(what + ": is " + value + "; it must be " + range);
        }
    }
}
