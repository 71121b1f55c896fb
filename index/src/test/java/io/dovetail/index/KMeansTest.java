package io.dovetail.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.index.NearestCentroid.Rule;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KMeansTest {

    private final Arena arena = Arena.ofShared();

    @AfterEach
    void free() {
        arena.close();
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "10,3,4", "700,17,5", "5000,300,8"})
    void assignsEachRowToItsNearestCentroid(int n, int k, int dimension) {
        Matrix x = Samples.gaussian(arena, n, dimension, 1);
        Matrix centroids = Samples.gaussian(arena, k, dimension, 2);
        int[] assigned = new int[n];
        try (Workers workers = Workers.of(2);
                NearestCentroid nearest = new NearestCentroid(Kernels.best(), workers, k)) {
            nearest.assign(x, centroids, Rule.EUCLIDEAN, assigned);
        }
        for (int row = 0; row < n; row++) {
            double least = Double.POSITIVE_INFINITY;
            for (int c = 0; c < k; c++) {
                least = Math.min(least, distance(x, row, centroids, c));
            }
            // The scores err by some 1e-6 of the square norms, so a row midway between two may go to either.
            assertEquals(least, distance(x, row, centroids, assigned[row]), 1e-4);
        }
    }

    @Test
    void errorNeverRisesFromRoundToRound() {
        Matrix x = Samples.clustered(arena, 3_000, 8, 20, 3);
        double before = Double.POSITIVE_INFINITY;
        for (int iterations = 1; iterations <= 12; iterations++) {
            double error = error(x, train(x, 40, Rule.EUCLIDEAN, iterations, 2));
            // Splitting an empty cluster can cost a little before it pays.
            assertTrue(error <= before * 1.001, iterations + ": " + error + " after " + before);
            before = error;
        }
    }

    @ParameterizedTest
    @EnumSource(Rule.class)
    void isTheSameAtAnyNumberOfThreads(Rule rule) {
        Matrix x = Samples.clustered(arena, 4_000, 8, 20, 3);
        float[][] expected = train(x, 64, rule, 5, 1).toArray();
        for (int threads = 2; threads <= 3; threads++) {
            assertTrue(
                    Arrays.deepEquals(expected, train(x, 64, rule, 5, threads).toArray()));
        }
    }

    @Test
    void sphericalCentroidsHaveLengthOne() {
        Matrix x = Samples.clustered(arena, 1_000, 8, 20, 3);
        Matrix centroids = train(x, 16, Rule.SPHERICAL, 5, 2);
        for (int row = 0; row < 16; row++) {
            assertEquals(1, Vectors.squareNorm(centroids, row), 1e-5);
        }
    }

    @Test
    void fillsEmptyClustersFromTheLargest() {
        // Two points, one of them 999 times: two of the three starting rows are equal, so one cluster starts empty.
        Matrix x = Matrix.allocate(arena, 1_000, 2);
        for (int row = 0; row < 1_000; row++) {
            x.set(row, 0, row == 500 ? 10 : 1 + row * 1e-3f);
        }
        Matrix centroids = train(x, 3, Rule.EUCLIDEAN, 10, 2);
        int[] sizes = KMeans.sizes(assign(x, centroids), 3);
        assertTrue(Arrays.stream(sizes).allMatch(size -> size > 0), Arrays.toString(sizes));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 6})
    void withNoMoreRowsThanCentroidsTheRowsAreTheCentroids(int n) {
        Matrix x = Samples.gaussian(arena, n, 4, 5);
        Matrix centroids = train(x, 6, Rule.EUCLIDEAN, 3, 1);
        assertEquals(0, error(x, centroids));
    }

    @Test
    void goesOnFromWhereItStopped() {
        Matrix x = Samples.clustered(arena, 2_000, 8, 20, 3);
        Matrix centroids = train(x, 40, Rule.EUCLIDEAN, 3, 2);
        try (Workers workers = Workers.of(2);
                NearestCentroid nearest = new NearestCentroid(Kernels.best(), workers, 40)) {
            List<Long> told = new ArrayList<>();
            new KMeans(Kernels.best(), workers, nearest)
                    .improve(x, centroids, Rule.EUCLIDEAN, 4, (phase, done, total) -> told.add(done * total));
            assertEquals(List.of(4L, 8L, 12L, 16L), told);
        }
        assertTrue(Arrays.deepEquals(train(x, 40, Rule.EUCLIDEAN, 7, 1).toArray(), centroids.toArray()));
    }

    @Test
    void drawsDifferentRowsBySeed() {
        int[] drawn = KMeans.sample(100, 100, 3);
        assertEquals(100, Arrays.stream(drawn).distinct().count());
        assertArrayEquals(drawn, KMeans.sample(100, 100, 3));
        assertTrue(!Arrays.equals(drawn, KMeans.sample(100, 100, 4)));
    }

    private Matrix train(Matrix x, int k, Rule rule, int iterations, int threads) {
        try (Workers workers = Workers.of(threads);
                NearestCentroid nearest = new NearestCentroid(Kernels.best(), workers, k)) {
            return new KMeans(Kernels.best(), workers, nearest)
                    .train(x, k, rule, iterations, 11, Progress.none(), arena);
        }
    }

    private static int[] assign(Matrix x, Matrix centroids) {
        int[] assigned = new int[x.rows()];
        try (Workers workers = Workers.of(1);
                NearestCentroid nearest = new NearestCentroid(Kernels.best(), workers, centroids.rows())) {
            nearest.assign(x, centroids, Rule.EUCLIDEAN, assigned);
        }
        return assigned;
    }

    private static double error(Matrix x, Matrix centroids) {
        int[] assigned = assign(x, centroids);
        double error = 0;
        for (int row = 0; row < x.rows(); row++) {
            error += distance(x, row, centroids, assigned[row]);
        }
        return error;
    }

    private static double distance(Matrix a, int i, Matrix b, int j) {
        double sum = 0;
        for (int col = 0; col < a.cols(); col++) {
            double difference = a.get(i, col) - b.get(j, col);
            sum += difference * difference;
        }
        return sum;
    }
}
