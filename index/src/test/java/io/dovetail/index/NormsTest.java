package io.dovetail.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class NormsTest {

    @Test
    void areThoseOfTheDefinition() {
        Norms norms = of(3, 1, 2, 6);
        assertEquals(new Norms(1, 3, 6, Math.sqrt((0 + 4 + 1 + 9) / 4.0)), norms);
    }

    @Test
    void oneLengthHasNoDeviation() {
        assertEquals(new Norms(5, 5, 5, 0), of(5));
    }

    @Test
    void areUnitIfAllAre() {
        assertTrue(of(1, 1.0001, 0.9999).areUnit());
        assertFalse(of(1, 1, 1.1).areUnit());
        assertFalse(of(1, 0.9, 1).areUnit());
        assertFalse(of(0).areUnit());
    }

    private static Norms of(double... lengths) {
        Norms.Sum sum = new Norms.Sum();
        for (double length : lengths) {
            sum.add(length);
        }
        return sum.norms();
    }
}
