package io.dovetail.app;

import static io.dovetail.app.CommandLineRunner.dovetail;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.app.CommandLineRunner.Outcome;
import org.junit.jupiter.api.Test;

final class MainTest {

    @Test
    void helpGoesToStdout() {
        Outcome help = dovetail("--help");
        assertEquals(0, help.code());
        assertTrue(help.out().startsWith("Usage: dovetail"), help.out());
        assertEquals("", help.err());
    }

    @Test
    void withoutArgumentsHelpGoesToStderr() {
        Outcome outcome = dovetail();
        assertEquals(2, outcome.code());
        assertEquals("", outcome.out());
        assertTrue(outcome.err().startsWith("Usage: dovetail"), outcome.err());
    }

    @Test
    void anUnknownOptionIsNamedInALineThatPointsToHelp() {
        Outcome outcome = dovetail("--versoin");
        assertEquals(2, outcome.code());
        assertEquals(1, outcome.err().lines().count(), outcome.err());
        assertTrue(outcome.err().contains("--versoin"), outcome.err());
        assertTrue(outcome.err().contains("see 'dovetail --help'"), outcome.err());
    }
}
