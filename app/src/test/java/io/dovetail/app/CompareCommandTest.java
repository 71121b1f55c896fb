package io.dovetail.app;

import static io.dovetail.app.CommandLineRunner.dovetail;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.dovetail.app.CommandLineRunner.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CompareCommandTest {
    private static final String[] QUICK = {
        "--set",
        "embedding=8",
        "--set",
        "layers=16-8",
        "--set",
        "negatives=32",
        "--set",
        "batch=64",
        "--set",
        "epochs=2"
    };

    @TempDir
    private Path folder;

    private Path shop;
    private Path out;

    @BeforeEach
    void writeShop() throws IOException {
        shop = Shop.write(folder.resolve("shop"));
        out = folder.resolve("out");
    }

    private Outcome compare(String models, Object... more) {
        return compareInto(out, models, more);
    }

    private Outcome compareInto(Path results, String models, Object... more) {
        List<Object> arguments =
                new ArrayList<>(List.of("compare", "--data", shop, "--out", results, "--models", models));
        arguments.addAll(List.of(QUICK));
        if (models.contains("dat")) {
            arguments.addAll(List.of("--set", "dat.augmented=8"));
        }
        arguments.addAll(List.of(more));
        return dovetail(arguments.toArray());
    }

    private static JsonNode model(JsonNode json, String name) {
        return StreamSupport.stream(json.path("data").path(0).path("models").spliterator(), false)
                .filter(model -> model.path("model").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<Double> hitRates(JsonNode model) {
        return StreamSupport.stream(model.path("runs").spliterator(), false)
                .map(run -> run.path("hr@10").asDouble())
                .toList();
    }

    @Test
    void everyModelHasFiguresWithIntervalsAndEveryPairADifference() throws IOException {
        JsonNode json =
                compare("popularity,twotower,dat", "--seeds", 2, "--json").json();
        assertEquals(6, json.path("done").asInt());
        assertEquals(3, json.path("data").path(0).path("differences").size());
        JsonNode dat = model(json, "dat");
        List<Double> rates = hitRates(dat);
        assertEquals(2, rates.size());
        assertEquals(
                (rates.get(0) + rates.get(1)) / 2,
                dat.path("hr@10").path("mean").asDouble(),
                1e-12);
        // t(0.975, 1) s / sqrt(2), where s = |a - b| / sqrt(2).
        assertEquals(
                12.7062 * Math.abs(rates.get(0) - rates.get(1)) / 2,
                dat.path("hr@10").path("margin").asDouble(),
                1e-4);
        assertEquals(Shop.USERS, dat.path("users").asInt());
        assertEquals(4, dat.path("categories").size());
        assertEquals(0, model(json, "popularity").path("hr@10").path("margin").asDouble());
        assertTrue(dat.path("runs").path(0).path("seconds").asDouble() > 0);
    }

    @Test
    void withinItsCategoryATargetRanksHigher() throws IOException {
        JsonNode json = compare("popularity,twotower,mind", "--seeds", 1, "--within-category", "--json")
                .json();
        for (String name : List.of("popularity", "twotower", "mind")) {
            JsonNode own = model(json, name).path("withinCategory").path("hr@50");
            // A category has 20 items.
            assertEquals(1, own.path("mean").asDouble(), name);
        }
        assertTrue(Files.readString(out.resolve("comparison.md")).contains("### Within the category of the target"));
        compare("popularity", "--seeds", 1).refuses("ranked among was all items, the target's category");
    }

    @ParameterizedTest
    @ValueSource(strings = {"twotower", "mind"})
    void theFiguresAreThoseOfATrainingByHand(String name) throws IOException {
        JsonNode json = compare(name, "--seeds", 1, "--json").json();
        Path run = folder.resolve("run");
        List<Object> train = new ArrayList<>(List.of("train", "--data", shop, "--out", run, "--model", name));
        train.addAll(List.of(QUICK));
        train.add("--refit");
        assertEquals(0, dovetail(train.toArray()).code());
        JsonNode evaluated = dovetail("evaluate", "--run", run, "--json").json();
        for (String measure : List.of("hr@10", "hr@50", "mrr", "ndcg@10")) {
            assertEquals(
                    evaluated.path(measure).asDouble(),
                    model(json, name).path(measure).path("mean").asDouble(),
                    1e-12);
        }
    }

    @Test
    void pageAndTablesNameTheModelsAndTheProtocol() throws IOException {
        assertEquals(0, compare("popularity,twotower", "--seeds", 1).code());
        for (String file : List.of("report.html", "comparison.md")) {
            String text = Files.readString(out.resolve(file));
            for (String part : List.of(
                    "twotower",
                    "popularity",
                    "dat without augmented vectors",
                    "HR@100",
                    "MRR ×10",
                    "paired bootstrap",
                    "shop")) {
                assertTrue(text.contains(part), file + " lacks " + part);
            }
            assertFalse(text.contains("Not finished"), file);
        }
        assertFalse(Files.exists(out.resolve("shop").resolve("work")), "a run was left");
    }

    @Test
    void foldersOfDataSetsTrainedApartAreGatheredOnOnePage() throws IOException {
        Path books = Shop.write(folder.resolve("books"));
        Path apart = folder.resolve("apart");
        assertEquals(0, compare("popularity,twotower", "--seeds", 1).code());
        assertEquals(
                0,
                compareInto(apart, "popularity,twotower", "--seeds", 1, "--data", books)
                        .code());
        Path cell = out.resolve("books/twotower/seed-1.json");
        Files.createDirectories(cell.getParent());
        Files.copy(apart.resolve("books/twotower/seed-1.json"), cell);
        FileTime written = Files.getLastModifiedTime(cell);
        JsonNode json = compare("popularity,twotower", "--seeds", 1, "--data", books, "--json")
                .json();
        assertEquals(2, json.path("data").size());
        assertEquals(written, Files.getLastModifiedTime(cell));
        for (String file : List.of("report.html", "comparison.md")) {
            assertTrue(Files.readString(out.resolve(file)).contains("HR@100 on all data sets"), file);
        }
    }

    @Test
    void aDataSetMayHaveSettingsOfItsOwn() throws IOException {
        Path books = Shop.write(folder.resolve("books"));
        List<Object> options = List.of("--seeds", 1, "--data", books, "--set", "books/dropout=0.2");
        JsonNode json = compare(
                        "twotower,dat",
                        Stream.concat(options.stream(), Stream.of("--set", "books/dat.dropout=0.1", "--json"))
                                .toArray())
                .json();
        assertEquals(List.of("0.3", "0.3"), dropouts(json.path("data").get(0)));
        assertEquals(List.of("0.2", "0.1"), dropouts(json.path("data").get(1)));
        assertTrue(Files.readString(out.resolve("comparison.md")).contains("books/dropout=0.2"));
        FileTime written = Files.getLastModifiedTime(out.resolve("shop/dat/seed-1.json"));
        // A data set may be added with settings of its own: what is there already stays.
        assertEquals(
                0,
                compare("twotower,dat", "--seeds", 1, "--set", "shop/dropout=0.3")
                        .code());
        assertEquals(written, Files.getLastModifiedTime(out.resolve("shop/dat/seed-1.json")));
    }

    private static List<String> dropouts(JsonNode data) {
        return StreamSupport.stream(data.path("models").spliterator(), false)
                .map(model -> model.path("runs")
                        .get(0)
                        .path("settings")
                        .path("dropout")
                        .asText())
                .toList();
    }

    @Test
    void aFinishedTrainingIsNotDoneAgain() throws IOException {
        String first = compare("twotower", "--seeds", 1, "--json").out();
        Path cell = out.resolve("shop/twotower/seed-1.json");
        FileTime written = Files.getLastModifiedTime(cell);
        // What a kill would leave of a training that was under way.
        Files.createDirectories(out.resolve("shop/work"));
        Files.writeString(out.resolve("shop/work/state.dvt"), "torn");
        assertEquals(first, compare("twotower", "--seeds", 1, "--json").out());
        assertEquals(written, Files.getLastModifiedTime(cell));
        JsonNode more = compare("popularity,twotower", "--seeds", 2, "--json").json();
        assertEquals(2, hitRates(model(more, "twotower")).size());
        assertEquals(written, Files.getLastModifiedTime(cell));
    }

    @Test
    void aFolderOfOtherSettingsIsRefused() throws IOException {
        assertEquals(0, compare("popularity", "--seeds", 1).code());
        compare("popularity", "--seeds", 1, "--tune", 3).refuses("plan.json", "tune was none, is 3 trials", "--out");
        compare("popularity", "--set", "dropout=0.2").refuses("settings was", "dropout=0.2");
    }

    @Test
    void aFileOfOtherDataIsRefused() throws IOException {
        assertEquals(0, compare("popularity", "--seeds", 1).code());
        Path events = shop.resolve("interactions.tsv");
        Files.writeString(events, Files.readString(events).replace("u000\ti0", "u001\ti0"));
        Outcome refused = compare("popularity", "--seeds", 1);
        assertEquals(2, refused.code());
        for (String part : List.of("seed-1.json", "other data", "--out")) {
            assertTrue(refused.err().contains(part), refused.err());
        }
    }

    @Test
    void aDamagedFileIsRefusedBeforeAnythingIsTrained() throws IOException {
        assertEquals(0, compare("twotower", "--seeds", 1).code());
        Path cell = out.resolve("shop/twotower/seed-1.json");
        Files.writeString(cell, Files.readString(cell).substring(0, 50));
        compare("dat,twotower", "--seeds", 1, "--json").refuses("twotower/seed-1.json", "damaged", "delete it");
        assertFalse(Files.exists(out.resolve("shop/dat")));
    }

    @Test
    void aSearchTriesTheSameNumberOfSettingsForEachModelAndRecordsThem() throws IOException {
        JsonNode json =
                compare("twotower,dat", "--seeds", 1, "--tune", 3, "--json").json();
        assertEquals(8, json.path("total").asInt());
        for (String name : List.of("twotower", "dat")) {
            JsonNode search = model(json, name).path("search");
            assertEquals(3, search.path("trials").size());
            assertTrue(search.path("trials").path(0).path("changes").isEmpty(), "the first trial is the recipe");
            assertFalse(search.path("space").has("batch"), "batch was set by the user");
            double best = IntStream.range(0, 3)
                    .mapToDouble(i ->
                            search.path("trials").path(i).path("validHr@100").asDouble())
                    .max()
                    .orElseThrow();
            JsonNode chosen = search.path("trials").path(search.path("chosen").asInt());
            assertEquals(best, chosen.path("validHr@100").asDouble());
            JsonNode used = model(json, name).path("runs").path(0).path("settings");
            chosen.path("changes")
                    .properties()
                    .forEach(change -> assertEquals(
                            change.getValue().asDouble(),
                            used.path(change.getKey()).asDouble(),
                            1e-9,
                            change.getKey()));
        }
        JsonNode repeated = compareInto(folder.resolve("again"), "dat", "--seeds", 1, "--tune", 3, "--json")
                .json();
        for (int i = 0; i < 3; i++) {
            JsonNode a = model(json, "dat").path("search").path("trials").path(i);
            JsonNode b = model(repeated, "dat").path("search").path("trials").path(i);
            assertEquals(a.path("changes"), b.path("changes"));
            assertEquals(a.path("validHr@100"), b.path("validHr@100"));
        }
    }

    @Test
    void theNumberOfInterestsIsSearched() throws IOException {
        JsonNode search = model(
                        compare("mind", "--seeds", 1, "--tune", 3, "--json").json(), "mind")
                .path("search");
        assertEquals("one of 2, 3, 4", search.path("space").path("interests").asText());
        for (int trial = 0; trial < 3; trial++) {
            JsonNode outcome = search.path("trials").path(trial);
            assertTrue(outcome.path("validHr@100").asDouble() > 0);
            assertEquals(trial > 0, outcome.path("changes").has("interests"));
        }
    }

    @Test
    void aSweepIsDrawnOnValidByEachOfItsValues() throws IOException {
        JsonNode json = compare(
                        "popularity,dat",
                        "--seeds",
                        2,
                        "--sweep",
                        "alignment=0,1.0",
                        "--sweep",
                        "dat.dropout=0.1,0.2",
                        "--json")
                .json();
        assertTrue(json.path("protocol").path("judged on").asText().startsWith("valid"));
        JsonNode models = json.path("data").path(0).path("models");
        assertEquals(4, models.size());
        assertEquals("0", models.path(2).path("value").asText());
        JsonNode settings = models.path(3).path("runs").path(0).path("settings");
        assertEquals("1.0", settings.path("alignment").asText());
        assertEquals("0.2", settings.path("dropout").asText());
        String page = Files.readString(out.resolve("report.html"));
        assertTrue(page.contains("HR@100 by alignment"));
        assertTrue(page.contains("class=\"whisker\""));
    }

    @Test
    void whatCannotBeComparedIsRefused() {
        compare("twotower,nonsense").refuses("'nonsense' is none of", "popularity", "dat", "all");
        compare("dat,dat").refuses("'dat' comes twice");
        compare("dat", "--seeds", 0).refuses("--seeds: 0");
        compare("dat", "--tune", -1).refuses("--tune: -1");
        compare("dat", "--set", "nonsense=1").refuses("nonsense");
        compare("dat", "--set", "seed=1").refuses("--seed");
        compare("dat", "--sweep", "augmented").refuses("--sweep", "embedding=16,32,64");
        compare("dat", "--sweep", "batch=4,4").refuses("twice");
        compare("dat", "--sweep", "dropout=x").refuses("dat: dropout: 'x'", "dat.KEY");
        compare("dat", "--sweep", "dropout=0,0.1", "--sweep", "alignment=1").refuses("alignment has 1 values beside 2");
        compare("dat", "--set", "dst.dropout=0").refuses("no model dst");
        compare("dat", "--set", "books/dropout=0").refuses("no data set 'books'", "shop");
        compare("dat", "--set", "shop/dropout=x").refuses("dropout: 'x'");
        compare("dat", "--set", "shop/batch=4", "--sweep", "batch=4,8").refuses("--set and --sweep", "batch");
        compare("dat", "--sweep", "epochs=2,3").refuses("--set and --sweep", "epochs");
        compare("dat", "--split", "train").refuses("--split: 'train'");
        compare("dat", "--data", folder.resolve("a/shop")).refuses("same name");
        dovetail("compare", "--data", folder.resolve("nowhere"), "--out", out).refuses("nowhere");
    }
}
