package io.dovetail.app;

import java.util.function.Supplier;

/** A line on stderr that is drawn over itself, at most ten times a second; nothing where nobody looks. */
final class ProgressLine implements AutoCloseable {
    private static final long PAUSE_NANOS = 100_000_000;

    private final Console console;
    private long drawn = System.nanoTime() - PAUSE_NANOS;
    private int width;

    ProgressLine(Console console) {
        this.console = console;
    }

    /**
     * Draws the line, unless it was drawn a moment ago.
     *
     * @param text what to draw; asked for only if it is drawn
     */
    void update(Supplier<String> text) {
        long now = System.nanoTime();
        if (console.terminal() && now - drawn >= PAUSE_NANOS) {
            drawn = now;
            draw(text.get());
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
