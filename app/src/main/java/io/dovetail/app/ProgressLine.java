package io.dovetail.app;

import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * How far a command is, on stderr: on a terminal a line that is drawn over itself, at most ten times a second; elsewhere, as
 * in the log of a nightly job, a line of its own each minute.
 */
final class ProgressLine implements AutoCloseable {
    private static final long TERMINAL_PAUSE_NANOS = 100_000_000;
    private static final long LOG_PAUSE_NANOS = 60_000_000_000L;

    private final Console console;
    private final LongSupplier clock;
    private final long pause;
    private long drawn;
    private int width;

    ProgressLine(Console console) {
        this(console, System::nanoTime);
    }

    /** A line by a clock of nanoseconds. */
    ProgressLine(Console console, LongSupplier clock) {
        this.console = console;
        this.clock = clock;
        pause = console.terminal() ? TERMINAL_PAUSE_NANOS : LOG_PAUSE_NANOS;
        drawn = clock.getAsLong() - (console.terminal() ? pause : 0);
    }

    /**
     * Draws the line, unless it was drawn a moment ago.
     *
     * @param text what to draw; asked for only if it is drawn
     */
    void update(Supplier<String> text) {
        long now = clock.getAsLong();
        if (now - drawn < pause) {
            return;
        }
        drawn = now;
        if (console.terminal()) {
            draw(text.get());
        } else {
            console.err().println(text.get());
            console.err().flush();
        }
    }

    /** Takes the line away, so that other text may follow. */
    void clear() {
        if (width > 0) {
            draw("");
            width = 0;
        }
    }

    @Override
    public void close() {
        clear();
    }

    private void draw(String text) {
        console.err().print("\r" + text + " ".repeat(Math.max(0, width - text.length())) + "\r" + text);
        console.err().flush();
        width = text.length();
    }
}
