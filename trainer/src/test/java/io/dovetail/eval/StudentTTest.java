package io.dovetail.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StudentTTest {

    /** The table of any textbook, to the three places that it prints. */
    @ParameterizedTest
    @CsvSource({
        "0.95, 1, 12.706", "0.95, 2, 4.303", "0.95, 3, 3.182", "0.95, 4, 2.776", "0.95, 9, 2.262", "0.95, 10, 2.228",
        "0.95, 29, 2.045", "0.95, 30, 2.042", "0.95, 120, 1.980", "0.99, 1, 63.657", "0.99, 5, 4.032", "0.90, 8, 1.860"
    })
    void quantilesAreThoseOfTheTable(double probability, int degrees, double t) {
        assertEquals(t, StudentT.within(probability, degrees), 5e-4);
    }

    @Test
    void oneAndTwoDegreesHaveClosedForms() {
        // F(t) = 1/2 + atan(t) / pi, and t = sqrt(2) p / sqrt(1 - p^2) for P(|T| <= t) = p.
        assertEquals(Math.tan(Math.PI * 0.475), StudentT.within(0.95, 1), 1e-10);
        assertEquals(Math.sqrt(2) * 0.95 / Math.sqrt(1 - 0.95 * 0.95), StudentT.within(0.95, 2), 1e-12);
    }

    @Test
    void manyDegreesComeNearTheNormalDistribution() {
        assertEquals(1.959964, StudentT.within(0.95, 100_000), 1e-4);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -0.5, Double.NaN})
    void probabilitiesOutOfRangeAreRefused(double probability) {
        var refusal = assertThrows(IllegalArgumentException.class, () -> StudentT.within(probability, 3));
        assertTrue(String.valueOf(refusal.getMessage()).contains(String.valueOf(probability)));
    }
}
