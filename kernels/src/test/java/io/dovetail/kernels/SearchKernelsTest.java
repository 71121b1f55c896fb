package io.dovetail.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

final class SearchKernelsTest {
    static final int[] SIZES = Framed.SIZES;

    private static final float[] EXTREMES = {
        Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, 0f, -0f, Float.MIN_VALUE, -Float.MAX_VALUE, 1f
    };

    private final SearchKernels scalar = Kernels.scalar().search();
    private final SearchKernels vector = Kernels.vector().search();
    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(2);
    private final Framed framed = new Framed(arena, 1);
    private final Random random = framed.random();

    @AfterEach
    void close() {
        framed.assertIntact();
        workers.close();
        arena.close();
    }

    /** Sums of d products of normals, in another order: errors grow as d * 2^-24, and |sum| as sqrt(d). */
    private static double tolerance(int d) {
        return 1e-6 + d * 0x1p-24;
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void dots_agree_with_the_scalar_twin(int d) {
        Matrix query = framed.normal(1, d);
        for (int count :
                new int[] {0, 1, 3, 4, 5, 8, 33, 700}) { // of 6 columns and more, 700 rows are read ahead in parts
            Matrix rows = framed.normal(count + 2, d);
            Matrix expected = framed.zeros(1, count + 1);
            Matrix actual = framed.zeros(1, count + 1);
            scalar.dots(query, rows, 2, count, expected);
            vector.dots(query, rows, 2, count, actual);
            Framed.assertClose(expected, actual, tolerance(d));

            int[] index = framed.rows(count, rows.rows());
            scalar.dotsAt(query, rows, index, count, expected);
            vector.dotsAt(query, rows, index, count, actual);
            Framed.assertClose(expected, actual, tolerance(d));
        }
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void a_row_gets_the_same_bits_wherever_it_stands(int d) {
        Matrix query = framed.normal(1, d);
        Matrix rows = withExtremes(framed.normal(9, d));
        Matrix together = framed.zeros(1, 9);
        vector.dots(query, rows, 0, 9, together);
        int[] order = {3, 8, 0, 5, 1, 7, 2, 6, 4};
        Matrix shuffled = framed.zeros(1, 9);
        vector.dotsAt(query, rows, order, 9, shuffled);
        for (int i = 0; i < 9; i++) {
            Matrix alone = framed.zeros(1, 1);
            vector.dots(query, rows, order[i], 1, alone);
            assertEquals(alone.get(0, 0), shuffled.get(0, i), "row " + order[i]);
            assertEquals(alone.get(0, 0), together.get(0, order[i]), "row " + order[i]);
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "1,5,3", "2,3,16", "3,1,17", "8,4,256", "4,8,128", "7,2,31", "16,2,64", "1,64,129"})
    void inner_product_tables_agree_with_the_scalar_twin(int subspaces, int dsub, int ksub) {
        Matrix query = framed.normal(1, subspaces * dsub);
        Matrix codebooks = framed.normal(subspaces * dsub, ksub);
        Matrix expected = framed.zeros(subspaces, ksub);
        Matrix actual = framed.zeros(subspaces, ksub);
        scalar.innerProductTables(query, codebooks, subspaces, expected);
        vector.innerProductTables(query, codebooks, subspaces, actual);
        Framed.assertClose(expected, actual, tolerance(dsub));
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void inner_products_with_panels_are_those_with_rows(int d) {
        Matrix query = framed.normal(1, d);
        Matrix rows = framed.normal(70, d);
        int panels = RowPanels.count(67);
        Matrix packed = Matrix.allocate(arena, panels * d, RowPanels.PANEL);
        RowPanels.pack(rows, 3, 70, packed, 0);
        int[] which = {4, 0, 2, 2, 1};
        for (int count = 0; count <= which.length; count++) {
            Matrix expected = framed.zeros(1, 5 * RowPanels.PANEL);
            Matrix actual = framed.zeros(1, 5 * RowPanels.PANEL);
            scalar.panelDots(query, packed, which, count, expected);
            vector.panelDots(query, packed, which, count, actual);
            for (int i = 0; i < 5 * RowPanels.PANEL; i++) {
                int row = 3 + which[i / RowPanels.PANEL] * RowPanels.PANEL + i % RowPanels.PANEL;
                assertEquals(expected.get(0, i), actual.get(0, i), tolerance(d));
                if (i >= count * RowPanels.PANEL) {
                    assertEquals(0, actual.get(0, i));
                } else if (row >= 70) {
                    assertTrue(Float.isNaN(actual.get(0, i)), "row " + row);
                } else {
                    double dot = 0;
                    for (int j = 0; j < d; j++) {
                        dot += query.get(0, j) * rows.get(row, j);
                    }
                    assertEquals(dot, actual.get(0, i), tolerance(d));
                }
            }
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> vector.panelDots(query, packed, new int[] {panels}, 1, framed.zeros(1, 16)));
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void inner_products_with_panels_do_not_depend_on_how_many_queries_there_are(int d) {
        Matrix queries = framed.normal(7, d);
        Matrix packed = Matrix.allocate(arena, 3 * d, RowPanels.PANEL);
        RowPanels.pack(framed.normal(40, d), 0, 40, packed, 0);
        int[] which = {2, 0, 1};
        for (int count = 0; count <= which.length; count++) {
            for (int rows = 0; rows <= queries.rows(); rows++) {
                Matrix expected = framed.zeros(7, 3 * RowPanels.PANEL);
                Matrix actual = framed.zeros(7, 3 * RowPanels.PANEL);
                Matrix reference = framed.zeros(7, 3 * RowPanels.PANEL);
                for (int query = 0; query < rows; query++) {
                    vector.panelDots(queries.rows(query, 1), packed, which, count, expected.rows(query, 1));
                }
                vector.panelDots(queries.rows(0, rows), packed, which, count, actual);
                scalar.panelDots(queries.rows(0, rows), packed, which, count, reference);
                assertArrayEquals(expected.toArray(), actual.toArray(), rows + " queries");
                Framed.assertClose(reference, actual, tolerance(d));
            }
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> vector.panelDots(queries, packed, which, 1, framed.zeros(6, RowPanels.PANEL)));
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void selected_scores_equal_the_scalar_twin(int count) {
        Matrix scores = withExtremes(framed.normal(1, count));
        for (float threshold : new float[] {Float.NEGATIVE_INFINITY, -1, -0f, 0f, 0.5f, Float.NaN}) {
            int[] expected = new int[count + 2];
            int[] actual = new int[count + 2];
            int end = scalar.selectScores(scores, count, threshold, 7, expected, 2);
            assertEquals(end, vector.selectScores(scores, count, threshold, 7, actual, 2), "threshold " + threshold);
            assertArrayEquals(expected, actual);
        }
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void row_selections_equal_the_scalar_twin(int d) {
        Matrix x = framed.normal(80, d);
        for (int row = 0; row < x.rows(); row++) {
            for (int j = 0; j < d; j++) {
                switch (row % 5) {
                    case 0 -> x.set(row, j, random.nextInt(3)); // many equals
                    case 1 -> x.set(row, j, EXTREMES[random.nextInt(EXTREMES.length)]);
                    case 2 -> x.set(row, j, random.nextBoolean() ? 0f : -0f);
                    default -> {
                        // as it is
                    }
                }
            }
        }
        x.rows(78, 1).fill(Float.NaN);
        x.rows(79, 1).fill(Float.NEGATIVE_INFINITY);
        int[] expected = new int[80];
        int[] actual = new int[80];
        scalar.argMax(workers, x, expected);
        vector.argMax(workers, x, actual);
        assertArrayEquals(expected, actual);

        float[] thresholds = new float[80];
        for (int row = 0; row < 80; row++) {
            thresholds[row] = row % 3 == 0 ? EXTREMES[row % EXTREMES.length] : x.get(row, random.nextInt(d));
        }
        scalar.countAtLeast(workers, x, thresholds, expected);
        vector.countAtLeast(workers, x, thresholds, actual);
        assertArrayEquals(expected, actual);
    }

    @Test
    void the_first_of_equal_maxima_wins_and_NaN_never_does() {
        Matrix x = Matrix.copyOf(arena, new float[][] {{1, Float.NaN, 3, 2, 3}, {Float.NaN, Float.NaN, 0, 0, 0}});
        int[] out = new int[2];
        for (SearchKernels kernels : new SearchKernels[] {scalar, vector}) {
            Arrays.fill(out, -1);
            kernels.argMax(workers, x, out);
            assertArrayEquals(new int[] {2, 2}, out);
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "7,3,5", "8,17,32", "9,32,33", "130,31,100", "64,128,257", "65,4,256"})
    void nearest_centroids_equal_the_scalar_twin(int n, int d, int count) {
        Matrix x = withExtremes(framed.normal(n, d));
        Matrix centroids = framed.normal(count, d);
        Matrix offsets = framed.normal(1, count);
        for (int c = 0; c + 40 < count; c += 3) {
            centroids.rows(c + 40, 1).copyFrom(centroids.rows(c, 1)); // equals, in another lane and panel
            offsets.set(0, c + 40, offsets.get(0, c));
        }
        if (count > 3) {
            offsets.set(0, 1, Float.NaN);
            offsets.set(0, 2, Float.NEGATIVE_INFINITY);
            centroids.set(3, 0, Float.POSITIVE_INFINITY);
        }
        MemorySegment packed = arena.allocate(SearchKernels.packedBytes(count, d));
        int[] expected = new int[n];
        int[] actual = new int[n];
        scalar.packCentroids(centroids, offsets, packed);
        scalar.nearest(workers, x, centroids, offsets, packed, expected);
        vector.packCentroids(centroids, offsets, packed);
        vector.nearest(workers, x, centroids, offsets, packed, actual);
        assertArrayEquals(expected, actual);
        Arrays.fill(actual, -1);
        try (Workers alone = Workers.of(1)) {
            vector.nearest(alone, x, centroids, offsets, packed, actual);
        }
        assertArrayEquals(expected, actual);
    }

    @Test
    void a_row_without_a_score_is_nearest_to_the_first_centroid() {
        Matrix x = Matrix.copyOf(arena, new float[][] {{Float.NaN}, {1}, {Float.NEGATIVE_INFINITY}});
        Matrix centroids = Matrix.copyOf(arena, new float[][] {{1}, {2}, {2}});
        Matrix offsets = Matrix.allocate(arena, 1, 3);
        MemorySegment packed = arena.allocate(SearchKernels.packedBytes(3, 1));
        for (SearchKernels kernels : new SearchKernels[] {scalar, vector}) {
            int[] out = {-1, -1, -1};
            kernels.packCentroids(centroids, offsets, packed);
            kernels.nearest(workers, x, centroids, offsets, packed, out);
            assertArrayEquals(new int[] {0, 1, 0}, out);
        }
    }

    @Test
    void a_search_for_the_nearest_refuses_shapes_that_do_not_fit() {
        Matrix x = framed.normal(2, 3);
        Matrix offsets = framed.normal(1, 5);
        MemorySegment packed = arena.allocate(SearchKernels.packedBytes(5, 3));
        String message = String.valueOf(assertThrows(
                        IllegalArgumentException.class,
                        () -> vector.nearest(workers, x, framed.normal(5, 4), offsets, packed, new int[2]))
                .getMessage());
        assertTrue(message.contains("x 2x3, centroids 5x4, offsets 1x5"), message);
        Matrix centroids = framed.normal(5, 3);
        assertThrows(
                IllegalArgumentException.class,
                () -> vector.nearest(workers, x, centroids, framed.normal(1, 4), packed, new int[2]));
        assertThrows(
                IllegalArgumentException.class,
                () -> vector.nearest(workers, x, centroids, offsets, packed.asSlice(4), new int[2]));
        assertThrows(
                IllegalArgumentException.class,
                () -> vector.nearest(workers, x, centroids, offsets, packed, new int[1]));
        assertThrows(
                IllegalArgumentException.class,
                () -> vector.packCentroids(centroids, offsets, arena.allocate(packed.byteSize() - 4)));
        assertThrows(
                IllegalArgumentException.class, () -> vector.packCentroids(centroids, framed.normal(1, 4), packed));
    }

    private Matrix withExtremes(Matrix x) {
        for (int j = 0; j < x.cols(); j += 5) {
            x.set(0, j, EXTREMES[framed.random().nextInt(EXTREMES.length)]);
        }
        return x;
    }
}
