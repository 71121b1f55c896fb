package io.dovetail.index;

import io.dovetail.index.NearestCentroid.Rule;
import io.dovetail.index.events.IndexBuildEvent;
import io.dovetail.index.file.SectionFileWriter;
import io.dovetail.kernels.CodeShape;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Trains, encodes and writes an {@link IvfPqIndex}.
 *
 * <p>Lists are trained with spherical k-means if all vectors have length 1, else with Euclidean k-means; the codebooks
 * on the residuals of the training sample. The same vectors, ids and spec give the same bytes at any number of workers.
 *
 * <p>Vectors are read where they are, {@value #CHUNK_ROWS} at a time: once in order to check them, once in order to find
 * their lists, and twice by list to write them and their codes. Beside what the source takes, a build holds the
 * sample and a few numbers for each vector.
 */
public final class IvfPqBuilder {

    /** Rows that are worked on at a time. */
    private static final int CHUNK_ROWS = 1 << 15;

    /** Rows that a worker copies at a time. */
    private static final int BLOCK_ROWS = 1 << 10;

    private final IvfPqSpec spec;
    private final Workers workers;
    private final Kernels kernels;
    private final Progress progress;

    /**
     * A builder that may be used again.
     *
     * @param spec how to build
     * @param workers who computes
     * @param kernels how to compute
     * @param progress is told of phases {@code check}, {@code lists}, {@code rotation} if there is one, {@code codebooks},
     *     {@code assignment}, {@code vectors} and {@code codes}
     */
    public IvfPqBuilder(IvfPqSpec spec, Workers workers, Kernels kernels, Progress progress) {
        this.spec = spec;
        this.workers = workers;
        this.kernels = kernels;
        this.progress = progress;
    }

    /**
     * Builds an index and writes it, whole or not at all.
     *
     * @param vectors (n, d), finite; in memory that all workers may read
     * @param ids one per vector, unique
     * @param fingerprint identifies the model the vectors came from, or empty
     * @param out the file to write
     * @return how long the vectors are
     * @throws IllegalArgumentException if vectors, ids and spec do not fit; the message says what to change
     * @throws IOException if writing fails
     */
    public Norms build(Matrix vectors, long[] ids, String fingerprint, Path out) throws IOException {
        return build(VectorSource.of(vectors), ids, fingerprint, out);
    }

    /**
     * Builds an index of vectors that need not be in memory, and writes it, whole or not at all.
     *
     * @param vectors finite; all workers may read them
     * @param ids one per vector, unique
     * @param fingerprint identifies the model the vectors came from, or empty
     * @param out the file to write
     * @return how long the vectors are
     * @throws IllegalArgumentException if vectors, ids and spec do not fit; the message says what to change
     * @throws IOException if writing fails
     */
    public Norms build(VectorSource vectors, long[] ids, String fingerprint, Path out) throws IOException {
        spec.check(vectors.rows(), vectors.cols());
        Vectors.checkIds(vectors.rows(), ids);
        IndexBuildEvent event = new IndexBuildEvent();
        event.begin();
        int mostCentroids = Math.max(spec.nlist(), 1 << spec.bits());
        try (Arena arena = Arena.ofShared();
                NearestCentroid nearest = new NearestCentroid(kernels, workers, mostCentroids)) {
            Build build = new Build(vectors, nearest, arena);
            Norms norms = build.check();
            ColumnScale scale = build.scale();
            IvfPqTraining trained = build.train(norms.areUnit() ? Rule.SPHERICAL : Rule.EUCLIDEAN);
            try (SectionFileWriter writer =
                    new SectionFileWriter(out, IvfPqIndex.KIND, spec.precision().fileVersion())) {
                build.write(trained, scale, ids, fingerprint, writer);
                writer.commit();
            }
            event.end();
            if (event.shouldCommit()) {
                event.file = out.toString();
                event.vectors = vectors.rows();
                event.dimension = vectors.cols();
                event.lists = spec.nlist();
                event.commit();
            }
            return norms;
        }
    }

    /** The state of one build. */
    private final class Build {

        private final VectorSource vectors;
        private final int n;
        private final NearestCentroid nearest;
        private final Arena arena;
        private final Matrix space;
        private final ColumnScale.Ranges ranges;

        private Build(VectorSource vectors, NearestCentroid nearest, Arena arena) {
            this.vectors = vectors;
            n = vectors.rows();
            this.nearest = nearest;
            this.arena = arena;
            space = chunk();
            ranges = new ColumnScale.Ranges(vectors.cols());
        }

        private Matrix chunk() {
            return Matrix.allocate(arena, Math.min(CHUNK_ROWS, n), vectors.cols());
        }

        private interface Step {
            void run(int from, Matrix rows) throws IOException;
        }

        /** A row of the source by its place in some order. */
        private interface Order {
            int row(int place);
        }

        /** Hands out all vectors in some order, chunk by chunk, in memory that the step may overwrite. */
        private void forEachChunk(String phase, Order order, Step step) throws IOException {
            for (int from = 0; from < n; from += CHUNK_ROWS) {
                Matrix rows = space.rows(0, Math.min(CHUNK_ROWS, n - from));
                gather(order, from, rows);
                step.run(from, rows);
                progress.at(phase, from + (long) rows.rows(), n);
            }
        }

        private void gather(Order order, int first, Matrix target) {
            workers.forEachBlock(target.rows(), BLOCK_ROWS, (from, to) -> {
                for (int row = from; row < to; row++) {
                    vectors.copyRow(order.row(first + row), target, row);
                }
            });
        }

        private Norms check() throws IOException {
            Norms.Sum sum = new Norms.Sum();
            float[] squares = new float[space.rows()];
            forEachChunk("check", place -> place, (from, rows) -> {
                workers.forEachBlock(rows.rows(), BLOCK_ROWS, (first, end) -> {
                    for (int row = first; row < end; row++) {
                        squares[row] = Vectors.squareNorm(rows, row);
                    }
                });
                for (int row = 0; row < rows.rows(); row++) {
                    if (!Float.isFinite(squares[row])) {
                        throw Vectors.notFinite("vectors", from + row, rows, row);
                    }
                    sum.add(Math.sqrt(squares[row]));
                }
                if (spec.precision() != VectorPrecision.FLOAT32) {
                    ranges.add(rows);
                }
            });
            return sum.norms();
        }

        /** What numbers are kept as, once all vectors are checked. */
        private ColumnScale scale() {
            if (spec.precision() == VectorPrecision.FLOAT16 && ranges.greatest() > VectorPrecision.GREATEST_HALF) {
                throw new IllegalArgumentException("vectors: there is a number of magnitude " + ranges.greatest()
                        + ", float16 has none above " + VectorPrecision.GREATEST_HALF + "; keep float32 or int8");
            }
            return spec.precision() == VectorPrecision.INT8 ? ranges.scale() : ColumnScale.none(vectors.cols());
        }

        private IvfPqTraining train(Rule rule) {
            int[] drawn = KMeans.sample(n, Math.min(n, spec.trainingSample()), spec.seed());
            try (Arena scratch = Arena.ofShared()) {
                Matrix sample = Matrix.allocate(scratch, drawn.length, vectors.cols());
                gather(place -> drawn[place], 0, sample);
                return IvfPqTraining.run(sample, rule, spec, kernels, workers, nearest, progress, arena);
            }
        }

        private void write(
                IvfPqTraining trained, ColumnScale scale, long[] ids, String fingerprint, SectionFileWriter writer)
                throws IOException {
            CoarseQuantizer coarse = trained.coarse();
            int[] listOfVector = assign(trained);
            int[] lists = RowOrder.starts(listOfVector, spec.nlist());
            int[] order = RowOrder.byGroup(listOfVector, lists);
            writer.text("fingerprint", fingerprint);
            writer.ints("code", spec.subspaces(), spec.bits());
            writer.ints("defaults", IvfPqIndex.numbers(spec.defaults()));
            writer.ints("lists", lists);
            writer.matrix("centroids", coarse.centroids());
            if (coarse.count() > 1) {
                writer.ints("groups", coarse.starts());
                writer.matrix("group-centroids", coarse.groups());
            }
            if (!trained.rotation().isNone()) {
                writer.matrix("rotation", trained.rotation().axes());
            }
            writer.matrix("codebooks", trained.quantizer().codebooks(arena));
            if (spec.anisotropy() > 1) {
                writer.ints(IvfPqIndex.ANISOTROPY, Float.floatToIntBits(spec.anisotropy()));
            }
            writer.longs("ids", Arrays.stream(order).mapToLong(row -> ids[row]).toArray());
            if (spec.precision() == VectorPrecision.INT8) {
                writer.matrix(IvfPqIndex.SCALE, scale.matrix(arena));
            }
            VectorWriter stored = new VectorWriter(writer, spec.precision(), scale);
            stored.begin(n, vectors.cols());
            forEachChunk("vectors", place -> order[place], (from, rows) -> stored.append(rows));
            writeCodes(order, listOfVector, trained, writer);
        }

        private int[] assign(IvfPqTraining trained) throws IOException {
            int[] lists = new int[n];
            int[] listsOfChunk = new int[space.rows()];
            Matrix centroids = trained.coarse().centroids();
            forEachChunk("assignment", place -> place, (from, rows) -> {
                nearest.assign(rows, centroids, trained.rule(), listsOfChunk);
                System.arraycopy(listsOfChunk, 0, lists, from, rows.rows());
            });
            return lists;
        }

        private void writeCodes(int[] order, int[] listOfVector, IvfPqTraining trained, SectionFileWriter writer)
                throws IOException {
            int[] listOfRow = new int[space.rows()];
            int[][] codes = new int[spec.subspaces()][space.rows()];
            ResidualEncoder encoder = new ResidualEncoder(
                    new CodeEncoder(trained.quantizer(), spec.anisotropy(), kernels, workers, nearest, arena),
                    trained.coarse().centroids(),
                    trained.rotation(),
                    kernels,
                    workers,
                    space.rows(),
                    arena);
            MemorySegment block = arena.allocate(CodeShape.blockBytes(spec.bits(), spec.subspaces()), 64);
            CodeBlocks blocks = new CodeBlocks(spec.bits(), block, writer);
            writer.begin("codes");
            forEachChunk("codes", place -> order[place], (from, rows) -> {
                for (int row = 0; row < rows.rows(); row++) {
                    listOfRow[row] = listOfVector[order[from + row]];
                }
                encoder.encode(rows, listOfRow, codes);
                for (int row = 0; row < rows.rows(); row++) {
                    blocks.add(listOfRow[row], codes, row);
                }
            });
            blocks.flush();
        }
    }
}
