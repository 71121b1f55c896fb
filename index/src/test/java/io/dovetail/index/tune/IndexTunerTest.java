package io.dovetail.index.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.index.IvfPqBuilder;
import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.IvfPqSpec;
import io.dovetail.index.Neighbors;
import io.dovetail.index.Progress;
import io.dovetail.index.RowSet;
import io.dovetail.index.SearchParams;
import io.dovetail.index.Searcher;
import io.dovetail.index.TopK;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IndexTunerTest {
    private static final int K = 5;

    @TempDir
    private static Path folder;

    private static final Arena ARENA = Arena.ofShared();
    private static IvfPqIndex index;
    private static Matrix queries;
    private static Neighbors truth;

    @BeforeAll
    static void build() throws IOException {
        Matrix vectors = gaussian(2_000, 1);
        Path path = folder.resolve("index");
        try (Workers workers = Workers.of(2)) {
            new IvfPqBuilder(new IvfPqSpec(32, 4, 5, 2_000, 4, 1), workers, Kernels.best(), Progress.none())
                    .build(vectors, LongStream.range(0, 2_000).toArray(), "model-1", path);
            index = IvfPqIndex.open(path, Kernels.best(), ARENA);
            queries = gaussian(260, 2);
            truth = ExactNeighbors.of(index.flat(ARENA), queries, 2 * K, workers, Progress.none());
        }
    }

    @AfterAll
    static void free() {
        ARENA.close();
    }

    private static Matrix gaussian(int rows, long seed) {
        Random random = new Random(seed);
        Matrix x = Matrix.allocate(ARENA, rows, 8);
        for (int row = 0; row < rows; row++) {
            for (int col = 0; col < 8; col++) {
                x.set(row, col, (float) random.nextGaussian());
            }
        }
        return x;
    }

    private static TuningOutcome tune(double recall, int mostRerank) {
        return new IndexTuner(index, mostRerank, Progress.none()).tune(queries, truth, K, recall);
    }

    /** Recall of each second query. */
    private static double recall(SearchParams params, int first) {
        Neighbors found = new Neighbors(130, K);
        Neighbors expected = new Neighbors(130, K);
        TopK top = new TopK(K);
        try (Searcher searcher = index.searcher()) {
            for (int i = 0; i < 130; i++) {
                searcher.search(queries.rows(first + 2 * i, 1), K, params, top);
                found.set(i, top);
                expected.set(i, truth, first + 2 * i);
            }
        }
        return found.recall(expected, K);
    }

    @Test
    void exactNeighborsAreThoseOfAnExhaustiveSearch() {
        assertEquals(1, recall(SearchParams.exhaustive(), 0));
        assertEquals(2 * K, truth.count(259));
    }

    @Test
    void whatIsChosenReachesTheRecallAndIsJudgedOnOtherQueries() {
        TuningOutcome outcome = tune(0.9, 640);
        TuningOutcome.Choice choice = outcome.choice().orElseThrow();
        SearchParams params = choice.judged().params();
        assertTrue(choice.recall() >= 0.9, choice.toString());
        assertEquals(recall(params, 0), choice.recall());
        assertEquals(recall(params, 1), choice.judged().recall());
        assertTrue(outcome.heldOut());
        assertEquals(260, outcome.queries());
        assertEquals(130, outcome.judging());
        assertEquals(params, outcome.tuning().orElseThrow().params());
        assertEquals(choice.judged().recall(), outcome.tuning().orElseThrow().reached());
    }

    @Test
    void theFrontRisesInRecallAndTimeAndItsRecallsAreThoseOfSearches() {
        List<OperatingPoint> front = tune(0.9, 640).front();
        for (int i = 0; i < front.size(); i++) {
            OperatingPoint point = front.get(i);
            assertEquals(recall(point.params(), 1), point.recall(), point.toString());
            if (i > 0) {
                assertTrue(point.recall() > front.get(i - 1).recall());
                assertTrue(point.micros() > front.get(i - 1).micros());
            }
        }
    }

    @Test
    void aFrontOfSeveralRecallsReachesEach() {
        List<OperatingPoint> front =
                new IndexTuner(index, 640, Progress.none()).front(queries, truth, K, List.of(0.5, 0.9));
        for (OperatingPoint point : front) {
            assertEquals(recall(point.params(), 1), point.recall(), point.toString());
        }
        assertTrue(front.getFirst().recall() < 0.9);
        assertTrue(front.getLast().recall() >= 0.9);
        assertThrows(
                IllegalArgumentException.class,
                () -> new IndexTuner(index, 640, Progress.none()).front(queries, truth, K, List.of()));
        assertThrows(
                IllegalArgumentException.class,
                () -> new IndexTuner(index, 640, Progress.none()).front(queries, truth, K, List.of(0.5, 1.5)));
    }

    @Test
    void aRecallOutOfReachIsSaidToBeSo() {
        TuningOutcome outcome = tune(1, K);
        assertTrue(outcome.choice().isEmpty());
        assertTrue(outcome.tuning().isEmpty());
        assertEquals(outcome.front().getLast(), outcome.best());
        assertTrue(outcome.best().recall() < 1, "codes of 20 bits cannot order what is not scored again");
    }

    @Test
    void allVectorsReRankedReachAll() {
        assertEquals(1, tune(1, Integer.MAX_VALUE).choice().orElseThrow().recall());
    }

    @Test
    void fewQueriesAreNotHalved() {
        Neighbors first = new Neighbors(150, K);
        for (int query = 0; query < 150; query++) {
            first.set(query, truth, query);
        }
        TuningOutcome outcome = new IndexTuner(index, 640, Progress.none()).tune(queries.rows(0, 150), first, K, 0.8);
        assertFalse(outcome.heldOut());
        TuningOutcome.Choice choice = outcome.choice().orElseThrow();
        assertEquals(choice.recall(), choice.judged().recall());
    }

    @Test
    void refusesWhatDoesNotFit() {
        IndexTuner tuner = new IndexTuner(index, 640, Progress.none());
        Neighbors few = new Neighbors(3, K);
        for (Runnable wrong : List.<Runnable>of(
                () -> tuner.tune(queries, few, K, 0.9),
                () -> tuner.tune(queries, truth, 2 * K + 1, 0.9),
                () -> tuner.tune(queries, truth, 0, 0.9),
                () -> tuner.tune(queries, truth, K, 0),
                () -> tuner.tune(queries, truth, K, 1.01),
                () -> new IndexTuner(index, 0, Progress.none()))) {
            assertThrows(IllegalArgumentException.class, wrong::run);
        }
    }

    @Test
    void tunesSearchesWithAFilter() {
        RowSet even = RowSet.of(index, id -> id % 2 == 0);
        Neighbors known = new Neighbors(queries.rows(), K);
        try (Searcher exact = index.flat(ARENA).searcher()) {
            TopK top = new TopK(K);
            for (int query = 0; query < queries.rows(); query++) {
                exact.search(queries.rows(query, 1), K, SearchParams.exhaustive(), even, top);
                known.set(query, top);
            }
        }
        TuningOutcome outcome = new IndexTuner(index, even, 640, Progress.none()).tune(queries, known, K, 0.9);
        assertTrue(outcome.choice().orElseThrow().judged().recall() > 0.8, () -> "" + outcome);
        // Half of the neighbours of all vectors are refused, so that no search without the filter comes near.
        TuningOutcome blind = new IndexTuner(index, 640, Progress.none()).tune(queries, known, K, 0.9);
        assertTrue(blind.choice().isEmpty(), () -> "" + blind);
    }
}
