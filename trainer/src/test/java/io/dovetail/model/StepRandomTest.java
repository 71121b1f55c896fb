package io.dovetail.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StepRandomTest {

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 0x9E3779B97F4A7C15L, Long.MIN_VALUE})
    void itDrawsWhatSplittableRandomDraws(long seed) {
        StepRandom reused = new StepRandom();
        reused.from(seed + 5).nextLong();
        SplittableRandom expected = new SplittableRandom(seed);
        StepRandom actual = reused.from(seed);
        for (int i = 0; i < 200; i++) {
            assertEquals(expected.nextLong(), actual.nextLong());
            assertEquals(expected.nextInt(), actual.nextInt());
            assertEquals(expected.nextInt(1 + 37 * i), actual.nextInt(1 + 37 * i));
            assertEquals(expected.nextInt(Integer.MAX_VALUE - i), actual.nextInt(Integer.MAX_VALUE - i));
            assertEquals(expected.nextDouble(), actual.nextDouble());
        }
    }
}
