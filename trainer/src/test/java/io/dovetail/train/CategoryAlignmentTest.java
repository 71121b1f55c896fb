package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Categories;
import io.dovetail.data.Vocabulary;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.train.TrainSpec.AlignmentEstimate;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The loss against its formula in float64, and its gradient against finite differences of that formula. */
final class CategoryAlignmentTest {
    private static final int DIMENSION = 3;
    private static final float WEIGHT = 0.8f;

    private static Categories categories(int... ofItem) {
        return Categories.of(Vocabulary.of(List.of("a", "b", "c", "d")), ofItem);
    }

    private static Batch batch(int distinct, int... slots) {
        Batch batch = new Batch(slots.length, 0);
        batch.positives = slots.length;
        batch.draws = slots.length;
        batch.distinct = distinct;
        for (int row = 0; row < distinct; row++) {
            batch.itemOfRow[row] = row;
        }
        System.arraycopy(slots, 0, batch.slots, 0, slots.length);
        return batch;
    }

    private static double[][] covariance(List<double[]> rows) {
        double[] mean = new double[DIMENSION];
        for (double[] row : rows) {
            for (int j = 0; j < DIMENSION; j++) {
                mean[j] += row[j] / rows.size();
            }
        }
        double[][] covariance = new double[DIMENSION][DIMENSION];
        for (double[] row : rows) {
            for (int i = 0; i < DIMENSION; i++) {
                for (int j = 0; j < DIMENSION; j++) {
                    covariance[i][j] += (row[i] - mean[i]) * (row[j] - mean[j]) / (rows.size() - 1);
                }
            }
        }
        return covariance;
    }

    /** The draws of each part of each category: all of them, or those at even and at odd places. */
    private static List<List<List<double[]>>> members(
            Categories categories, Batch batch, double[][] items, AlignmentEstimate estimate) {
        int parts = estimate == AlignmentEstimate.HALVES ? 2 : 1;
        List<List<List<double[]>>> members = new ArrayList<>();
        for (int c = 0; c < categories.size(); c++) {
            int place = 0;
            List<List<double[]>> own =
                    parts == 2 ? List.of(new ArrayList<>(), new ArrayList<>()) : List.of(new ArrayList<>());
            for (int slot : batch.slots) {
                if (categories.of(slot) == c) {
                    own.get(place++ % parts).add(items[slot]);
                }
            }
            members.add(own);
        }
        return members;
    }

    private static int size(List<List<double[]>> parts) {
        return parts.stream().mapToInt(List::size).sum();
    }

    private static double formula(Categories categories, Batch batch, double[][] items, AlignmentEstimate estimate) {
        List<List<List<double[]>>> members = members(categories, batch, items, estimate);
        int major = 0;
        for (int c = 1; c < members.size(); c++) {
            major = size(members.get(c)) > size(members.get(major)) ? c : major;
        }
        double loss = 0;
        for (int c = 0; c < members.size(); c++) {
            if (c != major && members.get(c).getLast().size() >= 2) {
                double[][] first =
                        difference(members.get(major).getFirst(), members.get(c).getFirst());
                double[][] last =
                        difference(members.get(major).getLast(), members.get(c).getLast());
                for (int i = 0; i < DIMENSION; i++) {
                    for (int j = 0; j < DIMENSION; j++) {
                        loss += first[i][j] * last[i][j];
                    }
                }
            }
        }
        return loss;
    }

    private static double[][] difference(List<double[]> major, List<double[]> other) {
        double[][] difference = covariance(major);
        double[][] less = covariance(other);
        for (int i = 0; i < DIMENSION; i++) {
            for (int j = 0; j < DIMENSION; j++) {
                difference[i][j] -= less[i][j];
            }
        }
        return difference;
    }

    private static double[][] draws(int rows) {
        SplittableRandom random = new SplittableRandom(6);
        double[][] items = new double[rows][];
        for (int i = 0; i < rows; i++) {
            items[i] = random.doubles(DIMENSION, -1, 1).toArray();
        }
        return items;
    }

    private static double compare(Categories categories, Batch batch) {
        return compare(categories, batch, AlignmentEstimate.WHOLE);
    }

    /** Returns the loss. */
    private static double compare(Categories categories, Batch batch, AlignmentEstimate estimate) {
        double[][] items = draws(batch.distinct);
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(2)) {
            Engine engine = new Engine(Kernels.best(), workers);
            Matrix values = Matrix.allocate(arena, items.length, DIMENSION);
            Matrix gradient = Matrix.allocate(arena, items.length, DIMENSION);
            gradient.fill(0.25f);
            for (int i = 0; i < items.length; i++) {
                for (int j = 0; j < DIMENSION; j++) {
                    values.set(i, j, (float) items[i][j]);
                }
            }
            CategoryAlignment alignment = new CategoryAlignment(engine, arena, WEIGHT, estimate, categories, DIMENSION);
            double loss = alignment.apply(batch, values, gradient);
            assertEquals(formula(categories, batch, items, estimate), loss, 1e-5);
            for (int i = 0; i < items.length; i++) {
                for (int j = 0; j < DIMENSION; j++) {
                    double start = items[i][j];
                    items[i][j] = start + 1e-5;
                    double ahead = formula(categories, batch, items, estimate);
                    items[i][j] = start - 1e-5;
                    double slope = (ahead - formula(categories, batch, items, estimate)) / 2e-5;
                    items[i][j] = start;
                    // Float32 against float64, on values of size 1; the gradient that was there stays.
                    assertEquals(0.25 + WEIGHT * slope, gradient.get(i, j), 1e-5);
                }
            }
            assertEquals(
                    0,
                    new CategoryAlignment(engine, arena, 0, estimate, categories, DIMENSION)
                            .apply(batch, values, gradient));
            return loss;
        }
    }

    @Test
    void itEqualsTheFormula() {
        assertTrue(compare(categories(0, 0, 1, 1, 1, 2, 2, 3, 3, 3), batch(10, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)) > 0);
    }

    @Test
    void anItemCountsAsOftenAsItIsDrawn() {
        Categories categories = categories(0, 0, 1, 1, 2, 2, 2, 3);
        double repeated = compare(categories, batch(8, 0, 1, 0, 0, 2, 3, 3, 4, 5, 6, 7, 7, 0));
        double once = compare(categories, batch(8, 0, 1, 2, 3, 4, 5, 6, 7));
        assertTrue(Math.abs(repeated - once) > 1e-3);
    }

    @Test
    void categoriesWithFewerThanTwoDrawsAreLeftOut() {
        assertTrue(compare(categories(0, 0, 0, 1, 1, 3), batch(6, 0, 1, 2, 3, 4, 5)) > 0);
        assertEquals(0, compare(categories(0, 0, 0, 1, 2, 3), batch(6, 0, 1, 2, 3, 4, 5)));
        assertEquals(0, compare(categories(0, 1, 2, 3), batch(4, 0, 1, 2, 3)));
    }

    @Test
    void halvesNeedFourDraws() {
        Batch batch = batch(10, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 4);
        assertTrue(0 != compare(categories(0, 0, 0, 0, 0, 1, 1, 1, 1, 2), batch, AlignmentEstimate.HALVES));
        assertEquals(0, compare(categories(0, 0, 0, 0, 0, 0, 1, 1, 1, 2), batch, AlignmentEstimate.HALVES));
        assertEquals(0, compare(categories(0, 1, 2, 3), batch(4, 0, 1, 2, 3), AlignmentEstimate.HALVES));
    }

    /** Draws of two categories that are alike: what the whole estimate counts is noise, and that of halves is 0 in the mean. */
    @Test
    void halvesCountNoNoise() {
        SplittableRandom random = new SplittableRandom(7);
        int[] ofItem = IntStream.range(0, 40).map(item -> item % 5 == 0 ? 1 : 0).toArray();
        Categories categories = categories(ofItem);
        Batch batch = batch(40, IntStream.range(0, 40).toArray());
        double whole = 0;
        double halves = 0;
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(1)) {
            Engine engine = new Engine(Kernels.best(), workers);
            CategoryAlignment squares =
                    new CategoryAlignment(engine, arena, 1, AlignmentEstimate.WHOLE, categories, DIMENSION);
            CategoryAlignment products =
                    new CategoryAlignment(engine, arena, 1, AlignmentEstimate.HALVES, categories, DIMENSION);
            Matrix values = Matrix.allocate(arena, 40, DIMENSION);
            Matrix gradient = Matrix.allocate(arena, 40, DIMENSION);
            for (int trial = 0; trial < 2_000; trial++) {
                for (int i = 0; i < 40; i++) {
                    for (int j = 0; j < DIMENSION; j++) {
                        values.set(i, j, (float) random.nextDouble(-1, 1));
                    }
                }
                whole += squares.apply(batch, values, gradient) / 2_000;
                halves += products.apply(batch, values, gradient) / 2_000;
            }
        }
        assertTrue(whole > 0.1, "the noise of 8 draws and of 32 is " + whole);
        assertEquals(0, halves, 0.02); // some three standard errors of 2,000 trials
    }

    @Test
    void ofEqualCategoriesTheFirstIsTheMajorOne() {
        assertTrue(compare(categories(1, 1, 1, 2, 2, 2, 3, 3, 3), batch(9, 0, 1, 2, 3, 4, 5, 6, 7, 8)) > 0);
    }

    @Test
    void oneCategoryHasNothingToBeAlignedWith() {
        assertEquals(0, compare(Categories.none(4), batch(4, 0, 1, 2, 3)));
    }
}
