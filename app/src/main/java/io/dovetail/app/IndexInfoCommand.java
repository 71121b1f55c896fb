package io.dovetail.app;

import io.dovetail.index.IvfPqIndex;
import io.dovetail.kernels.Kernels;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says what is in an index file. */
@Command(
        name = "info",
        description =
                "Says what is in an index: sizes, imbalance of the lists, bytes per vector, the model's fingerprint.",
        footer = {"", "Example:", "  dovetail index info runs/shop/items.ivfpq"})
final class IndexInfoCommand extends AppCommand {

    @Parameters(paramLabel = "FILE", description = "The index.")
    private Path file;

    IndexInfoCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            IvfPqIndex index = IvfPqIndex.open(file, Kernels.best(), arena);
            long bytes = Files.size(file);
            IndexFigures.print(index, bytes, people());
            result(() -> IndexFigures.json(index, bytes));
        }
    }
}
