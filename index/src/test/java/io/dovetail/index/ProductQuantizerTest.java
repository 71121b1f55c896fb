package io.dovetail.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
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
            ProductQuantizer quantizer = train(x, 3, 8, workers, arena);
            Matrix codebooks = quantizer.codebooks(arena);
            int[][] codes = new int[3][500];
            quantizer.encode(x, nearest, codes);
            Matrix decoded = Matrix.allocate(arena, 500, 6);
            quantizer.decode(codes, decoded);
            for (int col = 0; col < 6; col++) {
                assertEquals(decoded.get(77, col), codebooks.get(col, codes[col / 2][77]));
            }
        }
    }

    @Test
    void isTheSameAtAnyNumberOfThreadsAndTellsTheCallersThreadAlone() {
        try (Arena arena = Arena.ofShared()) {
            Matrix x = Samples.gaussian(arena, 1_000, 14, 1);
            float[][] expected = {};
            for (int threads = 1; threads <= 3; threads++) {
                Set<Thread> told = new HashSet<>();
                try (Workers workers = Workers.of(threads)) {
                    float[][] codebooks = ProductQuantizer.train(
                                    x,
                                    new IvfPqSpec(1, 7, 5, 1_000, 4, 1),
                                    Kernels.best(),
                                    workers,
                                    (phase, done, total) -> told.add(Thread.currentThread()),
                                    arena)
                            .codebooks(arena)
                            .toArray();
                    expected = threads == 1 ? codebooks : expected;
                    assertTrue(Arrays.deepEquals(expected, codebooks), threads + " threads");
                    assertTrue(Set.of(Thread.currentThread()).containsAll(told));
                }
            }
        }
    }

    @Test
    void trainsOnNoMoreRowsThanPay() {
        assertEquals(4_096, ProductQuantizer.trainingRows(1_000_000, 4));
        assertEquals(65_536, ProductQuantizer.trainingRows(1_000_000, 8));
        assertEquals(500, ProductQuantizer.trainingRows(500, 8));
    }

    /** Mean square error of decoded vectors over the mean square of the vectors. */
    private static double error(Matrix x, int subspaces, int bits, Arena arena) {
        try (Workers workers = Workers.of(2);
                NearestCentroid nearest = new NearestCentroid(Kernels.best(), workers, 256)) {
            ProductQuantizer quantizer = train(x, subspaces, bits, workers, arena);
            int[][] codes = new int[subspaces][x.rows()];
            quantizer.encode(x, nearest, codes);
            double error = 0;
            double squares = 0;
            Matrix decoded = Matrix.allocate(arena, x.rows(), x.cols());
            quantizer.decode(codes, decoded);
            for (int row = 0; row < x.rows(); row++) {
                for (int col = 0; col < x.cols(); col++) {
                    error += Math.pow(x.get(row, col) - decoded.get(row, col), 2);
                    squares += Math.pow(x.get(row, col), 2);
                }
            }
            return error / squares;
        }
    }

    private static ProductQuantizer train(Matrix x, int subspaces, int bits, Workers workers, Arena arena) {
        IvfPqSpec spec = new IvfPqSpec(1, subspaces, bits, x.rows(), 10, 1);
        return ProductQuantizer.train(x, spec, Kernels.best(), workers, Progress.none(), arena);
    }
}
