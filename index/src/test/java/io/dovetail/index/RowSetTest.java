package io.dovetail.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters, prepared and not, beside an exact index that asks the same filter of every id. */
final class RowSetTest {

    private static final int VECTORS = 20_000;
    private static final int DIMENSION = 24; // no multiple of a vector of 512 bits
    private static final int QUERIES = 30;
    private static final SearchParams MARGIN = new SearchParams(100, 100, 2.5f);

    @TempDir
    private static Path folder;

    private static final Arena arena = Arena.ofShared();
    private static final long[] ids = Samples.ids(VECTORS);
    private static final Matrix queries = Samples.clustered(arena, QUERIES, DIMENSION, 100, 2);
    private static IvfPqIndex index;
    private static FlatIndex flat;
    private static final Matrix[] rows = IntStream.range(0, QUERIES)
            .mapToObj(query -> queries.rows(query, 1))
            .toArray(Matrix[]::new);
    private static final Map<Long, Integer> listOfId = new HashMap<>();

    @BeforeAll
    static void build() throws IOException {
        index = build(new IvfPqSpec(400, 8, 4, 20_000, 3, 5));
        flat = index.flat(arena);
        for (int list = 0; list < index.nlist(); list++) {
            for (int row = index.listStart(list); row < index.listEnd(list); row++) {
                listOfId.put(index.id(row), list);
            }
        }
    }

    private static IvfPqIndex build(IvfPqSpec spec) throws IOException {
        Path path = Files.createTempFile(folder, "index", "");
        Samples.build(path, Samples.clustered(arena, VECTORS, DIMENSION, 100, 1), spec);
        return IvfPqIndex.open(path, Kernels.best(), arena);
    }

    @AfterAll
    static void free() {
        arena.close();
    }

    /** So many ids in no order. */
    private long[] some(int count, long seed) {
        long[] shuffled = ids.clone();
        Random random = new Random(seed);
        for (int i = shuffled.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            long id = shuffled[i];
            shuffled[i] = shuffled[other];
            shuffled[other] = id;
        }
        return Arrays.copyOf(shuffled, count);
    }

    private Neighbors search(Index searched, int k, SearchParams params, IdFilter filter) {
        Neighbors found = new Neighbors(QUERIES, k);
        TopK top = new TopK(k);
        try (Searcher searcher = searched.searcher()) {
            for (int query = 0; query < QUERIES; query++) {
                searcher.search(queries.rows(query, 1), k, params, filter, top);
                found.set(query, top);
            }
        }
        return found;
    }

    private static void assertSame(Neighbors expected, Neighbors found) {
        for (int query = 0; query < QUERIES; query++) {
            assertEquals(expected.count(query), found.count(query), "query " + query);
            for (int place = 0; place < expected.count(query); place++) {
                assertEquals(expected.id(query, place), found.id(query, place), "query " + query + " place " + place);
                assertEquals(expected.score(query, place), found.score(query, place));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 100, 700, 3_000, 12_000, VECTORS})
    void findsWhatTheFlatIndexFindsWhenItScansAndReranksEverything(int members) {
        IdFilter allowed = AllowedIds.of(some(members, 3));
        RowSet set = RowSet.of(index, allowed);
        assertEquals(members, set.size());
        for (int k : new int[] {1, 10, 500}) {
            Neighbors expected = search(flat, k, SearchParams.exhaustive(), allowed);
            for (IdFilter each : new IdFilter[] {set, allowed, set.narrowedBy(IdFilter.all())}) {
                assertSame(expected, search(index, k, SearchParams.exhaustive(), each));
                assertSame(expected, search(index, k, new SearchParams(400, VECTORS, 1e6f), each));
            }
        }
    }

    /** Few enough that all are scored; sums of copies are added up in another order, so the last digit may differ. */
    @ParameterizedTest
    @EnumSource(VectorPrecision.class)
    void findsAmongCopiesWhatItFindsWithoutThem(VectorPrecision precision) throws IOException {
        IvfPqIndex searched = build(new IvfPqSpec(400, 8, 4, 20_000, 3, 5).withPrecision(precision));
        for (int members : new int[] {0, 1, 15, 16, 17, 63, 64, 65, 1_000}) {
            RowSet set = RowSet.of(searched, AllowedIds.of(some(members, 3)));
            RowSet copied = set.withVectors(arena);
            assertEquals(members, copied.size());
            assertTrue(Probing.scoresAll(copied, 10, searched.defaults()), members + " are not all scored");
            IdFilter also = id -> id % 3 != 0;
            assertNearlySame(
                    search(searched, 10, SearchParams.exhaustive(), set),
                    search(searched, 10, searched.defaults(), copied));
            assertNearlySame(
                    search(searched, 10, SearchParams.exhaustive(), set.narrowedBy(also)),
                    search(searched, 10, searched.defaults(), copied.narrowedBy(also)));
            assertNull(copied.and(set).panels());
        }
    }

    private static void assertNearlySame(Neighbors expected, Neighbors found) {
        for (int query = 0; query < QUERIES; query++) {
            assertEquals(expected.count(query), found.count(query), "query " + query);
            for (int place = 0; place < expected.count(query); place++) {
                assertEquals(expected.score(query, place), found.score(query, place), 1e-5f);
            }
        }
        assertTrue(expected.recall(found, 10) > 0.999);
    }

    @Test
    void copiesAreChosenForLargerSetsAndNotForLargeOnes() {
        SearchParams params = new SearchParams(16, 100);
        RowSet some = RowSet.ofIds(index, some(1_000, 3));
        assertFalse(Probing.scoresAll(some, 10, params));
        assertTrue(Probing.scoresAll(some.withVectors(arena), 10, params));
        assertFalse(Probing.scoresAll(RowSet.ofIds(index, ids).withVectors(arena), 10, params));
    }

    @Test
    void otherVectorsAreNotSearchedByASetOfRows() {
        RowSet set = RowSet.ofIds(index, some(100, 3));
        TopK top = new TopK(10);
        try (IvfPqSearcher searcher = index.searcher()) {
            String message = assertThrows(
                            IllegalArgumentException.class,
                            () -> searcher.search(rows[0], 10, index.defaults(), set, (_, _) -> 0, top))
                    .toString();
            assertTrue(message.contains("give one by id"), message);
        }
    }

    @Test
    void copiesAreGoneWithTheirArena() {
        RowSet copied;
        try (Arena brief = Arena.ofShared()) {
            copied = RowSet.ofIds(index, some(100, 3)).withVectors(brief);
        }
        assertThrows(IllegalStateException.class, () -> search(index, 10, index.defaults(), copied));
    }

    /** Members are few, or far from the queries, or both, and one list is asked for. */
    @ParameterizedTest
    @ValueSource(floats = {0.1f, 2, Float.POSITIVE_INFINITY})
    void findsKWheneverTheFilterAcceptsK(float margin) {
        Attribute list = Attribute.of(index, id -> listOf(id));
        RowSet[] sets = {
            RowSet.ofIds(index, some(25, 1)),
            RowSet.ofIds(index, some(2_000, 1)),
            list.where(l -> l == 7 || l == 300),
            list.where(l -> l >= 200).and(RowSet.ofIds(index, some(6_000, 2)))
        };
        for (RowSet set : sets) {
            for (int k : new int[] {1, 20, 400}) {
                for (IdFilter each : new IdFilter[] {set, id -> set.accepts(id), set.narrowedBy(id -> id % 3 != 0)}) {
                    long accepted = Arrays.stream(ids).filter(each::accepts).count();
                    Neighbors found = search(index, k, new SearchParams(1, 1, margin), each);
                    for (int query = 0; query < QUERIES; query++) {
                        assertEquals(Math.min(k, accepted), found.count(query));
                        for (int place = 0; place < found.count(query); place++) {
                            assertTrue(each.accepts(found.id(query, place)));
                        }
                    }
                }
            }
        }
    }

    private static int listOf(long id) {
        return Objects.requireNonNull(listOfId.get(id));
    }

    @Test
    void keepsToTheMostListsEvenIfItFindsTooFew() {
        IdFilter few = AllowedIds.of(some(2_000, 1));
        SearchParams bounded = new SearchParams(2, 50).withMostLists(8);
        Neighbors found = search(index, 500, bounded, few);
        Neighbors prepared = search(index, 500, bounded, RowSet.of(index, few));
        for (int query = 0; query < QUERIES; query++) {
            // 8 of 400 lists have some 40 of the 2,000; they are of uneven length.
            assertTrue(found.count(query) > 0 && found.count(query) < 250, "found " + found.count(query));
            assertTrue(prepared.count(query) > 0 && prepared.count(query) < 250, "found " + prepared.count(query));
        }
        Neighbors free = search(index, 500, bounded.withMostLists(400), few);
        for (int query = 0; query < QUERIES; query++) {
            assertEquals(500, free.count(query));
        }
    }

    /** Few members, which are all scored; more, of which lists are; many, of which codes are; and those with more filters. */
    @Test
    void searchesWithoutAllocating() {
        IdFilter[] filters = {
            RowSet.ofIds(index, some(50, 1)),
            RowSet.ofIds(index, some(2_000, 1)),
            RowSet.ofIds(index, some(1_000, 1)).withVectors(arena),
            RowSet.ofIds(index, some(15_000, 1)),
            RowSet.ofIds(index, some(2_000, 1)).narrowedBy(ExcludedIds.of(some(100, 1))),
            AllowedIds.of(some(30, 1))
        };
        TopK top = new TopK(20);
        TopK range = TopK.growing(2_000);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Searcher searcher = index.searcher();
                Searcher quotas = new QuotaSearcher(index.searcher(), id -> (int) (id & 1), 3, 100)) {
            // The compiler may be long at work on a busy machine; what counts is the steady state.
            long allocated = Long.MAX_VALUE;
            long began = System.nanoTime();
            while (allocated > 2_000 && System.nanoTime() - began < 180_000_000_000L) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 100; i++) {
                    Matrix query = rows[i % QUERIES];
                    for (IdFilter filter : filters) {
                        searcher.search(query, 20, index.defaults(), filter, top);
                        searcher.search(query, 20, MARGIN, filter, top);
                    }
                    searcher.searchRange(query, 0.8f, index.defaults(), filters[4], range);
                    quotas.search(query, 20, index.defaults(), filters[3], top);
                }
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertTrue(allocated <= 2_000, allocated + " bytes in 1400 searches");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10_000, 2_000, 500, 200, 20})
    void keepsItsRecallAtAnySelectivity(int members) {
        RowSet set = RowSet.ofIds(index, some(members, 4));
        for (SearchParams params : new SearchParams[] {new SearchParams(16, 100), new SearchParams(100, 100, 2.5f)}) {
            double all = search(index, 10, params, IdFilter.all()).recall(search(flat, 10, params, IdFilter.all()), 10);
            Neighbors truth = search(flat, 10, params, set);
            double recall = search(index, 10, params, set).recall(truth, 10);
            double unprepared = search(index, 10, params, id -> set.accepts(id)).recall(truth, 10);
            assertTrue(all >= 0.95, "recall@10 without a filter is " + all);
            assertTrue(recall >= 0.95, "recall@10 is " + recall + " among " + members + ", " + params);
            assertTrue(unprepared >= 0.95, "unprepared, recall@10 is " + unprepared + " of " + members + ", " + params);
        }
    }

    /** A category whose vectors are together in some lists, near to some queries and far from others. */
    @Test
    void keepsItsRecallWhereMembersAreTogether() {
        RowSet set = RowSet.of(index, id -> listOf(id) % 40 < 4);
        SearchParams params = new SearchParams(16, 100);
        Neighbors truth = search(flat, 10, params, set);
        double recall = search(index, 10, params, set).recall(truth, 10);
        assertTrue(recall >= 0.95, "recall@10 is " + recall + " among " + set.size());
        double unprepared = search(index, 10, params, id -> set.accepts(id)).recall(truth, 10);
        assertTrue(unprepared >= 0.95, "unprepared, recall@10 is " + unprepared + " among " + set.size());
    }

    @Test
    void setsAreCombined() {
        RowSet a = RowSet.ofIds(index, some(9_000, 1));
        RowSet b = RowSet.ofIds(index, some(400, 2));
        for (int row = 0; row < VECTORS; row++) {
            long id = index.id(row);
            assertEquals(
                    a.contains(row) && b.contains(row),
                    a.and(b).contains(row) && a.and(b).accepts(id));
            if (row % 500 == 0) {
                assertEquals(a.contains(row) || b.contains(row), a.or(b).contains(row));
                assertEquals(!a.contains(row), a.not().contains(row));
            }
        }
        assertEquals(VECTORS, a.size() + a.not().size());
        assertEquals(a.size() + b.size(), a.and(b).size() + a.or(b).size());
        assertEquals(0.45, a.selectivity());
        assertEquals(0, RowSet.ofIds(index, 1, 2, 3).size()); // no such ids
        IdFilter either = id -> a.accepts(id) || b.accepts(id);
        assertSame(
                search(flat, 10, SearchParams.exhaustive(), either),
                search(flat, 10, SearchParams.exhaustive(), a.or(b)));
    }

    @Test
    void countsMembersByList() {
        RowSet set = RowSet.ofIds(index, some(300, 5));
        int lists = 0;
        int[] members = new int[VECTORS];
        for (int list = 0; list < index.nlist(); list++) {
            int from = index.listStart(list);
            int to = index.listEnd(list);
            int count = set.copyMembers(from, to, members, 0);
            assertEquals(count, set.count(list));
            lists += count > 0 ? 1 : 0;
            for (int i = 0; i < count; i++) {
                assertTrue(members[i] >= from && members[i] < to && set.contains(members[i]));
            }
        }
        assertEquals(lists, set.lists());
        assertTrue(lists > 100 && lists < 300, lists + " lists");
        assertEquals(300, set.copyMembers(0, VECTORS, members, 0));
        assertEquals(300, set.rows().length);
        assertEquals(0, RowSet.ofIds(index, some(VECTORS / 10, 5)).rows().length);
    }

    @Test
    void anotherIndexIsSearchedById() throws IOException {
        IvfPqIndex other = build(new IvfPqSpec(20, 4, 8, 2_000, 2, 9));
        RowSet set = RowSet.ofIds(index, some(500, 6));
        assertFalse(set.prepared(other).isPresent());
        assertSame(search(flat, 10, SearchParams.exhaustive(), set), search(other, 10, SearchParams.exhaustive(), set));
        RowSet ofOther = RowSet.ofIds(other, 1);
        String message = assertThrows(IllegalArgumentException.class, () -> set.or(ofOther))
                .toString();
        assertTrue(message.contains("make both of the index that is searched"), message);
    }

    @Test
    void anAttributeBecomesASet() {
        Attribute price = Attribute.of(index, id -> (int) Math.floorMod(id, 1_000L));
        RowSet cheap = price.where(p -> p < 100);
        IdFilter byId = id -> Math.floorMod(id, 1_000L) < 100;
        assertEquals(Arrays.stream(ids).filter(byId::accepts).count(), cheap.size());
        assertEquals(Math.floorMod(index.id(5), 1_000L), price.value(5));
        assertSame(
                search(flat, 10, SearchParams.exhaustive(), byId), search(index, 10, SearchParams.exhaustive(), cheap));
        for (long id : ids) {
            assertEquals(byId.accepts(id), cheap.accepts(id));
        }
    }

    @Test
    void refusesBounds() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new SearchParams(1, 1).withMostLists(0))
                .toString()
                .contains("mostLists is at least 1, got 0"));
        assertEquals(
                "nprobe 1, rerank 2, at most 3 lists",
                new SearchParams(1, 2).withMostLists(3).toString());
    }
}
