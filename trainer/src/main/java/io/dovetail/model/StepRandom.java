package io.dovetail.model;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The draws of {@link SplittableRandom} (SplitMix64; Steele, Lea and Flood, OOPSLA 2014) from an object that is seeded anew
 * for each step instead of made anew. Not thread-safe.
 */
public final class StepRandom implements RandomGenerator {
    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    /** A generator that begins from 0. */
    public StepRandom() {}

    /**
     * Begins the draws that {@code new SplittableRandom(seed)} would give.
     *
     * @param seed any number
     * @return this
     */
    public StepRandom from(long seed) {
        state = seed;
        return this;
    }

    @Override
    public long nextLong() {
        state += GAMMA;
        long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    @Override
    public int nextInt() {
        state += GAMMA;
        long z = (state ^ (state >>> 33)) * 0x62A9D9ED799705F5L;
        z = (z ^ (z >>> 28)) * 0xCB24D0A5C88C35B3L;
        return (int) (z >>> 32);
    }
}
