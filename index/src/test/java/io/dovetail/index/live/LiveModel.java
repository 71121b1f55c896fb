package io.dovetail.index.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dovetail.index.FlatIndex;
import io.dovetail.index.IdFilter;
import io.dovetail.index.Index;
import io.dovetail.index.IvfPqBuilder;
import io.dovetail.index.IvfPqSpec;
import io.dovetail.index.Progress;
import io.dovetail.index.SearchParams;
import io.dovetail.index.Searcher;
import io.dovetail.index.TopK;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** What a live index should hold: a map that is changed along with it, and exact search over that map. */
final class LiveModel {

    /** Ids of the model are in [0, IDS), so that updates often meet. */
    static final int IDS = 600;

    private final int dimension;
    private final Random random;
    private final Map<Long, float[]> vectors = new HashMap<>();

    LiveModel(int dimension, long seed) {
        this.dimension = dimension;
        random = new Random(seed);
    }

    int dimension() {
        return dimension;
    }

    Random random() {
        return random;
    }

    Map<Long, float[]> vectors() {
        return vectors;
    }

    float[] vector() {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    /** Forgets all, and holds ids [0, count) from now on; writes an index of them. */
    void build(Path file, int count, String fingerprint) throws IOException {
        vectors.clear();
        for (long id = 0; id < count; id++) {
            vectors.put(id, vector());
        }
        build(file, fingerprint);
    }

    /** Writes an index of what it holds. */
    void build(Path file, String fingerprint) throws IOException {
        IvfPqSpec spec = new IvfPqSpec(Math.min(8, vectors.size()), dimension / 2, 4, 500, 2, 1);
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(1)) {
            new IvfPqBuilder(spec, workers, Kernels.best(), Progress.none())
                    .build(matrix(arena), ids(), fingerprint, file);
        }
    }

    long[] ids() {
        return vectors.keySet().stream().mapToLong(id -> id).toArray();
    }

    private Matrix matrix(Arena arena) {
        return Matrix.copyOf(arena, vectors.values().toArray(new float[0][]));
    }

    /** One random write to both. */
    void write(LiveIndex live) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            long id = random.nextInt(IDS);
            switch (random.nextInt(6)) {
                case 0 -> {
                    Matrix vector = Matrix.copyOf(arena, new float[][] {vector()});
                    if (vectors.containsKey(id)) {
                        assertThrows(IllegalArgumentException.class, () -> live.add(id, vector));
                    } else {
                        live.add(id, vector);
                        vectors.put(id, vector.toArray()[0]);
                    }
                }
                case 1, 2 -> assertEquals(vectors.remove(id) != null, live.remove(id));
                case 3 -> {
                    long[] ids = random.longs(random.nextInt(20), 0, IDS).toArray();
                    int there = vectors.size();
                    for (long one : ids) {
                        vectors.remove(one);
                    }
                    assertEquals(there - vectors.size(), live.remove(ids));
                }
                case 4 -> upsert(live, id);
                default ->
                    upsert(live, random.longs(1 + random.nextInt(40), 0, IDS).toArray());
            }
        }
    }

    void upsert(LiveIndex live, long... ids) throws IOException {
        float[][] rows = new float[ids.length][];
        for (int i = 0; i < ids.length; i++) {
            rows[i] = vector();
        }
        try (Arena arena = Arena.ofConfined()) {
            live.upsert(ids, Matrix.copyOf(arena, rows));
        }
        for (int i = 0; i < ids.length; i++) {
            vectors.put(ids[i], rows[i]);
        }
    }

    /** Holds the index against the model: some exhaustive searches, which are to be exact to the bit. */
    void check(Index index, Searcher searcher) {
        assertEquals(vectors.size(), index.size());
        try (Arena arena = Arena.ofShared()) {
            Matrix query = Matrix.copyOf(arena, new float[][] {vector()});
            int k = 1 + random.nextInt(IDS);
            IdFilter filter = random.nextBoolean() ? IdFilter.all() : id -> id % 3 != 0;
            TopK expected = new TopK(k);
            if (!vectors.isEmpty()) {
                try (Searcher exact =
                        FlatIndex.of(matrix(arena), ids(), "", Kernels.best()).searcher()) {
                    exact.search(query, k, SearchParams.exhaustive(), filter, expected);
                }
            } else {
                expected.clear(k);
            }
            TopK found = new TopK(k);
            searcher.search(query, k, SearchParams.exhaustive(), filter, found);
            assertSame(expected, found);
        }
    }

    static void assertSame(TopK expected, TopK found) {
        assertEquals(expected.size(), found.size());
        for (int place = 0; place < expected.size(); place++) {
            assertEquals(expected.id(place), found.id(place), "id at place " + place);
            assertEquals(expected.score(place), found.score(place), "score at place " + place);
        }
    }
}
