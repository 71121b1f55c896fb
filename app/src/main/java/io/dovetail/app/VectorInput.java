package io.dovetail.app;

import io.dovetail.index.Index;
import io.dovetail.index.Neighbors;
import io.dovetail.index.TopK;
import io.dovetail.index.VectorFiles;
import io.dovetail.index.VectorSource;
import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;

/** The files of vectors that a user names. */
final class VectorInput {

    private VectorInput() {}

    /** Reads vectors; the file's ending says how. */
    static Matrix read(Path file, Arena arena) throws IOException {
        try {
            return VectorFiles.read(file, arena);
        } catch (IllegalArgumentException e) {
            throw new UserException(String.valueOf(e.getMessage()));
        }
    }

    /** Maps vectors; the file's ending says how. */
    static VectorSource map(Path file, Arena arena) throws IOException {
        try {
            return VectorFiles.map(file, arena);
        } catch (IllegalArgumentException e) {
            throw new UserException(String.valueOf(e.getMessage()));
        }
    }

    /** Reads queries for the {@code k} best of an index, which comes of a file. */
    static Matrix readQueries(Path queries, Index index, Path file, int k, Arena arena) throws IOException {
        Matrix vectors = read(queries, arena);
        if (vectors.rows() == 0 || vectors.cols() != index.dimension()) {
            throw new UserException(queries + ": " + vectors.rows() + " queries of dimension " + vectors.cols() + "; "
                    + file + " needs at least one, of dimension " + index.dimension());
        }
        requireAtMostSize(k, index, file);
        return vectors;
    }

    /** Refuses a {@code k} that is not of 1 to the number of an index's vectors. */
    static void requireAtMostSize(int k, Index index, Path file) {
        if (k < 1 || k > index.size()) {
            throw new UserException(
                    "--k: " + k + " is out of range; give 1 to " + index.size() + ", the vectors of " + file);
        }
    }

    /** Reads the {@code k} true neighbours of {@code queries} queries; their scores are not those of a search. */
    static Neighbors readTruth(Path file, int queries, int k) throws IOException {
        int[][] truth = VectorFiles.readIvecs(file);
        int width = truth.length == 0 ? 0 : truth[0].length;
        if (truth.length != queries || width < k) {
            throw new UserException(file + ": " + truth.length + " rows of " + width + " neighbours; there are "
                    + queries + " queries and --k is " + k + ", so give the truth of these queries, or a smaller --k");
        }
        Neighbors best = new Neighbors(queries, k);
        TopK one = new TopK(k);
        for (int query = 0; query < queries; query++) {
            one.clear(k);
            for (int place = 0; place < k; place++) {
                one.offer(-place, truth[query][place]);
            }
            one.sort();
            best.set(query, one);
        }
        return best;
    }

    /** Writes the ids that were found; -1 where there were fewer than k. */
    static void writeIds(Path file, Neighbors found) throws IOException {
        int[][] ids = new int[found.queries()][found.k()];
        for (int query = 0; query < ids.length; query++) {
            Arrays.fill(ids[query], found.count(query), found.k(), -1);
            for (int place = 0; place < found.count(query); place++) {
                long id = found.id(query, place);
                if (id != (int) id) {
                    throw new UserException(file + ": id " + id + " does not fit the 32 bits of .ivecs; drop --out");
                }
                ids[query][place] = (int) id;
            }
        }
        VectorFiles.writeIvecs(file, ids);
    }
}
