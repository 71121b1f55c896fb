package io.dovetail.app;

import io.dovetail.index.IvfPqIndex;
import io.dovetail.kernels.Kernels;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Checks an index file. */
@Command(
        name = "verify",
        description =
                "Reads all of an index and checks its sizes and checksums; exit code 2 and the place if it is damaged.",
        footer = {"", "Example:", "  dovetail index verify runs/shop/items.ivfpq"})
final class IndexVerifyCommand extends AppCommand {

    @Parameters(paramLabel = "FILE", description = "The index.")
    private Path file;

    IndexVerifyCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            IvfPqIndex index = IvfPqIndex.open(file, Kernels.best(), arena);
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("ok", true);
            json.put("bytes", Files.size(file));
            json.put("vectors", index.size());
            say(file + ": all " + Figures.count(Files.size(file)) + " bytes are as they were written");
            result(() -> json);
        }
    }
}
