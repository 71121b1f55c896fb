package io.dovetail.index;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.LongStream;

/** Seeded vectors and ids for tests. */
public final class Samples {

    private Samples() {}

    /** Vectors around {@code clusters} random centres, scaled to length 1: what embeddings of a catalogue look like. */
    public static Matrix clustered(Arena arena, int rows, int dimension, int clusters, long seed) {
        Matrix x = gaussian(arena, rows, dimension, seed + 1);
        try (Arena scratch = Arena.ofConfined()) {
            Matrix centres = gaussian(scratch, clusters, dimension, 7); // the same for vectors and queries
            Random random = new Random(seed);
            for (int row = 0; row < rows; row++) {
                int centre = random.nextInt(clusters);
                double squares = 0;
                for (int col = 0; col < dimension; col++) {
                    float value = centres.get(centre, col) + 0.5f * x.get(row, col);
                    squares += (double) value * value;
                    x.set(row, col, value);
                }
                for (int col = 0; col < dimension; col++) {
                    x.set(row, col, (float) (x.get(row, col) / Math.sqrt(squares)));
                }
            }
        }
        return x;
    }

    public static Matrix gaussian(Arena arena, int rows, int dimension, long seed) {
        Matrix x = Matrix.allocate(arena, rows, dimension);
        Random random = new Random(seed);
        for (int row = 0; row < rows; row++) {
            for (int col = 0; col < dimension; col++) {
                x.set(row, col, (float) random.nextGaussian());
            }
        }
        return x;
    }

    /** Normal elements, those of the first half of the columns ten times as large: uneven work for sub-vectors. */
    static Matrix uneven(Arena arena, int rows, int dimension) {
        Matrix x = gaussian(arena, rows, dimension, 3);
        for (int row = 0; row < rows; row++) {
            for (int col = 0; col < dimension / 2; col++) {
                x.set(row, col, 10 * x.get(row, col));
            }
        }
        return x;
    }

    /** Unique ids in no order, negative ones among them. */
    public static long[] ids(int count) {
        return LongStream.range(0, count)
                .map(i -> (i * 7_919 + 13) % 1_000_003 * 1_000_000_007L - 500_000_000_000L)
                .toArray();
    }

    public static void build(Path out, Matrix vectors, IvfPqSpec spec) throws IOException {
        try (Workers workers = Workers.of(2)) {
            new IvfPqBuilder(spec, workers, Kernels.best(), Progress.none())
                    .build(vectors, ids(vectors.rows()), "model-1", out);
        }
    }

    public static Neighbors search(Index index, Matrix queries, int k, SearchParams params) {
        try (Workers workers = Workers.of(2);
                BatchSearch batch = new BatchSearch(index, workers)) {
            return batch.search(queries, k, params);
        }
    }
}
