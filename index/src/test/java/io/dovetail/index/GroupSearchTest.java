package io.dovetail.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GroupSearchTest {
    private static final int D = 16;
    private static final int LISTS = 20;
    private static final int QUERIES = GroupSearch.MOST + 77;
    private static final float NONE = Float.POSITIVE_INFINITY;

    @TempDir
    private Path folder;

    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        arena.close();
    }

    private IvfPqIndex index(Matrix vectors, IvfPqSpec spec) throws IOException {
        Path file = folder.resolve("index.ivfpq");
        Samples.build(file, vectors, spec);
        return IvfPqIndex.load(file, Kernels.best(), arena);
    }

    private static IvfPqSpec spec(int bits, int lists) {
        return IvfPqSpec.forSize(6000, D).withNlist(lists).withCode(8, bits);
    }

    /** Every query's result is that of a search by itself, to the last bit, alone and in a batch on several threads. */
    private static void assertAsAlone(IvfPqIndex index, Matrix queries, int k, SearchParams params) {
        int count = queries.rows();
        TopK[] together = new TopK[count];
        Arrays.setAll(together, i -> new TopK(k));
        TopK alone = new TopK(k);
        try (Workers workers = Workers.of(2);
                BatchSearch batch = new BatchSearch(index, workers);
                Searcher searcher = index.searcher();
                Searcher other = index.searcher()) {
            assertTrue(searcher.groupSize(count, params, IdFilter.all()) > 1, "lists are not shared: " + params);
            Neighbors found = batch.search(queries, k, params);
            searcher.searchEach(queries, k, params, IdFilter.all(), together);
            searcher.searchEach(queries, k, params, IdFilter.all(), together); // of the search before nothing is left
            for (int i = 0; i < count; i++) {
                other.search(queries.rows(i, 1), k, params, alone);
                String where = "query " + i + ", " + params;
                assertEquals(alone.size(), together[i].size(), where);
                assertEquals(alone.size(), found.count(i), where);
                for (int place = 0; place < alone.size(); place++) {
                    assertEquals(alone.id(place), together[i].id(place), where);
                    assertEquals(alone.score(place), together[i].score(place), where);
                    assertEquals(alone.id(place), found.id(i, place), where);
                    assertEquals(alone.score(place), found.score(i, place), where);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 6, 7, 8})
    void queries_find_together_what_they_find_alone(int bits) throws IOException {
        IvfPqIndex index = index(Samples.clustered(arena, 6000, D, 60, 1), spec(bits, LISTS));
        Matrix queries = Samples.clustered(arena, QUERIES, D, 60, 2);
        for (float margin : new float[] {NONE, 3, 0.5f}) {
            for (int nprobe : new int[] {1, 3, LISTS}) {
                assertAsAlone(index, queries, 10, new SearchParams(nprobe, 30, margin));
            }
        }
        assertAsAlone(index, queries, 100, new SearchParams(5, 1));
    }

    @Test
    void a_query_whose_lists_hold_too_few_goes_on_alone() throws IOException {
        IvfPqIndex index = index(Samples.clustered(arena, 6000, D, 60, 1), spec(4, LISTS));
        Matrix queries = Samples.clustered(arena, QUERIES, D, 60, 2);
        assertAsAlone(index, queries, 700, new SearchParams(1, 700));
        assertAsAlone(index, queries, 700, new SearchParams(1, 700, 1, 2));
    }

    /** Of 6,000 vectors 40 are different: most sums are equal, and which rows are kept must not depend on the order of lists. */
    @ParameterizedTest
    @CsvSource({"10, 30", "50, 50", "100, 300"})
    void of_equal_sums_the_same_rows_are_kept(int k, int rerank) throws IOException {
        Matrix few = Samples.clustered(arena, 40, D, 40, 3);
        Matrix vectors = Matrix.allocate(arena, 6000, D);
        for (int row = 0; row < vectors.rows(); row++) {
            vectors.rows(row, 1).copyFrom(few.rows(row % few.rows(), 1));
        }
        IvfPqIndex index = index(vectors, spec(4, LISTS));
        assertAsAlone(index, Samples.clustered(arena, QUERIES, D, 40, 4), k, new SearchParams(8, rerank));
    }

    /** With more lists than a query looks at, and lists in groups. */
    @ParameterizedTest
    @ValueSource(ints = {2, 30, 600})
    void lists_in_groups_are_chosen_alike(int nprobe) throws IOException {
        int lists = 600;
        Matrix vectors = Samples.clustered(arena, 256 * lists, 4, 1500, 1);
        IvfPqIndex index = index(
                vectors, IvfPqSpec.forSize(vectors.rows(), 4).withNlist(lists).withCode(2, 4));
        assertTrue(index.panels().groups() > 1, "one group");
        Matrix queries = Samples.clustered(arena, QUERIES, 4, 1500, 2);
        if (nprobe > 2) {
            assertAsAlone(index, queries, 10, new SearchParams(nprobe, 20));
        }
        assertAsAlone(index, queries, 10, new SearchParams(600, 20, nprobe));
    }

    @Test
    void few_queries_short_lists_and_filters_are_searched_alone() throws IOException {
        Matrix vectors = Samples.clustered(arena, 6000, D, 60, 1);
        SearchParams params = new SearchParams(4, 30);
        try (Searcher searcher = index(vectors, spec(4, LISTS)).searcher()) {
            assertEquals(100, searcher.groupSize(100, params, IdFilter.all()));
            assertEquals(GroupSearch.MOST, searcher.groupSize(100_000, params, IdFilter.all()));
            assertEquals(1, searcher.groupSize(2, new SearchParams(LISTS, 30), IdFilter.all()));
            assertEquals(1, searcher.groupSize(14, params, IdFilter.all()));
            assertEquals(1, searcher.groupSize(100, params, id -> true));
        }
        try (Searcher searcher = index(vectors, spec(4, 2 * LISTS)).searcher()) {
            assertEquals(1, searcher.groupSize(100, params, IdFilter.all()));
        }
    }

    @Test
    void a_filter_holds_for_each_of_several_queries() throws IOException {
        IvfPqIndex index = index(Samples.clustered(arena, 6000, D, 60, 1), spec(4, LISTS));
        Matrix queries = Samples.clustered(arena, 40, D, 60, 2);
        IdFilter even = id -> id % 2 == 0;
        TopK[] found = new TopK[40];
        Arrays.setAll(found, i -> new TopK(10));
        TopK alone = new TopK(10);
        try (Searcher searcher = index.searcher()) {
            searcher.searchEach(queries, 10, index.defaults(), even, found);
            for (int i = 0; i < 40; i++) {
                searcher.search(queries.rows(i, 1), 10, index.defaults(), even, alone);
                for (int place = 0; place < 10; place++) {
                    assertEquals(alone.id(place), found[i].id(place));
                    assertEquals(0, found[i].id(place) % 2);
                }
            }
        }
    }

    @Test
    void a_batch_that_was_refused_does_no_harm_to_the_next() throws IOException {
        IvfPqIndex index = index(Samples.clustered(arena, 6000, D, 60, 1), spec(4, LISTS));
        Matrix queries = Samples.clustered(arena, 40, D, 60, 2);
        SearchParams params = new SearchParams(4, 30);
        try (Workers workers = Workers.of(2);
                BatchSearch batch = new BatchSearch(index, workers)) {
            assertThrows(IllegalArgumentException.class, () -> batch.search(queries.columns(0, D - 1), 10, params));
            assertEquals(10, batch.search(queries, 10, params).count(39));
        }
    }

    @Test
    void a_query_that_does_not_fit_is_refused() throws IOException {
        IvfPqIndex index = index(Samples.clustered(arena, 6000, D, 60, 1), spec(4, LISTS));
        Matrix queries = Samples.clustered(arena, 40, D, 60, 2);
        queries.set(30, 3, Float.NaN);
        TopK[] found = new TopK[40];
        Arrays.setAll(found, i -> new TopK(10));
        SearchParams params = new SearchParams(4, 30);
        try (Searcher searcher = index.searcher()) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> searcher.searchEach(queries, 10, params, IdFilter.all(), found));
            queries.set(30, 3, 0);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> searcher.searchEach(queries, 11, params, IdFilter.all(), found));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> searcher.searchEach(queries.columns(0, D - 1), 10, params, IdFilter.all(), found));
        }
    }
}
