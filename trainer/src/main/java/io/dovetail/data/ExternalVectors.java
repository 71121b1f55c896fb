package io.dovetail.data;

import io.dovetail.index.VectorFiles;
import io.dovetail.kernels.Matrix;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;

/** Reads vectors that were made elsewhere: a file of vectors, and one with the id of each. */
final class ExternalVectors {
    private ExternalVectors() {}

    /**
     * The vectors of a side.
     *
     * @param folder where the files are
     * @param name name of the feature
     * @param source the files
     * @param ids the users or the items; those without a vector get zeros, and vectors of others are passed over
     */
    static DenseFeature read(Path folder, String name, DatasetSpec.VectorSource source, Vocabulary ids)
            throws IOException {
        Path file = folder.resolve(source.file());
        Path idFile =
                folder.resolve(source.ids().orElseGet(() -> source.file().replaceFirst("\\.[^.]*$", "") + ".ids.txt"));
        requireThere(file, "declare a file that is there as 'vectors: {" + name + ": {file: ...}}'");
        requireThere(idFile, "add it with an id a line, or declare 'vectors: {" + name + ": {ids: ...}}'");
        try (Arena arena = Arena.ofConfined()) {
            Matrix vectors = read(file, arena);
            Matrix values = DenseFeature.allocate(ids.size(), Math.max(1, vectors.cols()));
            BitSet seen = new BitSet();
            int vector = 0;
            try (BufferedReader lines = new BufferedReader(new Utf8Reader(idFile, Files.newInputStream(idFile)))) {
                for (String id = lines.readLine(); id != null; id = lines.readLine()) {
                    if (vector == vectors.rows()) {
                        throw counts(idFile, file, "more than " + vector, vectors.rows());
                    }
                    int row = ids.row(id);
                    if (row != Vocabulary.MISSING) {
                        if (seen.get(row)) {
                            throw DataException.of(
                                    idFile,
                                    vector + 1L,
                                    "'" + id + "' comes a second time",
                                    "keep one vector of each id");
                        }
                        seen.set(row);
                        copy(file, vectors, vector, values, row);
                    }
                    vector++;
                }
            }
            if (vector < vectors.rows()) {
                throw counts(idFile, file, Integer.toString(vector), vectors.rows());
            }
            if (seen.isEmpty()) {
                throw DataException.of(idFile, "none of its ids is in the data set", "check that the ids are the same");
            }
            return new DenseFeature(name, 0, 1, values);
        }
    }

    private static void requireThere(Path file, String remedy) throws DataException {
        if (!Files.isRegularFile(file)) {
            throw DataException.of(file, "there is no such file", remedy);
        }
    }

    private static DataException counts(Path idFile, Path file, String ids, int vectors) {
        return DataException.of(
                idFile,
                ids + " ids, but " + file.getFileName() + " has " + vectors + " vectors",
                "give each vector one id, a line each");
    }

    private static Matrix read(Path file, Arena arena) throws IOException {
        try {
            return VectorFiles.read(file, arena);
        } catch (IllegalArgumentException otherEnding) {
            throw DataException.of(file, "vectors are read from .npy, .fvecs and .bvecs", "convert the file");
        }
    }

    private static void copy(Path file, Matrix vectors, int vector, Matrix values, int row) throws DataException {
        for (int j = 0; j < vectors.cols(); j++) {
            float value = vectors.get(vector, j);
            if (!Float.isFinite(value)) {
                throw DataException.of(
                        file, "vector " + vector + " holds " + value + " at " + j, "give finite numbers alone");
            }
            values.set(row, j, value);
        }
    }
}
