package io.dovetail.jmh.search;

import io.dovetail.kernels.Matrix;
import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ForkJoinPool;

/**
 * JVector: a graph over the vectors in memory, searched by exact scores, with the parameters of its examples. A JVM has one of
 * its two ways to compute, {@code panama} or {@code native}: whichever is asked for first.
 */
final class JVectorSide extends CalledSide {
    private static final String PROVIDER = "jvector.vectorization_provider";
    private static final VectorSimilarityFunction SIMILARITY = VectorSimilarityFunction.DOT_PRODUCT;
    private static final int DEGREE = 16;
    private static final int BUILD_BEAM = 100;
    private static final float OVERFLOW = 1.2f;
    private static final float ALPHA = 1.2f;

    private final String name;
    private final int[] beams;
    private final RandomAccessVectorValues values;
    private final List<VectorFloat<?>> queries;
    private final double buildSeconds;
    private final long bytes;
    private final GraphIndexBuilder builder;
    private final GraphSearcher searcher;

    /**
     * Builds.
     *
     * @param provider {@code panama} or {@code native}
     * @param vectors of length 1, to index
     * @param asked of length 1
     * @param k number of neighbours
     */
    JVectorSide(String provider, Matrix vectors, Matrix asked, int k) throws IOException {
        System.setProperty(PROVIDER, provider);
        VectorizationProvider used = VectorizationProvider.getInstance();
        if (!used.getClass().getSimpleName().toLowerCase(Locale.ROOT).startsWith(provider)) {
            throw new IllegalStateException("JVector computes by " + used.getClass() + ", not by " + provider);
        }
        name = "JVector " + provider;
        beams = Beams.of(k);
        VectorTypeSupport types = used.getVectorTypeSupport();
        values = new ListRandomAccessVectorValues(copy(types, vectors), vectors.cols());
        queries = copy(types, asked);
        long begin = System.nanoTime();
        try (ForkJoinPool one = new ForkJoinPool(1)) {
            builder = GraphIndexBuilder.builder(
                            BuildScoreProvider.randomAccessScoreProvider(values, SIMILARITY), vectors.cols(), DEGREE)
                    .withBeamWidth(BUILD_BEAM)
                    .withNeighborOverflow(OVERFLOW)
                    .withAlpha(ALPHA)
                    .withSimdExecutor(one)
                    .withParallelExecutor(one)
                    .build();
            ImmutableGraphIndex graph = builder.build(values);
            buildSeconds = (System.nanoTime() - begin) * 1e-9;
            bytes = graph.ramBytesUsed() + (long) vectors.rows() * vectors.cols() * Float.BYTES;
            searcher = new GraphSearcher(graph);
        }
    }

    private static List<VectorFloat<?>> copy(VectorTypeSupport types, Matrix matrix) {
        List<VectorFloat<?>> copies = new ArrayList<>();
        for (int row = 0; row < matrix.rows(); row++) {
            copies.add(types.createFloatVector(matrix.rows(row, 1).toArray()[0]));
        }
        return copies;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<String> efforts() {
        return Beams.efforts("beam", beams);
    }

    @Override
    void search(int query, int effort, long[] found) {
        SearchResult.NodeScore[] nodes = searcher.search(
                        DefaultSearchScoreProvider.exact(queries.get(query), SIMILARITY, values),
                        found.length,
                        beams[effort],
                        0f,
                        0f,
                        Bits.ALL)
                .getNodes();
        for (int place = 0; place < found.length; place++) {
            found[place] = place < nodes.length ? nodes[place].node : -1;
        }
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
    public void close() throws IOException {
        searcher.close();
        builder.close();
    }
}
