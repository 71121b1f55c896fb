package io.dovetail.app;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class FloorExceptionTest {

    @Test
    void aHitRateBelowTheFloorIsToldWithBothFigures() {
        FloorException below = assertThrows(FloorException.class, () -> FloorException.check(0.35, 0.3124));
        assertEquals("HR@100 on test is 0.3124, below the floor of 0.35", below.getMessage());
    }

    @Test
    void theProgramEndsWithCodeOneAndALine() {
        StringWriter err = new StringWriter();
        PrintWriter writer = new PrintWriter(err);
        CommandLine line = new CommandLine(new DemoCommand(new Console(writer, writer, false))).setErr(writer);
        FloorException below = assertThrows(FloorException.class, () -> FloorException.check(0.35, 0.3124));
        assertEquals(1, Failures.failed(below, line, line.parseArgs()));
        assertEquals("dovetail: " + below.getMessage() + System.lineSeparator(), err.toString());
    }

    @Test
    void aFigureThatIsNoNumberIsBelowEveryFloor() {
        assertThrows(FloorException.class, () -> FloorException.check(0.0, Double.NaN));
    }

    @Test
    void aHitRateAtTheFloorWillDoAndNoFloorDemandsNothing() {
        assertDoesNotThrow(() -> FloorException.check(0.35, 0.35));
        assertDoesNotThrow(() -> FloorException.check(null, 0));
    }
}
