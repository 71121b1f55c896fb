package io.dovetail.app;

import io.dovetail.index.VectorFileWriter;
import io.dovetail.index.file.ReplacedFile;
import io.dovetail.kernels.Matrix;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A file of vectors and, beside it, one of their ids in the same order: as {@code users.npy} and {@code users.ids.txt}. Both
 * appear by {@link #commit}.
 */
final class VectorOutput implements Closeable {
    private final VectorFileWriter vectors;
    private final ReplacedFile ids;

    /**
     * Begins both files.
     *
     * @param folder where they will be
     * @param name what their names begin with
     * @param format ending of the file of vectors
     * @param dimension of the vectors
     */
    VectorOutput(Path folder, String name, String format, int dimension) throws IOException {
        vectors = new VectorFileWriter(folder.resolve(name + "." + format), dimension);
        try {
            ids = new ReplacedFile(folder.resolve(name + ".ids.txt"));
        } catch (IOException e) {
            vectors.close();
            throw e;
        }
    }

    /** Refuses a format that is none of the choices. */
    static void requireFormat(String format, String choices) {
        if (!List.of(choices.split(", ", -1)).contains(format)) {
            throw new UserException("--format: '" + format + "' is none of " + choices);
        }
    }

    /** Adds vectors, a row per id. */
    void append(List<String> rowIds, Matrix rows) throws IOException {
        vectors.append(rows);
        for (String id : rowIds) {
            ids.out().write((id + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    /** {@return the number of vectors so far} */
    long rows() {
        return vectors.rows();
    }

    void commit() throws IOException {
        ids.commit();
        vectors.commit();
    }

    @Override
    public void close() throws IOException {
        try (vectors) {
            ids.close();
        }
    }
}
