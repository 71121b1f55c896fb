package io.dovetail.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MergedSearcherTest {
    private static final int D = 6;
    private static final int SIZE = 200;

    private static Matrix random(Arena arena, int rows, int cols, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Matrix matrix = Matrix.allocate(arena, rows, cols);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                matrix.set(i, j, (float) random.nextGaussian());
            }
        }
        return matrix;
    }

    private static FlatIndex index(Matrix vectors) {
        return FlatIndex.of(vectors, LongStream.range(0, SIZE).toArray(), "", Kernels.best());
    }

    private static double score(Matrix vectors, int row, Matrix query) {
        double greatest = Double.NEGATIVE_INFINITY;
        for (int at = 0; at < query.cols(); at += D) {
            double score = 0;
            for (int j = 0; j < D; j++) {
                score += (double) vectors.get(row, j) * query.get(0, at + j);
            }
            greatest = Math.max(greatest, score);
        }
        return greatest;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void anIdIsFoundOnceWithTheGreatestOfItsScores(int vectors) {
        try (Arena arena = Arena.ofConfined()) {
            Matrix items = random(arena, SIZE, D, 1);
            FlatIndex index = index(items);
            TopK found = new TopK(40);
            TopK expected = new TopK(30);
            try (Searcher searcher = new MergedSearcher(index.searcher(), D)) {
                for (int seed = 2; seed < 12; seed++) {
                    Matrix query = random(arena, 1, vectors * D, seed);
                    searcher.search(query, 30, index.defaults(), id -> id % 7 != 0, found);
                    expected.clear(30);
                    for (int row = 0; row < SIZE; row++) {
                        if (row % 7 != 0) {
                            expected.offer((float) score(items, row, query), row);
                        }
                    }
                    expected.sort();
                    assertEquals(30, found.size());
                    for (int place = 0; place < 30; place++) {
                        assertEquals(expected.id(place), found.id(place));
                        assertEquals(expected.score(place), found.score(place), 1e-5);
                    }
                }
            }
        }
    }

    @Test
    void aVectorThatIsThereTwiceChangesNothing() {
        try (Arena arena = Arena.ofConfined()) {
            FlatIndex index = index(random(arena, SIZE, D, 1));
            Matrix once = random(arena, 1, D, 4);
            Matrix twice = Matrix.allocate(arena, 1, 2 * D);
            twice.columns(0, D).copyFrom(once);
            twice.columns(D, D).copyFrom(once);
            TopK expected = new TopK(SIZE);
            TopK found = new TopK(SIZE);
            try (Searcher searcher = new MergedSearcher(index.searcher(), D)) {
                searcher.search(once, SIZE, index.defaults(), expected);
                searcher.search(twice, SIZE, index.defaults(), found);
            }
            for (int place = 0; place < SIZE; place++) {
                assertEquals(expected.id(place), found.id(place));
                assertEquals(expected.score(place), found.score(place));
            }
        }
    }

    @Test
    void aQueryThatIsNoWholeNumberOfVectorsIsRefused() {
        try (Arena arena = Arena.ofConfined()) {
            FlatIndex index = index(random(arena, SIZE, D, 1));
            try (Searcher searcher = new MergedSearcher(index.searcher(), D)) {
                Matrix query = random(arena, 1, 2 * D + 1, 4);
                IllegalArgumentException refused = assertThrows(
                        IllegalArgumentException.class, () -> searcher.search(query, 3, index.defaults(), new TopK(3)));
                assertEquals(
                        "search: the query is 1x13, needs to be one row of vectors of length 6", refused.getMessage());
            }
        }
    }
}
