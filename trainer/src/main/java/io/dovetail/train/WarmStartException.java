package io.dovetail.train;

import java.io.IOException;
import java.nio.file.Path;

/** An earlier run cannot be gone on from; the message names it, what differs and the remedy. */
public final class WarmStartException extends IOException {
    private static final long serialVersionUID = 1L;

    WarmStartException(Path earlier, String message) {
        super("warm start from " + earlier + ": " + message);
    }
}
