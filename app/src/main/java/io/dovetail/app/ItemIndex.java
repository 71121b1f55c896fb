package io.dovetail.app;

import io.dovetail.index.FlatIndex;
import io.dovetail.index.Index;
import io.dovetail.index.IvfPqIndex;
import io.dovetail.kernels.Matrix;
import io.dovetail.model.Engine;
import io.dovetail.model.TwoTower;
import io.dovetail.train.Run;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The index of a run's items; an id is the item's row. */
final class ItemIndex {
    /** Name in the run's folder of an index that is used without being named. */
    static final String FILE = "items.ivfpq";

    private ItemIndex() {}

    /**
     * The index to serve a run with.
     *
     * @param file the index, or null for {@link #FILE} of the run's folder, or exact search if there is none
     * @param arena owner of the index
     */
    static Index serving(Run run, @Nullable Path file, Engine engine, Arena arena) throws IOException {
        Path usual = run.folder().resolve(FILE);
        if (file != null) {
            return open(run, file, engine, arena);
        }
        return Files.exists(usual) ? open(run, usual, engine, arena) : exact(run, vectors(run, engine, arena), engine);
    }

    /**
     * Opens an index.
     *
     * @throws UserException if it is of another model
     */
    static IvfPqIndex open(Run run, Path file, Engine engine, Arena arena) throws IOException {
        IvfPqIndex index = IvfPqIndex.open(file, engine.kernels(), arena);
        String fingerprint = run.model().fingerprint();
        if (!index.fingerprint().equals(fingerprint)) {
            throw new UserException(file + ": the index is of another model (fingerprint '" + index.fingerprint()
                    + "', the run has '" + fingerprint + "'); build it again: dovetail index build --run "
                    + run.folder()
                    + " --out " + file);
        }
        return index;
    }

    /** {@return exact search over the items' vectors} */
    static FlatIndex exact(Run run, Matrix items, Engine engine) {
        return FlatIndex.of(items, rows(items.rows()), run.model().fingerprint(), engine.kernels());
    }

    /** {@return (items, d): the items' vectors} */
    static Matrix vectors(Run run, Engine engine, Arena arena) {
        Matrix vectors = Matrix.allocate(
                arena, run.dataset().items().size(), run.model().spec().dimension());
        TwoTower.embedAll(engine, run.model().items(), vectors);
        return vectors;
    }

    /** {@return the ids of {@code count} vectors: their rows} */
    static long[] rows(int count) {
        return LongStream.range(0, count).toArray();
    }
}
