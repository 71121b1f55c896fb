package io.dovetail.app;

import io.dovetail.index.live.Durability;
import io.dovetail.index.live.NamedLiveIndex;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Adds and replaces vectors of a live index. */
@Command(
        name = "upsert",
        description = {
            "Adds vectors to a live index, in place of those of the same names if there are any.",
            "",
            "Vectors are written some thousands at a time: after a failure the first of them may be there."
        },
        footer = {"", "Example:", "  dovetail index live upsert live --vectors new.npy --names new.txt"})
final class LiveUpsertCommand extends AppCommand {

    /** Vectors of a write. */
    private static final int STEP = 8192;

    @Parameters(paramLabel = "DIR", description = "The directory of the live index.")
    private Path directory;

    @Option(
            names = "--vectors",
            required = true,
            paramLabel = "FILE",
            description = "Vectors in a .npy, .fvecs or .bvecs file.")
    private Path vectors;

    @Option(
            names = "--names",
            required = true,
            paramLabel = "FILE",
            description = "A text file with a name on each line: of the first vector, the second, and so on.")
    private Path names;

    LiveUpsertCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        List<String> all = LineFile.names(names);
        try (Arena arena = Arena.ofShared();
                NamedLiveIndex live = NamedLiveIndex.open(directory, Durability.EACH_WRITE, Kernels.best())) {
            Matrix rows = VectorInput.read(vectors, arena);
            if (rows.rows() != all.size() || rows.cols() != live.dimension()) {
                throw new UserException(vectors + ": " + rows.rows() + " vectors of dimension " + rows.cols() + "; "
                        + names + " has " + all.size() + " names, and " + directory + " vectors of dimension "
                        + live.dimension());
            }
            int before = live.size();
            for (int from = 0; from < rows.rows(); from += STEP) {
                int count = Math.min(STEP, rows.rows() - from);
                live.upsert(all.subList(from, from + count), rows.rows(from, count));
            }
            int size = live.size();
            say(Figures.count(all.size()) + " vectors written, " + Figures.count(size - before) + " of them new; "
                    + directory + " has " + Figures.count(size));
            result(() -> Map.of("written", all.size(), "new", size - before, "vectors", size));
        } catch (IllegalArgumentException e) {
            throw new UserException(String.valueOf(e.getMessage()));
        }
    }
}
