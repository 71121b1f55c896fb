package io.dovetail.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    @ValueSource(ints = {1, 2, 3, 7, 8, 15, 16, 32, 33, 64, 256})
    void scans_equal_the_scalar_twin(int subspaces) {
        for (int bits = 5; bits <= 8; bits++) {
            assertScansEqual(bits, subspaces); // bytes are random: what lies above a code is not looked at
        }
        assertScansEqual(4, (subspaces + 1) / 2 * 2);
    }

    private void assertScansEqual(int bits, int subspaces) {
        long blockBytes = CodeShape.blockBytes(bits, subspaces);
        MemorySegment codes = bytes((int) (5 + 9 * blockBytes));
        for (int[] counts : new int[][] {{}, {1}, {64}, {65, 1}, {200, 256, 3}, {300, 64, 131}, {576}}) {
            CodeLists lists = new CodeLists();
            long offset = 5;
            for (int count : counts) {
                lists.add(offset, 0, count, offset == 5 ? 0 : CodeShape.mostRaise(subspaces));
                offset += CodeShape.blocks(count) * blockBytes;
            }
            MemorySegment tables = tables(bits, subspaces, counts.length == 2 ? 255 : random.nextInt(256));
            MemorySegment expected = arena.allocate(2L * lists.sums());
            MemorySegment actual = arena.allocate(2L * lists.sums() + 1);
            actual.fill((byte) 77);
            scalar.scan(bits, codes, subspaces, tables, lists, expected);
            vector.scan(bits, codes, subspaces, tables, lists, actual);
            assertEquals(-1, expected.mismatch(actual.asSlice(0, expected.byteSize())), bits + " bits");
            assertEquals(77, actual.get(ValueLayout.JAVA_BYTE, expected.byteSize()));
        }
    }

    /** Random tables as they are quantised: of 4 bits, entries of a pair come to 255 at most. */
    private MemorySegment tables(int bits, int subspaces, int most) {
        int entries = 1 << bits;
        long tableBytes = CodeShape.tableBytes(bits);
        MemorySegment tables = arena.allocate(subspaces * tableBytes);
        for (int m = 0; m < subspaces; m++) {
            int greatest = bits > 4 ? most : m % 2 == 0 ? most / 3 : most - most / 3;
            for (int i = 0; i < tableBytes; i++) {
                byte entry = i < entries
                        ? (byte) (greatest - random.nextInt(2) * random.nextInt(greatest + 1))
                        : tables.get(ValueLayout.JAVA_BYTE, m * tableBytes + i % entries);
                tables.set(ValueLayout.JAVA_BYTE, m * tableBytes + i, entry);
            }
        }
        return tables;
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 6, 7, 8})
    void every_code_finds_its_entry(int bits) {
        MemorySegment codes = arena.allocate(256);
        MemorySegment tables = arena.allocate(CodeShape.tableBytes(bits));
        for (int i = 0; i < 256; i++) {
            codes.set(ValueLayout.JAVA_BYTE, i, (byte) i);
        }
        for (int i = 0; i < tables.byteSize(); i++) {
            tables.set(ValueLayout.JAVA_BYTE, i, (byte) ((i & ((1 << bits) - 1)) * 7 + 3));
        }
        MemorySegment sums = arena.allocate(512);
        CodeLists lists = new CodeLists();
        lists.add(0, 0, 256, 1000);
        for (SearchKernels kernels : new SearchKernels[] {scalar, vector}) {
            kernels.scan(bits, codes, 1, tables, lists, sums);
            for (int i = 0; i < 256; i++) {
                int entry = (i & ((1 << bits) - 1)) * 7 + 3 & 0xff;
                assertEquals(1000 + entry, sums.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i), "code " + i);
            }
        }
    }

    @Test
    void every_pair_of_codes_of_4_bits_finds_its_entries() {
        MemorySegment codes = arena.allocate(256);
        MemorySegment tables = arena.allocate(128);
        for (int i = 0; i < 256; i++) {
            codes.set(ValueLayout.JAVA_BYTE, i, (byte) i);
        }
        for (int i = 0; i < 64; i++) {
            tables.set(ValueLayout.JAVA_BYTE, i, (byte) (i % 16));
            tables.set(ValueLayout.JAVA_BYTE, 64 + i, (byte) (i % 16 * 16));
        }
        MemorySegment sums = arena.allocate(512);
        CodeLists lists = new CodeLists();
        lists.add(0, 0, 256, 0);
        for (SearchKernels kernels : new SearchKernels[] {scalar, vector}) {
            kernels.scan(4, codes, 2, tables, lists, sums);
            for (int i = 0; i < 256; i++) {
                assertEquals(i, sums.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i), "code " + i);
            }
        }
    }

    @Test
    void the_fallback_of_the_look_up_strategy_gives_the_same_sums() {
        SearchKernels fallback = new VectorSearchKernels(LookupStrategy.scalar("test"));
        for (int bits = 4; bits <= 8; bits++) {
            MemorySegment codes = bytes(3 * SearchKernels.BLOCK * 6);
            MemorySegment tables = tables(bits, 6, 200);
            MemorySegment expected = arena.allocate(6L * SearchKernels.BLOCK);
            MemorySegment actual = arena.allocate(6L * SearchKernels.BLOCK);
            CodeLists lists = new CodeLists();
            lists.add(0, 0, 180, 9);
            fallback.scan(bits, codes, 6, tables, lists, expected);
            vector.scan(bits, codes, 6, tables, lists, actual);
            assertEquals(-1, expected.mismatch(actual), bits + " bits");
        }
    }

    @Test
    void scans_refuse_what_does_not_fit() {
        MemorySegment codes = bytes(64 * 4);
        MemorySegment tables = bytes(4 * 256);
        MemorySegment sums = arena.allocate(128);
        String message = refusedScan(8, codes, 1, 4, tables, sums, 0);
        assertTrue(message.contains("1 blocks from byte 1 of 256"), message);
        assertTrue(refusedScan(8, codes, 0, 4, tables, sums, 65536 - 4 * 255).contains("raised by 64516"), "raise");
        refusedScan(8, codes, 0, 5, tables, sums, 0);
        refusedScan(8, codes, 0, 4, tables, arena.allocate(127), 0);
        refusedScan(4, codes, 0, 3, tables, sums, 0);
        refusedScan(3, codes, 0, 2, tables, sums, 0);
        refusedScan(9, codes, 0, 2, tables, sums, 0);
        refusedScan(8, MemorySegment.ofArray(new byte[1024]), 0, 4, tables, sums, 0);
        MemorySegment heap = MemorySegment.ofArray(new byte[1024]);
        assertThrows(IllegalArgumentException.class, () -> vector.selectSums(heap, 1, 1, 0, new int[1], 0));
        CodeLists lists = new CodeLists();
        assertThrows(IllegalArgumentException.class, () -> lists.add(0, 0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> lists.add(0, 0, 1, -1));
    }

    private String refusedScan(
            int bits,
            MemorySegment codes,
            long offset,
            int subspaces,
            MemorySegment tables,
            MemorySegment sums,
            int raise) {
        CodeLists lists = new CodeLists();
        lists.add(offset, 0, 64, raise);
        return String.valueOf(assertThrows(
                        IllegalArgumentException.class, () -> vector.scan(bits, codes, subspaces, tables, lists, sums))
                .getMessage());
    }

    @Test
    void places_of_sums_become_rows() {
        CodeLists lists = new CodeLists();
        lists.add(0, 1000, 3, 0);
        lists.add(64, 70, 130, 0);
        assertEquals(256, lists.sums());
        int[] places = {0, 2, 3, 63, 64, 193, 194, 255};
        int[] rows = new int[8];
        lists.rows(places, 8, rows);
        assertArrayEquals(new int[] {1000, 1002, -1, -1, 70, 199, -1, -1}, rows);
    }

    @ParameterizedTest
    @CsvSource({
        "64, 1",
        "64, 8",
        "128, 30",
        "2048, 1",
        "2048, 30",
        "2048, 100",
        "8192, 30",
        "8192, 1000",
        "8192, 5000",
        "64, 64",
        "128, 1000"
    })
    void thresholds_of_sums_are_reached_by_enough_and_equal_the_scalar_twin(int count, int wanted) {
        for (int range : new int[] {1, 2, 100, 65536}) {
            MemorySegment sums = arena.allocate(2L * count);
            for (int i = 0; i < count; i++) {
                sums.set(SearchKernels.SUM, 2L * i, (short) random.nextInt(range));
            }
            MemorySegment scratch = arena.allocate(SearchKernels.RUN_BYTES);
            int threshold = vector.thresholdOfSums(sums, count, wanted, scratch);
            assertEquals(scalar.thresholdOfSums(sums, count, wanted, scratch), threshold);
            int reach = scalar.countSums(sums, count, threshold);
            assertTrue(reach >= Math.min(wanted, count), reach + " reach " + threshold);
            int positive = scalar.countSums(sums, count, 1);
            if (positive >= wanted && range == 65536) {
                assertTrue(reach <= 2 * wanted + 8, reach + " reach " + threshold + ", wanted " + wanted);
            } else if (positive < wanted) {
                assertEquals(0, threshold);
            }
        }
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
    void selected_sums_equal_the_scalar_twin(int count) {
        MemorySegment sums = bytes(2 * count);
        for (int threshold : new int[] {-1, 0, 1, 1000, 32767, 32768, 40000, 65535, 65536}) {
            int[] expected = new int[count + 2];
            int[] actual = new int[count + 2];
            int end = scalar.selectSums(sums, count, threshold, 7, expected, 2);
            assertEquals(end, vector.selectSums(sums, count, threshold, 7, actual, 2), "threshold " + threshold);
            assertArrayEquals(expected, actual);
        }
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

    private MemorySegment bytes(int count) {
        byte[] values = new byte[count];
        framed.random().nextBytes(values);
        MemorySegment segment = arena.allocate(count);
        MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_BYTE, 0, count);
        return segment;
    }
}
