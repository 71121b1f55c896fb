package io.dovetail.index;

import io.dovetail.index.file.CorruptFileException;
import io.dovetail.index.file.SectionFileWriter;
import io.dovetail.kernels.CodeShape;
import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Makes an index of a faiss {@code IndexIVFPQ} by inner product. Such a file holds codes and no vectors, so what is re-ranked
 * with are either the vectors it was made of, or what the codes stand for: then scores are as approximate as faiss'. The lists
 * are not grouped, and each query is compared with the centroids of all, as faiss does by default.
 */
public final class FaissReader {

    /** What a file without vectors is re-ranked with by default, see {@link IvfPqSpec#defaults}. */
    private static final int RERANK = 200;

    private static final int MOST_DIMENSION = 1 << 20;

    private final FaissInput in;
    private final Arena arena;
    private final int dimension;
    private final int size;
    private final int nlist;
    private final int nprobe;
    private final Matrix centroids;
    private final PackedCode code;
    private final Matrix codebooks;
    private final int[] lists;
    private final long[] listData;

    private FaissReader(FaissInput in, Arena arena) throws CorruptFileException {
        this.in = in;
        this.arena = arena;
        in.requireFourcc("kind of index", FaissFormat.INDEX);
        dimension = in.int32("dimension");
        in.expect(
                dimension >= 1 && dimension <= MOST_DIMENSION,
                "dimension",
                "1 to " + MOST_DIMENSION,
                Integer.toString(dimension));
        size = readHeader(1);
        nlist = in.count("number of lists", 1, Integer.MAX_VALUE - 8);
        nprobe = in.count("nprobe", 1, Integer.MAX_VALUE);
        in.requireFourcc("kind of quantizer", FaissFormat.FLAT);
        in.require("dimension of the quantizer", dimension, in.int32("dimension of the quantizer"));
        in.require("number of centroids", nlist, readHeader(nlist));
        centroids = in.matrix("centroids", nlist, dimension, arena);
        skipDirectMap();
        in.require("by_residual", 1, in.uint8("by_residual"));
        long bytes = in.int64("bytes of a code");
        code = readCode();
        in.require("bytes of a code", code.bytes(), bytes);
        codebooks = in.matrix("codebooks", code.subspaces() << code.bits(), dimension / code.subspaces(), arena);
        lists = readLists();
        listData = skipLists();
        in.end();
    }

    /**
     * Makes an index that re-ranks with the vectors.
     *
     * @param file what faiss has written
     * @param vectors (n, dimension), finite; an id in the file is the row of its vector
     * @param target the index to write, whole or not at all
     * @throws CorruptFileException if the file is damaged, or of another kind
     * @throws IllegalArgumentException if the vectors are not those of the file
     * @throws IOException if reading or writing fails
     */
    public static void read(Path file, Matrix vectors, Path target) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            FaissReader reader = new FaissReader(new FaissInput(file, VectorFiles.mapBytes(file, arena)), arena);
            long[] ids = reader.ids();
            reader.checkVectors(vectors, ids);
            reader.write(target, ids, (row, list, codes, vector) -> vector.copyFrom(vectors.rows((int) ids[row], 1)));
        }
    }

    /**
     * Makes an index that re-ranks with what the codes stand for.
     *
     * @param file what faiss has written
     * @param target the index to write, whole or not at all
     * @throws CorruptFileException if the file is damaged, or of another kind
     * @throws IOException if reading or writing fails
     */
    public static void readCodes(Path file, Path target) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            FaissReader reader = new FaissReader(new FaissInput(file, VectorFiles.mapBytes(file, arena)), arena);
            reader.write(target, reader.ids(), reader::decode);
        }
    }

    private int readHeader(int least) throws CorruptFileException {
        int count = in.count("number of vectors", least, Integer.MAX_VALUE - 8);
        in.skip("header", 2L * Long.BYTES);
        in.require("trained", 1, in.uint8("trained"));
        int metric = in.int32("metric");
        in.expect(
                metric == FaissFormat.INNER_PRODUCT,
                "metric",
                "0, inner product",
                metric + (metric == 1 ? ", Euclidean distance" : ""));
        return count;
    }

    private void skipDirectMap() throws CorruptFileException {
        int type = in.uint8("direct map");
        in.expect(type <= FaissFormat.HASH_TABLE, "direct map", "0 to 2", Integer.toString(type));
        in.skip("direct map", Long.BYTES * in.vector("direct map", Long.BYTES));
        if (type == FaissFormat.HASH_TABLE) {
            in.skip("direct map", 2L * Long.BYTES * in.vector("direct map", 2 * Long.BYTES));
        }
    }

    private PackedCode readCode() throws CorruptFileException {
        in.require("dimension of the codes", dimension, in.int64("dimension of the codes"));
        int subspaces = in.count("number of sub-vectors", 1, dimension);
        int bits = in.count("bits of a sub-vector", 4, 8);
        List<Integer> valid = IvfPqSpec.validSubspaces(dimension, bits);
        in.expect(
                valid.contains(subspaces),
                "number of sub-vectors of " + bits + " bits",
                "one of " + valid,
                Integer.toString(subspaces));
        return new PackedCode(subspaces, bits);
    }

    /** {@return nlist + 1 rows: where each list begins} */
    private int[] readLists() throws CorruptFileException {
        in.requireFourcc("kind of lists", FaissFormat.LISTS);
        in.require("number of lists", nlist, in.int64("number of lists"));
        in.require("bytes of a code", code.bytes(), in.int64("bytes of a code"));
        String form = in.fourcc("form of lists");
        boolean full = form.equals(FaissFormat.FULL);
        in.expect(
                full || form.equals(FaissFormat.SPARSE),
                "form of lists",
                "'full' or 'sprs'",
                "'" + FaissInput.printable(form) + "'");
        long count = in.vector("sizes of lists", Long.BYTES);
        long sizes = in.skip("sizes of lists", count * Long.BYTES);
        if (full) {
            in.require("sizes of lists", nlist, count);
        }
        int step = full ? 1 : 2;
        in.require("sizes of lists, in pairs", 0, count % step);
        int[] starts = new int[nlist + 1];
        long total = 0;
        long last = -1;
        for (long i = 0; i < count; i += step) {
            long list = full ? i : in.int64At(sizes, i);
            long entries = in.int64At(sizes, i + step - 1);
            in.expect(
                    list > last && list < nlist,
                    "a list's number",
                    (last + 1) + " to " + (nlist - 1),
                    Long.toString(list));
            in.expect(
                    entries >= 0 && entries <= size - total,
                    "size of list " + list,
                    "0 to " + (size - total),
                    Long.toString(entries));
            last = list;
            total += entries;
            starts[(int) list + 1] = (int) entries;
        }
        in.require("sum of the lists' sizes", size, total);
        Arrays.parallelPrefix(starts, Integer::sum);
        return starts;
    }

    /** {@return where in the file each list's codes begin, and after them its ids} */
    private long[] skipLists() throws CorruptFileException {
        long[] data = new long[nlist];
        for (int list = 0; list < nlist; list++) {
            data[list] = in.skip("list " + list, (long) count(list) * (code.bytes() + Long.BYTES));
        }
        return data;
    }

    private int count(int list) {
        return lists[list + 1] - lists[list];
    }

    private long[] ids() throws CorruptFileException {
        long[] ids = new long[size];
        for (int list = 0; list < nlist; list++) {
            long first = listData[list] + (long) count(list) * code.bytes();
            for (int place = 0; place < count(list); place++) {
                ids[lists[list] + place] = in.int64At(first, place);
            }
        }
        long[] sorted = ids.clone();
        Arrays.sort(sorted);
        for (int i = 1; i < size; i++) {
            in.expect(sorted[i] != sorted[i - 1], "ids", "each once", sorted[i] + " twice");
        }
        return ids;
    }

    private void checkVectors(Matrix vectors, long[] ids) {
        if (vectors.cols() != dimension) {
            throw new IllegalArgumentException(
                    "vectors: of dimension " + vectors.cols() + ", but the faiss index is of dimension " + dimension);
        }
        for (long id : ids) {
            if (id < 0 || id >= vectors.rows()) {
                throw new IllegalArgumentException("vectors: there are " + vectors.rows() + ", but the faiss index has"
                        + " the id " + id + "; an id must be the row of its vector");
            }
        }
        Vectors.checkFinite("vectors", vectors);
    }

    /** Where the vector to re-rank with comes from. */
    private interface Source {
        void copy(int row, int list, int[][] codes, Matrix vector);
    }

    private void decode(int row, int list, int[][] codes, Matrix vector) {
        int width = codebooks.cols();
        for (int col = 0; col < dimension; col++) {
            int m = col / width;
            float residual = codebooks.get((m << code.bits()) + codes[m][0], col % width);
            vector.set(0, col, centroids.get(list, col) + residual);
        }
    }

    private void write(Path target, long[] ids, Source source) throws IOException {
        try (SectionFileWriter writer =
                new SectionFileWriter(target, IvfPqIndex.KIND, VectorPrecision.FLOAT32.fileVersion())) {
            writer.text("fingerprint", "");
            writer.ints("code", code.subspaces(), code.bits());
            writer.ints("defaults", IvfPqIndex.numbers(new SearchParams(Math.min(nlist, nprobe), RERANK)));
            writer.ints("lists", lists);
            writer.matrix("centroids", centroids);
            writer.matrix("codebooks", transposed());
            writer.longs("ids", ids);
            writeVectors(writer, source);
            writeCodes(writer);
            writer.commit();
        }
    }

    private Matrix transposed() {
        int width = codebooks.cols();
        Matrix transposed = Matrix.allocate(arena, dimension, 1 << code.bits());
        for (int row = 0; row < dimension; row++) {
            for (int centroid = 0; centroid < transposed.cols(); centroid++) {
                float value = codebooks.get(((row / width) << code.bits()) + centroid, row % width);
                transposed.set(row, centroid, value);
            }
        }
        return transposed;
    }

    private void writeVectors(SectionFileWriter writer, Source source) throws IOException {
        Matrix vector = Matrix.allocate(arena, 1, dimension);
        writer.beginMatrix(VectorPrecision.FLOAT32.section(), size, dimension);
        each((row, list, codes) -> {
            source.copy(row, list, codes, vector);
            in.expect(
                    Float.isFinite(Vectors.squareNorm(vector, 0)),
                    "what the codes stand for",
                    "numbers whose squares are finite",
                    "greater ones");
            writer.appendRows(vector);
        });
    }

    private void writeCodes(SectionFileWriter writer) throws IOException {
        MemorySegment block = arena.allocate(CodeShape.blockBytes(code.bits(), code.subspaces()), 64);
        CodeBlocks blocks = new CodeBlocks(code.bits(), block, writer);
        writer.begin("codes");
        each((row, list, codes) -> blocks.add(list, codes, 0));
        blocks.flush();
    }

    /** Is shown a vector: its row, its list, and by sub-vector an array that begins with its code. */
    private interface Visitor {
        void at(int row, int list, int[][] codes) throws IOException;
    }

    private void each(Visitor visitor) throws IOException {
        int[][] codes = new int[code.subspaces()][1];
        for (int list = 0; list < nlist; list++) {
            for (int row = lists[list]; row < lists[list + 1]; row++) {
                long offset = listData[list] + (long) (row - lists[list]) * code.bytes();
                for (int m = 0; m < codes.length; m++) {
                    codes[m][0] = code.get(in.file(), offset, m);
                }
                visitor.at(row, list, codes);
            }
        }
    }
}
