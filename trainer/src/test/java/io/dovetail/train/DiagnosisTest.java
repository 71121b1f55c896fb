package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Categories;
import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.data.Interactions;
import io.dovetail.data.Vocabulary;
import io.dovetail.train.Embeddings.Health;
import io.dovetail.train.EpochReport.Phase;
import io.dovetail.train.TrainingJob.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong in a training is said, with its cause and its remedy. */
final class DiagnosisTest {
    private static final Health FINE = new Health(0, 0, 1);

    private static EpochReport epoch(double loss, Health health, Map<String, Double> dead) {
        Vitals vitals = new Vitals(1e-3, Map.of(), dead);
        return new EpochReport(Phase.SELECT, 1, new EpochLosses(loss, 0, 0, 0), 100, 1, vitals, null, health, false);
    }

    private static void assertOne(List<String> warnings, String... parts) {
        assertEquals(1, warnings.size(), warnings.toString());
        for (String part : parts) {
            assertTrue(warnings.getFirst().contains(part), "'" + part + "' is missing in: " + warnings.getFirst());
        }
    }

    @Test
    void aLossThatStaysAtLn2IsExplainedOnce() {
        Diagnosis diagnosis = new Diagnosis(Recipes.paper());
        assertTrue(diagnosis.of(epoch(0.6931, FINE, Map.of())).isEmpty(), "one epoch may pass by there");
        assertOne(
                diagnosis.of(epoch(0.6932, FINE, Map.of())),
                "stayed at ln 2",
                "head=relu",
                "4 negatives per positive",
                "Try the recipe dat-paper-trainable");
        assertTrue(diagnosis.of(epoch(0.6931, FINE, Map.of())).isEmpty());
    }

    @Test
    void aLossThatPassesByLn2IsNotStuck() {
        Diagnosis diagnosis = new Diagnosis(Recipes.paper());
        for (double loss : new double[] {0.6931, 0.65, 0.6931, 0.69}) {
            assertTrue(diagnosis.of(epoch(loss, FINE, Map.of())).isEmpty());
        }
    }

    @Test
    void aLinearHeadThatIsStuckGetsAnotherRemedy() {
        Diagnosis diagnosis = new Diagnosis(Recipes.paper().with("head", "linear"));
        diagnosis.of(epoch(0.6931, FINE, Map.of()));
        assertOne(diagnosis.of(epoch(0.6931, FINE, Map.of())), "ln 2", "larger learning-rate");
    }

    @Test
    void vectorsThatStayShortGetAnotherRemedy() {
        Diagnosis diagnosis = new Diagnosis(Recipes.paper().with("head", "dot"));
        assertOne(
                diagnosis.of(epoch(0.6931, new Health(0, 0, 0.001), Map.of())),
                "have collapsed",
                "larger learning-rate");
    }

    @Test
    void usersWithoutEventsAreFineWhereIdsDoNotEnter() {
        Recipe recipe = TestRuns.smallDat().with("user-inputs", "features");
        List<String> warnings = DataChecks.warnings(withIdleUserAndCategory(), recipe, Holdout.VALID);
        assertEquals(1, warnings.size(), warnings.toString());
        assertTrue(warnings.getFirst().contains("categories"), warnings.getFirst());
    }

    @Test
    void rowsThatAreAllZeroAreCounted() {
        Diagnosis diagnosis = new Diagnosis(Recipes.paper());
        Health zeros = new Health(0.25, 0, 0.5);
        assertOne(
                diagnosis.of(epoch(0.5, zeros, Map.of())), "25.0 % of the users", "0.0 % of the items", "head=linear");
        assertTrue(diagnosis.of(epoch(0.5, zeros, Map.of())).isEmpty());
    }

    @Test
    void deadUnitsAreNamedByTheirLayer() {
        Diagnosis diagnosis = new Diagnosis(Recipes.paper());
        Map<String, Double> dead = Map.of("user.layer3", 0.75, "item.layer3", 0.4);
        assertOne(diagnosis.of(epoch(0.5, FINE, dead)), "75 % of the units of user.layer3 are dead", "learning-rate");
        assertTrue(diagnosis.of(epoch(0.5, FINE, dead)).isEmpty());
    }

    @Test
    void aLossThatIsNoNumberStopsTheTraining(@TempDir Path folder) {
        Recipe recipe = TestRuns.smallDat().with("learning-rate", "1e38");
        DivergedException stopped = assertThrows(
                DivergedException.class, () -> TestRuns.train(folder, TestRuns.data(), recipe, Ending.KEEP_SELECTED));
        String message = String.valueOf(stopped.getMessage());
        assertTrue(message.matches("epoch 1, step \\d+ of \\d+: the \\w+ ?\\w* loss is (NaN|-?Infinity), .*"), message);
        assertTrue(message.contains("smaller learning-rate (it is 1.0E38)"), message);
        assertTrue(message.contains("temperature (it is"), message);
    }

    @Test
    void usersAndCategoriesWithoutEventsAreToldBeforeTheTraining(@TempDir Path folder) throws IOException {
        Dataset data = withIdleUserAndCategory();
        List<String> warnings = DataChecks.warnings(data, TestRuns.smallDat(), Holdout.VALID);
        assertEquals(2, warnings.size(), warnings.toString());
        assertTrue(warnings.get(0).startsWith("1 of 71 users (1.4 %) have no event to learn from"), warnings.get(0));
        assertTrue(warnings.get(0).contains("id-dropout=0.05"), warnings.get(0));
        assertTrue(warnings.get(1).startsWith("1 of 5 categories have no event to learn from: 'attic' (1 items)"));
        var recorder = TestRuns.train(folder.resolve("run"), data, TestRuns.smallDat(), Ending.KEEP_SELECTED);
        assertEquals(warnings, recorder.warnings);
        assertTrue(Files.exists(folder.resolve("run/model.dvt")));
    }

    @Test
    void dataInWhichAllHaveEventsIsFine() {
        assertTrue(DataChecks.warnings(TestRuns.data(), TestRuns.smallDat(), Holdout.VALID)
                .isEmpty());
    }

    /** The test's data, one more user and one more item in a category of its own, both without events. */
    private static Dataset withIdleUserAndCategory() {
        Dataset data = TestRuns.data();
        Interactions events = data.interactions();
        int[] user = new int[events.size()];
        int[] item = new int[events.size()];
        long[] time = new long[events.size()];
        for (int u = 0; u < events.users(); u++) {
            for (int e = events.start(u); e < events.start(u + 1); e++) {
                user[e] = u;
                item[e] = events.item(e);
                time[e] = events.time(e);
            }
        }
        int users = events.users() + 1;
        int items = events.items() + 1;
        int[] category = new int[items];
        for (int i = 0; i < events.items(); i++) {
            category[i] = data.categories().of(i);
        }
        category[events.items()] = data.categories().size();
        return new Dataset(
                "idle",
                with(data.users(), "nobody"),
                with(data.items(), "nothing"),
                Interactions.leaveLastOut(users, items, user, item, time),
                List.of(),
                List.of(),
                Categories.of(with(data.categories().names(), "attic"), category),
                with(data.items(), "nothing").ids());
    }

    private static Vocabulary with(Vocabulary ids, String more) {
        List<String> all = new ArrayList<>(ids.ids());
        all.add(more);
        return Vocabulary.of(all);
    }

    @Test
    void vitalsAreFiguresOfTheModel(@TempDir Path folder) throws IOException {
        var recorder = TestRuns.train(folder, TestRuns.data(), TestRuns.smallDat(), Ending.REFIT);
        for (EpochReport report : recorder.reports) {
            Vitals vitals = report.vitals();
            assertTrue(vitals.learningRate() > 0, vitals.toString());
            assertTrue(vitals.norms().keySet().containsAll(List.of("user.id", "item.id", "user.history5")));
            assertTrue(vitals.norms().values().stream().allMatch(norm -> norm > 0 && norm < 10), vitals.toString());
            assertFalse(vitals.deadUnits().isEmpty());
        }
        double first = recorder.reports.get(0).vitals().learningRate();
        double second = recorder.reports.get(1).vitals().learningRate();
        assertTrue(second < first, "the schedule is linear to 0");
    }
}
