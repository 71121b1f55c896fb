package io.dovetail.app;

import io.dovetail.index.FaissReader;
import io.dovetail.index.IvfPqIndex;
import io.dovetail.kernels.Kernels;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes an index of another library's. */
@Command(
        name = "import",
        description = {
            "Makes an index of an IndexIVFPQ that faiss.write_index has written: by inner product, by residual, with"
                    + " codes of 4 to 8 bits and a flat quantizer.",
            "",
            "Such a file has no vectors. With --vectors, those it was made of, whose rows are the ids, results are"
                    + " ranked by exact scores. Without, they are ranked by what the codes stand for, as faiss does."
        },
        footer = {
            "",
            "Examples:",
            "  dovetail index import --faiss base.faiss --vectors base.fvecs --out base.ivfpq",
            "  dovetail index import --faiss base.faiss --out base.ivfpq"
        })
final class IndexImportCommand extends AppCommand {

    @Option(names = "--faiss", required = true, paramLabel = "FILE", description = "The file of faiss.")
    private Path faiss;

    @Option(
            names = "--vectors",
            paramLabel = "FILE",
            description = "The vectors in a .npy, .fvecs or .bvecs file; an id is a row.")
    private @Nullable Path vectors;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The index file to write.")
    private Path out;

    IndexImportCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            if (vectors == null) {
                FaissReader.readCodes(faiss, out);
                warn(faiss + " has no vectors: results are ranked by what codes stand for; give --vectors for exact"
                        + " scores");
            } else {
                readVectors(vectors, arena);
            }
            IvfPqIndex index = IvfPqIndex.open(out, Kernels.best(), arena);
            long bytes = Files.size(out);
            IndexFigures.print(index, bytes, people());
            result(() -> IndexFigures.json(index, bytes));
        }
    }

    private void readVectors(Path file, Arena arena) throws IOException {
        try {
            FaissReader.read(faiss, VectorInput.read(file, arena), out);
        } catch (IllegalArgumentException e) {
            throw new UserException(file + ": " + e.getMessage());
        }
    }
}
