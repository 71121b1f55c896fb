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
        for (int count : new int[] {0, 1, 3, 4, 5, 8, 33}) {
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
    void sums_of_look_ups_equal_the_scalar_twin(int subspaces) {
        for (int bits = 5; bits <= 8; bits++) {
            assertSumsEqual(bits, subspaces); // bytes are random: what lies above a code is not looked at
        }
        assertSumsEqual(4, (subspaces + 1) / 2 * 2);
    }

    private void assertSumsEqual(int bits, int subspaces) {
        int offset = 5;
        for (int blocks : new int[] {0, 1, 2, 3, 4, 5, 9}) {
            int codeBytes = blocks * SearchKernels.BLOCK * (bits == 4 ? subspaces / 2 : subspaces);
            MemorySegment codes = bytes(offset + codeBytes);
            MemorySegment tables = bytes(subspaces << bits);
            if (blocks == 2) {
                tables.fill((byte) 255); // the greatest sum there is
            }
            MemorySegment expected = arena.allocate(2L * SearchKernels.BLOCK * blocks);
            MemorySegment actual = arena.allocate(2L * SearchKernels.BLOCK * blocks + 1);
            actual.fill((byte) 77);
            scalar.lookupSums(bits, codes, offset, blocks, subspaces, tables, expected);
            vector.lookupSums(bits, codes, offset, blocks, subspaces, tables, actual);
            assertEquals(
                    -1,
                    expected.mismatch(actual.asSlice(0, expected.byteSize())),
                    bits + " bits, " + blocks + " blocks");
            assertEquals(77, actual.get(ValueLayout.JAVA_BYTE, expected.byteSize()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 6, 7, 8})
    void every_code_finds_its_entry(int bits) {
        MemorySegment codes = arena.allocate(256);
        MemorySegment tables = arena.allocate(1L << bits);
        for (int i = 0; i < 256; i++) {
            codes.set(ValueLayout.JAVA_BYTE, i, (byte) i);
        }
        for (int i = 0; i < 1 << bits; i++) {
            tables.set(ValueLayout.JAVA_BYTE, i, (byte) (i * 7 + 3));
        }
        MemorySegment sums = arena.allocate(512);
        for (SearchKernels kernels : new SearchKernels[] {scalar, vector}) {
            kernels.lookupSums(bits, codes, 0, 4, 1, tables, sums);
            for (int i = 0; i < 256; i++) {
                int entry = (i & ((1 << bits) - 1)) * 7 + 3 & 0xff;
                assertEquals(entry, sums.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i), "code " + i);
            }
        }
    }

    @Test
    void every_pair_of_codes_of_4_bits_finds_its_entries() {
        MemorySegment codes = arena.allocate(256);
        MemorySegment tables = arena.allocate(32);
        for (int i = 0; i < 256; i++) {
            codes.set(ValueLayout.JAVA_BYTE, i, (byte) i);
        }
        for (int i = 0; i < 16; i++) {
            tables.set(ValueLayout.JAVA_BYTE, i, (byte) i);
            tables.set(ValueLayout.JAVA_BYTE, 16 + i, (byte) (i * 16));
        }
        MemorySegment sums = arena.allocate(512);
        vector.lookupSums(4, codes, 0, 4, 2, tables, sums);
        for (int i = 0; i < 256; i++) {
            assertEquals(i, sums.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i), "code " + i);
        }
    }

    @Test
    void the_fallback_of_the_look_up_strategy_gives_the_same_sums() {
        SearchKernels fallback = new VectorSearchKernels(LookupStrategy.scalar("test"));
        for (int bits = 4; bits <= 8; bits++) {
            MemorySegment codes = bytes(3 * SearchKernels.BLOCK * 6);
            MemorySegment tables = bytes(6 << bits);
            MemorySegment expected = arena.allocate(6L * SearchKernels.BLOCK);
            MemorySegment actual = arena.allocate(6L * SearchKernels.BLOCK);
            fallback.lookupSums(bits, codes, 0, 3, 6, tables, expected);
            vector.lookupSums(bits, codes, 0, 3, 6, tables, actual);
            assertEquals(-1, expected.mismatch(actual), bits + " bits");
        }
    }

    @Test
    void look_ups_refuse_segments_that_are_too_short_or_on_the_heap() {
        MemorySegment codes = bytes(64 * 4);
        MemorySegment tables = bytes(4 * 256);
        MemorySegment sums = arena.allocate(128);
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> vector.lookupSums(8, codes, 1, 1, 4, tables, sums))
                        .getMessage());
        assertTrue(message.contains("1 blocks of 4 codes of 8 bits from byte 1 of 256"), message);
        assertThrows(IllegalArgumentException.class, () -> vector.lookupSums(8, codes, 0, 1, 5, tables, sums));
        assertThrows(IllegalArgumentException.class, () -> vector.lookupSums(8, codes, 0, 2, 2, tables, sums));
        assertThrows(IllegalArgumentException.class, () -> vector.lookupSums(4, codes, 0, 1, 3, tables, sums));
        assertThrows(IllegalArgumentException.class, () -> vector.lookupSums(3, codes, 0, 1, 2, tables, sums));
        assertThrows(IllegalArgumentException.class, () -> vector.lookupSums(9, codes, 0, 1, 2, tables, sums));
        MemorySegment heap = MemorySegment.ofArray(new byte[1024]);
        assertThrows(IllegalArgumentException.class, () -> vector.lookupSums(8, heap, 0, 1, 4, tables, sums));
        assertThrows(IllegalArgumentException.class, () -> vector.selectSums(heap, 1, 1, 0, new int[1], 0));
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
        Random random = framed.random();
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
        scalar.nearest(workers, x, centroids, offsets, packed, expected);
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
