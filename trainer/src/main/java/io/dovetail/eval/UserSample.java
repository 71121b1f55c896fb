package io.dovetail.eval;

import java.util.SplittableRandom;

/**
 * Which of some users stand for all, such as those with a target where an evaluation ranks. A share of s users has a standard error
 * of at most 0.5 / sqrt(s).
 *
 * @param size greatest number of users, at least 1; {@link Integer#MAX_VALUE} for all of them
 * @param seed selects them; the same seed and candidates give the same users
 */
public record UserSample(int size, long seed) {

    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public UserSample {
        if (size < 1) {
            throw new IllegalArgumentException("users: a sample needs at least 1, is " + size);
        }
    }

    /** {@return a sample that leaves nobody out} */
    public static UserSample all() {
        return new UserSample(Integer.MAX_VALUE, 0);
    }

    /**
     * Draws without replacement, each subset with the same probability: selection sampling (Knuth, The Art of Computer
     * Programming, volume 2, section 3.4.2, algorithm S).
     *
     * @param candidates ascending
     * @return ascending; all candidates if they are no more than {@link #size}
     */
    public int[] draw(int[] candidates) {
        if (candidates.length <= size) {
            return candidates.clone();
        }
        SplittableRandom random = new SplittableRandom(seed);
        int[] drawn = new int[size];
        int count = 0;
        for (int i = 0; count < size; i++) {
            if (random.nextInt(candidates.length - i) < size - count) {
                drawn[count++] = candidates[i];
            }
        }
        return drawn;
    }
}
