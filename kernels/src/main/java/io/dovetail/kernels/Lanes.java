package io.dovetail.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The sum of a vector's lanes in a fixed order.
 *
 * <p>{@code reduceLanes} promises no order for floats, and interpreted and compiled code do differ. The same bits at
 * every run need a sum of our own: halves are added until one lane is left.
 */
final class Lanes {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final VectorShuffle<Float> BY_1 = swap(1);
    private static final VectorShuffle<Float> BY_2 = swap(2);
    private static final VectorShuffle<Float> BY_4 = swap(4);
    private static final VectorShuffle<Float> BY_8 = swap(8);

    private Lanes() {}

    /**
     * Adds up the lanes of a vector of at most 16.
     *
     * @param vector 4, 8 or 16 lanes
     * @return the sum
     */
    static float sum(FloatVector vector) {
        return total(vector).lane(0);
    }

    /** As {@link #sum}, in each lane. */
    static FloatVector total(FloatVector vector) {
        FloatVector sum = vector;
        if (LANES > 8) {
            sum = sum.add(sum.rearrange(BY_8));
        }
        if (LANES > 4) {
            sum = sum.add(sum.rearrange(BY_4));
        }
        sum = sum.add(sum.rearrange(BY_2));
        return sum.add(sum.rearrange(BY_1));
    }

    private static VectorShuffle<Float> swap(int distance) {
        return VectorShuffle.fromOp(SPECIES, lane -> (lane ^ distance) % LANES);
    }
}
