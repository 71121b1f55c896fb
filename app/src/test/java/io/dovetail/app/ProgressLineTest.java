package io.dovetail.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProgressLineTest {
    private static final long SECOND = 1_000_000_000;

    private final StringWriter err = new StringWriter();
    private long now = 5 * SECOND;

    private ProgressLine line(boolean terminal) {
        PrintWriter writer = new PrintWriter(err);
        return new ProgressLine(new Console(writer, writer, terminal), () -> now);
    }

    @Test
    void inALogALineComesEachMinute() {
        try (ProgressLine line = line(false)) {
            for (int second = 0; second <= 130; second++) {
                String text = "after " + second;
                line.update(() -> text);
                now += SECOND;
            }
        }
        assertEquals(List.of("after 60", "after 120"), err.toString().lines().toList());
    }

    @Test
    void onATerminalItIsDrawnOverItselfAndTakenAway() {
        try (ProgressLine line = line(true)) {
            line.update(() -> "abc");
            line.update(() -> "too soon");
            now += SECOND;
            line.update(() -> "d");
        }
        assertEquals("\rabc\rabc\rd  \rd\r \r", err.toString());
    }
}
