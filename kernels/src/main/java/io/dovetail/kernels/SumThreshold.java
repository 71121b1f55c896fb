package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;

/** Thresholds of 16-bit sums, found by bisection, each step of which counts: no sum is moved. */
final class SumThreshold {

    private static final int MOST_RUNS = ScanKernels.RUN_BYTES / 2;

    private SumThreshold() {}

    static void check(MemorySegment sums, int count, int wanted) {
        if (!sums.isNative() || sums.byteSize() < 2L * count || count % ScanKernels.BLOCK != 0 || wanted < 1) {
            throw new IllegalArgumentException("threshold of sums: " + wanted + " of " + count + " among "
                    + sums.byteSize() / 2 + "; a multiple of " + ScanKernels.BLOCK + " in native memory is needed");
        }
    }

    /** See {@link ScanKernels#thresholdOfSums}. */
    static int near(ScanKernels kernels, MemorySegment sums, int count, int wanted, MemorySegment scratch) {
        int runs = Math.max(ScanKernels.BLOCK, 4 * Integer.highestOneBit(2 * Math.min(wanted, MOST_RUNS) - 1));
        if (runs > MOST_RUNS || 2 * runs > count) {
            return exact(kernels, sums, count, wanted);
        }
        kernels.greatestOfRuns(sums, count, runs, scratch);
        return exact(kernels, scratch, runs, wanted);
    }

    /** See {@link ScanKernels#exactThresholdOfSums}. */
    static int exact(ScanKernels kernels, MemorySegment sums, int count, int wanted) {
        int enough = 0;
        int tooHigh = kernels.greatestSum(sums, count) + 1;
        while (tooHigh - enough > 1) {
            int middle = (enough + tooHigh) >>> 1;
            // A mask in place of a branch, which a processor would guess wrong every other time.
            int few = (kernels.countSums(sums, count, middle) - wanted) >> (Integer.SIZE - 1);
            tooHigh = (few & middle) | (~few & tooHigh);
            enough = (few & enough) | (~few & middle);
        }
        return enough;
    }
}
