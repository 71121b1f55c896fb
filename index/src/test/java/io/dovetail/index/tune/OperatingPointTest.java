package io.dovetail.index.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dovetail.index.SearchParams;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OperatingPointTest {

    private static OperatingPoint point(double recall, double micros) {
        return new OperatingPoint(new SearchParams(1, 1), recall, micros);
    }

    @Test
    void theFrontHoldsWhatNothingBeats() {
        OperatingPoint cheap = point(0.5, 10);
        OperatingPoint middle = point(0.8, 20);
        OperatingPoint exact = point(1, 100);
        List<OperatingPoint> points =
                List.of(point(0.7, 21), exact, point(0.5, 11), cheap, point(1, 101), middle, point(0.79, 20));
        assertEquals(List.of(cheap, middle, exact), OperatingPoint.front(points));
        assertEquals(List.of(), OperatingPoint.front(List.of()));
    }

    @Test
    void ofEqualPointsOneIsOnTheFront() {
        assertEquals(List.of(point(0.5, 10)), OperatingPoint.front(List.of(point(0.5, 10), point(0.5, 10))));
    }

    @Test
    void whatIsALittleSlowerIsNearTheFront() {
        OperatingPoint best = point(0.8, 20);
        OperatingPoint near = point(0.7, 24);
        assertEquals(List.of(near, best), OperatingPoint.near(List.of(best, near, point(0.7, 26)), 1.25));
    }
}
