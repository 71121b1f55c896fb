package io.dovetail.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The sum of a vector's lanes in a fixed order.
 *
 * <p>{@code reduceLanes} promises no order for floats, and interpreted and compiled code do differ. The same bits at
 * every run need a sum of our own: halves are added until one lane is left.
 *
 * <p>What must not change: methods below 35 bytecodes, which C2 inlines even where a call is rare, as after a loop.
 */
final class Lanes {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    static final VectorShuffle<Float> BY_1 = swap(1);
    static final VectorShuffle<Float> BY_2 = swap(2);
    static final VectorShuffle<Float> BY_4 = swap(4);
    static final VectorShuffle<Float> BY_8 = swap(8);

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
        return fold(fold(folded8(folded16(vector)), BY_2), BY_1);
    }

    private static FloatVector folded16(FloatVector vector) {
        return LANES > 8 ? fold(vector, BY_8) : vector;
    }

    private static FloatVector folded8(FloatVector vector) {
        return LANES > 4 ? fold(vector, BY_4) : vector;
    }

    private static FloatVector fold(FloatVector vector, VectorShuffle<Float> swap) {
        return vector.add(vector.rearrange(swap));
    }

    private static VectorShuffle<Float> swap(int distance) {
        return VectorShuffle.fromOp(SPECIES, lane -> (lane ^ distance) % LANES);
    }
}
