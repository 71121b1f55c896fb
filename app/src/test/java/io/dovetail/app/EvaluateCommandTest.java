package io.dovetail.app;

import static io.dovetail.app.CommandLineRunner.dovetail;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dovetail.app.CommandLineRunner.Outcome;
import io.dovetail.app.onnx.OnnxRunner;
import io.dovetail.index.VectorFiles;
import io.dovetail.kernels.SparseMatrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    void exportsTowersThatMakeTheExportedVectors() throws IOException, OrtException {
        Path towers = folder.resolve("towers");
        dovetail("export", "--run", run, "--out", towers, "--format", "onnx", "--json")
                .json();
        dovetail("export", "--run", run, "--out", folder.resolve("npy"), "--json")
                .json();
        JsonNode guide =
                new ObjectMapper().readTree(towers.resolve("items.json").toFile());
        assertEquals("items.onnx", guide.get("model").asText());
        List<String> blocks = new ArrayList<>();
        guide.get("blocks").forEach(block -> blocks.add(block.get("block").asText()));
        assertEquals(List.of("item.id", "item.augmented", "item.feature0"), blocks);
        JsonNode category = guide.get("blocks").get(2);
        assertEquals("category", category.get("column").asText());
        List<String> values = new ArrayList<>();
        category.get("values").forEach(value -> values.add(value.asText()));
        // What a serving system would do, from the files alone.
        List<String> rows = Files.readAllLines(towers.resolve("items.rows.tsv"));
        assertEquals("item\titem.id\titem.augmented", rows.getFirst());
        List<String> items = Files.readAllLines(shared.resolve("shop/items.tsv"));
        List<SparseMatrix> batch = List.of(new SparseMatrix(), new SparseMatrix(), new SparseMatrix());
        for (int line = 1; line <= Shop.ITEMS; line++) {
            String[] row = rows.get(line).split("\t", -1);
            String[] item = items.get(line).split("\t", -1);
            assertEquals(item[0], row[0]);
            batch.get(0).addRow(Integer.parseInt(row[1]), 1);
            batch.get(1).addRow(Integer.parseInt(row[2]), 1);
            batch.get(2).addRow(values.indexOf(item[2]) + 1, 1);
        }
        float[][] served = OnnxRunner.run(towers.resolve("items.onnx"), blocks, batch);
        try (Arena arena = Arena.ofConfined()) {
            float[][] exported =
                    VectorFiles.read(folder.resolve("npy/items.npy"), arena).toArray();
            for (int item = 0; item < exported.length; item++) {
                assertArrayEquals(exported[item], served[item], 1e-5f, "item " + item);
            }
        }
        assertTrue(Files.exists(towers.resolve("users.onnx")));
        assertTrue(Files.readString(towers.resolve("users.json")).contains("\"kind\":\"history\""));
    }

    @Test
    void refusesToExportInAFormatThatItDoesNotKnow() {
        dovetail("export", "--run", run, "--out", folder, "--format", "csv")
                .refuses("'csv' is none of npy, fvecs, onnx");
    }
}
