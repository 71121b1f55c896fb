package io.dovetail.train;

/**
 * Negatives that the model itself takes for good answers, found from time to time by searching an index of its own items.
 *
 * @param count number of hard negatives of each positive, beside the others; 0 for none
 * @param every number of epochs from one search to the next; the first comes after so many
 * @param skip number of best items of a user that are passed over: items that a user would like and has not met stand there
 * @param pool number of items after those, from which the negatives of each step are drawn
 */
public record HardNegativeSpec(int count, int every, int skip, int pool) {
    private static final int DEFAULT_SKIP = 10;
    private static final int DEFAULT_POOL = 100;
    private static final int MOST = 10_000;

    /** Checks the ranges; a message names the key, the value and what would do. */
    public HardNegativeSpec {
        Settings.require(count >= 0 && count <= MOST, "hard-negatives", count, "in [0, " + MOST + "]; 0 is off");
        Settings.require(every >= 1, "hard-every", every, "at least 1");
        Settings.require(skip >= 0 && skip <= MOST, "hard-skip", skip, "in [0, " + MOST + "]");
        Settings.require(pool >= 1 && pool <= MOST, "hard-pool", pool, "in [1, " + MOST + "]");
    }

    /** {@return no hard negatives} */
    public static HardNegativeSpec none() {
        return new HardNegativeSpec(0, 1, DEFAULT_SKIP, DEFAULT_POOL);
    }

    /** {@return the number of best items that are asked for per user} */
    int depth() {
        return skip + pool;
    }
}
