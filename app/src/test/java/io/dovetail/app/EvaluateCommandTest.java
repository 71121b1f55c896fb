package io.dovetail.app;

import static io.dovetail.app.CommandLineRunner.dovetail;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.dovetail.app.CommandLineRunner.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that read a run: evaluate and export. */
final class EvaluateCommandTest {
    @TempDir
    static Path shared;

    private static Path run;
    private static Path refitted;

    @TempDir
    Path folder;

    @BeforeAll
    static void train() throws IOException {
        Path data = Shop.write(shared.resolve("shop"));
        run = shared.resolve("run");
        refitted = shared.resolve("refitted");
        assertEquals(0, dovetail(Shop.train(data, run)).code());
        assertEquals(0, dovetail(Shop.train(data, refitted, "--refit")).code());
    }

    @Test
    void printsModelPopularityAndCategories() {
        Outcome outcome = dovetail("evaluate", "--run", run);
        assertEquals(0, outcome.code(), outcome.err());
        for (String row : List.of("model ", "popularity ", "model, cold", "model, hot", "tools ", "tents ")) {
            assertTrue(outcome.out().lines().anyMatch(line -> line.startsWith(row)), row + " in " + outcome.out());
        }
    }

    @Test
    void jsonHasTheKeysThatOthersReadAndPeopleReadStderr() throws IOException {
        Outcome outcome = dovetail("evaluate", "--run", run, "--split", "valid", "--json");
        JsonNode json = outcome.json();
        assertEquals("valid", json.get("split").asText());
        for (JsonNode figures : List.of(
                json, json.get("categories").get("tea"), json.get("cold"), json.get("hot"), json.get("popularity"))) {
            for (String key : List.of("hr@10", "hr@50", "hr@100", "mrr", "mrr10", "ndcg@10", "users")) {
                assertTrue(figures.get(key).isNumber(), key);
            }
        }
        assertEquals(60, json.get("users").asInt());
        assertEquals(10 * json.get("mrr").asDouble(), json.get("mrr10").asDouble(), 1e-12, "the same number times ten");
        assertTrue(outcome.err().contains("popularity"), outcome.err());
    }

    @Test
    void reportsWhatAnIndexLoses() throws IOException {
        Path index = folder.resolve("items.ivfpq");
        assertEquals(0, dovetail("index", "build", "--run", run, "--out", index).code());
        JsonNode json =
                dovetail("evaluate", "--run", run, "--index", index, "--json").json();
        JsonNode served = json.get("index");
        // The whole catalogue is re-ranked: 200 candidates of 80 items. So nothing is lost.
        assertEquals(1, served.get("recall@80").asDouble());
        assertEquals(1, served.get("hr@80").asDouble());
        assertEquals(60, served.get("users").asInt());
    }

    @Test
    void refusesAnIndexOfAnotherModel() {
        Path index = folder.resolve("items.ivfpq");
        Path other = shared.resolve("other-" + System.nanoTime());
        assertEquals(
                0,
                dovetail(Shop.train(shared.resolve("shop"), other, "--seed", "3"))
                        .code());
        assertEquals(
                0, dovetail("index", "build", "--run", other, "--out", index).code());
        dovetail("evaluate", "--run", run, "--index", index, "--json")
                .refuses(index.toString(), "of another model", "dovetail index build --run " + run);
    }

    @Test
    void refusesToJudgeByWhatWasLearnedFrom() {
        dovetail("evaluate", "--run", refitted, "--split", "valid")
                .refuses("fitted on the valid items", "--split test");
        assertEquals(0, dovetail("evaluate", "--run", refitted).code());
    }

    @Test
    void refusesWhatDoesNotExist() {
        dovetail("evaluate", "--run", folder.resolve("none")).refuses("none", "not a finished run", "train --data");
        dovetail("evaluate", "--run", run, "--split", "train").refuses("'train' is none of valid, test");
        Path index = folder.resolve("no.ivfpq");
        assertEquals(2, dovetail("evaluate", "--run", run, "--index", index).code());
    }

    @Test
    void exportsVectorsAndIdsInTheSameOrder() throws IOException {
        for (String format : List.of("npy", "fvecs")) {
            Path out = folder.resolve(format);
            JsonNode json = dovetail("export", "--run", run, "--out", out, "--format", format, "--json")
                    .json();
            assertEquals(60, json.get("users").asInt());
            assertEquals(80, json.get("items").asInt());
            assertEquals(8, json.get("dimension").asInt());
            assertEquals(60, Files.readAllLines(out.resolve("users.ids.txt")).size());
            assertEquals(
                    "i000", Files.readAllLines(out.resolve("items.ids.txt")).getFirst());
            assertTrue(Files.size(out.resolve("items." + format)) >= 80 * 8 * 4);
        }
    }

    @Test
    void refusesToExportInAFormatThatItDoesNotKnow() {
        dovetail("export", "--run", run, "--out", folder, "--format", "csv").refuses("'csv' is none of npy, fvecs");
    }
}
