package io.dovetail.app.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScaleTest {

    @Test
    void ticksAreRoundAndHoldAllValues() {
        Scale scale = Scale.around(DoubleStream.of(0.412, 0.287));
        assertEquals(List.of("0.25", "0.30", "0.35", "0.40", "0.45"), labels(scale));
    }

    @Test
    void aScaleFromZeroBeginsThere() {
        assertEquals(List.of("0", "200", "400", "600", "800"), labels(Scale.fromZero(DoubleStream.of(650, 700))));
    }

    @Test
    void valuesThatAreNoNumbersDoNotCount() {
        DoubleStream values = DoubleStream.of(Double.NaN, 1, 2, Double.POSITIVE_INFINITY);
        assertEquals(Scale.around(DoubleStream.of(1, 2)), Scale.around(values));
    }

    @Test
    void noValuesGiveZeroToOne() {
        Scale scale = Scale.around(DoubleStream.empty());
        assertEquals("0.0", labels(scale).getFirst());
        assertEquals("1.0", labels(scale).getLast());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.693, -3, 1e-12, 1e12})
    void oneValueLiesInside(double value) {
        Scale scale = Scale.around(DoubleStream.of(value));
        assertTrue(scale.share(value) >= 0 && scale.share(value) <= 1, () -> scale + " for " + value);
    }

    @Test
    void theEndsLieAtZeroAndOne() {
        Scale scale = new Scale(10, 5, 3);
        assertEquals(0, scale.share(10));
        assertEquals(1, scale.share(25));
    }

    private static List<String> labels(Scale scale) {
        return scale.ticks().stream().map(scale::label).toList();
    }
}
