package io.dovetail.jmh.search;

import io.dovetail.index.BatchSearch;
import io.dovetail.index.IdFilter;
import io.dovetail.index.IvfPqBuilder;
import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.IvfPqSpec;
import io.dovetail.index.Neighbors;
import io.dovetail.index.Progress;
import io.dovetail.index.RowSet;
import io.dovetail.index.SearchParams;
import io.dovetail.index.Searcher;
import io.dovetail.index.TopK;
import io.dovetail.index.VectorPrecision;
import io.dovetail.index.tune.IndexTuner;
import io.dovetail.index.tune.OperatingPoint;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Ours. Its efforts are the Pareto fronts that its tuner finds by queries which the duel does not ask. */
final class DovetailSide extends CalledSide {
    /** A set of no more is searched with a copy of its vectors. */
    private static final double COPIED = 0.016;

    private final String name;
    private final double buildSeconds;
    private final long bytes;
    private final Arena arena;
    private final IvfPqIndex index;
    private final Matrix[] queries;
    private final Matrix tuning;
    private final Searcher searcher;
    private final Workers one = Workers.of(1);
    private final BatchSearch batch;
    private final Matrix asked;
    private final TopK top;
    private IdFilter filter = IdFilter.all();
    private boolean copied;
    private List<SearchParams> front;

    /**
     * Builds and tunes.
     *
     * @param spec how to build
     * @param data to index and to be asked
     * @param tuning queries to tune by
     * @param truth of these
     * @param k number of neighbours
     * @param threads that build
     * @param arena owner of the index
     */
    DovetailSide(IvfPqSpec spec, TowerVectors data, Matrix tuning, Neighbors truth, int k, int threads, Arena arena)
            throws IOException {
        this.arena = arena;
        this.tuning = tuning;
        name = "Dovetail " + spec.subspaces() + "x" + spec.bits()
                + (spec.precision() == VectorPrecision.FLOAT32 ? "" : ", " + spec.precision());
        Matrix vectors = data.vectors();
        Kernels kernels = Kernels.best();
        queries = IntStream.range(0, data.queries().rows())
                .mapToObj(query -> data.queries().rows(query, 1))
                .toArray(Matrix[]::new);
        Path path = Files.createTempFile("search-duel", ".ivfpq");
        try (Workers workers = Workers.of(threads)) {
            long begin = System.nanoTime();
            new IvfPqBuilder(spec, workers, kernels, Progress.none())
                    .build(vectors, LongStream.range(0, vectors.rows()).toArray(), "", path);
            buildSeconds = (System.nanoTime() - begin) * 1e-9;
            bytes = Files.size(path);
            index = IvfPqIndex.load(path, kernels, arena);
            front = front(index, filter, tuning, truth, k);
            searcher = index.searcher();
            batch = new BatchSearch(index, one);
        } finally {
            Files.delete(path);
        }
        top = new TopK(k);
        asked = data.queries();
    }

    /**
     * What the tuner finds where it is asked for each of the recalls that pages compare at, and for a little more, since the
     * queries of the duel may be harder than those it tunes by: it looks closest at what it is asked for.
     */
    private static List<SearchParams> front(IvfPqIndex index, IdFilter filter, Matrix tuning, Neighbors truth, int k) {
        IndexTuner tuner = new IndexTuner(index, filter, IndexTuner.usualMostRerank(k), Progress.none());
        List<Double> recalls = SearchPage.RECALLS.stream()
                .flatMap(recall -> Stream.of(recall, recall + (1 - recall) / 4))
                .toList();
        return tuner.front(tuning, truth, k, recalls).stream()
                .map(OperatingPoint::params)
                .toList();
    }

    @Override
    public String name() {
        return copied ? name + ", copy of the accepted" : name;
    }

    @Override
    public List<String> efforts() {
        return front.stream().map(SearchParams::toString).toList();
    }

    @Override
    void search(int query, int effort, long[] found) {
        searcher.search(queries[query], found.length, front.get(effort), filter, top);
        for (int place = 0; place < found.length; place++) {
            found[place] = place < top.size() ? top.id(place) : -1;
        }
    }

    @Override
    public OptionalLong answerAtOnce(int effort) {
        long begin = System.nanoTime();
        batch.search(asked, top.capacity(), front.get(effort), filter);
        return OptionalLong.of(System.nanoTime() - begin);
    }

    @Override
    public void accept(boolean[] members, Neighbors truth) {
        RowSet set = RowSet.of(index, id -> members[(int) id]);
        copied = set.selectivity() <= COPIED;
        filter = copied ? set.withVectors(arena) : set;
        front = front(index, filter, tuning, truth, top.capacity());
    }

    @Override
    public double buildSeconds() {
        return buildSeconds;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        batch.close();
        one.close();
        searcher.close();
    }
}
