package io.dovetail.app;

import io.dovetail.kernels.Workers;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What numeric work runs on. */
final class EngineOptions {
    private static final int MOST = 1024;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Number of threads (default: all processors). Results do not depend on it.")
    private @Nullable Integer threads;

    /**
     * Starts the threads.
     *
     * @return the workers; close them
     */
    Workers workers() {
        return Workers.of(threads());
    }

    /** {@return whether the number of threads was given} */
    boolean given() {
        return threads != null;
    }

    /** {@return the number of threads} */
    int threads() {
        int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        if (count < 1 || count > MOST) {
            throw new UserException("--threads: " + count + " is out of range; give 1 to " + MOST);
        }
        return count;
    }
}
