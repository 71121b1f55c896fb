package io.dovetail.app;

import io.dovetail.index.live.Durability;
import io.dovetail.index.live.NamedLiveIndex;
import io.dovetail.kernels.Kernels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Removes vectors of a live index. */
@Command(
        name = "remove",
        description = "Removes the vectors of names from a live index; names that have none do not count.",
        footer = {"", "Example:", "  dovetail index live remove live --names sold-out.txt"})
final class LiveRemoveCommand extends AppCommand {

    @Parameters(paramLabel = "DIR", description = "The directory of the live index.")
    private Path directory;

    @Option(
            names = "--names",
            required = true,
            paramLabel = "FILE",
            description = "A text file with a name on each line.")
    private Path names;

    LiveRemoveCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        List<String> all = LineFile.names(names);
        try (NamedLiveIndex live = NamedLiveIndex.open(directory, Durability.EACH_WRITE, Kernels.best())) {
            int removed = live.remove(all);
            int size = live.size();
            say(Figures.count(removed) + " vectors removed; " + directory + " has " + Figures.count(size));
            result(() -> Map.of("removed", removed, "vectors", size));
        }
    }
}
