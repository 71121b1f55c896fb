package io.dovetail.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;

/** Runs a command in this JVM, as a shell would, where nobody looks. */
final class CommandLineRunner {

    /** What a command left. */
    record Outcome(int code, String out, String err) {

        /** The one JSON object on stdout. */
        JsonNode json() throws JsonProcessingException {
            assertEquals(0, code, err);
            assertEquals(1, out.lines().count(), out);
            return new ObjectMapper().readTree(out);
        }

        /** Checks that the user is told, in one line and without a trace, what is wrong. */
        void refuses(String... parts) {
            assertEquals(2, code, err);
            assertEquals("", out);
            String last = err.lines()
                    .filter(line -> !line.startsWith("warning: "))
                    .toList()
                    .getLast();
            assertTrue(last.startsWith("dovetail: "), err);
            for (String part : parts) {
                assertTrue(last.contains(part), "'" + part + "' is missing in: " + last);
            }
            assertTrue(!err.contains("\tat "), err);
        }
    }

    private CommandLineRunner() {}

    static Outcome dovetail(Object... arguments) {
        String[] texts = new String[arguments.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = arguments[i].toString();
        }
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(texts, new PrintWriter(out), new PrintWriter(err), false);
        return new Outcome(code, out.toString(), err.toString());
    }
}
