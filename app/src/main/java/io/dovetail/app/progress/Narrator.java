package io.dovetail.app.progress;

import java.util.function.Supplier;

/** Hears how far a long piece of work is, in lines for people. */
public interface Narrator {

    /**
     * Something happened.
     *
     * @param line a line
     */
    void say(String line);

    /**
     * A long piece of work goes on. Called often.
     *
     * @param text how far it is; asked for only if it is shown
     */
    void progress(Supplier<String> text);
}
