package io.dovetail.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The two functions that the losses need, each on the half of its domain where it cannot overflow. Polynomials are
 * near-minimax fits (Chebyshev interpolation), rounded to float. NaN gives NaN.
 */
final class VectorMath {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;

    /** Below this, e^x is less than the least normal number. */
    private static final float LEAST_EXPONENT = -87.33654f;

    /** Adding 1.5 * 2^23 rounds to an integer, which then stands in the low bits. */
    private static final float ROUNDER = 0x1.8p23f;

    private static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);
    private static final float LOG2_E = 1.442695f;

    /** ln 2 in two parts; the first has few enough bits that multiples are exact. */
    private static final float LN2_HIGH = 0x1.63p-1f;

    private static final float LN2_LOW = -2.1219444e-4f;

    private VectorMath() {}

    /**
     * {@code e^x} for x in [-inf, 0], within 2 units in the last place; below 2^-126 the result is 0.
     *
     * <p>{@code e^x = 2^n e^r} with n the integer nearest to x / ln 2, {@code |r| <= ln(2) / 2}, and
     * {@code e^r = 1 + r + r² P(r)}.
     */
    static FloatVector expOfNonPositive(FloatVector x) {
        FloatVector rounded = x.lanewise(VectorOperators.FMA, LOG2_E, ROUNDER);
        FloatVector n = rounded.sub(ROUNDER);
        FloatVector r = n.lanewise(VectorOperators.FMA, broadcast(-LN2_HIGH), x);
        r = n.lanewise(VectorOperators.FMA, broadcast(-LN2_LOW), r);
        FloatVector p = broadcast(1.3933734e-3f);
        p = p.fma(r, broadcast(8.363236e-3f));
        p = p.fma(r, broadcast(4.1666463e-2f));
        p = p.fma(r, broadcast(1.6666576e-1f));
        p = p.fma(r, broadcast(0.5f));
        p = p.fma(r.mul(r), r).add(1f);
        FloatVector powerOfTwo = rounded.reinterpretAsInts()
                .sub(ROUNDER_BITS - 127)
                .lanewise(VectorOperators.LSHL, 23)
                .reinterpretAsFloats();
        return p.mul(powerOfTwo).blend(0f, x.compare(VectorOperators.LT, LEAST_EXPONENT));
    }

    /**
     * {@code log(1 + x)} for x in [0, 1], within 2 units in the last place.
     *
     * <p>{@code log(1 + x) = 2 artanh(s)} with {@code s = x / (2 + x)}, and {@code artanh(s) = s + s³ Q(s²)}.
     */
    static FloatVector log1pOfUnit(FloatVector x) {
        FloatVector s = x.div(x.add(2f));
        FloatVector squared = s.mul(s);
        FloatVector q = broadcast(1.3433774e-1f);
        q = q.fma(squared, broadcast(1.4116979e-1f));
        q = q.fma(squared, broadcast(2.0003836e-1f));
        q = q.fma(squared, broadcast(3.333332e-1f));
        FloatVector artanh = q.mul(squared).fma(s, s);
        return artanh.add(artanh);
    }

    private static FloatVector broadcast(float value) {
        return FloatVector.broadcast(FLOATS, value);
    }
}
