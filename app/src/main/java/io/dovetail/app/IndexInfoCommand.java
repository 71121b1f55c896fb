package io.dovetail.app;

import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.live.FollowedIndex;
import io.dovetail.kernels.Kernels;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says what is in an index file. */
@Command(
        name = "info",
        description =
                "Says what is in an index: sizes, imbalance of the lists, what takes the bytes, how long the vectors"
                    + " are, the model's fingerprint; of the directory of a live index also what was written since its"
                    + " file.",
        footer = {"", "Example:", "  dovetail index info runs/shop/items.ivfpq"})
final class IndexInfoCommand extends AppCommand {

    @Parameters(paramLabel = "FILE", description = "The index, or the directory of a live one.")
    private Path file;

    IndexInfoCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        if (Files.isDirectory(file)) {
            try (FollowedIndex live = FollowedIndex.open(file, Kernels.best())) {
                Map<String, Object> json = ofFile(live.file());
                IndexFigures.print(live, people());
                json.put("live", IndexFigures.json(live));
                result(() -> json);
            }
        } else {
            Map<String, Object> json = ofFile(file);
            result(() -> json);
        }
    }

    /** Prints the figures of a file. {@return them by their JSON keys} */
    private Map<String, Object> ofFile(Path path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            IvfPqIndex index = IvfPqIndex.open(path, Kernels.best(), arena);
            long bytes = Files.size(path);
            IndexFigures.print(index, bytes, people());
            IndexFigures.printDetails(index, people());
            Map<String, Object> json = IndexFigures.json(index, bytes);
            json.putAll(IndexFigures.details(index));
            return json;
        }
    }
}
