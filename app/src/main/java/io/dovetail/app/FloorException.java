package io.dovetail.app;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A model is not as good as the user demands. Ends the program with code 1. */
final class FloorException extends Exception {
    private static final long serialVersionUID = 1L;

    private FloorException(String message) {
        super(message);
    }

    /**
     * Compares a hit rate with the floor.
     *
     * @param floor the least that will do; null if none is demanded
     * @param hitRate what was reached
     * @throws FloorException if it is less
     */
    static void check(@Nullable Double floor, double hitRate) throws FloorException {
        if (floor != null && !(hitRate >= floor)) {
            throw new FloorException(
                    String.format(Locale.ROOT, "HR@100 on test is %.4f, below the floor of %s", hitRate, floor));
        }
    }
}
