package io.dovetail.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.lang.foreign.Arena;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RotationTrainingTest {

    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(2);

    @AfterEach
    void free() {
        workers.close();
        arena.close();
    }

    @ParameterizedTest
    @CsvSource({"2,1", "6,2", "17,17", "33,11", "128,16"})
    void axesAreOrthonormal(int dimension, int subspaces) {
        Matrix axes = learn(Samples.uneven(arena, 600, dimension), subspaces, 5, workers)
                .axes();
        for (int i = 0; i < dimension; i++) {
            for (int j = 0; j < dimension; j++) {
                double product = 0;
                for (int col = 0; col < dimension; col++) {
                    product += (double) axes.get(i, col) * axes.get(j, col);
                }
                // Iterated until the elements are 1e-6 off on average; the worst of them is some times as far.
                assertEquals(i == j ? 1 : 0, product, 2e-5, i + ", " + j);
            }
        }
    }

    @Test
    void codesErrLessInLearntAxesWhereVarianceIsUneven() {
        Matrix x = Samples.uneven(arena, 4_000, 8);
        double before = error(x, 4, 0);
        double after = error(x, 4, 20);
        assertTrue(after < 0.7 * before, after + " after " + before);
    }

    @Test
    void axesThatDoNotHelpAreNotUsed() {
        Matrix corners = Samples.gaussian(arena, 600, 8, 1);
        for (int row = 0; row < 600; row++) {
            for (int col = 0; col < 8; col++) {
                corners.set(
                        row, col, corners.get(row, col) > 0 ? 1 : -1); // 16 points in each subspace: codes do not err
            }
        }
        assertTrue(learn(corners, 2, 3, workers).isNone());
    }

    @Test
    void columnsWithoutVarianceAndVectorsThatOverflowDoNoHarm() {
        Matrix x = Samples.uneven(arena, 500, 8);
        for (int row = 0; row < x.rows(); row++) {
            x.set(row, 2, 0);
            x.set(row, 7, 0);
        }
        Matrix huge = Matrix.allocate(arena, 300, 8);
        huge.fill(3e18f); // whether axes help is then a matter of rounding
        for (Matrix vectors : new Matrix[] {x, huge}) {
            Matrix axes = learn(vectors, 2, 10, workers).axes();
            assertTrue(vectors == huge || axes.rows() == 8, "axes help where variance is uneven");
            for (int row = 0; row < axes.rows(); row++) {
                assertEquals(1, Vectors.squareNorm(axes, row), 2e-5);
            }
        }
        assertTrue(learn(Matrix.allocate(arena, 300, 8), 4, 3, workers).isNone());
    }

    @Test
    void isTheSameAtAnyNumberOfThreads() {
        Matrix x = Samples.uneven(arena, 900, 12);
        float[][] expected = learn(x, 3, 4, workers).axes().toArray();
        for (int threads = 1; threads <= 3; threads += 2) {
            try (Workers others = Workers.of(threads)) {
                assertTrue(Arrays.deepEquals(
                        expected, learn(x, 3, 4, others).axes().toArray()));
            }
        }
    }

    @Test
    void keepsInnerProductsAndTurnsQueriesAsItTurnsVectors() {
        Matrix x = Samples.uneven(arena, 300, 8);
        Rotation rotation = learn(x, 4, 5, workers);
        Matrix turned = rotation.turn(x, Kernels.best(), workers, Matrix.allocate(arena, 300, 8));
        Matrix query = rotation.turn(x.rows(7, 1), Kernels.best().search(), Matrix.allocate(arena, 1, 8));
        for (int row = 0; row < 300; row++) {
            assertEquals(dot(x, 7, x, row), dot(query, 0, turned, row), 1e-3);
        }
    }

    @Test
    void withoutRoundsVectorsStayWhereTheyAre() {
        Matrix x = Samples.uneven(arena, 300, 8);
        Rotation rotation = learn(x, 4, 0, workers);
        assertTrue(rotation.isNone());
        assertSame(x, rotation.turn(x, Kernels.best(), workers, x));
        assertSame(x, rotation.turn(x, Kernels.best().search(), x));
    }

    private Rotation learn(Matrix x, int subspaces, int rounds, Workers team) {
        return RotationTraining.learn(x, spec(x, subspaces, rounds), Kernels.best(), team, Progress.none(), arena);
    }

    private static IvfPqSpec spec(Matrix x, int subspaces, int rounds) {
        return new IvfPqSpec(1, subspaces, 5, x.rows(), 10, 1).withRotationRounds(rounds);
    }

    /** Sum of the square errors of the codes. */
    private double error(Matrix x, int subspaces, int rounds) {
        Matrix turned = learn(x, subspaces, rounds, workers)
                .turn(x, Kernels.best(), workers, Matrix.allocate(arena, x.rows(), x.cols()));
        ProductQuantizer quantizer = ProductQuantizer.train(
                turned, spec(x, subspaces, rounds), Kernels.best(), workers, Progress.none(), arena);
        int[][] codes = new int[subspaces][x.rows()];
        Matrix decoded = Matrix.allocate(arena, x.rows(), x.cols());
        try (NearestCentroid nearest = new NearestCentroid(Kernels.best(), workers, 32)) {
            quantizer.encode(turned, nearest, codes);
        }
        quantizer.decode(codes, decoded);
        double error = 0;
        for (int row = 0; row < x.rows(); row++) {
            for (int col = 0; col < x.cols(); col++) {
                error += Math.pow(turned.get(row, col) - decoded.get(row, col), 2);
            }
        }
        return error;
    }

    private static double dot(Matrix a, int i, Matrix b, int j) {
        double sum = 0;
        for (int col = 0; col < a.cols(); col++) {
            sum += (double) a.get(i, col) * b.get(j, col);
        }
        return sum;
    }
}
