package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;

/**
 * How an empty {@link Reservoir} takes scores: with a threshold from a look at them before, so that few of those that are
 * not among the best are ever taken.
 */
final class FirstThreshold {

    /** One in so many runs of scores is looked at for a first threshold. */
    private static final int SAMPLING = 64;

    private static final int SAMPLE_RUN = 64;
    private static final int LEAST_SAMPLED = 1 << 16;

    /** Runs of fewer scores are not worth a look. */
    private static final int LEAST_RUN = 2;

    /** So many scores stay in the second-level cache while they are counted. */
    private static final int MOST_COUNTED = 1 << 14;

    /** Scores for each wanted up to which to count them all costs less than to take some more than wanted. */
    private static final int COUNTED_PER_WANTED = 32;

    private FirstThreshold() {}

    /** See {@link SearchKernels#offer}. */
    static void offer(SearchKernels kernels, Matrix scores, int count, int base, Reservoir best) {
        int wanted = best.limit();
        if (best.size() == 0 && count >= LEAST_SAMPLED && wanted <= count / SAMPLING) {
            best.restart(wanted, ofSample(kernels, scores, count, best, wanted));
            kernels.offerUnchecked(scores, 0, count, base, best);
            if (best.size() >= wanted) {
                return;
            }
            best.restart(wanted, Float.NEGATIVE_INFINITY);
        } else if (best.size() == 0 && count >= LEAST_RUN * runs(wanted)) {
            long range = ofRuns(kernels, scores, count, best, wanted);
            if (count <= MOST_COUNTED && count <= COUNTED_PER_WANTED * (long) wanted) {
                range = halve(kernels, scores.data(), count, wanted, wanted, range);
            }
            best.restart(wanted, threshold(range));
        }
        kernels.offerUnchecked(scores, 0, count, base, best);
    }

    /** See {@link SearchKernels#selectPlaces}: the greatest score that so many reach, or that all do if they are fewer. */
    static float exact(SearchKernels kernels, Matrix scores, int count, Reservoir scratch, int wanted) {
        MemorySegment data = scores.data();
        long range = count >= LEAST_RUN * runs(wanted)
                ? ofRuns(kernels, scores, count, scratch, wanted)
                : rangeOf(data, count);
        // The upper end is of runs: of all scores enough may reach it.
        if (kernels.countReaching(data, count, Reservoir.unordered(high(range))) >= wanted) {
            range = range(high(range), Reservoir.ordered(Float.POSITIVE_INFINITY) + 1);
        }
        return threshold(halve(kernels, data, count, wanted, wanted, range));
    }

    /**
     * A range that begins with a score that at least {@code wanted} reach, and few more: found by the greatest of each of twice as
     * many runs, which are different scores.
     */
    private static long ofRuns(SearchKernels kernels, Matrix scores, int count, Reservoir best, int wanted) {
        int runs = runs(wanted);
        MemorySegment greatest = best.scratch(runs);
        kernels.greatestOfRuns(scores, count, runs, greatest);
        return halve(kernels, greatest, runs, wanted, wanted + wanted / 8, rangeOf(greatest, runs));
    }

    private static float threshold(long range) {
        float threshold = Reservoir.unordered(low(range));
        return threshold == 0 ? -0f : threshold; // counting takes -0 for 0, the reservoir does not
    }

    /**
     * Halves a range of floats, of which at least {@code wanted} values reach the lower end, until no more than
     * {@code enough} do: without a branch that depends on a value. All values may reach the upper end, too; then what is
     * found is just below it.
     */
    private static long halve(
            SearchKernels kernels, MemorySegment values, int count, int wanted, int enough, long range) {
        int low = low(range);
        int high = high(range);
        int reached = Integer.MAX_VALUE;
        while (reached > enough && (long) high - low > 1) {
            int middle = (int) (((long) low + high) >> 1);
            int reach = kernels.countReaching(values, count, Reservoir.unordered(middle));
            if (reach >= wanted) {
                low = middle;
                reached = reach;
            } else {
                high = middle;
            }
        }
        return range(low, high);
    }

    /** The least of some numbers, which all of them reach but NaN, and what is just above the greatest. */
    private static long rangeOf(MemorySegment values, int count) {
        float least = Float.POSITIVE_INFINITY;
        float greatest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            float value = values.get(Matrix.FLOAT, (long) i * Float.BYTES);
            least = value < least ? value : least;
            greatest = value > greatest ? value : greatest;
        }
        return range(Reservoir.ordered(least), Reservoir.ordered(greatest) + 1);
    }

    /** Two floats as {@link Reservoir#ordered} makes integers of them, in one number: nothing is allocated. */
    private static long range(int low, int high) {
        return (long) high << Integer.SIZE | Integer.toUnsignedLong(low);
    }

    private static int low(long range) {
        return (int) range;
    }

    private static int high(long range) {
        return (int) (range >> Integer.SIZE);
    }

    /** The power of two that is at least twice as many, and fills a vector. */
    private static int runs(int wanted) {
        return Math.max(RowPanels.PANEL, 2 * Integer.highestOneBit(2 * wanted - 1));
    }

    /**
     * The score of a rank in the sample. The number of the best {@code wanted} in a random sample is about Poisson's: at
     * its mean plus three deviations plus 3 it is exceeded once in ten thousand.
     */
    private static float ofSample(SearchKernels kernels, Matrix scores, int count, Reservoir best, int wanted) {
        double mean = (double) wanted / SAMPLING;
        int rank = (int) Math.ceil(mean + 3 * Math.sqrt(mean) + 3);
        best.restart(rank, Float.NEGATIVE_INFINITY);
        for (int from = 0; from <= count - SAMPLE_RUN; from += SAMPLING * SAMPLE_RUN) {
            kernels.offerUnchecked(scores, from, from + SAMPLE_RUN, 0, best);
        }
        return best.keepBest() < rank ? Float.NEGATIVE_INFINITY : best.score(rank - 1);
    }
}
