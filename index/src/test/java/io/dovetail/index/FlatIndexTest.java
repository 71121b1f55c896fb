package io.dovetail.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FlatIndexTest {

    private final Arena arena = Arena.ofShared();

    @AfterEach
    void free() {
        arena.close();
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "3,7,2", "1023,16,10", "1024,15,10", "1025,33,10", "5000,8,100", "50,8,60"})
    void findsWhatBruteForceFinds(int n, int dimension, int k) {
        Matrix vectors = Samples.gaussian(arena, n, dimension, n);
        Matrix queries = Samples.gaussian(arena, 5, dimension, 99);
        long[] ids = Samples.ids(n);
        Neighbors found =
                Samples.search(FlatIndex.of(vectors, ids, "", Kernels.best()), queries, k, SearchParams.exhaustive());
        for (int query = 0; query < 5; query++) {
            int q = query;
            double[] exact = IntStream.range(0, n)
                    .mapToDouble(row -> dot(queries, q, vectors, row))
                    .toArray();
            int[] order = IntStream.range(0, n)
                    .boxed()
                    .sorted((a, b) -> Double.compare(exact[b], exact[a]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            assertEquals(Math.min(n, k), found.count(query));
            for (int place = 0; place < found.count(query); place++) {
                // Float32 sums of d products of N(0, 1) values err by less than d * 1e-6; gaps are far larger.
                assertEquals(exact[order[place]], found.score(query, place), dimension * 1e-6);
                assertEquals(ids[order[place]], found.id(query, place));
            }
        }
    }

    @Test
    void breaksTiesBySmallerId() {
        Matrix vectors = Matrix.copyOf(arena, new float[][] {{1}, {2}, {1}, {2}, {1}});
        try (Searcher searcher = FlatIndex.of(vectors, new long[] {5, 9, -4, 8, 0}, "", Kernels.best())
                .searcher()) {
            TopK top = new TopK(4);
            searcher.search(Matrix.copyOf(arena, new float[][] {{1}}), 4, SearchParams.exhaustive(), top);
            assertEquals(8, top.id(0));
            assertEquals(9, top.id(1));
            assertEquals(-4, top.id(2));
            assertEquals(0, top.id(3));
        }
    }

    @Test
    void neverFindsExcludedIdsAndStillFindsK() {
        Matrix vectors = Samples.gaussian(arena, 300, 8, 1);
        long[] ids = Samples.ids(300);
        Matrix query = Samples.gaussian(arena, 1, 8, 2);
        try (Searcher searcher = FlatIndex.of(vectors, ids, "", Kernels.best()).searcher()) {
            TopK all = new TopK(300);
            searcher.search(query, 300, SearchParams.exhaustive(), all);
            ExcludedIds seen = new ExcludedIds();
            for (int place = 0; place < 290; place += 2) {
                seen.add(all.id(place));
            }
            TopK rest = new TopK(100);
            searcher.search(query, 100, SearchParams.exhaustive(), seen, rest);
            assertEquals(100, rest.size());
            for (int place = 0; place < 100; place++) {
                assertEquals(all.id(2 * place + 1), rest.id(place));
            }
        }
    }

    @Test
    void excludedIdsBehaveAsASet() {
        ExcludedIds excluded = ExcludedIds.of(Long.MIN_VALUE, 0, -1, 0);
        Set<Long> expected = new HashSet<>(Set.of(Long.MIN_VALUE, 0L, -1L));
        for (long i = 0; i < 1_000; i++) {
            long id = i * 0x1_0000_0001L; // many share their low bits
            excluded.add(id);
            expected.add(id);
        }
        for (long id : expected) {
            assertTrue(!excluded.accepts(id));
        }
        assertTrue(excluded.accepts(5));
        excluded.clear();
        assertTrue(expected.stream().allMatch(excluded::accepts));
    }

    @Test
    void refusesWhatDoesNotFit() {
        Matrix vectors = Samples.gaussian(arena, 3, 4, 1);
        assertMessage("2 ids for 3 vectors", () -> flat(vectors, 1, 2));
        assertMessage("7 stands twice", () -> flat(vectors, 7, 2, 7));
        try (Searcher searcher = flat(vectors, 1, 2, 3).searcher()) {
            TopK top = new TopK(2);
            Matrix narrow = Matrix.allocate(arena, 1, 3);
            Matrix nan = Matrix.copyOf(arena, new float[][] {{1, Float.NaN, 0, 0}});
            assertMessage("the query is 1x3", () -> searcher.search(narrow, 1, SearchParams.exhaustive(), top));
            assertMessage(
                    "k is in [1, 2], got 3",
                    () -> searcher.search(Samples.gaussian(arena, 1, 4, 1), 3, SearchParams.exhaustive(), top));
            assertMessage("row 0 is [1.0, NaN", () -> searcher.search(nan, 1, SearchParams.exhaustive(), top));
        }
        vectors.set(2, 1, 1e30f);
        assertMessage("vectors: row 2 is", () -> flat(vectors, 1, 2, 3));
        assertMessage("at least 1", () -> new SearchParams(0, 1));
    }

    private static FlatIndex flat(Matrix vectors, long... ids) {
        return FlatIndex.of(vectors, ids, "", Kernels.best());
    }

    private static void assertMessage(String part, Runnable action) {
        String message =
                assertThrows(IllegalArgumentException.class, action::run).toString();
        assertTrue(message.contains(part), message);
    }

    private static double dot(Matrix a, int i, Matrix b, int j) {
        return IntStream.range(0, a.cols())
                .mapToDouble(col -> (double) a.get(i, col) * b.get(j, col))
                .sum();
    }
}
