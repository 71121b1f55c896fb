package io.dovetail.index.live;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.function.Executable;

/** What exceptions say. */
final class Messages {

    private Messages() {}

    /** The message of the exception that must be thrown. */
    static String message(Class<? extends Throwable> type, Executable action) {
        return String.valueOf(assertThrows(type, action).getMessage());
    }
}
