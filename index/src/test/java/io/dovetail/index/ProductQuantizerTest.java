package io.dovetail.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

final class ProductQuantizerTest {

    @Test
    void errorFallsWithMoreCentroidsAndWithMoreSubspaces() {
        try (Arena arena = Arena.ofShared()) {
            Matrix x = Samples.gaussian(arena, 3_000, 8, 1);
            double coarse = error(x, 2, 4, arena);
            double finer = error(x, 2, 8, arena);
            double finest = error(x, 4, 8, arena);
            assertTrue(coarse < 1, "worse than the zero vector: " + coarse);
            assertTrue(finer < 0.7 * coarse, finer + " after " + coarse);
            assertTrue(finest < 0.5 * finer, finest + " after " + finer);
        }
    }

    @Test
    void isLosslessWhenThereAreAsManyCentroidsAsVectors() {
        try (Arena arena = Arena.ofShared()) {
            assertEquals(0, error(Samples.gaussian(arena, 200, 6, 1), 3, 8, arena));
        }
    }

    @Test
    void codebooksAreTheCentroidsTransposed() {
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(1);
                NearestCentroid nearest = new NearestCentroid(Kernels.best(), workers, 256)) {
            Matrix x = Samples.gaussian(arena, 500, 6, 1);
            ProductQuantizer quantizer = train(x, 3, 8, workers, nearest, arena);
            Matrix codebooks = quantizer.codebooks(arena);
            int[][] codes = new int[3][500];
            quantizer.encode(x, nearest, codes);
            float[] decoded = quantizer.decode(codes, 77);
            for (int col = 0; col < 6; col++) {
                assertEquals(decoded[col], codebooks.get(col, codes[col / 2][77]));
            }
        }
    }

    /** Mean square error of decoded vectors over the mean square of the vectors. */
    private static double error(Matrix x, int subspaces, int bits, Arena arena) {
        try (Workers workers = Workers.of(2);
                NearestCentroid nearest = new NearestCentroid(Kernels.best(), workers, 256)) {
            ProductQuantizer quantizer = train(x, subspaces, bits, workers, nearest, arena);
            int[][] codes = new int[subspaces][x.rows()];
            quantizer.encode(x, nearest, codes);
            double error = 0;
            double squares = 0;
            for (int row = 0; row < x.rows(); row++) {
                float[] decoded = quantizer.decode(codes, row);
                for (int col = 0; col < x.cols(); col++) {
                    error += Math.pow(x.get(row, col) - decoded[col], 2);
                    squares += Math.pow(x.get(row, col), 2);
                }
            }
            return error / squares;
        }
    }

    private static ProductQuantizer train(
            Matrix x, int subspaces, int bits, Workers workers, NearestCentroid nearest, Arena arena) {
        IvfPqSpec spec = new IvfPqSpec(1, subspaces, bits, x.rows(), 10, 1);
        KMeans kMeans = new KMeans(Kernels.best(), workers, nearest);
        return ProductQuantizer.train(x, spec, kMeans, Progress.none(), arena);
    }
}
