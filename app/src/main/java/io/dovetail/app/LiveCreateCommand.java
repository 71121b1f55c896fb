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

/** Makes a live index of a built one and the names of its vectors. */
@Command(
        name = "create",
        description = "Makes a live index in a directory: a copy of a built index, and the names of its vectors.",
        footer = {"", "Example:", "  dovetail index live create live --index base.ivfpq --names skus.txt"})
final class LiveCreateCommand extends AppCommand {

    @Parameters(paramLabel = "DIR", description = "The directory to make.")
    private Path directory;

    @Option(names = "--index", required = true, paramLabel = "FILE", description = "The built index.")
    private Path file;

    @Option(
            names = "--names",
            required = true,
            paramLabel = "FILE",
            description = "A text file with a name on each line, the first that of the vector with id 0.")
    private Path names;

    LiveCreateCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        List<String> all = LineFile.names(names);
        try (NamedLiveIndex live = NamedLiveIndex.create(directory, file, all, Durability.EACH_WRITE, Kernels.best())) {
            say(directory + ": " + Figures.count(live.size()) + " vectors, " + Figures.count(all.size()) + " names");
            int size = live.size();
            result(() -> Map.of("vectors", size, "names", all.size()));
        } catch (IllegalArgumentException e) {
            throw new UserException(String.valueOf(e.getMessage()));
        }
    }
}
