package io.dovetail.jmh.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizesTest {

    @ParameterizedTest
    @CsvSource({
        "kilobytes, 64, 65536",
        "size, 64KiB, 65536",
        "size, 2m, 2097152",
        "bytes, 1000, 1000",
        "megabytes, 1, 1048576",
        "floats, 1024, 4096"
    })
    void aWorkingSetIsToldByNameOrByValue(String name, String value, double bytes) {
        assertEquals(bytes, Sizes.workingSet(Map.of(name, value)).orElseThrow());
    }

    @Test
    void anotherParameterIsNoWorkingSet() {
        assertTrue(Sizes.workingSet(Map.of("rows", "256", "threads", "2")).isEmpty());
    }

    @Test
    void aProductMovesItsOperandsAndItsResult() {
        assertEquals(
                4.0 * (6 + 15 + 10),
                Sizes.leastTraffic(Map.of("m", "2", "n", "5", "k", "3")).orElseThrow());
        assertEquals(
                4.0 * (6 + 15 + 10),
                Sizes.leastTraffic(Map.of("rows", "2", "layer", "3x5")).orElseThrow());
        assertTrue(Sizes.leastTraffic(Map.of("rows", "2")).isEmpty());
    }

    @Test
    void numbersHaveThreeDigitsThatTellSomething() {
        assertEquals(
                List.of("0", "0.123", "1.23", "12.3", "123", "12,346", "–"),
                List.of(
                        Numbers.figure(0),
                        Numbers.figure(0.1234),
                        Numbers.figure(1.234),
                        Numbers.figure(12.34),
                        Numbers.figure(123.4),
                        Numbers.figure(12_345.6),
                        Numbers.figure(Double.NaN)));
        assertEquals("1.50 µs", Numbers.time(1.5e-6));
        assertEquals("256 MiB", Numbers.bytes(256 << 20));
        assertEquals("1.5 KiB", Numbers.bytes(1536).replace("1.50", "1.5"));
    }

    @Test
    void aLogarithmicAxisHasRoundEndsAndFewTicks() {
        LogScale scale = LogScale.around(3, 110);
        assertEquals(new LogScale(2, 200), scale);
        assertEquals(List.of(2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0), scale.ticks());
        assertEquals(0.5, scale.share(20), 1e-12);
        assertEquals(List.of(1.0, 10.0, 100.0, 1000.0, 10_000.0), new LogScale(1, 10_000).ticks());
        assertEquals(new LogScale(1, 10), LogScale.around(1, 1));
    }
}
