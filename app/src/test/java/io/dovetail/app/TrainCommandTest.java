package io.dovetail.app;

import static io.dovetail.app.CommandLineRunner.dovetail;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.dovetail.app.CommandLineRunner.Outcome;
import io.dovetail.app.report.LoggedEpoch;
import io.dovetail.app.tensorboard.TfRecords;
import io.dovetail.data.DatasetReader;
import io.dovetail.data.DatasetSpec;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.model.Storage;
import io.dovetail.train.EpochReport;
import io.dovetail.train.Recipe;
import io.dovetail.train.Recipes;
import io.dovetail.train.TrainingJob;
import io.dovetail.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainCommandTest {
    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    @BeforeAll
    static void writeData() throws IOException {
        Shop.write(shared.resolve("shop"));
    }

    private Outcome train(Object... more) {
        return dovetail(Shop.train(shared.resolve("shop"), folder.resolve("run"), more));
    }

    @Test
    void printsDataRecipeAndALineForEachEpoch() throws IOException {
        Outcome outcome = train();
        assertEquals(0, outcome.code(), outcome.err());
        assertTrue(outcome.out().contains("60 users, 80 items, 540 events"), outcome.out());
        assertTrue(outcome.out().contains("layers=16-8"), outcome.out());
        assertEquals(
                2,
                outcome.out()
                        .lines()
                        .filter(line -> line.startsWith("select epoch "))
                        .count(),
                outcome.out());
        assertEquals(2, Files.readAllLines(folder.resolve("run/metrics.jsonl")).size());
        assertTrue(outcome.out().contains("select pretraining  10 sweeps of least squares in "), outcome.out());
    }

    @Test
    void pretrainingThatComesToNothingIsALineThatNamesTheSetting() {
        Outcome outcome = train("--set", "wals-regularization=1e30");
        assertEquals(2, outcome.code(), outcome.err());
        List<String> errors = outcome.err()
                .lines()
                .filter(line -> line.contains("pretraining-sweeps: after sweep "))
                .toList();
        assertEquals(1, errors.size(), outcome.err());
        assertTrue(errors.getFirst().contains("smaller wals-regularization (it is 1.0E30)"), outcome.err());
    }

    @Test
    void profileSaysWhereTheTimeOfEachEpochWent() {
        Outcome outcome = train("--profile");
        assertEquals(0, outcome.code(), outcome.err());
        List<String> profiles = outcome.out()
                .lines()
                .filter(line -> line.startsWith("profile  "))
                .toList();
        assertEquals(2, profiles.size(), outcome.out());
        List<String> parts =
                List.of("sampling", "packing", "gather", "forward", "loss", "backward", "gradients", "optimizer");
        for (String part : parts) {
            assertTrue(profiles.getFirst().contains(part + " "), profiles.getFirst());
        }
        assertFalse(profiles.getFirst().contains("-"), "no part takes less than no time: " + profiles.getFirst());
    }

    @Test
    void leastSquaresTrainAndServeLikeAnyModel() {
        Path run = folder.resolve("wals");
        Path data = shared.resolve("shop");
        Outcome outcome =
                dovetail("train", "--data", data, "--out", run, "--model", "wals", "--set", "epochs=2", "--refit");
        assertEquals(0, outcome.code(), outcome.err());
        assertTrue(outcome.out().contains("wals-unobserved="), outcome.out());
        assertEquals(0, dovetail("evaluate", "--run", run).code());
        assertEquals(
                0,
                dovetail("index", "build", "--run", run, "--out", folder.resolve("wals.dvi"))
                        .code());
        Outcome found = dovetail("recommend", "--run", run, "--user", "u001", "--k", "3");
        assertEquals(0, found.code(), found.err());
        assertTrue(found.out().contains("i0"), found.out());
        Path items = data.resolve("items.tsv");
        dovetail("encode", "--run", run, "--items", items, "--out", folder.resolve("none"))
                .refuses("method=wals has a vector for each id it was fitted on", "--model twotower");
        dovetail("train", "--data", data, "--out", run, "--model", "wals", "--set", "batch=3")
                .refuses("no setting 'batch' with method=wals");
        dovetail("train", "--data", data, "--out", folder.resolve("x"), "--model", "wals", "--map-tables", folder)
                .refuses("--map-tables: with method=wals");
    }

    @Test
    void jsonHasTheFiguresAndPeopleReadStderr() throws IOException {
        Outcome outcome = train("--json", "--refit", "--threads", "1");
        JsonNode json = outcome.json();
        assertTrue(json.get("epochs").asInt() >= 3, "2 to select and at least 1 to refit");
        assertTrue(json.get("seconds").asDouble() > 0);
        assertTrue(json.get("pairsPerSecond").asDouble() > 0);
        assertTrue(json.get("best").get("hr@100").asDouble() > 0);
        assertEquals(60, json.get("best").get("users").asInt());
        assertTrue(outcome.err().contains("refit epoch 1/"), outcome.err());
    }

    @Test
    void theRecipeThatARunKeepsMakesTheSameRun() throws IOException {
        assertEquals(0, train("--seed", "7").code());
        Path again = folder.resolve("again");
        Outcome outcome = dovetail(
                "train",
                "--data",
                shared.resolve("shop"),
                "--out",
                again,
                "--config",
                folder.resolve("run/recipe.yaml"));
        assertEquals(0, outcome.code(), outcome.err());
        assertEquals(-1, Files.mismatch(folder.resolve("run/model.dvt"), again.resolve("model.dvt")));
    }

    @Test
    void aListInTheConfigurationIsAListOfWidths() throws IOException {
        Path config = Files.writeString(folder.resolve("c.yaml"), "layers: [16, 4]\naugmented: 4\nhistory: none\n");
        Outcome outcome = train("--config", config, "--set", "layers=16-4", "--set", "augmented=4");
        assertEquals(0, outcome.code(), outcome.err());
        assertTrue(outcome.out().contains("history=none"), outcome.out());
    }

    @Test
    void datasetYamlDeclaresColumns() throws IOException {
        Path data = Shop.write(folder.resolve("declared"));
        Files.writeString(data.resolve("dataset.yaml"), "name: corner shop\nitems:\n  columns:\n    name: ignored\n");
        Outcome outcome = dovetail(Shop.train(data, folder.resolve("run")));
        assertEquals(0, outcome.code(), outcome.err());
        assertTrue(outcome.out().contains("corner shop: 60 users"), outcome.out());
    }

    @Test
    void resumesWhereItStoppedAndDropsTheLogOfEpochsThatRunAgain() throws IOException {
        assertEquals(0, train("--refit").code());
        Path run = folder.resolve("stopped");
        Recipe recipe = Recipes.named("dat").withAll(settings());
        MetricsLog log = new MetricsLog(run);
        try (Workers workers = Workers.of(1)) {
            Engine engine = new Engine(Kernels.best(), workers);
            assertThrows(
                    IllegalStateException.class,
                    () -> TrainingJob.start(
                            engine,
                            Storage.memory(),
                            run,
                            DatasetReader.read(shared.resolve("shop"), DatasetSpec.defaults()),
                            recipe,
                            TrainingJob.Ending.REFIT,
                            stoppingAfterFirst(log)));
        }
        String first = Files.readString(run.resolve("metrics.jsonl"));
        Files.writeString(run.resolve("metrics.jsonl"), first + first.replace("\"epoch\":1", "\"epoch\":2") + "{\"pha");
        JsonNode json = dovetail("train", "--out", run, "--resume", "--json").json();
        assertTrue(json.get("best").get("epoch").asInt() >= 1);
        List<String> epochs = new ArrayList<>();
        for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
            epochs.add(line.replaceAll("^\\{\"phase\":\"(\\w+)\",\"epoch\":(\\d+).*", "$1 $2"));
        }
        assertEquals(List.of("select 1", "select 2", "refit 1"), epochs.subList(0, 3));
        assertEquals(-1, Files.mismatch(folder.resolve("run/model.dvt"), run.resolve("model.dvt")));
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = new java.util.HashMap<>();
        for (int i = 1; i < Shop.QUICK.length; i += 2) {
            String[] pair = Shop.QUICK[i].split("=", 2);
            settings.put(pair[0], pair[1]);
        }
        return settings;
    }

    private static TrainingListener stoppingAfterFirst(MetricsLog log) {
        return new TrainingListener() {
            @Override
            public void onStep(EpochReport.Phase phase, int epoch, int step, int steps, long pairs) {
                if (epoch == 2) {
                    throw new IllegalStateException("stopped by the test");
                }
            }

            @Override
            public void onEpoch(EpochReport report) {
                try {
                    log.append(report, List.of());
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }

            @Override
            public void onResume(EpochReport.Phase phase, int epoch) {}

            @Override
            public void onWarning(String message) {}
        };
    }

    @Test
    void keepsCurvesForTensorBoardAndAReport() throws IOException {
        assertEquals(0, train("--refit").code());
        Path run = folder.resolve("run");
        List<TfRecords.Scalar> scalars = TfRecords.scalars(TfRecords.only(run));
        List<LoggedEpoch> epochs = new MetricsLog(run).epochs();
        LoggedEpoch first = epochs.getFirst();
        for (String figure : List.of(
                "loss",
                "mimicUser",
                "mimicItem",
                "alignment",
                "pairsPerSecond",
                "learningRate",
                "norms/user.id",
                "norms/item.augmented",
                "deadUnits/user.layer1",
                "memory/heap",
                "valid/hr@100",
                "outputs/zeroItems",
                "outputs/scoreSpread")) {
            assertTrue(Double.isFinite(first.figure(figure)), figure);
            TfRecords.Scalar scalar = scalars.stream()
                    .filter(each -> each.tag().equals("select/" + figure) && each.step() == 1)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(figure));
            assertEquals((float) first.figure(figure), scalar.value(), figure);
            assertEquals(first.time().toEpochMilli() * 1e-3, scalar.wallTime(), 1e-3);
        }
        assertTrue(scalars.stream().anyMatch(each -> each.tag().equals("refit/loss")));
        String report = Files.readString(run.resolve("report.html"));
        for (String part : List.of("Training of run", "Main loss", "The final fit", "<dt>layers</dt>", "16-8")) {
            assertTrue(report.contains(part), part);
        }
    }

    @Test
    void aResumedTrainingHasTheCurvesOfAllItsEpochsOnce() throws IOException {
        Path run = folder.resolve("stopped");
        MetricsLog log = new MetricsLog(run);
        try (Workers workers = Workers.of(1)) {
            assertThrows(
                    IllegalStateException.class,
                    () -> TrainingJob.start(
                            new Engine(Kernels.best(), workers),
                            Storage.memory(),
                            run,
                            DatasetReader.read(shared.resolve("shop"), DatasetSpec.defaults()),
                            Recipes.named("dat").withAll(settings()),
                            TrainingJob.Ending.KEEP_SELECTED,
                            stoppingAfterFirst(log)));
        }
        assertEquals(0, dovetail("train", "--out", run, "--resume").code());
        List<Long> steps = TfRecords.scalars(TfRecords.only(run)).stream()
                .filter(scalar -> scalar.tag().equals("select/loss"))
                .map(TfRecords.Scalar::step)
                .toList();
        assertEquals(List.of(1L, 2L), steps);
        assertTrue(Files.readString(run.resolve("report.html")).contains("60"), "the data's facts are known again");
        Path events = TfRecords.only(run);
        assertEquals(2, dovetail("train", "--out", run, "--resume").code());
        assertTrue(Files.exists(events), "a refused resumption leaves the curves alone");
    }

    @Test
    void aLossThatIsNoNumberEndsTheTrainingAndStandsInTheReport() throws IOException {
        Outcome outcome = train("--set", "learning-rate=1e38");
        assertEquals(2, outcome.code(), outcome.err());
        assertTrue(outcome.err().startsWith("dovetail: epoch 1, step "), outcome.err());
        assertTrue(outcome.err().contains("smaller learning-rate (it is 1.0E38)"), outcome.err());
        String report = Files.readString(folder.resolve("run/report.html"));
        assertTrue(report.contains("so the training has stopped"), report);
    }

    @Test
    void warningsStandInLogAndReport() throws IOException {
        Path data = Shop.write(folder.resolve("idle"));
        Path items = data.resolve("items.tsv");
        Files.writeString(items, Files.readString(items) + "i999\tA ladder\tattic\n");
        Outcome outcome = dovetail(Shop.train(data, folder.resolve("run")));
        assertEquals(0, outcome.code(), outcome.err());
        String warning = "1 of 5 categories have no event to learn from";
        assertTrue(outcome.err().contains("warning: " + warning), outcome.err());
        assertTrue(new MetricsLog(folder.resolve("run"))
                .epochs()
                .getFirst()
                .warnings()
                .getFirst()
                .startsWith(warning));
        assertTrue(Files.readString(folder.resolve("run/report.html")).contains(warning));
    }

    @Test
    void refusesToResumeWhatHasFinishedOrNeverBegan() {
        assertEquals(0, train().code());
        dovetail("train", "--out", folder.resolve("run"), "--resume").refuses("has finished");
        dovetail("train", "--out", folder.resolve("none"), "--resume").refuses("no training was begun here");
    }

    /** Tuesday's window: Monday's events are for training, and a new day, a new customer and a new item have come. */
    private Path tuesday() throws IOException {
        Path data = Shop.write(folder.resolve("tuesday"));
        StringBuilder events = new StringBuilder("user\titem\tts\tsplit\n");
        for (String line : Files.readAllLines(data.resolve("interactions.tsv"))) {
            events.append(line.startsWith("user") ? "" : line + "\ttrain\n");
        }
        for (int user = 0; user <= Shop.USERS; user++) {
            events.append(
                    "u%03d\ti%03d\t5000\t%s\n".formatted(user, user % 79, user == Shop.USERS ? "train" : "valid"));
        }
        events.append("u%03d\ti%03d\t5001\ttrain\n".formatted(Shop.USERS, Shop.ITEMS));
        Files.writeString(data.resolve("interactions.tsv"), events);
        String item = "i%03d\tThe new one\ttea\n".formatted(Shop.ITEMS);
        Files.writeString(data.resolve("items.tsv"), Files.readString(data.resolve("items.tsv")) + item);
        return data;
    }

    @Test
    void goesOnFromAnEarlierRunWithItsSettingsAndNewUsersAndItems() throws IOException {
        assertEquals(0, train("--refit").code());
        Path data = tuesday();
        Outcome outcome = dovetail(
                "train",
                "--data",
                data,
                "--out",
                folder.resolve("next"),
                "--warm-start",
                folder.resolve("run"),
                "--set",
                "epochs=1",
                "--refit");
        assertEquals(0, outcome.code(), outcome.err());
        assertTrue(outcome.out().contains("61 users, 81 items"), outcome.out());
        assertTrue(outcome.out().contains("going on from " + folder.resolve("run")), outcome.out());
        assertTrue(outcome.out().contains("layers=16-8"), "the earlier run's: " + outcome.out());
        assertTrue(outcome.out().contains("valid HR@100"), outcome.out());
    }

    @Test
    void refusesAnEarlierRunOfAnotherShapeOrNone() throws IOException {
        assertEquals(0, train().code());
        Object[] next = {"--data", shared.resolve("shop"), "--out", folder.resolve("next"), "--warm-start"};
        dovetail(arguments(next, folder.resolve("run"), "--set", "embedding=9"))
                .refuses("warm start from " + folder.resolve("run"), "embedding was 8 and is 9 now", "set it back");
        dovetail(arguments(next, folder.resolve("none"))).refuses("none", "not a finished run");
        dovetail("train", "--out", folder.resolve("run"), "--resume", "--warm-start", folder.resolve("run"))
                .refuses("--resume", "--warm-start");
    }

    private static Object[] arguments(Object[] first, Object... more) {
        List<Object> all = new ArrayList<>(List.of("train"));
        all.addAll(List.of(first));
        all.addAll(List.of(more));
        return all.toArray();
    }

    @Test
    void refusesSettingsBesideResume() {
        train("--resume").refuses("--resume", "drop --data");
    }

    @Test
    void refusesAFolderThatHoldsARun() throws IOException {
        assertEquals(0, train().code());
        String before = Files.readString(folder.resolve("run/recipe.yaml"));
        train("--seed", "2").refuses("holds a run already", "choose another folder");
        assertEquals(before, Files.readString(folder.resolve("run/recipe.yaml")));
    }

    @Test
    void refusesSettingsThatDoNotExistOrAreNoNumbers() {
        train("--set", "epoch=1").refuses("no setting 'epoch'", "epochs");
        train("--set", "epochs=many").refuses("epochs: 'many' is no whole number");
        train("--set", "dropout=1").refuses("dropout", "in [0, 1)", "1.0");
        train("--set", "epochs").refuses("KEY=VALUE", "see 'dovetail train --help'");
        train("--model", "bert").refuses("'bert' is none of dat");
        train("--threads", "none").refuses("--threads", "none");
        train("--threads", "0").refuses("--threads: 0");
        train("--k-core", "-1").refuses("kCore is -1");
        assertFalse(Files.exists(folder.resolve("run")));
    }

    @Test
    void refusesDataThatIsNotThere() {
        Path nowhere = folder.resolve("nowhere");
        dovetail("train", "--data", nowhere, "--out", folder.resolve("run")).refuses("there is no folder " + nowhere);
        dovetail("train", "--data", folder, "--out", folder.resolve("run")).refuses(folder.toString(), "interactions");
        dovetail("train", "--out", folder.resolve("run")).refuses("--data is missing");
        dovetail("train", "--data", folder).refuses("--out", "see 'dovetail train --help'");
    }

    @Test
    void refusesDataThatCannotBeSplit() throws IOException {
        Files.writeString(folder.resolve("interactions.tsv"), "user\titem\na\tx\nb\ty\n");
        dovetail("train", "--data", folder, "--out", folder.resolve("run"))
                .refuses("0 to validate", "at least 3 events");
    }

    @Test
    void refusesADeclarationThatDoesNotFit() throws IOException {
        Path data = Shop.write(folder.resolve("declared"));
        Path yaml = data.resolve("dataset.yaml");
        Files.writeString(yaml, "items:\n  columns:\n    colour: categorical\n");
        dovetail(Shop.train(data, folder.resolve("run"))).refuses("items.tsv", "colour");
        Files.writeString(yaml, "itmes: {}\n");
        dovetail(Shop.train(data, folder.resolve("run"))).refuses(yaml.toString(), "itmes");
        Files.writeString(yaml, "name: shop\nitems: [\n");
        dovetail(Shop.train(data, folder.resolve("run"))).refuses(yaml + ":", "not valid YAML");
    }

    @Test
    void refusesAConfigurationThatDoesNotFit() throws IOException {
        Path config = folder.resolve("c.yaml");
        train("--config", config).refuses(config.toString(), "no such file");
        Files.writeString(config, "learning_rate: 1\n");
        train("--config", config).refuses(config.toString(), "no setting 'learning_rate'", "learning-rate");
        Files.writeString(config, "just words\n");
        train("--config", config).refuses(config.toString(), "key: value");
    }
}
