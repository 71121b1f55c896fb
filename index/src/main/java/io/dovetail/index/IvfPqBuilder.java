package io.dovetail.index;

import io.dovetail.index.NearestCentroid.Rule;
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
 */
public final class IvfPqBuilder {

    /** Rows that are encoded at a time. */
    private static final int CHUNK_ROWS = 1 << 15;

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
     * @param progress is told of phases {@code lists}, {@code codebooks}, {@code vectors} and {@code codes}
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
     * @throws IllegalArgumentException if vectors, ids and spec do not fit; the message says what to change
     * @throws IOException if writing fails
     */
    public void build(Matrix vectors, long[] ids, String fingerprint, Path out) throws IOException {
        spec.check(vectors.rows(), vectors.cols());
        Vectors.checkIds(vectors, ids);
        Vectors.checkFinite("vectors", vectors);
        Rule rule = Vectors.areUnit(vectors) ? Rule.SPHERICAL : Rule.EUCLIDEAN;
        try (Arena arena = Arena.ofShared();
                NearestCentroid nearest =
                        new NearestCentroid(kernels, workers, Math.max(spec.nlist(), 1 << spec.bits()));
                SectionFileWriter writer = new SectionFileWriter(out, IvfPqIndex.KIND, IvfPqIndex.VERSION)) {
            new Build(vectors, ids, rule, nearest, writer, arena).run(fingerprint);
            writer.commit();
        }
    }

    /** The state of one build. */
    private final class Build {

        private final Matrix vectors;
        private final long[] ids;
        private final Rule rule;
        private final NearestCentroid nearest;
        private final SectionFileWriter writer;
        private final Arena arena;
        private final Matrix chunk;

        private Build(
                Matrix vectors, long[] ids, Rule rule, NearestCentroid nearest, SectionFileWriter writer, Arena arena) {
            this.vectors = vectors;
            this.ids = ids;
            this.rule = rule;
            this.nearest = nearest;
            this.writer = writer;
            this.arena = arena;
            chunk = Matrix.allocate(arena, Math.min(CHUNK_ROWS, vectors.rows()), vectors.cols());
        }

        private void run(String fingerprint) throws IOException {
            int[] sampled = KMeans.sample(vectors.rows(), Math.min(vectors.rows(), spec.trainingSample()), spec.seed());
            Arrays.sort(sampled);
            Matrix sample = Matrix.allocate(arena, sampled.length, vectors.cols());
            gather(sampled, 0, sample);
            KMeans kMeans = new KMeans(kernels, workers, nearest);
            Matrix trained = kMeans.train(sample, spec.nlist(), rule, spec.iterations(), spec.seed(), arena);
            CoarseQuantizer coarse = CoarseQuantizer.group(trained, rule, kMeans, nearest, spec.seed(), arena);
            Matrix centroids = coarse.centroids();
            progress.at("lists", 1, 1);
            int[] listOfSample = new int[sampled.length];
            nearest.assign(sample, centroids, rule, listOfSample);
            subtract(centroids, listOfSample, 0, sample);
            ProductQuantizer quantizer = ProductQuantizer.train(sample, spec, kMeans, progress, arena);

            int[] listOfVector = new int[vectors.rows()];
            nearest.assign(vectors, centroids, rule, listOfVector);
            int[] lists = RowOrder.starts(listOfVector, spec.nlist());
            int[] order = RowOrder.byGroup(listOfVector, lists);
            writer.text("fingerprint", fingerprint);
            writer.ints("code", spec.subspaces(), spec.bits());
            writer.ints("defaults", IvfPqIndex.numbers(spec.defaults()));
            writer.ints("lists", lists);
            writer.matrix("centroids", centroids);
            if (coarse.count() > 1) {
                writer.ints("groups", coarse.starts());
                writer.matrix("group-centroids", coarse.groups());
            }
            writer.matrix("codebooks", quantizer.codebooks(arena));
            writer.longs("ids", Arrays.stream(order).mapToLong(row -> ids[row]).toArray());
            writeVectors(order);
            writeCodes(order, listOfVector, centroids, quantizer);
        }

        private void writeVectors(int[] order) throws IOException {
            writer.beginMatrix("vectors", vectors.rows(), vectors.cols());
            for (int from = 0; from < order.length; from += chunk.rows()) {
                Matrix rows = chunk.rows(0, Math.min(chunk.rows(), order.length - from));
                gather(order, from, rows);
                writer.appendRows(rows);
                progress.at("vectors", from + (long) rows.rows(), order.length);
            }
        }

        private void writeCodes(int[] order, int[] listOfVector, Matrix centroids, ProductQuantizer quantizer)
                throws IOException {
            int[] listOfRow = Arrays.stream(order).map(row -> listOfVector[row]).toArray();
            int[][] codes = new int[quantizer.subspaces()][chunk.rows()];
            MemorySegment block = arena.allocate(CodeShape.blockBytes(spec.bits(), spec.subspaces()), 64);
            CodeBlocks blocks = new CodeBlocks(spec.bits(), block, writer);
            writer.begin("codes");
            for (int from = 0; from < order.length; from += chunk.rows()) {
                Matrix rows = chunk.rows(0, Math.min(chunk.rows(), order.length - from));
                gather(order, from, rows);
                subtract(centroids, listOfRow, from, rows);
                quantizer.encode(rows, nearest, codes);
                for (int row = 0; row < rows.rows(); row++) {
                    blocks.add(listOfRow[from + row], codes, row);
                }
                progress.at("codes", from + (long) rows.rows(), order.length);
            }
            blocks.flush();
        }

        private void gather(int[] source, int first, Matrix target) {
            long bytes = (long) vectors.cols() * Float.BYTES;
            for (int row = 0; row < target.rows(); row++) {
                MemorySegment.copy(
                        vectors.data(), vectors.offset(source[first + row]), target.data(), target.offset(row), bytes);
            }
        }

        /** Turns vectors into residuals. */
        private void subtract(Matrix centroids, int[] lists, int first, Matrix rows) {
            for (int row = 0; row < rows.rows(); row++) {
                long at = rows.offset(row);
                long from = centroids.offset(lists[first + row]);
                for (int col = 0; col < rows.cols(); col++) {
                    long shift = (long) col * Float.BYTES;
                    float centroid = centroids.data().get(Matrix.FLOAT, from + shift);
                    float value = rows.data().get(Matrix.FLOAT, at + shift);
                    rows.data().set(Matrix.FLOAT, at + shift, value - centroid);
                }
            }
        }
    }
}
