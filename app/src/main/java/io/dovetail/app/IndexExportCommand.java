package io.dovetail.app;

import io.dovetail.index.FaissWriter;
import io.dovetail.index.IvfPqIndex;
import io.dovetail.kernels.Kernels;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes an index for another library. */
@Command(
        name = "export",
        description = {
            "Writes an index as an IndexIVFPQ of faiss, which faiss.read_index reads.",
            "",
            "It has the same lists, codes and ids, and scores by inner product. The vectors are not in such a file, so"
                    + " faiss does not re-rank: its scores are those of the codes. Nor are groups of lists and the"
                    + " fingerprint."
        },
        footer = {"", "Example:", "  dovetail index export --index base.ivfpq --out base.faiss"})
final class IndexExportCommand extends AppCommand {

    @Option(names = "--index", required = true, paramLabel = "FILE", description = "The index.")
    private Path file;

    @Option(names = "--format", paramLabel = "FORMAT", description = "faiss, the only one and the default.")
    private String format = "faiss";

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The file to write.")
    private Path out;

    IndexExportCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        VectorOutput.requireFormat(format, "faiss");
        try (Arena arena = Arena.ofConfined()) {
            IvfPqIndex index = IvfPqIndex.open(file, Kernels.best(), arena);
            if (index.rotated()) {
                throw new UserException(
                        file + ": its codes are in learnt axes (--opq), which faiss' format has no place for;"
                                + " build the index without --opq to export it");
            }
            FaissWriter.write(index, out);
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("vectors", index.size());
            json.put("bytes", Files.size(out));
            say("wrote " + Figures.count(index.size()) + " codes to " + out + ", for faiss.read_index");
            result(() -> json);
        }
    }
}
