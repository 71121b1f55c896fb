package io.dovetail.jmh.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class FigureTest {
    /** Conversions of units multiply once or twice. */
    private static final double ROUNDING = 1e-12;

    @Test
    void theMedianIsThatOfTheForksAndOneBadForkDoesNotMoveIt() {
        Figure figure = new Figure("us/op", List.of(10.0, 11.0, 500.0));
        assertEquals(11, figure.median());
        assertEquals(10, figure.least());
        assertEquals(500, figure.greatest());
    }

    @Test
    void twoForksInTheMiddleAreAveraged() {
        assertEquals(2.5, Figure.median(List.of(4.0, 1.0, 2.0, 3.0)));
    }

    @Test
    void whatIsNoNumberDoesNotCount() {
        assertEquals(2, Figure.median(List.of(Double.NaN, 2.0)));
        assertTrue(Double.isNaN(Figure.median(List.of())));
    }

    @Test
    void timesAndRatesOfEveryUnitBecomeCallsPerSecond() {
        assertEquals(5e4, perSecond("us/op", 20), 5e4 * ROUNDING);
        assertEquals(500, perSecond("ms/op", 2), 500 * ROUNDING);
        assertEquals(0.5, perSecond("s/op", 2), ROUNDING);
        assertEquals(40e9, perSecond("ops/ns", 40), 40e9 * ROUNDING);
        assertEquals(7, perSecond("ops/s", 7), ROUNDING);
    }

    @Test
    void anotherUnitIsNoRate() {
        assertTrue(new Figure("B/op", List.of(1.0)).perSecond().isEmpty());
        assertTrue(new Figure("#", List.of(1.0)).perSecond().isEmpty());
    }

    @Test
    void theGeometricMeanOfADoubleAndAHalfIsOne() {
        assertEquals(1, Figure.geometricMean(List.of(2.0, 0.5)).orElseThrow(), ROUNDING);
        assertTrue(Figure.geometricMean(List.of()).isEmpty());
    }

    @Test
    void aFigureOfNoForkIsRefused() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> new Figure("us/op", List.of()));
        assertEquals("a figure in us/op of no fork", refused.getMessage());
    }

    private static double perSecond(String unit, double value) {
        return new Figure(unit, List.of(value)).perSecond().orElseThrow().median();
    }
}
