package io.dovetail.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IvfPqIndexTest {

    @TempDir
    private Path folder;

    private final Arena arena = Arena.ofShared();

    @AfterEach
    void free() {
        arena.close();
    }

    @ParameterizedTest
    @CsvSource({
        "1,4,1,1,8",
        "5,4,5,2,4",
        "63,6,1,3,8",
        "64,6,4,6,4",
        "65,6,60,2,8",
        "1000,17,16,17,8",
        "3000,32,32,8,8",
        "3000,32,32,16,4",
        "9000,8,2,4,8"
    })
    void equalsTheFlatIndexWhenItScansAndReranksEverything(int n, int dimension, int nlist, int subspaces, int bits)
            throws IOException {
        IvfPqSpec spec = new IvfPqSpec(nlist, subspaces, bits, 1_000, 2, 5);
        // Unlike unit vectors, these get Euclidean lists.
        for (Matrix vectors :
                new Matrix[] {Samples.gaussian(arena, n, dimension, n), Samples.clustered(arena, n, dimension, 20, n)
                }) {
            IvfPqIndex index = build(vectors, spec);
            Matrix queries = Samples.gaussian(arena, 7, dimension, 3);
            FlatIndex flat = FlatIndex.of(vectors, Samples.ids(n), "", Kernels.best());
            for (int k : new int[] {1, 10, n}) {
                assertSame(
                        Samples.search(flat, queries, k, SearchParams.exhaustive()),
                        Samples.search(index, queries, k, SearchParams.exhaustive()));
                assertSame(
                        Samples.search(index.flat(arena), queries, k, SearchParams.exhaustive()),
                        Samples.search(index, queries, k, new SearchParams(nlist, n)));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"8,8", "16,4"})
    void reachesRecallOf95PercentWhileScanning5PercentOfTheLists(int subspaces, int bits) throws IOException {
        Matrix vectors = Samples.clustered(arena, 100_000, 32, 1_000, 1);
        Matrix queries = Samples.clustered(arena, 200, 32, 1_000, 2);
        IvfPqSpec spec =
                IvfPqSpec.forSize(100_000, 32).withCode(subspaces, bits).withTraining(40_000, 8);
        IvfPqIndex index = build(vectors, spec);
        assertEquals(1024, index.nlist());
        Neighbors truth = Samples.search(index.flat(arena), queries, 10, SearchParams.exhaustive());
        Neighbors found = Samples.search(index, queries, 10, new SearchParams(51, 200));
        double recall = found.recall(truth, 10);
        assertTrue(recall >= 0.95, "recall@10 is " + recall);
        assertTrue(index.imbalance() < 2, "imbalance is " + index.imbalance());
    }

    @ParameterizedTest
    @CsvSource({"1000,60,8", "20000,300,4"})
    void aWideMarginFindsWhatNoMarginFinds(int n, int nlist, int bits) throws IOException {
        IvfPqIndex index = build(Samples.clustered(arena, n, 8, 50, 1), new IvfPqSpec(nlist, 4, bits, 20_000, 3, 5));
        Matrix queries = Samples.gaussian(arena, 50, 8, 2);
        for (int k : new int[] {1, 10, n}) {
            assertSame(
                    Samples.search(index, queries, k, new SearchParams(nlist, n)),
                    Samples.search(index, queries, k, new SearchParams(nlist, n, 1e6f)));
        }
    }

    @Test
    void aMarginSparesListsAndKeepsRecall() throws IOException {
        Matrix vectors = Samples.clustered(arena, 50_000, 16, 500, 1);
        Matrix queries = Samples.clustered(arena, 200, 16, 500, 2);
        IvfPqIndex index = build(vectors, new IvfPqSpec(400, 8, 8, 20_000, 5, 1));
        Neighbors truth = Samples.search(index.flat(arena), queries, 10, SearchParams.exhaustive());
        SearchParams all = new SearchParams(400, 200);
        double recall = Samples.search(index, queries, 10, all).recall(truth, 10);
        double narrow =
                Samples.search(index, queries, 10, all.withMargin(0.01f)).recall(truth, 10);
        double usual = Samples.search(index, queries, 10, all.withMargin(2.5f)).recall(truth, 10);
        assertTrue(usual >= recall - 0.01, "recall@10 is " + usual + " with the margin, " + recall + " without");
        assertTrue(narrow < usual - 0.01, "a margin of almost 0 leaves out lists that matter: " + narrow);
    }

    @Test
    void neverScansMoreListsThanNprobeHoweverWideTheMargin() throws IOException {
        IvfPqIndex index = build(Samples.clustered(arena, 20_000, 8, 50, 1), new IvfPqSpec(300, 4, 8, 20_000, 3, 5));
        Matrix queries = Samples.clustered(arena, 20, 8, 50, 2);
        Neighbors some = Samples.search(index, queries, 20_000, new SearchParams(7, 20_000, 1e6f, 7));
        int mostOfSevenLists = 0;
        for (int query = 0; query < 20; query++) {
            mostOfSevenLists = Math.max(mostOfSevenLists, some.count(query));
        }
        assertTrue(mostOfSevenLists < 20_000 / 300 * 7 * 4, mostOfSevenLists + " vectors were in 7 of 300 lists");
        assertTrue(mostOfSevenLists > 20_000 / 300, mostOfSevenLists + " vectors were in 7 of 300 lists");
    }

    /** The best vectors are refused, so that they must not tell which lists matter. */
    @Test
    void aMarginHeedsTheFilter() throws IOException {
        Matrix vectors = Samples.clustered(arena, 20_000, 8, 50, 1);
        IvfPqIndex index = build(vectors, new IvfPqSpec(300, 4, 8, 20_000, 3, 5));
        Matrix queries = Samples.clustered(arena, 10, 8, 50, 2);
        long[] ids = Samples.ids(20_000);
        ExcludedIds excluded = ExcludedIds.of(Arrays.copyOf(ids, 19_950));
        TopK found = new TopK(20);
        try (Searcher searcher = index.searcher()) {
            for (int query = 0; query < queries.rows(); query++) {
                searcher.search(queries.rows(query, 1), 20, new SearchParams(300, 20_000, 0.1f), excluded, found);
                assertEquals(20, found.size(), "query " + query);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {0, -1, Float.NaN})
    void refusesAMarginThatIsNotPositive(float margin) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> new SearchParams(1, 1, margin));
        assertTrue(String.valueOf(e.getMessage()).contains(String.valueOf(margin)), String.valueOf(e.getMessage()));
    }

    @Test
    void recallRisesWithProbesAndWithRerank() throws IOException {
        Matrix vectors = Samples.gaussian(arena, 8_000, 16, 1); // no clusters: the hard case
        Matrix queries = Samples.gaussian(arena, 100, 16, 2);
        IvfPqIndex index = build(vectors, IvfPqSpec.forSize(8_000, 16).withTraining(4_000, 4));
        Neighbors truth = Samples.search(index.flat(arena), queries, 10, SearchParams.exhaustive());
        double before = 0;
        for (int[] step : new int[][] {{1, 10}, {8, 10}, {64, 10}, {64, 100}, {64, 1000}}) {
            double recall = Samples.search(index, queries, 10, new SearchParams(step[0], step[1]))
                    .recall(truth, 10);
            assertTrue(recall > before, step[0] + ", " + step[1] + ": " + recall + " after " + before);
            before = recall;
        }
        assertTrue(before > 0.9, "recall@10 is " + before);
    }

    @Test
    void fileIsTheSameAtAnyNumberOfThreadsAndDiffersBySeed() throws IOException {
        Matrix vectors = Samples.clustered(arena, 5_000, 12, 30, 4);
        IvfPqSpec spec = IvfPqSpec.forSize(5_000, 12).withTraining(3_000, 4);
        byte[] expected = bytes(vectors, spec, 1);
        assertArrayEquals(expected, bytes(vectors, spec, 2));
        assertArrayEquals(expected, bytes(vectors, spec, 3));
        assertFalse(Arrays.equals(expected, bytes(vectors, spec.withSeed(2), 1)));
    }

    @Test
    void batchFindsWhatSingleSearchesFind() throws IOException {
        IvfPqIndex index = build(
                Samples.clustered(arena, 5_000, 12, 30, 4),
                IvfPqSpec.forSize(5_000, 12).withTraining(2_000, 3));
        Matrix queries = Samples.clustered(arena, 75, 12, 30, 5);
        SearchParams params = new SearchParams(5, 40);
        Neighbors single = new Neighbors(75, 10);
        TopK top = new TopK(10);
        try (Searcher searcher = index.searcher()) {
            for (int query = 0; query < 75; query++) {
                searcher.search(queries.rows(query, 1), 10, params, top);
                single.set(query, top);
            }
        }
        for (int threads = 1; threads <= 3; threads++) {
            try (Workers workers = Workers.of(threads);
                    BatchSearch batch = new BatchSearch(index, workers)) {
                assertSame(single, batch.search(queries, 10, params));
            }
        }
    }

    /** The block is full and every sum is above 0, so that no threshold leaves a vector out; the filter does. */
    @Test
    void endsWhenTheFilterLeavesFewerThanAreWanted() throws IOException {
        IvfPqIndex index = build(Samples.clustered(arena, 64, 8, 10, 1), new IvfPqSpec(1, 4, 4, 1_000, 2, 5));
        Matrix queries = Samples.gaussian(arena, 500, 8, 2);
        long[] ids = Samples.ids(64);
        ExcludedIds excluded = ExcludedIds.of(Arrays.copyOf(ids, 60));
        TopK found = new TopK(10);
        try (Searcher searcher = index.searcher()) {
            for (int query = 0; query < queries.rows(); query++) {
                searcher.search(queries.rows(query, 1), 10, new SearchParams(1, 40), excluded, found);
                assertEquals(4, found.size(), "query " + query);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 16})
    void neverFindsExcludedIdsAndStillFindsKAmongTheProbed(int nprobe) throws IOException {
        IvfPqIndex index = build(
                Samples.clustered(arena, 4_000, 12, 30, 4),
                IvfPqSpec.forSize(4_000, 12).withNlist(16).withTraining(1_000, 3));
        Matrix query = Samples.clustered(arena, 1, 12, 30, 5);
        try (Searcher searcher = index.searcher()) {
            TopK all = new TopK(4_000);
            SearchParams params = new SearchParams(nprobe, Integer.MAX_VALUE).withMostLists(nprobe);
            searcher.search(query, 4_000, params, all);
            ExcludedIds seen = new ExcludedIds();
            Set<Long> rest = new HashSet<>();
            for (int place = 0; place < all.size(); place++) {
                if (place % 3 == 0 && rest.size() < 20) {
                    rest.add(all.id(place));
                } else {
                    seen.add(all.id(place));
                }
            }
            TopK found = new TopK(30);
            searcher.search(query, 20, params.withRerank(1), seen, found);
            assertEquals(20, found.size());
            for (int place = 0; place < found.size(); place++) {
                assertTrue(rest.contains(found.id(place)));
            }
            searcher.search(query, 30, params, seen, found);
            assertEquals(20, found.size());
        }
    }

    @ParameterizedTest
    @CsvSource({"16, 8, 8, 0", "16, 16, 4, 0", "256, 8, 6, 1"})
    void searchesWithoutAllocating(int nlist, int subspaces, int bits, int rotationRounds) throws IOException {
        // Lists of some 600 vectors take the look-up kernels through whole tiles and through what is left of them; 256
        // lists are in groups.
        IvfPqSpec spec = new IvfPqSpec(nlist, subspaces, bits, 4_000, 3, 1).withRotationRounds(rotationRounds);
        IvfPqIndex index = build(Samples.clustered(arena, 10_000, 32, 30, 4), spec);
        Matrix query = Samples.clustered(arena, 1, 32, 30, 5);
        ExcludedIds seen = ExcludedIds.of(Samples.ids(100));
        for (Index each : new Index[] {index, index.flat(arena)}) {
            try (Searcher searcher = each.searcher()) {
                TopK top = new TopK(100);
                SearchParams margin = index.defaults().withMargin(2);
                Runnable searches = () -> {
                    for (int i = 0; i < 1_000; i++) {
                        searcher.search(query, 10 + i % 90, index.defaults(), seen, top);
                        searcher.search(query, 10 + i % 90, margin, seen, top);
                    }
                };
                long allocated = Long.MAX_VALUE;
                // The compiler may be long at work on a busy machine; what counts is the steady state.
                long begin = System.nanoTime();
                while (allocated > 2_000 && System.nanoTime() - begin < 60_000_000_000L) {
                    allocated = allocatedBy(searches);
                }
                assertTrue(allocated <= 2_000, allocated + " bytes in 2000 searches");
            }
        }
    }

    /** A code of each width, and lists in groups: few of them are looked at. */
    @ParameterizedTest
    @CsvSource({"16, 4", "16, 5", "16, 6", "8, 7", "8, 8", "32, 4"})
    void findsMostNeighboursByGroupsOfLists(int subspaces, int bits) throws IOException {
        Matrix vectors = Samples.clustered(arena, 20_000, 32, 200, 1);
        Matrix queries = Samples.clustered(arena, 100, 32, 200, 2);
        IvfPqIndex index = build(vectors, new IvfPqSpec(512, subspaces, bits, 20_000, 5, 1));
        Neighbors truth = Samples.search(index.flat(arena), queries, 10, SearchParams.exhaustive());
        double recall =
                Samples.search(index, queries, 10, new SearchParams(16, 100)).recall(truth, 10);
        assertTrue(recall >= 0.9, "recall " + recall);
        assertSame(truth, Samples.search(index, queries, 10, SearchParams.exhaustive()));
        assertSame(truth, Samples.search(index, queries, 10, new SearchParams(512, 20_000)));
    }

    @Test
    void findsAllThatAFilterAcceptsHoweverFew() throws IOException {
        Matrix vectors = Samples.clustered(arena, 20_000, 16, 20, 1);
        IvfPqIndex index = build(vectors, new IvfPqSpec(4, 8, 4, 4_000, 3, 1));
        TopK found = new TopK(50);
        IdFilter few = id -> id % 1_000 == 7;
        try (Searcher searcher = index.searcher()) {
            searcher.search(vectors.rows(3, 1), 50, new SearchParams(4, 50), few, found);
        }
        assertEquals(Arrays.stream(Samples.ids(20_000)).filter(few::accepts).count(), found.size());
        for (int place = 0; place < found.size(); place++) {
            assertTrue(few.accepts(found.id(place)));
        }
    }

    /** More equal sums than a round has: all of a query of zeros, and those of equal vectors. */
    @Test
    void searchesManyThatAreEqual() throws IOException {
        Matrix vectors = Matrix.allocate(arena, 30_000, 8);
        vectors.fill(0.5f);
        IvfPqIndex index = build(vectors, new IvfPqSpec(2, 4, 4, 1_000, 2, 1));
        Matrix queries = Matrix.copyOf(arena, new float[][] {new float[8], {1, 1, 1, 1, 1, 1, 1, 1}});
        Neighbors found = Samples.search(index, queries, 10, new SearchParams(2, 50));
        for (int query = 0; query < 2; query++) {
            assertEquals(10, found.count(query));
            assertEquals(query * 4f, found.score(query, 9));
        }
        IvfPqIndex varied = build(Samples.clustered(arena, 30_000, 8, 5, 1), new IvfPqSpec(2, 4, 4, 1_000, 2, 1));
        assertEquals(
                10,
                Samples.search(varied, queries.rows(0, 1), 10, new SearchParams(2, 50))
                        .count(0));
    }

    /** Rows of a list are in another order than ids, and the last places belong to the lesser ids. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 15, 16, 30})
    void findsTheLesserIdsOfEqualScores(int k) throws IOException {
        Matrix vectors = Matrix.allocate(arena, 60, 8);
        vectors.fill(0.5f);
        long[] ids = LongStream.range(0, 60).map(row -> 59 - row).toArray();
        Path path = folder.resolve("descending");
        try (Workers workers = Workers.of(1)) {
            new IvfPqBuilder(new IvfPqSpec(2, 4, 4, 60, 2, 1), workers, Kernels.best(), Progress.none())
                    .build(vectors, ids, "", path);
        }
        IvfPqIndex index = IvfPqIndex.open(path, Kernels.best(), arena);
        Neighbors found = Samples.search(index, vectors.rows(0, 1), k, SearchParams.exhaustive());
        for (int place = 0; place < k; place++) {
            assertEquals(place, found.id(0, place));
        }
    }

    @Test
    void keepsWhatItWasTold() throws IOException {
        IvfPqSpec spec = IvfPqSpec.forSize(2_500, 8).withCode(4, 4);
        Path path = folder.resolve("index");
        Samples.build(path, Samples.clustered(arena, 2_500, 8, 5, 1), spec);
        IvfPqIndex index = IvfPqIndex.open(path, Kernels.best(), arena);
        assertEquals(2_500, index.size());
        assertEquals(8, index.dimension());
        assertEquals("model-1", index.fingerprint());
        assertEquals(spec.nlist(), index.nlist());
        assertEquals(4, index.subspaces());
        assertEquals(4, index.bits());
        assertEquals(spec.defaults(), index.defaults());
        Matrix queries = Samples.gaussian(arena, 3, 8, 1);
        Neighbors before = Samples.search(index, queries, 5, index.defaults());
        assertEquals(Optional.empty(), index.tuning());
        index.writeTuned(new Tuning(new SearchParams(9, 9), 5, 0.5, 0.4, 10), path);
        Tuning tuning = new Tuning(new SearchParams(3, 77), 10, 0.95, 0.951234, 500);
        IvfPqIndex.open(path, Kernels.best(), arena).writeTuned(tuning, path);
        IvfPqIndex tuned = IvfPqIndex.open(path, Kernels.best(), arena);
        assertEquals(new SearchParams(3, 77), tuned.defaults());
        assertEquals(Optional.of(tuning), tuned.tuning());
        assertEquals("model-1", tuned.fingerprint());
        assertSame(before, Samples.search(tuned, queries, 5, index.defaults()));
        assertSame(before, Samples.search(index, queries, 5, index.defaults()));
    }

    @Test
    void worksWithEqualZeroAndExtremeVectors() throws IOException {
        Matrix vectors = Matrix.allocate(arena, 300, 4);
        for (int row = 100; row < 300; row++) {
            vectors.set(row, 1, row < 200 ? 1 : 1e18f);
            vectors.set(row, 2, row < 200 ? 1 : 1e-30f * row);
        }
        IvfPqIndex index = build(vectors, new IvfPqSpec(8, 2, 8, 300, 3, 1));
        Matrix queries = Matrix.copyOf(arena, new float[][] {{0, 0, 0, 0}, {0, 1, 1, 0}, {0, -1e18f, 0, 0}});
        FlatIndex flat = FlatIndex.of(vectors, Samples.ids(300), "", Kernels.best());
        assertSame(
                Samples.search(flat, queries, 300, SearchParams.exhaustive()),
                Samples.search(index, queries, 300, SearchParams.exhaustive()));
        assertEquals(
                10, Samples.search(index, queries, 10, new SearchParams(8, 10)).count(1));
    }

    @Test
    void refusesBadInputBeforeWritingAnything() throws IOException {
        Matrix vectors = Samples.gaussian(arena, 100, 8, 1);
        IvfPqSpec spec = IvfPqSpec.forSize(100, 8);
        try (Workers workers = Workers.of(1)) {
            IvfPqBuilder builder = new IvfPqBuilder(spec, workers, Kernels.best(), Progress.none());
            Path out = folder.resolve("index");
            assertThrows(IllegalArgumentException.class, () -> builder.build(vectors, Samples.ids(99), "", out));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> builder.build(vectors.columns(0, 7), Samples.ids(100), "", out));
            vectors.set(5, 5, Float.POSITIVE_INFINITY);
            assertThrows(IllegalArgumentException.class, () -> builder.build(vectors, Samples.ids(100), "", out));
            assertFalse(Files.exists(out));
        }
    }

    private IvfPqIndex build(Matrix vectors, IvfPqSpec spec) throws IOException {
        Path path = Files.createTempFile(folder, "index", "");
        Samples.build(path, vectors, spec);
        return IvfPqIndex.open(path, Kernels.best(), arena);
    }

    private byte[] bytes(Matrix vectors, IvfPqSpec spec, int threads) throws IOException {
        Path path = folder.resolve("index");
        try (Workers workers = Workers.of(threads)) {
            new IvfPqBuilder(spec, workers, Kernels.best(), Progress.none())
                    .build(vectors, Samples.ids(vectors.rows()), "", path);
        }
        return Files.readAllBytes(path);
    }

    private static long allocatedBy(Runnable action) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        action.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static void assertSame(Neighbors expected, Neighbors found) {
        assertEquals(expected.queries(), found.queries());
        for (int query = 0; query < expected.queries(); query++) {
            assertEquals(expected.count(query), found.count(query));
            for (int place = 0; place < expected.count(query); place++) {
                assertEquals(expected.id(query, place), found.id(query, place), "place " + place);
                assertEquals(expected.score(query, place), found.score(query, place));
            }
        }
    }
}
