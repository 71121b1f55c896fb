package io.dovetail.app;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Runs a command in this JVM, as a shell would, where nobody looks. */
final class CommandLineRunner {

    /** What a command left. */
    record Outcome(int code, String out, String err) {}

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
