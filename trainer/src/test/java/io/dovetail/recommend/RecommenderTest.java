package io.dovetail.recommend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.index.FlatIndex;
import io.dovetail.index.SearchParams;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.model.NewEntity;
import io.dovetail.train.Embeddings;
import io.dovetail.train.Recipe;
import io.dovetail.train.Run;
import io.dovetail.train.TestRuns;
import io.dovetail.train.TrainingJob.Ending;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RecommenderTest {
    private static final Query UNSEEN = Query.unseen(SearchParams.exhaustive());
    private static final String USER = "user-5";

    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(1);
    private final Engine engine = new Engine(Kernels.best(), workers);
    private final Dataset data = TestRuns.data();

    private Path folder = Path.of("");

    private Recommender recommender() throws IOException {
        Run run = Run.open(folder, arena);
        return new Recommender(run, index(run, run.model().fingerprint()), engine);
    }

    private FlatIndex index(Run run, String fingerprint) {
        long[] ids = LongStream.range(0, data.items().size()).toArray();
        return FlatIndex.of(embeddings(run).items(), ids, fingerprint, Kernels.best());
    }

    /** With all events as history, as when serving. */
    private Embeddings embeddings(Run run) {
        return Embeddings.of(engine, arena, run.modelWith(FittedEvents.all(data.interactions())));
    }

    @BeforeAll
    void train(@TempDir Path run) throws IOException {
        folder = run;
        TestRuns.train(folder, data, TestRuns.smallDat().with("epochs", "2"), Ending.KEEP_SELECTED);
    }

    @AfterAll
    void close() {
        workers.close();
        arena.close();
    }

    private Set<String> seen(String user) {
        FittedEvents events = FittedEvents.all(data.interactions());
        int row = data.users().row(user);
        Set<String> seen = new HashSet<>();
        for (int e = events.start(row); e < events.start(row + 1); e++) {
            seen.add(data.items().id(events.item(e)));
        }
        return seen;
    }

    private static List<String> ids(List<Recommendation> recommendations) {
        return recommendations.stream().map(Recommendation::id).toList();
    }

    @Test
    void itemsComeInTheOrderOfTheirScoresByBruteForce() throws IOException {
        Embeddings embeddings = embeddings(Run.open(folder, arena));
        int row = data.users().row(USER);
        double[] scores = IntStream.range(0, data.items().size())
                .mapToDouble(item -> IntStream.range(0, 4)
                        .mapToDouble(j -> (double) embeddings.users().get(row, j)
                                * embeddings.items().get(item, j))
                        .sum())
                .toArray();
        try (Recommender recommender = recommender()) {
            List<Recommendation> all = recommender.recommend(USER, 1000, UNSEEN.with(Query.Seen.INCLUDE));
            assertEquals(data.items().size(), new HashSet<>(ids(all)).size());
            for (int place = 0; place < all.size(); place++) {
                Recommendation found = all.get(place);
                int item = data.items().row(found.id());
                assertEquals(scores[item], found.score(), 1e-6);
                assertTrue(place == 0 || all.get(place - 1).score() >= found.score());
                assertEquals(data.itemNames().get(item), found.name());
                assertEquals(data.categories().names().id(data.categories().of(item)), found.category());
            }
            assertEquals(all.subList(0, 7), recommender.recommend(USER, 7, UNSEEN.with(Query.Seen.INCLUDE)));
        }
    }

    @Test
    void whatTheUserHasHadIsLeftOutOrNot() throws IOException {
        Set<String> seen = seen(USER);
        assertFalse(seen.isEmpty());
        try (Recommender recommender = recommender()) {
            List<String> unseen = ids(recommender.recommend(USER, 1000, UNSEEN));
            assertEquals(data.items().size() - seen.size(), unseen.size());
            assertTrue(unseen.stream().noneMatch(seen::contains));
            List<String> all = ids(recommender.recommend(USER, 1000, UNSEEN.with(Query.Seen.INCLUDE)));
            assertTrue(all.containsAll(seen));
            assertEquals(unseen, all.stream().filter(id -> !seen.contains(id)).toList());
        }
    }

    @Test
    void aCategoryIsChosenInsideTheSearch() throws IOException {
        try (Recommender recommender = recommender()) {
            List<Recommendation> all = recommender.recommend(USER, 1000, UNSEEN);
            Set<String> names = Set.of("g2", "g3");
            List<Recommendation> expected = all.stream()
                    .filter(found -> names.contains(found.category()))
                    .toList();
            assertTrue(expected.size() > 5);
            assertEquals(expected, recommender.recommend(USER, expected.size(), UNSEEN.within(names)));
            assertEquals(expected.subList(0, 3), recommender.recommend(USER, 3, UNSEEN.within(names)));
        }
    }

    @Test
    void similarItemsLeaveOutTheItemItself() throws IOException {
        try (Recommender recommender = recommender()) {
            List<Recommendation> similar = recommender.similar("item-7", 1000, UNSEEN);
            assertEquals(data.items().size() - 1, similar.size());
            assertFalse(ids(similar).contains("item-7"));
        }
    }

    @Test
    void aNewUserIsKnownByFeaturesAndHistory() throws IOException {
        try (Recommender recommender = recommender()) {
            NewEntity nobody = new NewEntity(Map.of(), List.of());
            NewEntity reader = new NewEntity(Map.of("segment", "s1"), List.of());
            NewEntity buyer = new NewEntity(Map.of(), List.of(3, 4, 3));
            List<Recommendation> byNothing = recommender.recommend(nobody, 1000, UNSEEN);
            assertEquals(data.items().size(), byNothing.size());
            assertFalse(byNothing.equals(recommender.recommend(reader, 1000, UNSEEN)));
            List<Recommendation> byHistory = recommender.recommend(buyer, 1000, UNSEEN);
            assertEquals(data.items().size() - 2, byHistory.size());
            assertFalse(ids(byHistory).contains("item-3") || ids(byHistory).contains("item-4"));
            assertEquals(
                    data.items().size(),
                    recommender
                            .recommend(buyer, 1000, UNSEEN.with(Query.Seen.INCLUDE))
                            .size());
            // The same recommender serves a user of the data set next, without what was excluded before.
            assertEquals(
                    data.items().size() - seen(USER).size(),
                    recommender.recommend(USER, 1000, UNSEEN).size());
        }
    }

    @Test
    void leastSquaresKnowANewUserByTheHistory() throws IOException {
        Path wals = folder.resolve("wals");
        TestRuns.train(wals, data, TestRuns.smallWals(), Ending.KEEP_SELECTED);
        Run run = Run.open(wals, arena);
        FittedEvents fitted = FittedEvents.of(data.interactions(), Holdout.VALID);
        List<Integer> history = new ArrayList<>();
        for (int e = fitted.start(0); e < fitted.start(1); e++) {
            history.add(fitted.item(e));
        }
        try (Recommender recommender =
                new Recommender(run, fitted, index(run, run.model().fingerprint()), engine)) {
            List<Recommendation> known = recommender.recommend(data.users().id(0), 10, UNSEEN);
            List<Recommendation> foldedIn = recommender.recommend(new NewEntity(Map.of(), history), 10, UNSEEN);
            // The same history, against the items of one half of a sweep later.
            assertTrue(ids(known).stream().filter(ids(foldedIn)::contains).count() >= 7, known + ", " + foldedIn);
            String message = String.valueOf(assertThrows(
                            IllegalArgumentException.class,
                            () -> recommender.recommend(new NewEntity(Map.of(), List.of()), 10, UNSEEN))
                    .getMessage());
            assertTrue(message.startsWith("the history is empty, and a model of method=wals"), message);
        }
    }

    @Test
    void whatIsNotKnownIsNamed() throws IOException {
        try (Recommender recommender = recommender()) {
            assertUnknown(
                    "no user 'nobody' among the 70 of this run; they look like user-0",
                    () -> recommender.recommend("nobody", 3, UNSEEN));
            assertUnknown(
                    "no item 'nothing' among the 130 of this run; they look like item-0",
                    () -> recommender.similar("nothing", 3, UNSEEN));
            assertUnknown(
                    "no category 'gx' among the 4 of this run; they look like g0",
                    () -> recommender.recommend(USER, 3, UNSEEN.within(Set.of("g1", "gx"))));
            assertUnknown(
                    "item row 130 of the history is not in [0, 130)",
                    () -> recommender.recommend(new NewEntity(Map.of(), List.of(130)), 3, UNSEEN));
            assertUnknown(
                    "item row -1 of the history is not in [0, 130)",
                    () -> recommender.recommend(new NewEntity(Map.of(), List.of(-1)), 3, UNSEEN));
            String message = String.valueOf(
                    assertThrows(IllegalArgumentException.class, () -> recommender.recommend(USER, 0, UNSEEN))
                            .getMessage());
            assertEquals("k: must be at least 1, is 0", message);
        }
    }

    private static void assertUnknown(String expected, Executable call) {
        String message =
                String.valueOf(assertThrows(NoSuchElementException.class, call).getMessage());
        assertTrue(message.startsWith(expected), message);
    }

    @Test
    void anIndexOfAnotherModelIsRefused() throws IOException {
        Run run = Run.open(folder, arena);
        FlatIndex other = index(run, "0123456789abcdef");
        String message =
                String.valueOf(assertThrows(IllegalArgumentException.class, () -> new Recommender(run, other, engine))
                        .getMessage());
        assertTrue(message.contains("fingerprint '0123456789abcdef'"), message);
        assertTrue(message.contains("build the index again from this run"), message);
    }

    /** Vectors of any length: the scores are inner products, not cosines. */
    @Test
    void aDotHeadIsServedByInnerProducts(@TempDir Path other) throws IOException {
        Recipe recipe = TestRuns.smallDat()
                .withAll(Map.of("head", "dot", "item-layers", "none", "embedding", "4", "epochs", "1"));
        TestRuns.train(other, data, recipe, Ending.KEEP_SELECTED);
        Run run = Run.open(other, arena);
        Embeddings embeddings = embeddings(run);
        try (Recommender recommender =
                new Recommender(run, index(run, run.model().fingerprint()), engine)) {
            List<Recommendation> found =
                    recommender.recommend(USER, data.items().size(), UNSEEN.with(Query.Seen.INCLUDE));
            assertEquals(data.items().size(), found.size());
            int user = data.users().row(USER);
            float last = Float.POSITIVE_INFINITY;
            for (Recommendation recommendation : found) {
                int item = data.items().row(recommendation.id());
                double score = 0;
                for (int j = 0; j < embeddings.items().cols(); j++) {
                    score += (double) embeddings.users().get(user, j)
                            * embeddings.items().get(item, j);
                }
                assertEquals(score, recommendation.score(), 1e-5);
                assertTrue(recommendation.score() <= last);
                last = recommendation.score();
            }
        }
    }
}
