package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Selects the best few of some scores without a branch that depends on how they compare, but for one by the number of those that
 * are looked at twice: ranks are counted, a vector of comparisons at a time.
 */
final class VectorShortList {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int LANES = FLOATS.length();

    /** Scores of a word of comparisons. */
    private static final int GROUP = 4 * LANES;

    private VectorShortList() {}

    /**
     * Selects scores.
     *
     * @return false if too many are wanted of too many, or too many reach the first threshold: nothing is selected then
     */
    static boolean select(SearchKernels kernels, Matrix scores, int count, int wanted, ShortList out) {
        boolean few = wanted <= ShortList.MOST_WANTED && count > ShortList.ROOM;
        float least = Float.NEGATIVE_INFINITY;
        if (few) {
            kernels.greatestOfRuns(scores, count, ShortList.RUNS, out.greatest());
            least = ofRank(out.greatest(), wanted);
        } else if (count > ShortList.MOST_SORTED) {
            return false;
        }
        int found = collect(scores.data(), count, least, out.keys());
        if (few && found > ShortList.ROOM) {
            return false;
        }
        sort(out.keys(), found, out.sorted());
        out.size(Math.min(found, wanted));
        return true;
    }

    /** The greatest score that so many of the runs' greatest reach: so many scores do, and few more. */
    private static float ofRank(MemorySegment greatest, int wanted) {
        int least = Integer.MAX_VALUE;
        for (int run = 0; run < ShortList.RUNS; run++) {
            float score = greatest.get(Matrix.FLOAT, (long) run * Float.BYTES);
            int better = 0;
            for (int i = 0; i < ShortList.RUNS; i += LANES) {
                better += FloatVector.fromMemorySegment(FLOATS, greatest, (long) i * Float.BYTES, ORDER)
                        .compare(VectorOperators.GT, score)
                        .trueCount();
            }
            least = Math.min(least, better < wanted ? Reservoir.ordered(score) : Integer.MAX_VALUE);
        }
        float threshold = Reservoir.unordered(least);
        return threshold == 0 ? -0f : threshold; // comparisons take -0 for 0, keys do not
    }

    /** Puts the keys of scores that reach a threshold into the array, as many as fit. {@return how many reach it} */
    private static int collect(MemorySegment data, int count, float least, long[] keys) {
        int bound = count - count % GROUP;
        int found = 0;
        for (int i = 0; i < bound; i += GROUP) {
            VectorMask<Float> hits0 = VectorRows.load(data, 0, i).compare(VectorOperators.GE, least);
            VectorMask<Float> hits1 = VectorRows.load(data, 0, i + LANES).compare(VectorOperators.GE, least);
            VectorMask<Float> hits2 = VectorRows.load(data, 0, i + 2 * LANES).compare(VectorOperators.GE, least);
            VectorMask<Float> hits3 = VectorRows.load(data, 0, i + 3 * LANES).compare(VectorOperators.GE, least);
            long word = hits0.toLong()
                    | hits1.toLong() << LANES
                    | hits2.toLong() << (2 * LANES)
                    | hits3.toLong() << (3 * LANES);
            for (long left = word; left != 0; left &= left - 1) {
                found = add(data, i + Long.numberOfTrailingZeros(left), keys, found);
            }
        }
        for (int i = bound; i < count; i++) {
            if (data.get(Matrix.FLOAT, (long) i * Float.BYTES) >= least) {
                found = add(data, i, keys, found);
            }
        }
        return found;
    }

    private static int add(MemorySegment data, int place, long[] keys, int found) {
        if (found < keys.length) {
            keys[found] = Reservoir.key(data.get(Matrix.FLOAT, (long) place * Float.BYTES), place);
        }
        return found + 1;
    }

    /** Sorts keys, of which no two are the same, by counting for each how many are greater. */
    private static void sort(long[] keys, int count, long[] sorted) {
        int padded = (count + LONGS.length() - 1) / LONGS.length() * LONGS.length();
        Arrays.fill(keys, count, padded, Long.MIN_VALUE);
        for (int i = 0; i < count; i++) {
            int rank = 0;
            for (int j = 0; j < padded; j += LONGS.length()) {
                rank += LongVector.fromArray(LONGS, keys, j)
                        .compare(VectorOperators.GT, keys[i])
                        .trueCount();
            }
            sorted[rank] = keys[i];
        }
    }
}
