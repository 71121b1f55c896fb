package io.dovetail.app.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class PaceTest {

    @Test
    void whatIsLeftTakesAsLongAsItsKindDid() {
        Pace pace = new Pace();
        for (int i = 0; i < 3; i++) {
            pace.add("slow");
            pace.add("fast");
        }
        assertTrue(Double.isNaN(pace.left()), "nothing is known");
        pace.done("slow", 10);
        // Two slow ones; three fast ones, of which nothing is known, as long as the mean.
        assertEquals(50, pace.left());
        pace.done("fast", 1);
        pace.done("fast", 3);
        assertEquals(2 * 10 + 2, pace.left());
        pace.done("fast", 2);
        pace.done("slow", 20);
        pace.done("slow", 10);
        assertEquals(0, pace.left());
    }
}
