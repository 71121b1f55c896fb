package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dovetail.train.RateSchedule.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of 4 epochs of 10 steps. */
final class RateScheduleTest {

    @ParameterizedTest
    @CsvSource({
        "CONSTANT, 0, 0, 1",
        "CONSTANT, 0, 39, 1",
        "CONSTANT, 0.5, 0, 0.2",
        "CONSTANT, 0.5, 4, 1",
        "CONSTANT, 0.5, 5, 1",
        "CONSTANT, 0.01, 0, 1",
        "LINEAR, 0, 0, 1",
        "LINEAR, 0, 10, 0.75",
        "LINEAR, 0, 39, 0.025",
        "LINEAR, 0, 40, 0.001",
        "LINEAR, 2, 0, 0.05",
        "LINEAR, 2, 19, 1",
        "LINEAR, 2, 20, 1",
        "LINEAR, 2, 30, 0.5",
        "COSINE, 0, 0, 1",
        "COSINE, 0, 20, 0.5",
        "COSINE, 0, 10, 0.853553",
        "COSINE, 0, 40, 0.001",
        "COSINE, 1, 25, 0.5",
        "STEP, 0, 0, 1",
        "STEP, 0, 19, 1",
        "STEP, 0, 20, 0.25",
        "STEP, 1, 4, 0.5",
        "STEP, 1, 39, 0.25"
    })
    void theRateRisesAndThenFallsByItsShape(Shape shape, float warmUp, int stepsDone, float expected) {
        RateSchedule schedule = new RateSchedule(shape, warmUp, 2, 0.25f);
        assertEquals(expected, schedule.factor(stepsDone, 10, 4), 1e-6f);
    }
}
