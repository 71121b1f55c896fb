package io.dovetail.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CodeEncoderTest {

    private static final int ROWS = 301; // not whole blocks
    private static final int SUBSPACES = 4;
    private static final int DIMENSION = 12;
    private static final float ETA = 5;

    private final Arena arena = Arena.ofShared();
    private final Matrix vectors = Samples.clustered(arena, ROWS, DIMENSION, 9, 1);
    private final Matrix residuals = Samples.gaussian(arena, ROWS, DIMENSION, 3);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        arena.close();
    }

    private ProductQuantizer quantizer(int bits, Workers workers) {
        IvfPqSpec spec = new IvfPqSpec(1, SUBSPACES, bits, ROWS, 3, 1);
        return ProductQuantizer.train(residuals, spec, Kernels.best(), workers, Progress.none(), arena);
    }

    private int[][] encode(int bits, float anisotropy, Kernels kernels, int threads) {
        int[][] codes = new int[SUBSPACES][ROWS];
        try (Workers workers = Workers.of(threads);
                NearestCentroid nearest = new NearestCentroid(Kernels.best(), workers, 1 << bits)) {
            new CodeEncoder(quantizer(bits, workers), anisotropy, kernels, workers, nearest, arena)
                    .encode(residuals, vectors, codes);
        }
        return codes;
    }

    /** By vector, |e|² + (η - 1) <e, x / |x|>² in doubles. */
    private double[] losses(int bits, int[][] codes) {
        Matrix decoded = Matrix.allocate(arena, ROWS, DIMENSION);
        try (Workers workers = Workers.of(1)) {
            quantizer(bits, workers).decode(codes, decoded);
        }
        double[] losses = new double[ROWS];
        for (int row = 0; row < ROWS; row++) {
            double squares = 0;
            double along = 0;
            double length = 0;
            for (int col = 0; col < DIMENSION; col++) {
                double error = (double) residuals.get(row, col) - decoded.get(row, col);
                squares += error * error;
                along += error * vectors.get(row, col);
                length += (double) vectors.get(row, col) * vectors.get(row, col);
            }
            losses[row] = squares + (ETA - 1) * (length == 0 ? 0 : along * along / length);
        }
        return losses;
    }

    @ParameterizedTest
    @CsvSource({"4, 0.9", "5, 0.9", "8, 0.97"}) // 256 centroids of 301 vectors leave most vectors no loss at all
    void noOtherCodeInOneSubspaceHasALesserLoss(int bits, double share) {
        int[][] codes = encode(bits, ETA, Kernels.best(), 1);
        double[] nearest = losses(bits, encode(bits, 1, Kernels.best(), 1));
        double[] chosen = losses(bits, codes);
        double before = 0;
        double after = 0;
        for (int row = 0; row < ROWS; row++) {
            // Costs are floats: a little is lost where two codes are about equal.
            assertTrue(chosen[row] <= nearest[row] + 1e-4 * (1 + nearest[row]), chosen[row] + " " + nearest[row]);
            before += nearest[row];
            after += chosen[row];
        }
        assertTrue(after < share * before, after + " after " + before);
        int better = 0;
        for (int m = 0; m < SUBSPACES; m++) {
            int[] kept = codes[m];
            for (int code = 0; code < 1 << bits; code++) {
                codes[m] = new int[ROWS];
                Arrays.fill(codes[m], code);
                double[] other = losses(bits, codes);
                for (int row = 0; row < ROWS; row++) {
                    better += other[row] < chosen[row] - 1e-4 * (1 + chosen[row]) ? 1 : 0;
                }
            }
            codes[m] = kept;
        }
        // Three rounds leave a few vectors on their way.
        assertTrue(better <= ROWS / 10, better + " of " + ROWS + " could be better");
    }

    @Test
    void scalarKernelsAndAnyNumberOfThreadsChooseTheSame() {
        int[][] expected = encode(4, ETA, Kernels.scalar(), 1);
        for (int threads = 1; threads <= 3; threads++) {
            assertArrayEquals(expected, encode(4, ETA, Kernels.best(), threads));
        }
    }

    @Test
    void aVectorWithoutADirectionGetsTheNearestCode() {
        int[][] nearest = encode(4, 1, Kernels.best(), 1);
        vectors.fill(0);
        assertArrayEquals(nearest, encode(4, ETA, Kernels.best(), 1));
    }

    /** Both indexes differ by this alone, and re-rank so few that codes decide what is found. */
    @ParameterizedTest
    @CsvSource({"4, 0", "8, 0", "4, 2"})
    void anIndexFindsMoreWithTheUsualAnisotropy(int bits, int rotationRounds) throws IOException {
        Matrix base = Samples.clustered(arena, 5_000, DIMENSION, 40, 1);
        Matrix queries = Samples.clustered(arena, 300, DIMENSION, 40, 2);
        IvfPqSpec spec = new IvfPqSpec(4, bits == 4 ? 6 : 3, bits, 5_000, 5, 1).withRotationRounds(rotationRounds);
        IvfPqIndex nearest = index("nearest.ivfpq", base, spec.withAnisotropy(1));
        IvfPqIndex usual = index("usual.ivfpq", base, spec);
        assertTrue(nearest.anisotropy() == 1 && usual.anisotropy() == spec.anisotropy());
        Neighbors truth = Samples.search(nearest.flat(arena), queries, 10, SearchParams.exhaustive());
        double before = recall(nearest, queries, truth);
        double after = recall(usual, queries, truth);
        assertTrue(after > before + 0.01, after + " after " + before);
    }

    private IvfPqIndex index(String name, Matrix base, IvfPqSpec spec) throws IOException {
        Path file = folder.resolve(name);
        Samples.build(file, base, spec);
        return IvfPqIndex.open(file, Kernels.best(), arena);
    }

    private static double recall(IvfPqIndex index, Matrix queries, Neighbors truth) {
        return Samples.search(index, queries, 10, new SearchParams(4, 15)).recall(truth, 10);
    }
}
