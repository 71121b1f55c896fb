package io.dovetail.recommend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Dataset;
import io.dovetail.index.IvfPqBuilder;
import io.dovetail.index.IvfPqSpec;
import io.dovetail.index.Progress;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.train.Embeddings;
import io.dovetail.train.Run;
import io.dovetail.train.TestRuns;
import io.dovetail.train.TrainingJob.Ending;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ServedModelTest {
    private static final String USER = "user-5";

    private final Kernels kernels = Kernels.best();
    private final Dataset data = TestRuns.data();
    private Path one = Path.of("");
    private Path other = Path.of("");
    private List<Recommendation> ofOne = List.of();
    private List<Recommendation> ofOther = List.of();

    @BeforeAll
    void train(@TempDir Path folder) throws IOException {
        one = make(folder.resolve("one"), "1");
        other = make(folder.resolve("other"), "2");
        ofOne = alone(one);
        ofOther = alone(other);
        assertNotEquals(ofOne, ofOther);
    }

    private Path make(Path folder, String seed) throws IOException {
        TestRuns.train(folder, data, TestRuns.smallDat().with("epochs", "1").with("seed", seed), Ending.KEEP_SELECTED);
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(1)) {
            Run run = Run.open(folder, arena);
            Embeddings embeddings = Embeddings.of(
                    new Engine(kernels, workers), arena, run.modelWith(FittedEvents.all(data.interactions())));
            int items = data.items().size();
            new IvfPqBuilder(IvfPqSpec.forSize(items, embeddings.items().cols()), workers, kernels, Progress.none())
                    .build(
                            embeddings.items(),
                            LongStream.range(0, items).toArray(),
                            run.model().fingerprint(),
                            index(folder));
        }
        return folder;
    }

    private static Path index(Path run) {
        return run.resolve("items.ivfpq");
    }

    private ServedModel open(Path run) throws IOException {
        return ServedModel.open(run, index(run), kernels);
    }

    private List<Recommendation> alone(Path run) throws IOException {
        try (ServedModel model = open(run);
                ServedModel.Session session = model.session()) {
            return session.recommend(USER, 10);
        }
    }

    @Test
    void aSessionAnswersByTheNewestPair() throws IOException {
        try (ServedModel model = open(one);
                ServedModel.Session session = model.session()) {
            assertEquals(ofOne, session.recommend(USER, 10));
            String before = model.fingerprint();
            model.swap(other, index(other));
            assertNotEquals(before, model.fingerprint());
            assertEquals(ofOther, session.recommend(USER, 10));
            model.swap(one, index(one));
            model.swap(other, index(other)); // never asked in between
            assertEquals(ofOther, session.recommend(USER, 10));
            try (ServedModel.Session late = model.session()) {
                assertEquals(ofOther, late.recommend(USER, 10));
            }
        }
    }

    @Test
    void refusesAPairThatDoesNotBelongTogetherAndStaysAsItWas() throws IOException {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> ServedModel.open(one, index(other), kernels))
                        .getMessage());
        assertTrue(message.contains("scores would mean nothing"), message);
        try (ServedModel model = open(one);
                ServedModel.Session session = model.session()) {
            assertThrows(IllegalArgumentException.class, () -> model.swap(other, index(one)));
            assertThrows(IOException.class, () -> model.swap(other, other.resolve("missing")));
            assertEquals(ofOne, session.recommend(USER, 10));
        }
    }

    @Test
    void aQuestionUnderWayKeepsItsPair() throws Exception {
        try (ServedModel model = open(one);
                ServedModel.Session session = model.session();
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch swapping = new CountDownLatch(1);
            Future<List<Recommendation>> slow = thread.submit(() -> session.ask((recommender, unseen) -> {
                begun.countDown();
                await(swapping);
                return recommender.recommend(USER, 10, unseen);
            }));
            begun.await();
            Thread swapper = Thread.ofPlatform().start(() -> swapQuietly(model, other));
            while (model.fingerprint().equals(fingerprint(one))) {
                Thread.onSpinWait();
            }
            assertFalse(slow.isDone());
            assertTrue(swapper.isAlive(), "it waits for the question to end");
            swapping.countDown();
            assertEquals(ofOne, slow.get());
            swapper.join();
            assertEquals(
                    ofOther, thread.submit(() -> session.recommend(USER, 10)).get());
        }
    }

    private String fingerprint(Path run) throws IOException {
        try (ServedModel model = open(run)) {
            return model.fingerprint();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void swapQuietly(ServedModel model, Path run) {
        try {
            model.swap(run, index(run));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void everyAnswerIsOfOnePairWhileTheyAreSwapped() throws IOException, InterruptedException, ExecutionException {
        try (ServedModel model = open(one);
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            AtomicBoolean done = new AtomicBoolean();
            List<Future<Integer>> askers = new ArrayList<>();
            for (int thread = 0; thread < 2; thread++) {
                askers.add(threads.submit(() -> askUntil(done, model)));
            }
            for (int swap = 0; swap < 20; swap++) {
                Path next = swap % 2 == 0 ? other : one;
                model.swap(next, index(next));
            }
            done.set(true);
            for (Future<Integer> asker : askers) {
                assertTrue(asker.get() > 0);
            }
        }
    }

    private int askUntil(AtomicBoolean done, ServedModel model) {
        int answers = 0;
        try (ServedModel.Session session = model.session()) {
            do {
                List<Recommendation> answer = session.recommend(USER, 10);
                assertTrue(answer.equals(ofOne) || answer.equals(ofOther), answer.toString());
                answers++;
            } while (!done.get());
        }
        return answers;
    }

    @Test
    void refusesQuestionsWhenClosed() throws IOException {
        ServedModel model = open(one);
        try (ServedModel.Session session = model.session()) {
            model.close();
            model.close();
            assertThrows(IllegalStateException.class, () -> session.recommend(USER, 1));
            assertThrows(IllegalStateException.class, model::session);
            assertThrows(IllegalStateException.class, () -> model.swap(other, index(other)));
        }
        assertTrue(Files.exists(index(one)));
    }
}
