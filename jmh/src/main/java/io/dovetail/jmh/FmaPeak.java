package io.dovetail.jmh;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.CompilerControl;

/**
 * Fused multiply-adds in registers alone: the most that one thread can compute, by which other figures are divided.
 *
 * <p>Twelve sums do not depend on each other: with a latency of 4 cycles and two units that is 1.5 times what keeps
 * them busy, and it leaves four of sixteen registers where there are no more. They start apart, lest the compiler find
 * that they are one.
 */
final class FmaPeak {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int SUMS = 12;

    private FmaPeak() {}

    /** Floating point operations of so many steps. */
    static double operations(int steps) {
        return 2.0 * SUMS * SPECIES.length() * steps;
    }

    /**
     * Does them. Compiled by itself: inlined into a caller, C2 has been seen to compile the loop anew after seconds at full
     * speed, to less than half of it.
     *
     * @param steps steps of twelve multiply-adds
     * @param seed any number; the compiler must not know it
     * @return a sum to keep
     */
    @CompilerControl(CompilerControl.Mode.DONT_INLINE)
    static float run(int steps, float seed) {
        FloatVector x = FloatVector.broadcast(SPECIES, 1 - seed * 1e-6f);
        FloatVector y = FloatVector.broadcast(SPECIES, seed);
        FloatVector sum0 = y;
        FloatVector sum1 = y.add(1f);
        FloatVector sum2 = y.add(2f);
        FloatVector sum3 = y.add(3f);
        FloatVector sum4 = y.add(4f);
        FloatVector sum5 = y.add(5f);
        FloatVector sum6 = y.add(6f);
        FloatVector sum7 = y.add(7f);
        FloatVector sum8 = y.add(8f);
        FloatVector sum9 = y.add(9f);
        FloatVector sum10 = y.add(10f);
        FloatVector sum11 = y.add(11f);
        for (int i = 0; i < steps; i++) {
            sum0 = x.fma(y, sum0);
            sum1 = x.fma(y, sum1);
            sum2 = x.fma(y, sum2);
            sum3 = x.fma(y, sum3);
            sum4 = x.fma(y, sum4);
            sum5 = x.fma(y, sum5);
            sum6 = x.fma(y, sum6);
            sum7 = x.fma(y, sum7);
            sum8 = x.fma(y, sum8);
            sum9 = x.fma(y, sum9);
            sum10 = x.fma(y, sum10);
            sum11 = x.fma(y, sum11);
        }
        FloatVector all = sum0.add(sum1)
                .add(sum2)
                .add(sum3)
                .add(sum4)
                .add(sum5)
                .add(sum6)
                .add(sum7)
                .add(sum8)
                .add(sum9)
                .add(sum10)
                .add(sum11);
        return all.reduceLanes(VectorOperators.ADD);
    }
}
