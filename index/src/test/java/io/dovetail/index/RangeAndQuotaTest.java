package io.dovetail.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.function.LongToIntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Range search and quotas, beside what follows from the whole ranking. */
final class RangeAndQuotaTest {

    private static final int VECTORS = 5_000;
    private static final int QUERIES = 20;

    @TempDir
    private Path folder;

    private final Arena arena = Arena.ofShared();
    private final Matrix queries = Samples.clustered(arena, QUERIES, 8, 20, 2);
    private final TopK ranking = new TopK(VECTORS);
    private IvfPqIndex index;
    private FlatIndex flat;

    @BeforeEach
    void build() throws IOException {
        Path path = folder.resolve("index");
        Samples.build(path, Samples.clustered(arena, VECTORS, 8, 20, 1), new IvfPqSpec(40, 4, 4, 4_000, 3, 5));
        index = IvfPqIndex.open(path, Kernels.best(), arena);
        flat = index.flat(arena);
    }

    @AfterEach
    void free() {
        arena.close();
    }

    private void rank(int query, IdFilter filter) {
        try (Searcher searcher = flat.searcher()) {
            searcher.search(queries.rows(query, 1), VECTORS, SearchParams.exhaustive(), filter, ranking);
        }
    }

    /** The ranking's first pairs are what was found, and no more. */
    private void assertRanked(int count, TopK found) {
        assertEquals(count, found.size());
        for (int place = 0; place < count; place++) {
            assertEquals(ranking.id(place), found.id(place));
            assertEquals(ranking.score(place), found.score(place));
        }
    }

    @ParameterizedTest
    @CsvSource({"-2", "-0.3", "0.2", "0.7", "0.9", "0.99", "2", "-Infinity", "Infinity"})
    void findsAllThatReachAScore(float least) {
        IdFilter odd = id -> id % 2 != 0;
        RowSet set = RowSet.of(index, odd);
        try (Searcher searcher = index.searcher();
                Searcher exact = flat.searcher()) {
            TopK found = TopK.growing(Integer.MAX_VALUE);
            TopK some = new TopK(70);
            for (int query = 0; query < QUERIES; query++) {
                Matrix vector = queries.rows(query, 1);
                rank(query, odd);
                int reach = 0;
                while (reach < ranking.size() && ranking.score(reach) >= least) {
                    reach++;
                }
                for (IdFilter filter : new IdFilter[] {odd, set}) {
                    searcher.searchRange(vector, least, SearchParams.exhaustive(), filter, found);
                    assertRanked(reach, found);
                    searcher.searchRange(vector, least, SearchParams.exhaustive(), filter, some);
                    assertRanked(Math.min(70, reach), some);
                    exact.searchRange(vector, least, SearchParams.exhaustive(), filter, found);
                    assertRanked(reach, found);
                }
            }
        }
    }

    @Test
    void findsMostThatReachAScoreInSomeOfTheLists() {
        long found = 0;
        long there = 0;
        TopK top = TopK.growing(VECTORS);
        try (Searcher searcher = index.searcher()) {
            for (int query = 0; query < QUERIES; query++) {
                rank(query, IdFilter.all());
                searcher.searchRange(queries.rows(query, 1), 0.9f, new SearchParams(14, 100), IdFilter.all(), top);
                found += top.size();
                for (int place = 0; place < VECTORS && ranking.score(place) >= 0.9f; place++) {
                    there++;
                }
                for (int place = 0; place < top.size(); place++) {
                    assertTrue(top.score(place) >= 0.9f);
                }
            }
        }
        assertTrue(found >= 0.95 * there && there > 1_000, found + " of " + there);
    }

    @Test
    void refusesAScoreThatIsNoNumber() {
        TopK top = new TopK(1);
        for (Index each : new Index[] {index, flat}) {
            try (Searcher searcher = each.searcher()) {
                String message = assertThrows(
                                IllegalArgumentException.class,
                                () -> searcher.searchRange(
                                        queries.rows(0, 1), Float.NaN, index.defaults(), IdFilter.all(), top))
                        .toString();
                assertTrue(message.contains("the score to reach is NaN"), message);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1", "10,1", "10,2", "10,3", "40,3", "200,1", "3000,900"})
    void quotasLeaveOutWhatDoesNotFit(int k, int each) {
        LongToIntFunction categoryOf = id -> (int) Math.floorMod(id, 7L) - 1; // -1: no quota applies
        int[] most = {each, 2 * each, 0, each, each, each};
        IdFilter some = id -> id % 5 != 0;
        RowSet set = RowSet.of(index, some);
        TopK found = new TopK(k);
        for (Index searched : new Index[] {flat, index}) {
            try (Searcher searcher = new QuotaSearcher(searched.searcher(), categoryOf, most)) {
                for (int query = 0; query < QUERIES; query++) {
                    rank(query, some);
                    TopK expected = fitting(k, categoryOf, most);
                    for (IdFilter filter : new IdFilter[] {some, set}) {
                        searcher.search(queries.rows(query, 1), k, SearchParams.exhaustive(), filter, found);
                        assertEquals(expected.size(), found.size());
                        for (int place = 0; place < found.size(); place++) {
                            assertEquals(expected.id(place), found.id(place));
                        }
                    }
                }
            }
        }
    }

    /** Down the ranking. */
    private TopK fitting(int k, LongToIntFunction categoryOf, int[] most) {
        TopK expected = new TopK(k);
        int[] taken = new int[most.length];
        for (int place = 0; place < ranking.size() && expected.size() < k; place++) {
            int category = categoryOf.applyAsInt(ranking.id(place));
            if (category < 0 || taken[category]++ < most[category]) {
                expected.offer(ranking.score(place), ranking.id(place));
            }
        }
        expected.sort();
        return expected;
    }

    /** The near vectors are all of one category, and few lists are asked for. */
    @Test
    void findsKWheneverQuotasAllowK() {
        int rows = VECTORS;
        Matrix vectors = index.vectors().toMatrix(arena);
        try (Searcher plain = index.searcher()) {
            TopK near = new TopK(rows / 2);
            plain.search(vectors.rows(0, 1), rows / 2, SearchParams.exhaustive(), near);
            ExcludedIds far = new ExcludedIds();
            for (int place = 0; place < near.size(); place++) {
                far.add(near.id(place));
            }
            TopK found = new TopK(25);
            try (Searcher quotas = new QuotaSearcher(index.searcher(), id -> far.accepts(id) ? 1 : 0, 3, VECTORS)) {
                quotas.search(vectors.rows(0, 1), 25, new SearchParams(1, 1), found);
                assertEquals(25, found.size());
                for (int place = 0; place < 25; place++) {
                    assertEquals(place >= 3, far.accepts(found.id(place)), "place " + place);
                }
            }
        }
    }

    @Test
    void refusesQuotasThatDoNotFit() {
        String negative = assertThrows(
                        IllegalArgumentException.class, () -> new QuotaSearcher(flat.searcher(), id -> 0, 1, -1))
                .toString();
        assertTrue(negative.contains("at most -1 of category 1; give at least 0"), negative);
        try (Searcher searcher = new QuotaSearcher(flat.searcher(), id -> 4, 1, 1)) {
            String unknown = assertThrows(
                            IllegalArgumentException.class,
                            () -> searcher.search(queries.rows(0, 1), 1, index.defaults(), new TopK(1)))
                    .toString();
            assertTrue(unknown.contains("is of category 4, but there are 2 quotas"), unknown);
        }
    }
}
