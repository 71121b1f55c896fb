package io.dovetail.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.junit.jupiter.api.Test;

final class VectorMathTest {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int SAMPLES = 1 << 18;

    private final Random random = new Random(1);

    @Test
    void exponentials_are_within_two_units_in_the_last_place() {
        float[] x = new float[SAMPLES];
        for (int i = 0; i < x.length; i++) {
            x[i] = i % 2 == 0 ? -87.3365f * random.nextFloat() : -Math.scalb(random.nextFloat(), -i % 100);
        }
        assertWithinTwoUnits(x, VectorMath::expOfNonPositive, Math::exp);
    }

    @Test
    void exponentials_of_extremes_are_exact() {
        assertEquals(0f, exp(Float.NEGATIVE_INFINITY));
        assertEquals(0f, exp(-Float.MAX_VALUE));
        assertEquals(0f, exp(-1e6f));
        assertEquals(0f, exp(-87.34f));
        assertEquals(1f, exp(0f));
        assertEquals(1f, exp(-0f));
        assertEquals(1f, exp(-Float.MIN_VALUE));
        assertTrue(Float.isNaN(exp(Float.NaN)));
    }

    @Test
    void logarithms_are_within_two_units_in_the_last_place() {
        float[] x = new float[SAMPLES];
        for (int i = 0; i < x.length; i++) {
            x[i] = i % 2 == 0 ? random.nextFloat() : Math.scalb(random.nextFloat(), -i % 120);
        }
        x[0] = 1;
        x[2] = 0;
        x[4] = Float.MIN_NORMAL;
        assertWithinTwoUnits(x, VectorMath::log1pOfUnit, Math::log1p);
        assertTrue(Float.isNaN(
                VectorMath.log1pOfUnit(FloatVector.broadcast(FLOATS, Float.NaN)).lane(0)));
    }

    private static float exp(float x) {
        return VectorMath.expOfNonPositive(FloatVector.broadcast(FLOATS, x)).lane(0);
    }

    private static void assertWithinTwoUnits(
            float[] x, UnaryOperator<FloatVector> function, DoubleUnaryOperator reference) {
        float[] y = new float[x.length];
        for (int i = 0; i < x.length; i += FLOATS.length()) {
            function.apply(FloatVector.fromArray(FLOATS, x, i)).intoArray(y, i);
        }
        for (int i = 0; i < x.length; i++) {
            double expected = reference.applyAsDouble(x[i]);
            assertEquals(expected, y[i], 2 * Math.ulp((float) expected), "of " + x[i]);
        }
    }
}
