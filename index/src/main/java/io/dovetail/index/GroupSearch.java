package io.dovetail.index;

import io.dovetail.kernels.CodeLists;
import io.dovetail.kernels.CodeShape;
import io.dovetail.kernels.FourQueries;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.ScanKernels;
import io.dovetail.kernels.SearchKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Searches for many queries together, and finds for each what a search by itself finds: a list at a time, for all queries that look
 * into it. The codes of a list come from memory once, stay in the first-level cache, and are taken apart once for four queries.
 *
 * <p>For one thread. It holds what is known of each query meanwhile: its tables, the scores of all centroids and its candidates,
 * some ten to fifty KB a query with some hundred lists.
 */
final class GroupSearch {

    /** Most queries at a time: enough to share lists, and few enough that their tables of 4-bit codes stay near the core. */
    static final int MOST = 256;

    /** Queries that look into a list, on the mean, from which on going list by list pays. */
    private static final int LEAST_PER_LIST = 3;

    /** By how much more lists a query may look into than it does, where a margin leaves some out: a guess. */
    private static final int LEFT_OUT = 4;

    /** Vectors of a list, on the mean, from which on it pays. */
    private static final int LEAST_VECTORS = 256;

    /** The nearest lists, which each query scans by itself. */
    private static final int ALONE = 2;

    /** Sums of a query at a time: those of four stay in the first-level cache. */
    private static final int PART = 2048;

    /** Queries from which on look-ups for four take less time than for one after another. */
    private static final int LEAST_FOR_FOUR = 3;

    private final IvfPqIndex index;
    private final SearchKernels kernels;
    private final ScanKernels scanKernels;
    private final Reranking reranking;
    private final Arena arena;
    private final QueryTables tables;
    private final Matrix turnedQuery;
    private final long tableBytes;
    private final MemorySegment allTables;
    private final Matrix allScores;
    private final int[] allPanels;
    private final int[] places;
    private final Candidates.Scratch scratch;
    private final ListScan scan;
    private final Asked[] asked = new Asked[MOST];
    private int known;
    private final CodeLists lists = new CodeLists();
    private final FourQueries four = new FourQueries();
    private final MemorySegment sums;
    private final MemorySegment[] parts = new MemorySegment[FourQueries.COUNT];

    /** Of each list, where the pairs of it and a query end. */
    private final int[] ends;

    private int[] queryOfPair = new int[0];
    private int[] raiseOfPair = new int[0];
    private long scanned;
    private int reranked;

    /** What is known of a query. */
    private final class Asked {

        private final MemorySegment tables;
        private final SumScale scale = new SumScale(index);
        private final CoarseSearch coarse;
        private final Candidates candidates = new Candidates(scanKernels, scratch, arena);
        private float deviation;
        private int probed;

        /** How many of the chosen lists were scanned. */
        private int done;

        private Asked(int number) {
            tables = allTables.asSlice(number * tableBytes, tableBytes);
            coarse = new CoarseSearch(index.panels(), index.nlist(), kernels, places, arena);
        }
    }

    GroupSearch(IvfPqIndex index, Reranking reranking, Arena arena) {
        this.index = index;
        this.reranking = reranking;
        this.arena = arena;
        kernels = index.kernels().search();
        scanKernels = index.kernels().scan();
        tables = QueryTables.of(index, arena);
        turnedQuery = Matrix.allocate(arena, 1, index.dimension());
        tableBytes = index.subspaces() * CodeShape.tableBytes(index.bits());
        allTables = arena.allocate(MOST * tableBytes, 64);
        places = CoarseSearch.scratch(index.panels());
        allScores = Matrix.allocate(arena, MOST, places.length);
        allPanels = IntStream.range(0, index.panels().panels()).toArray();
        scratch = new Candidates.Scratch(PART, arena);
        scan = new ListScan(index, PART, arena);
        sums = arena.allocate(2L * PART * FourQueries.COUNT, 64);
        for (int i = 0; i < parts.length; i++) {
            parts[i] = sums.asSlice(2L * PART * i, 2L * PART);
        }
        ends = new int[index.nlist()];
    }

    /** How many of some queries to search for together, without a filter; 1 if that does not pay. */
    static int size(IvfPqIndex index, int queries, SearchParams params) {
        int together = Math.min(MOST, queries);
        int leftOut = params.margin() == Float.POSITIVE_INFINITY ? 1 : LEFT_OUT;
        boolean shared = together >= LEAST_FOR_FOUR
                && (double) together * params.nprobe() >= (double) leftOut * LEAST_PER_LIST * index.nlist();
        return shared && index.size() >= (long) LEAST_VECTORS * index.nlist() ? together : 1;
    }

    /**
     * Searches for rows [from, to) of the queries, at most {@link #MOST}, all checked. Results may have fewer than k, where the
     * lists that were looked into do.
     */
    void search(Matrix queries, int from, int to, int k, SearchParams params, TopK[] out) {
        int count = to - from;
        for (; known < count; known++) {
            asked[known] = new Asked(known);
        }
        scanned = 0;
        reranked = 0;
        boolean all = params.margin() == Float.POSITIVE_INFINITY;
        int most = Math.min(params.nprobe(), index.nlist());
        int first = all ? most : Math.min(most, Probing.firstLists(k, index.nlist(), index.size()));
        int wanted = Math.min(index.size(), Math.max(k, params.rerank()));
        boolean scored = CoarseSearch.scoresAll(first, index.nlist());
        if (scored) {
            kernels.panelDots(
                    queries.rows(from, count), index.panels().listPanels(), allPanels, allPanels.length, allScores);
        }
        for (int i = 0; i < count; i++) {
            Asked one = asked[i];
            Matrix query = queries.rows(from + i, 1);
            one.probed = scored
                    ? one.coarse.chooseScored(query, first, allScores.rows(i, 1))
                    : one.coarse.choose(query, first, null);
            prepare(one, query);
            one.candidates.clear(wanted);
            one.done = 0;
            if (all) {
                // How good the best of the nearest are spares the query most of what others hold.
                int nearest = Math.min(ALONE, one.probed);
                one.coarse.bringForward(nearest);
                scanAlone(one, nearest);
            } else if (one.probed > 0) { // 0 if a damaged file made every score NaN
                scanAlone(one, one.probed);
                chooseMore(one, query, k, params.margin(), most);
            }
        }
        scanTheOthers(count);
        for (int i = 0; i < count; i++) {
            TopK result = out[from + i];
            result.clear(k);
            reranked += reranking.rerank(queries.rows(from + i, 1), asked[i].candidates, result);
            result.sort();
        }
    }

    private void prepare(Asked one, Matrix query) {
        tables.multiply(kernels, index.rotation().turn(query, kernels, turnedQuery));
        one.deviation = tables.deviation(kernels);
        tables.quantize(kernels);
        MemorySegment.copy(tables.bytes(), 0, one.tables, 0, tableBytes);
        one.scale.set(tables, one.coarse.bestScore());
    }

    /** Scans lists for a query by itself, up to some of the chosen. */
    private void scanAlone(Asked one, int to) {
        scanned += scan.scan(one.coarse, one.done, to, one.tables, one.scale, IdFilter.all(), one.candidates);
        one.done = to;
    }

    /** Chooses the lists that the margin reaches. */
    private void chooseMore(Asked one, Matrix query, int k, float margin, int most) {
        float least = one.scale.score(one.candidates.threshold(k)) - margin * one.deviation;
        float leastOfGroup = least - margin * one.coarse.deviation(query);
        one.probed = one.coarse.chooseFrom(query, least, leastOfGroup, most);
    }

    /** Scans the chosen lists that were not scanned yet: list by list, if enough queries share them. */
    private void scanTheOthers(int count) {
        Arrays.fill(ends, 0);
        int pairs = 0;
        int distinct = 0;
        for (int i = 0; i < count; i++) {
            Asked one = asked[i];
            pairs += one.probed - one.done;
            for (int place = one.done; place < one.probed; place++) {
                int list = one.coarse.list(place);
                distinct += ends[list] == 0 ? 1 : 0;
                ends[list]++;
            }
        }
        if (pairs < LEAST_PER_LIST * distinct) {
            for (int i = 0; i < count; i++) {
                scanAlone(asked[i], asked[i].probed);
            }
        } else {
            collectPairs(count, pairs);
            int begin = 0;
            for (int list = 0; list < ends.length; list++) {
                scan(list, begin, ends[list]);
                begin = ends[list];
            }
        }
    }

    /** Sorts pairs of list and query by list. */
    private void collectPairs(int count, int pairs) {
        int begin = 0;
        for (int list = 0; list < ends.length; list++) {
            begin += ends[list];
            ends[list] = begin - ends[list];
        }
        if (queryOfPair.length < pairs) {
            queryOfPair = new int[2 * pairs];
            raiseOfPair = new int[2 * pairs];
        }
        for (int i = 0; i < count; i++) {
            Asked one = asked[i];
            for (int place = one.done; place < one.probed; place++) {
                int pair = ends[one.coarse.list(place)]++;
                queryOfPair[pair] = i;
                raiseOfPair[pair] = one.scale.raise(one.coarse.score(place));
            }
            one.done = one.probed;
        }
    }

    /** Scans a list for the queries of pairs [begin, end). */
    private void scan(int list, int begin, int end) {
        int last = index.listEnd(list);
        long offset = index.codeOffset(list);
        for (int row = index.listStart(list); row < last && begin < end; row += PART) {
            int count = Math.min(PART, last - row);
            scanned += (long) count * (end - begin);
            int pair = begin;
            while (end - pair >= LEAST_FOR_FOUR) {
                int next = Math.min(end, pair + FourQueries.COUNT);
                scanForFour(offset, row, count, pair, next);
                pair = next;
            }
            for (; pair < end; pair++) {
                lists.clear();
                lists.add(offset, row, count, raiseOfPair[pair]);
                Asked one = asked[queryOfPair[pair]];
                scanKernels.scan(index.bits(), index.codes(), index.subspaces(), one.tables, lists, parts[0]);
                one.candidates.add(lists, parts[0], index, IdFilter.all());
            }
            offset += CodeShape.blocks(count) * index.blockBytes();
        }
    }

    private void scanForFour(long offset, int row, int count, int begin, int end) {
        lists.clear();
        lists.add(offset, row, count, 0);
        four.clear();
        for (int pair = begin; pair < end; pair++) {
            four.add(queryOfPair[pair] * tableBytes, raiseOfPair[pair]);
        }
        scanKernels.scanForFour(index.bits(), index.codes(), index.subspaces(), allTables, four, lists, sums);
        for (int pair = begin; pair < end; pair++) {
            asked[queryOfPair[pair]].candidates.add(lists, parts[pair - begin], index, IdFilter.all());
        }
    }

    /** The codes that the last search scanned, of all queries together. */
    long scanned() {
        return scanned;
    }

    /** The vectors that it scored exactly. */
    int reranked() {
        return reranked;
    }
}
