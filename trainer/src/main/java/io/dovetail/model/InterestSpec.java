package io.dovetail.model;

/**
 * The interests of a user: several vectors in place of one, which dynamic routing takes from the user's latest items, and
 * which a label's attention makes one again in training (MIND; Li et al., "Multi-Interest Network with Dynamic Routing for
 * Recommendation at Tmall", CIKM 2019).
 *
 * @param count greatest number of interests K, in [1, 64]; 0 for none: a user is one vector, and the rest does not matter
 * @param iterations of the routing, in [1, 16]
 * @param power of a score before the soft-max over a user's interests, in [1, 100]; {@link #HARD} for the best interest
 *     alone
 * @param history greatest number of a user's latest items that are routed, in [1, 1000]
 */
public record InterestSpec(int count, int iterations, float power, int history) {
    /** The power that leaves the best interest alone. */
    public static final float HARD = Float.POSITIVE_INFINITY;

    private static final int MOST = 64;
    private static final int MOST_ITERATIONS = 16;
    private static final int MOST_POWER = 100;
    private static final int LONGEST = 1000;

    /** Checks the ranges. */
    public InterestSpec {
        requireRange("interests", count, 0, MOST);
        requireRange("routing-iterations", iterations, 1, MOST_ITERATIONS);
        requireRange("interest-history", history, 1, LONGEST);
        if (!(power >= 1 && (power <= MOST_POWER || power == HARD))) {
            throw new IllegalArgumentException(
                    "attention-power: must be in [1, " + MOST_POWER + "] or hard, is " + power);
        }
    }

    private static void requireRange(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + ": must be in [" + least + ", " + most + "], is " + value);
        }
    }

    /** {@return one vector a user} */
    public static InterestSpec none() {
        return new InterestSpec(0, 3, HARD, 20);
    }

    /** {@return whether a user is one vector} */
    public boolean isNone() {
        return count == 0;
    }

    /**
     * The number of interests of a user: {@code K' = max(1, min(K, log2 n))}, rounded down.
     *
     * @param items number of the user's items that are routed
     * @return the number; 1 for any user if there are no interests
     */
    public int interests(int items) {
        return Math.clamp(31 - Integer.numberOfLeadingZeros(Math.max(1, items)), 1, Math.max(1, count));
    }
}
