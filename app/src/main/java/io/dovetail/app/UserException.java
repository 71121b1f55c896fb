package io.dovetail.app;

import java.util.function.Supplier;

/** Something the user can put right; the message names what, its value and the remedy. Ends the program with code 2. */
public final class UserException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * An error for the user.
     *
     * @param message what is wrong, the value and the remedy, in a line
     */
    public UserException(String message) {
        super(message);
    }

    private UserException(IllegalArgumentException cause) {
        super(cause.getMessage(), cause);
    }

    /**
     * Calls what checks a user's values, and blames the user if it refuses them.
     *
     * @param <T> type of the result
     * @param check throws {@link IllegalArgumentException} with a message for the user
     * @return its result
     */
    public static <T> T ifRefused(Supplier<T> check) {
        try {
            return check.get();
        } catch (IllegalArgumentException e) {
            throw new UserException(e);
        }
    }
}
