package io.dovetail.recommend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Dataset;
import io.dovetail.index.FlatIndex;
import io.dovetail.index.SearchParams;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Activations;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.model.NewEntity;
import io.dovetail.model.TowerRows;
import io.dovetail.model.TwoTower;
import io.dovetail.train.Embeddings;
import io.dovetail.train.Run;
import io.dovetail.train.TestRuns;
import io.dovetail.train.TrainingJob.Ending;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A model of several interests, from its training to what it recommends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class InterestsTest {
    private static final int D = 4;
    private static final int MOST = 3;

    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(2);
    private final Engine engine = new Engine(Kernels.best(), workers);
    private final Dataset data = TestRuns.data();
    private final FittedEvents events = FittedEvents.all(data.interactions());

    private Path folder = Path.of("");

    @BeforeAll
    void train(@TempDir Path run) throws IOException {
        folder = run;
        TestRuns.train(folder, data, TestRuns.smallMind().with("epochs", "2"), Ending.KEEP_SELECTED);
    }

    @AfterAll
    void close() {
        workers.close();
        arena.close();
    }

    private Run run() throws IOException {
        return Run.open(folder, arena);
    }

    /** K' = max(1, min(3, log2 n)) of the 6 latest items: 1 up to 3 items, else 2. */
    private int interests(int user) {
        return events.start(user + 1) - events.start(user) < 4 ? 1 : 2;
    }

    private float[] vector(Matrix vectors, int row, int interest) {
        return vectors.rows(row, 1).columns(interest * D, D).toArray()[0];
    }

    @Test
    void aUserHasAsManyVectorsAsTheHistoryIsLongAndTheFirstAgainForTheRest() throws IOException {
        Matrix users = Embeddings.of(engine, arena, run().modelWith(events)).users();
        assertEquals(MOST * D, users.cols());
        Set<Integer> counts = new HashSet<>();
        for (int user = 0; user < users.rows(); user++) {
            Set<List<Float>> distinct = new HashSet<>();
            for (int k = 0; k < MOST; k++) {
                float[] vector = vector(users, user, k);
                distinct.add(List.of(vector[0], vector[1], vector[2], vector[3]));
            }
            assertEquals(interests(user), distinct.size());
            counts.add(distinct.size());
            assertArrayEquals(vector(users, user, 0), vector(users, user, MOST - 1));
        }
        assertTrue(counts.contains(2));
    }

    @Test
    void aUserIsRoutedAloneAsAmongOthers() throws IOException {
        TwoTower model = run().modelWith(events);
        Matrix users = Embeddings.of(engine, arena, model).users();
        Activations activations = model.users().newActivations(engine, arena, 1);
        Matrix one = Matrix.allocate(arena, 1, users.cols());
        TowerRows rows = new TowerRows();
        for (int user = 0; user < users.rows(); user++) {
            rows.clear();
            rows.add(user, user, TowerRows.NOTHING);
            model.users().forward(engine, rows, activations);
            activations.copyOutput(one);
            assertArrayEquals(users.rows(user, 1).toArray(), one.toArray());
        }
    }

    @Test
    void newUsersAreRoutedToInterestsAloneAsAmongOthers() throws IOException {
        TwoTower model = run().modelWith(events);
        List<NewEntity> entities = List.of(
                new NewEntity(Map.of(), List.of()),
                new NewEntity(Map.of("segment", "s1"), List.of(3, 9, 4, 11, 60)),
                new NewEntity(Map.of(), List.of(7)));
        Activations all = model.users().newActivations(engine, arena, 3);
        Activations alone = model.users().newActivations(engine, arena, 1);
        model.users().forward(engine, entities, all);
        assertEquals(4, all.rows());
        for (int i = 0; i < 3; i++) {
            model.users().forward(engine, List.of(entities.get(i)), alone);
            int count = all.start(i + 1) - all.start(i);
            assertEquals(i == 1 ? 2 : 1, count);
            assertArrayEquals(
                    all.output().rows(all.start(i), count).toArray(),
                    alone.output().toArray());
        }
    }

    @Test
    void itemsComeInTheOrderOfTheirBestScores() throws IOException {
        Run run = run();
        Embeddings embeddings = Embeddings.of(engine, arena, run.modelWith(events));
        long[] ids = LongStream.range(0, data.items().size()).toArray();
        FlatIndex index = FlatIndex.of(embeddings.items(), ids, run.model().fingerprint(), Kernels.best());
        try (Recommender recommender = new Recommender(run, index, engine)) {
            Query query = Query.unseen(SearchParams.exhaustive()).with(Query.Seen.INCLUDE);
            List<Recommendation> all = recommender.recommend("user-5", 1000, query);
            assertEquals(data.items().size(), all.size());
            int row = data.users().row("user-5");
            for (int place = 0; place < all.size(); place++) {
                int item = data.items().row(all.get(place).id());
                assertEquals(score(embeddings, row, item), all.get(place).score(), 1e-6);
                assertTrue(place == 0
                        || all.get(place - 1).score() >= all.get(place).score());
            }
            assertEquals(all.subList(0, 9), recommender.recommend("user-5", 9, query));
            assertEquals(
                    9,
                    recommender
                            .recommend(new NewEntity(Map.of(), List.of(1, 2, 3, 4, 5)), 9, query)
                            .size());
            assertEquals(9, recommender.similar(data.items().id(3), 9, query).size());
        }
    }

    private static double score(Embeddings embeddings, int user, int item) {
        double greatest = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < MOST; k++) {
            double score = 0;
            for (int j = 0; j < D; j++) {
                score += (double) embeddings.users().get(user, k * D + j)
                        * embeddings.items().get(item, j);
            }
            greatest = Math.max(greatest, score);
        }
        return greatest;
    }
}
