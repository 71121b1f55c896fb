package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.eval.EvaluationReport;
import io.dovetail.eval.Evaluator;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.model.Storage;
import io.dovetail.train.EpochReport.Phase;
import io.dovetail.train.TestRuns.Interruption;
import io.dovetail.train.TestRuns.Recorder;
import io.dovetail.train.TrainingJob.Ending;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WalsTrainingTest {
    private static final Dataset DATA = TestRuns.data();
    private static final Recipe WALS = TestRuns.smallWals();

    @TempDir
    private Path folder;

    @Test
    void aRunRanksBetterThanPopularityAndItsLossFalls() throws IOException {
        Recorder recorder = TestRuns.train(folder.resolve("run"), DATA, WALS, Ending.KEEP_SELECTED);
        assertTrue(recorder.reports.size() > 1);
        double before = Double.POSITIVE_INFINITY;
        for (EpochReport report : recorder.reports) {
            double loss = report.losses().objective();
            assertTrue(loss < before, loss + " after " + before);
            assertEquals(FittedEvents.of(DATA.interactions(), Holdout.VALID).size(), report.pairs());
            before = loss;
        }
        try (Workers workers = Workers.of(2)) {
            EvaluationReport popular =
                    new Evaluator(new Engine(Kernels.best(), workers), DATA, Holdout.VALID).evaluatePopularity();
            EvaluationReport last =
                    Objects.requireNonNull(recorder.reports.getLast().valid());
            assertTrue(
                    last.overall().mrr() > 1.2 * popular.overall().mrr(),
                    last.overall().mrr() + " against " + popular.overall().mrr());
        }
    }

    @Test
    void interruptedAnywhereAndResumedItEndsWithTheSameBytes() throws IOException {
        Path whole = folder.resolve("whole");
        Recorder recorder = TestRuns.train(whole, DATA, WALS, Ending.REFIT);
        for (int moment = 1; moment <= recorder.moments; moment++) {
            Path run = folder.resolve("interrupted" + moment);
            int last = moment;
            try (Workers workers = Workers.of(1)) {
                Engine engine = new Engine(Kernels.best(), workers);
                assertThrows(
                        Interruption.class,
                        () -> TrainingJob.start(
                                engine, Storage.memory(), run, DATA, WALS, Ending.REFIT, new Recorder(last)));
                TrainingJob.resume(engine, Storage.memory(), run, new Recorder());
            }
            assertArrayEquals(
                    Files.readAllBytes(Run.modelFile(whole)), Files.readAllBytes(Run.modelFile(run)), "at " + moment);
        }
    }

    @Test
    void anotherSeedGivesAnotherModel() throws IOException {
        Recipe once = WALS.with("epochs", "1");
        TestRuns.train(folder.resolve("a"), DATA, once, Ending.KEEP_SELECTED);
        TestRuns.train(folder.resolve("b"), DATA, once.with("seed", "2"), Ending.KEEP_SELECTED);
        try (Arena arena = Arena.ofShared()) {
            String a = Run.open(folder.resolve("a"), arena).model().fingerprint();
            assertTrue(!a.equals(Run.open(folder.resolve("b"), arena).model().fingerprint()));
        }
    }

    @Test
    void aWarmStartBeginsNearerToTheEnd() throws IOException {
        Recipe once = WALS.with("epochs", "1");
        Path earlier = folder.resolve("earlier");
        Recorder cold = TestRuns.train(earlier, DATA, once, Ending.KEEP_SELECTED);
        Recorder warm = new Recorder();
        try (Workers workers = Workers.of(2)) {
            Engine engine = new Engine(Kernels.best(), workers);
            TrainingJob.startFrom(
                    engine, Storage.memory(), folder.resolve("later"), DATA, once, Ending.KEEP_SELECTED, earlier, warm);
        }
        double second = warm.reports.getFirst().losses().objective();
        assertTrue(second < cold.reports.getFirst().losses().objective());
        // It is the second sweep of a run that goes through, but for items without an event, which begin anew.
        Recorder through = TestRuns.train(folder.resolve("through"), DATA, WALS, Ending.KEEP_SELECTED);
        double expected = through.reports.get(1).losses().objective();
        assertEquals(expected, second, 0.01 * expected);
    }

    @Test
    void aRefitLearnsFromTheValidItems() throws IOException {
        Recorder recorder = TestRuns.train(folder.resolve("run"), DATA, WALS, Ending.REFIT);
        assertEquals(
                FittedEvents.of(DATA.interactions(), Holdout.TEST).size(),
                recorder.reports.getLast().pairs());
        assertEquals(Phase.REFIT, recorder.reports.getLast().phase());
    }

    @Test
    void aUserWhoIsFoldedInGetsTheVectorThatAHalfSweepWouldGive() {
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(2)) {
            Engine engine = new Engine(Kernels.best(), workers);
            WalsTrainer trainer = new WalsTrainer(engine, arena, DATA, WALS, Holdout.VALID);
            trainer.runEpoch((step, steps, pairs) -> {});
            WalsSpec spec = WALS.wals().orElseThrow();
            FittedEvents events = FittedEvents.of(DATA.interactions(), Holdout.VALID);
            Matrix users = Matrix.allocate(
                    arena, events.users(), trainer.model().spec().dimension());
            Matrix items = WalsTrainer.vectors(trainer.model().items());
            new WeightedAls(engine, arena, spec, events, users, items).solveUsers();

            FoldIn foldIn = new FoldIn(engine, arena, spec, trainer.model());
            Matrix vector = Matrix.allocate(arena, 1, users.cols());
            for (int user = 0; user < events.users(); user++) {
                List<Integer> history = new ArrayList<>();
                for (int e = events.start(user + 1) - 1; e >= events.start(user); e--) {
                    history.add(events.item(e));
                }
                history.add(history.getFirst()); // an item counts once
                foldIn.solve(history, vector);
                assertArrayEquals(users.toArray()[user], vector.toArray()[0], "user " + user);
            }
            foldIn.solve(List.of(), vector);
            assertArrayEquals(new float[users.cols()], vector.toArray()[0]);
        }
    }

    @Test
    void anObjectiveThatIsNoNumberStopsTheTrainingAndSaysWhatToDo() {
        WalsSpec spec = new WalsSpec(0.1f, 1e-30f, 1);
        String message = String.valueOf(
                assertThrows(DivergedException.class, () -> DivergedException.throwIfUnsolvable(Double.NaN, 3, spec))
                        .getMessage());
        assertTrue(message.contains("epoch 3: the objective is NaN"), message);
        assertTrue(message.contains("larger wals-regularization (it is 1.0E-30)"), message);
    }
}
