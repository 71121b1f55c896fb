package io.dovetail.index;

import io.dovetail.index.events.IndexOpenEvent;
import io.dovetail.index.file.CorruptFileException;
import io.dovetail.index.file.SectionFile;
import io.dovetail.index.file.SectionFileWriter;
import io.dovetail.kernels.CodeShape;
import io.dovetail.kernels.CompactRows;
import io.dovetail.kernels.CompactRows.Elements;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A mapped IVF-PQ index: vectors grouped into lists by nearest centroid, each with a short code of its residual.
 * Holds data, knows no loop; {@link IvfPqBuilder} makes the file.
 *
 * <p>The file is a {@link SectionFile} of kind {@code ivfpq}, version 1, or 2 if the vectors are no floats. With n vectors of dimension d, M subspaces and
 * K = 2^bits centroids per subspace, its sections are:
 *
 * <pre>
 * fingerprint  text    what identifies the model, may be empty
 * code         ints    M, bits (4 to 8)
 * defaults     ints    nprobe, rerank, margin (the bits of a float; may be missing: infinite) to use unless a caller
 *                      knows better
 * tuning       ints    what the defaults were tuned for: k, the recall asked for and that reached, in millionths, and the
 *                      number of queries it was judged on; not there unless they were tuned
 * lists        ints    nlist + 1: list l has the rows [lists[l], lists[l + 1])
 * centroids    matrix  (nlist, d)
 * groups       ints    G + 1: the lists [groups[g], groups[g + 1]) are near each other; not there for few lists
 * group-centroids matrix (G, d); not there for few lists
 * rotation     matrix  (d, d): axes for the residuals, an orthonormal row each; not there if they keep their own
 * codebooks    matrix  (d, K): rows m d/M to (m + 1) d/M are the centroids of subspace m, transposed
 * anisotropy   ints    the bits of a float of at least 1: how many times an error along a vector counted when codes were
 *                      chosen, as it is to for vectors that are added; not there for 1
 * ids          longs   n: the external id of each row
 * vectors      matrix  (n, d) in list order, for the exact re-rank; or, in its place,
 * vectors-float16 bytes  n rows of d numbers of binary16, nothing else; or
 * vectors-int8 bytes   n rows of d bytes c, which stand for {@code middle + step c}, with
 * vector-scale matrix  (2, d): by column, the middles, and the steps
 * codes        bytes   blocks of 64 rows, each list padded to whole blocks; a block is [m][64] bytes, and for 4 bits
 *                      [m / 2][64], even m in the low half; codes of padding are 0
 * </pre>
 */
public final class IvfPqIndex implements Index {

    static final String KIND = "ivfpq";
    static final int NEWEST_VERSION = 2;
    static final String SCALE = "vector-scale";
    static final String ANISOTROPY = "anisotropy";

    private static final ValueLayout.OfLong ID = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final SectionFile file;
    private final Kernels kernels;
    private final String fingerprint;
    private final SearchParams defaults;
    private final Optional<Tuning> tuning;
    private final int subspaces;
    private final int bits;
    private final int[] lists;
    private final int[] firstBlocks;
    private final Matrix centroids;
    private final CoarsePanels panels;
    private final Rotation rotation;
    private final Matrix codebooks;
    private final float anisotropy;
    private final MemorySegment ids;
    private final StoredVectors vectors;
    private final MemorySegment codes;

    private IvfPqIndex(SectionFile file, Kernels kernels, Arena arena) throws CorruptFileException {
        this.file = file;
        this.kernels = kernels;
        fingerprint = file.text("fingerprint");
        ids = file.section("ids");
        vectors = readVectors();
        expect("ids", ids.byteSize() == 8L * size(), 8L * size() + " bytes", ids.byteSize() + " bytes");
        int[] code = file.ints("code");
        expect("code", code.length == 2, "2 numbers", code.length + " numbers");
        subspaces = code[0];
        bits = code[1];
        expect(
                "code",
                (bits >= 4 && bits <= 8)
                        && IvfPqSpec.validSubspaces(dimension(), bits).contains(subspaces),
                "M that divides " + dimension() + " and 4 to 8 bits",
                subspaces + " and " + bits);
        defaults = readDefaults();
        tuning = readTuning();
        lists = file.ints("lists");
        firstBlocks = firstBlocks();
        CoarseQuantizer coarse = readCoarse();
        centroids = coarse.centroids();
        panels = new CoarsePanels(coarse, arena);
        rotation = readRotation(arena);
        codebooks = file.matrix("codebooks");
        expectShape("codebooks", codebooks, dimension(), 1 << bits);
        anisotropy = readAnisotropy();
        codes = file.section("codes");
        long bytes = firstBlocks[nlist()] * blockBytes();
        expect("codes", codes.byteSize() == bytes, bytes + " bytes", codes.byteSize() + " bytes");
    }

    /**
     * Maps an index and verifies its checksums.
     *
     * @param path the file
     * @param kernels how to search
     * @param arena owner of the mapping: shared, if several threads search
     * @return the index
     * @throws CorruptFileException if the file is damaged, no IVF-PQ index, or newer
     * @throws IOException if it cannot be read
     */
    public static IvfPqIndex open(Path path, Kernels kernels, Arena arena) throws IOException {
        IndexOpenEvent event = new IndexOpenEvent();
        event.begin();
        return new IvfPqIndex(SectionFile.open(path, KIND, NEWEST_VERSION, arena), kernels, arena).tell(event);
    }

    /**
     * Reads an index into memory and verifies its checksums. Searches are faster than in a mapping, by a tenth or so where
     * the system gives huge pages (on Linux: transparent huge pages {@code always}, or {@code madvise} and
     * {@code GLIBC_TUNABLES=glibc.malloc.hugetlb=1}, as the launcher sets); a mapping starts sooner and is shared by
     * processes.
     *
     * @param path the file
     * @param kernels how to search
     * @param arena owner of the memory: shared, if several threads search
     * @return the index
     * @throws CorruptFileException if the file is damaged, no IVF-PQ index, or newer
     * @throws IOException if it cannot be read
     */
    public static IvfPqIndex load(Path path, Kernels kernels, Arena arena) throws IOException {
        IndexOpenEvent event = new IndexOpenEvent();
        event.begin();
        return new IvfPqIndex(SectionFile.load(path, KIND, NEWEST_VERSION, arena), kernels, arena).tell(event);
    }

    private IvfPqIndex tell(IndexOpenEvent event) {
        event.end();
        if (event.shouldCommit()) {
            event.file = file.path().toString();
            event.vectors = size();
            event.dimension = dimension();
            event.lists = nlist();
            event.commit();
        }
        return this;
    }

    /**
     * Writes this index with what a tuner chose as its defaults; all else stays, the fingerprint too.
     *
     * @param chosen the new defaults, and what they were chosen for
     * @param target the file to write; it may be the one that is open, which stays as it is for whoever has mapped it
     * @throws IOException if writing fails; the target is then as it was
     */
    public void writeTuned(Tuning chosen, Path target) throws IOException {
        try (SectionFileWriter writer = new SectionFileWriter(target, KIND, file.version())) {
            for (String name : file.names()) {
                if (name.equals("defaults")) {
                    writer.ints(name, numbers(chosen.params()));
                    writer.ints("tuning", chosen.numbers());
                } else if (!name.equals("tuning")) {
                    writer.begin(name);
                    writer.append(file.section(name));
                }
            }
            writer.commit();
        }
    }

    @Override
    public int size() {
        return vectors.rows();
    }

    @Override
    public int dimension() {
        return vectors.cols();
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public SearchParams defaults() {
        return defaults;
    }

    /** {@return what the defaults were tuned for; empty if they were not} */
    public Optional<Tuning> tuning() {
        return tuning;
    }

    @Override
    public IvfPqSearcher searcher() {
        return new IvfPqSearcher(this);
    }

    /**
     * An exact index over the same vectors, as they are kept: ground truth for recall.
     *
     * @param arena owner of a copy of the vectors, which is made unless they are kept as floats
     * @return the index
     */
    public FlatIndex flat(Arena arena) {
        return FlatIndex.of(vectors.toMatrix(arena), ids.toArray(ID), fingerprint, kernels);
    }

    /** {@return the number of lists} */
    public int nlist() {
        return lists.length - 1;
    }

    /** {@return the number of sub-vectors M} */
    public int subspaces() {
        return subspaces;
    }

    /** {@return the bits of a code, 4 to 8} */
    public int bits() {
        return bits;
    }

    /** {@return whether the codes are of residuals in learnt axes} */
    public boolean rotated() {
        return !rotation.isNone();
    }

    /** {@return the number of lists without a vector} */
    public int emptyLists() {
        int empty = 0;
        for (int list = 0; list < nlist(); list++) {
            empty += listStart(list) == listEnd(list) ? 1 : 0;
        }
        return empty;
    }

    /** {@return the number of vectors in the longest list} */
    public int longestList() {
        int longest = 0;
        for (int list = 0; list < nlist(); list++) {
            longest = Math.max(longest, listEnd(list) - listStart(list));
        }
        return longest;
    }

    /**
     * How unevenly the lists are filled: {@code nlist Σ size² / n²}. A scan of lists chosen by size takes this many
     * times as long as with equal lists.
     *
     * @return at least 1; below 1.3 is good
     */
    public double imbalance() {
        double squares = 0;
        for (int list = 0; list < nlist(); list++) {
            double size = listEnd(list) - listStart(list);
            squares += size * size;
        }
        return squares * nlist() / ((double) size() * size());
    }

    /** {@return the bytes of each section of the file by its name, in file order} */
    public Map<String, Long> sectionBytes() {
        return file.lengths();
    }

    /** {@return how long the vectors are; reads all of them} */
    public Norms norms() {
        Norms.Sum sum = new Norms.Sum();
        try (Arena arena = Arena.ofConfined()) {
            Matrix vector = Matrix.allocate(arena, 1, dimension());
            for (int row = 0; row < size(); row++) {
                vectors.copyRow(row, vector, 0);
                sum.add(Math.sqrt(Vectors.squareNorm(vector, 0)));
            }
        }
        return sum.norms();
    }

    /**
     * The id of a row.
     *
     * @param row in [0, size): rows are in the order of the lists
     * @return the external id
     */
    public long id(int row) {
        return ids.get(ID, (long) Long.BYTES * row);
    }

    /** {@return the vectors by row} */
    public StoredVectors vectors() {
        return vectors;
    }

    Kernels kernels() {
        return kernels;
    }

    int listStart(int list) {
        return lists[list];
    }

    int listEnd(int list) {
        return lists[list + 1];
    }

    /** Byte in {@link #codes} at which a list's blocks begin. */
    long codeOffset(int list) {
        return firstBlocks[list] * blockBytes();
    }

    long blockBytes() {
        return CodeShape.blockBytes(bits, subspaces);
    }

    SectionFile file() {
        return file;
    }

    Matrix centroids() {
        return centroids;
    }

    CoarsePanels panels() {
        return panels;
    }

    Rotation rotation() {
        return rotation;
    }

    Matrix codebooks() {
        return codebooks;
    }

    MemorySegment codes() {
        return codes;
    }

    /** {@return how many times an error of a code along its vector counts} */
    public float anisotropy() {
        return anisotropy;
    }

    /** Parameters as the section {@code defaults} holds them. */
    static int[] numbers(SearchParams params) {
        return new int[] {params.nprobe(), params.rerank(), Float.floatToRawIntBits(params.margin())};
    }

    private StoredVectors readVectors() throws CorruptFileException {
        for (VectorPrecision precision : VectorPrecision.values()) {
            if (precision.elements().isPresent() && file.names().contains(precision.section())) {
                return readCompact(precision, precision.elements().get());
            }
        }
        Matrix matrix = file.matrix("vectors");
        expect("vectors", matrix.rows() >= 1 && matrix.cols() >= 1, "at least 1x1", matrix.shape());
        return new FloatVectors(matrix);
    }

    private CompactVectors readCompact(VectorPrecision precision, Elements elements) throws CorruptFileException {
        int dimension = file.matrix("centroids").cols();
        long count = ids.byteSize() / Long.BYTES;
        MemorySegment data = file.section(precision.section());
        expect(
                precision.section(),
                dimension >= 1
                        && count >= 1
                        && count <= Integer.MAX_VALUE
                        && data.byteSize() == count * dimension * elements.bytes(),
                count + "x" + dimension + " numbers of " + elements.bytes() + " bytes, at least one",
                data.byteSize() + " bytes");
        ColumnScale scale = ColumnScale.none(dimension);
        if (precision == VectorPrecision.INT8) {
            Matrix matrix = file.matrix(SCALE);
            expectShape(SCALE, matrix, 2, dimension);
            scale = ColumnScale.of(matrix);
            expect(SCALE, scale.isValid(), "finite middles and steps above 0", "others");
        }
        return new CompactVectors(precision, new CompactRows(elements, data, (int) count, dimension), scale);
    }

    private SearchParams readDefaults() throws CorruptFileException {
        int[] numbers = file.ints("defaults");
        float margin = numbers.length == 3 ? Float.intBitsToFloat(numbers[2]) : Float.POSITIVE_INFINITY;
        expect(
                "defaults",
                (numbers.length == 2 || numbers.length == 3) && numbers[0] > 0 && numbers[1] > 0 && margin > 0,
                "2 or 3 positive numbers",
                "other");
        return new SearchParams(numbers[0], numbers[1], margin);
    }

    private Optional<Tuning> readTuning() throws CorruptFileException {
        if (!file.names().contains("tuning")) {
            return Optional.empty();
        }
        try {
            return Optional.of(Tuning.of(defaults, file.ints("tuning")));
        } catch (IllegalArgumentException e) {
            CorruptFileException corrupt =
                    file.malformed("tuning", "k, two recalls and queries", String.valueOf(e.getMessage()));
            corrupt.initCause(e);
            throw corrupt;
        }
    }

    private float readAnisotropy() throws CorruptFileException {
        if (!file.names().contains(ANISOTROPY)) {
            return 1;
        }
        int[] bitsOfFloat = file.ints(ANISOTROPY);
        float value = bitsOfFloat.length == 1 ? Float.intBitsToFloat(bitsOfFloat[0]) : Float.NaN;
        expect(
                ANISOTROPY,
                value >= 1 && value < Float.POSITIVE_INFINITY,
                "a number of at least 1",
                bitsOfFloat.length == 1 ? Float.toString(value) : bitsOfFloat.length + " numbers");
        return value;
    }

    private Rotation readRotation(Arena arena) throws CorruptFileException {
        if (!file.names().contains("rotation")) {
            return Rotation.none(arena);
        }
        Matrix axes = file.matrix("rotation");
        expectShape("rotation", axes, dimension(), dimension());
        return new Rotation(axes);
    }

    private CoarseQuantizer readCoarse() throws CorruptFileException {
        Matrix centroids = file.matrix("centroids");
        expectShape("centroids", centroids, lists.length - 1, dimension());
        if (!file.names().contains("groups")) {
            return new CoarseQuantizer(centroids, centroids.rows(0, 1), new int[] {0, nlist()});
        }
        Matrix groups = file.matrix("group-centroids");
        int[] starts = file.ints("groups");
        expectShape("group-centroids", groups, starts.length - 1, dimension());
        expect("groups", starts.length >= 2 && starts[0] == 0, "a first list of 0", starts.length + " numbers");
        for (int group = 0; group < starts.length - 1; group++) {
            expect(
                    "groups",
                    starts[group] <= starts[group + 1],
                    "ascending lists",
                    starts[group] + ", " + starts[group + 1]);
        }
        int last = starts[starts.length - 1];
        expect("groups", last == nlist(), "a last list of " + nlist(), Integer.toString(last));
        return new CoarseQuantizer(centroids, groups, starts);
    }

    private int[] firstBlocks() throws CorruptFileException {
        expect("lists", lists.length >= 2 && lists[0] == 0, "a first row of 0", lists.length + " numbers");
        int[] blocks = new int[lists.length];
        for (int list = 0; list < nlist(); list++) {
            expect("lists", lists[list] <= lists[list + 1], "ascending rows", lists[list] + ", " + lists[list + 1]);
            blocks[list + 1] = blocks[list] + CodeShape.blocks(lists[list + 1] - lists[list]);
        }
        expect("lists", lists[nlist()] == size(), "a last row of " + size(), Integer.toString(lists[nlist()]));
        return blocks;
    }

    private void expectShape(String section, Matrix matrix, int rows, int cols) throws CorruptFileException {
        expect(section, matrix.rows() == rows && matrix.cols() == cols, rows + "x" + cols, matrix.shape());
    }

    private void expect(String section, boolean holds, String expected, String found) throws CorruptFileException {
        if (!holds) {
            throw file.malformed(section, expected, found);
        }
    }
}
