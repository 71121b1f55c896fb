package io.dovetail.app;

import io.dovetail.app.progress.Narrator;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What all commands share: their common options, and where they print. */
@Command(sortOptions = false)
abstract class AppCommand implements Callable<Integer> {
    private final Console console;

    @Option(names = "--json", description = "Print one JSON object on stdout; all else goes to stderr.")
    private boolean json;

    @Option(names = "--debug", description = "Print the stack trace of an error.")
    private boolean debug;

    // Read by picocli alone.
    @SuppressWarnings("UnusedVariable")
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    private boolean help;

    AppCommand(Console console) {
        this.console = console;
    }

    /**
     * Does the work.
     *
     * @throws UserException if the user can put it right
     * @throws Exception if it fails
     */
    abstract void run() throws Exception;

    @Override
    public final Integer call() throws Exception {
        run();
        return 0;
    }

    /** {@return whether an error is printed with its stack trace} */
    final boolean debug() {
        return debug;
    }

    /** {@return where text for people goes: stdout, or stderr where stdout is kept for JSON} */
    final PrintWriter people() {
        return json ? console.err() : console.out();
    }

    /** Prints a line for people. */
    final void say(String line) {
        people().println(line);
        people().flush();
    }

    /** Prints a line on stderr, whatever stdout is used for. */
    final void warn(String message) {
        console.err().println("warning: " + message);
        console.err().flush();
    }

    /** Prints the result for programs, if that is asked for. */
    final void result(Supplier<Map<String, ?>> object) {
        if (json) {
            console.out().println(Json.text(object.get()));
        }
    }

    /** {@return a line on stderr that is drawn over itself; nothing where nobody looks} */
    final ProgressLine progressLine() {
        return new ProgressLine(console);
    }

    /** {@return what long work talks to: lines for people, and progress that is drawn over itself} */
    final Narrator narrator(ProgressLine progress) {
        return new Narrator() {
            @Override
            public void say(String line) {
                progress.clear();
                AppCommand.this.say(line);
            }

            @Override
            public void progress(Supplier<String> text) {
                progress.update(text);
            }
        };
    }
}
