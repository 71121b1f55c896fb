package io.dovetail.app;

import io.dovetail.index.live.Durability;
import io.dovetail.index.live.NamedLiveIndex;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Writes what a live index holds into a new file. */
@Command(
        name = "compact",
        description = "Writes all vectors of a live index into a new file, and begins an empty log.",
        footer = {"", "Example:", "  dovetail index live compact live"})
final class LiveCompactCommand extends AppCommand {

    @Parameters(paramLabel = "DIR", description = "The directory of the live index.")
    private Path directory;

    @Mixin
    private final EngineOptions engines = new EngineOptions();

    LiveCompactCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        try (NamedLiveIndex live = NamedLiveIndex.open(directory, Durability.EACH_WRITE, Kernels.best());
                Workers workers = engines.workers()) {
            int pending = live.pending();
            live.compact(workers);
            int size = live.size();
            say(directory + ": " + Figures.count(pending) + " rows tidied up, " + Figures.count(size) + " vectors");
            result(() -> Map.of("pending", pending, "vectors", size));
        }
    }
}
