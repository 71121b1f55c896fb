package io.dovetail.index.live;

import java.time.Duration;

/**
 * When what was written is forced to the disk, and so outlives a loss of power. The end of the process, killed or not, loses
 * nothing that was written, whatever is chosen here.
 *
 * @param interval a write forces the log before it returns if the last force is at least this old; not negative
 */
public record Durability(Duration interval) {

    /** Each write is forced before it returns. */
    public static final Durability EACH_WRITE = new Durability(Duration.ZERO);

    /** Checks the interval. */
    public Durability {
        if (interval.isNegative()) {
            throw new IllegalArgumentException("durability: the interval is at least 0, got " + interval);
        }
    }

    /**
     * Writes are forced from time to time. Nothing is forced while nothing is written: {@link LiveIndex#flush} does it.
     *
     * @param interval greatest age of the last force that a write leaves as it is
     * @return the choice
     */
    public static Durability interval(Duration interval) {
        return new Durability(interval);
    }
}
