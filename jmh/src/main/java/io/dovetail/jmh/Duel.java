package io.dovetail.jmh;

import java.util.Arrays;
import java.util.List;

/**
 * Measures several ways to do the same work next to each other: in each round every side gets its turn, and each round
 * begins with another side. What disturbs the machine for longer than a round then disturbs all of them, and the ratio
 * of two sides in one round is worth more than the ratio of their best times.
 *
 * @param rounds number of rounds
 * @param pauseMs how long to wait before a turn, in milliseconds; not 0 if sides have teams, whose idle threads spin for
 *     a while and would take a processor from the next side
 */
record Duel(int rounds, long pauseMs) {

    /** Before the first round each side has this many turns. */
    private static final int WARM_UP_TURNS = 3;

    /**
     * One of those that take turns.
     *
     * @param work one run
     * @param turnNs how long its turn takes at least, in nanoseconds
     */
    record Side(Runnable work, long turnNs) {}

    Duel {
        if (rounds < 1) {
            throw new IllegalArgumentException("duel: at least 1 round, got " + rounds);
        }
    }

    /**
     * Runs all rounds.
     *
     * @param sides what to run
     * @return runs per second, by side and round
     */
    double[][] run(List<Side> sides) {
        int[] calls = new int[sides.size()];
        for (int side = 0; side < calls.length; side++) {
            double rate = 0;
            for (int turn = 0; turn < WARM_UP_TURNS; turn++) {
                rate = Math.max(rate, warmUp(sides.get(side)));
            }
            calls[side] = (int) Math.max(1, Math.ceil(rate * sides.get(side).turnNs() * 1e-9));
        }
        double[][] rates = new double[calls.length][rounds];
        for (int round = 0; round < rounds; round++) {
            for (int turn = 0; turn < calls.length; turn++) {
                int side = (round + turn) % calls.length;
                pause(sides.get(side).work());
                rates[side][round] = rate(sides.get(side).work(), calls[side]);
            }
        }
        return rates;
    }

    /**
     * Whether the rounds look alike from the first to the last. If the later half is faster by more than a tenth, the
     * compiler was not done in the earlier half.
     *
     * @param rates of one side, by round
     * @return false if the side should be measured again
     */
    static boolean settled(double... rates) {
        int half = rates.length / 2;
        return half == 0
                || median(Arrays.copyOfRange(rates, half, rates.length)) < 1.1 * median(Arrays.copyOf(rates, half));
    }

    /** The middle of the values, or the mean of the two in the middle. */
    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /** The median over rounds of one side's rate by another's. */
    static double medianRatio(double[] rates, double[] others) {
        double[] ratios = new double[rates.length];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = rates[round] / others[round];
        }
        return median(ratios);
    }

    /** One turn of unknown length. {@return runs per second, by the fastest} */
    private static double warmUp(Side side) {
        long least = Long.MAX_VALUE;
        long start = System.nanoTime();
        long from = start;
        do {
            side.work().run();
            long now = System.nanoTime();
            least = Math.min(least, Math.max(1, now - from));
            from = now;
        } while (from - start < side.turnNs());
        return 1e9 / least;
    }

    /** Waits, then fills the caches and wakes the side's team again. */
    private void pause(Runnable work) {
        if (pauseMs > 0) {
            try {
                Thread.sleep(pauseMs);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for a turn", e);
            }
            work.run();
        }
    }

    private static double rate(Runnable work, int calls) {
        long from = System.nanoTime();
        for (int call = 0; call < calls; call++) {
            work.run();
        }
        return calls * 1e9 / (System.nanoTime() - from);
    }
}
