package io.dovetail.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class FailuresTest {

    @Test
    void aFullHeapIsToldInOneLineWithItsSizeAndARemedy() {
        StringWriter text = new StringWriter();
        assertEquals(1, Failures.outOfMemory(new OutOfMemoryError("Java heap space"), new PrintWriter(text)));
        long mebibytes = Runtime.getRuntime().maxMemory() >> 20;
        String line = text.toString();
        assertTrue(
                line.startsWith("dovetail: out of memory (Java heap space): the heap may grow to " + mebibytes), line);
        assertTrue(line.contains("DOVETAIL_JAVA_OPTS=-Xmx" + 2 * mebibytes + "m"), line);
        assertEquals(1, line.strip().lines().count());
    }
}
