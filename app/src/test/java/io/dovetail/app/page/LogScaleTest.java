package io.dovetail.app.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class LogScaleTest {

    private static LogScale around(double... values) {
        return LogScale.around(DoubleStream.of(values));
    }

    @Test
    void theEndsAreRoundNumbersAroundTheValues() {
        assertEquals(List.of(200.0, 500.0, 1000.0, 2000.0), around(210, 1900).ticks());
        assertEquals(List.of(1.0, 2.0, 5.0, 10.0), around(10, 1).ticks());
        assertEquals(List.of(1.0, 2.0), around(1).ticks());
    }

    @Test
    void aWideAxisIsLabelledAtPowersOfTen() {
        assertEquals(List.of(1.0, 10.0, 100.0, 1000.0), around(1, 1000).ticks());
    }

    @Test
    void equalFactorsAreEqualDistances() {
        LogScale scale = around(1, 100);
        assertEquals(0, scale.share(1), 1e-12);
        assertEquals(0.5, scale.share(10), 1e-12);
        assertEquals(1, scale.share(100), 1e-12);
    }

    @Test
    void labelsHaveTheDecimalsThatTheyNeed() {
        LogScale scale = around(0.02, 5000);
        assertEquals("0.02", scale.label(0.02));
        assertEquals("0.1", scale.label(0.1));
        assertEquals("1", scale.label(1));
        assertEquals("5,000", scale.label(5000));
    }

    @Test
    void whatCannotBeDrawnDoesNotCount() {
        assertEquals(around(3, 4), around(3, 0, -1, Double.NaN, Double.POSITIVE_INFINITY, 4));
        assertEquals(List.of(1.0, 2.0), around().ticks());
        assertThrows(IllegalArgumentException.class, () -> new LogScale(1, 1));
    }
}
