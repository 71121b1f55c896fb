package io.dovetail.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.index.VectorFiles;
import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON lines, numbers and vectors as inputs of a data set, and what is said of mistakes in them. */
final class InputKindsTest {
    @TempDir
    private Path folder;

    private void file(String name, String... lines) {
        TextFiles.write(folder, name, lines);
    }

    private Dataset read(Map<String, ?> declaration) throws IOException {
        return DatasetReader.read(folder, DatasetSpec.of(declaration));
    }

    private void refused(String expected, Map<String, ?> declaration) {
        String message = String.valueOf(
                assertThrows(IOException.class, () -> read(declaration)).getMessage());
        assertEquals(expected, message.replace(folder + "/", ""));
    }

    private static Map<String, ?> items(String column, Object spec) {
        return Map.of("items", Map.of("columns", Map.of(column, spec)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".gz"})
    void jsonLinesGiveTheSameDataAsATable(String compression) throws IOException {
        file(
                "interactions.jsonl" + compression,
                "{\"user\": \"u\", \"item\": 1, \"ts\": 5}",
                "",
                "{\"item\": 2, \"ts\": 4, \"user\": \"u\", \"more\": {\"deep\": [1]}}");
        file(
                "items.ndjson" + compression,
                "{\"item\": 1, \"category\": \"c\", \"attributes\": [\"a\", [7, true], null, {\"x\": 1}]}",
                "{\"item\": 2, \"category\": null, \"name\": \"T\\u00e9\\n\", \"weight\": {\"k\": 0.5, \"l\": null}}");
        Dataset data = read(Map.of());
        assertEquals(List.of("1", "2"), data.items().ids());
        assertEquals(List.of("1", "Té\n"), data.itemNames());
        assertEquals(1, data.interactions().item(0));
        assertEquals(List.of("c", "unknown"), data.categories().names().ids());
        Feature attributes = data.itemFeatures().get(1);
        assertEquals(List.of("a", "7", "true"), List.of(attributes.text(1), attributes.text(2), attributes.text(3)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', textBlock = """
        {"user": 1                  ~ 3: this is not valid JSON
        {"user": 1,}                ~ 2: this is not valid JSON
        {'user': 1}                 ~ 2: this is not valid JSON
        [{"user": 1, "item": 2}]    ~ 2: '[' is not an object; write one {"column": value, ...} a line, without a list around them
        7                           ~ 2: '7' is not an object
        {"user": NaN, "item": 2}    ~ 2: this is not valid JSON
        """)
    void mistakesInJsonAreToldWithTheirLine(String line, String expected) {
        file("interactions.jsonl", "{\"user\": 1, \"item\": 2}", line);
        String message = String.valueOf(
                assertThrows(DataException.class, () -> read(Map.of())).getMessage());
        assertTrue(message.startsWith(folder.resolve("interactions.jsonl") + ":" + expected), message);
    }

    @Test
    void hostileJsonIsRefused() {
        file("interactions.jsonl", "{\"user\": " + "[".repeat(100_000));
        assertThrows(DataException.class, () -> read(Map.of()));
        StringBuilder keys = new StringBuilder("{\"user\": 1");
        for (int i = 0; i < 10_001; i++) {
            keys.append(", \"k").append(i).append("\": 1");
        }
        file("interactions.jsonl", keys.append("}").toString());
        refused(
                "interactions.jsonl:1: more than 10000 different keys so far; "
                        + "put what varies by line into an object or a list under one key",
                Map.of());
    }

    @Test
    void jsonCutShortAnywhereIsRefusedOrEndsEarly() throws IOException {
        byte[] whole = "{\"user\": \"u\", \"item\": \"é\"}\n{\"user\": \"u\", \"item\": \"b\"}\n"
                .getBytes(StandardCharsets.UTF_8);
        for (int length = 1; length < whole.length; length++) {
            TextFiles.bytes(folder, "interactions.jsonl", Arrays.copyOf(whole, length));
            try {
                assertTrue(read(Map.of()).interactions().size() <= 2);
            } catch (DataException refused) {
                assertTrue(String.valueOf(refused.getMessage()).contains("interactions.jsonl"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"interactions.parquet,reads this kind of file", "interactions.tsv.zst,decompresses this kind of file"})
    void whatNeedsAnotherModuleSaysSo(String name, String fault) {
        file(name, "user item", "u a");
        refused(name + ": nothing here " + fault + "; add the module dovetail-formats", Map.of());
    }

    @Test
    void standardizedNumbersAndVectorsBecomeDenseFeaturesOfTheKeptRows() throws IOException {
        file("interactions.tsv", "user item", "u a", "u c", "v c", "v a");
        file("items.csv", "item,price,style", "a,1,0.5 2", "b,100,[7;8]", "c,3,", "d,,\"1,2\"");
        Dataset data = read(
                Map.of("kCore", 2, "items", Map.of("columns", Map.of("price", "standardized", "style", "vector"))));
        assertEquals(List.of("a", "c"), data.items().ids());
        assertEquals(List.of(), data.itemFeatures());
        DenseFeature price = data.itemDense().get(0);
        assertEquals("price", price.name());
        assertEquals(2, price.mean(), "of the kept items alone");
        assertEquals(-1, price.values().get(0, 0));
        DenseFeature style = data.itemDense().get(1);
        assertEquals(2, style.dimension());
        assertEquals(2, style.values().get(0, 1));
        assertEquals(0, style.values().get(1, 1), "c has no vector");
        assertEquals(2, data.statistics().itemFeatures());
    }

    @Test
    void mistakesInNumbersVectorsAndWeightsAreTold() {
        file("interactions.tsv", "user item", "u a");
        file("items.tsv", "item x", "a 1,2", "b cheap");
        refused(
                "items.tsv:2: column 'x': '1,2' is not a number; correct it, empty it, or declare the column otherwise",
                items("x", "standardized"));
        refused(
                "items.tsv:3: column 'x': 'cheap' is not a list of numbers; "
                        + "correct it, empty it, or declare the column otherwise",
                items("x", "vector"));
        file("items.tsv", "item x", "a 1,2", "b 1,2,3");
        refused(
                "items.tsv:3: column 'x': '1,2,3' has 3 numbers, but 2 stand above it; "
                        + "give all vectors of the column the same dimension, or empty the field",
                items("x", "vector"));
        file("items.tsv", "item x", "a p:1,q:heavy");
        refused(
                "items.tsv:2: column 'x': 'p:1,q:heavy' has a weight that is not a number of 0 or more; "
                        + "write values as a:0.5, or declare no 'weights'",
                items("x", Map.of("kind", "multi-valued", "weights", ":")));
    }

    private void vectors(String name, int rows) throws IOException {
        Matrix vectors = DenseFeature.allocate(rows, 2);
        for (int i = 0; i < rows; i++) {
            vectors.set(i, 0, i + 1);
        }
        VectorFiles.write(folder.resolve(name), vectors);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text.npy", "text.fvecs"})
    void vectorsOfAFileGoToTheirIds(String name) throws IOException {
        file("interactions.tsv", "user item", "u a", "u b", "u c");
        vectors(name, 3);
        file("text.ids.txt", "c", "unknown", "a");
        Dataset data = read(Map.of("items", Map.of("vectors", Map.of("text", name))));
        DenseFeature text = data.itemDense().getFirst();
        assertEquals("text", text.name());
        assertEquals(2, text.dimension());
        assertEquals(3, text.values().get(0, 0));
        assertEquals(0, text.values().get(1, 0));
        assertEquals(1, text.values().get(2, 0));
    }

    @Test
    void mistakesInFilesOfVectorsAreTold() throws IOException {
        file("interactions.tsv", "user item", "u a", "u b");
        Map<String, ?> declared = Map.of("items", Map.of("vectors", Map.of("text", "text.npy")));
        refused(
                "text.npy: there is no such file; declare a file that is there as 'vectors: {text: {file: ...}}'",
                declared);
        vectors("text.npy", 2);
        refused(
                "text.ids.txt: there is no such file; add it with an id a line, or declare 'vectors: {text: {ids:"
                        + " ...}}'",
                declared);
        file("text.ids.txt", "a");
        refused("text.ids.txt: 1 ids, but text.npy has 2 vectors; give each vector one id, a line each", declared);
        file("text.ids.txt", "a", "b", "c");
        refused(
                "text.ids.txt: more than 2 ids, but text.npy has 2 vectors; give each vector one id, a line each",
                declared);
        file("text.ids.txt", "a", "a");
        refused("text.ids.txt:2: 'a' comes a second time; keep one vector of each id", declared);
        file("text.ids.txt", "x", "y");
        refused("text.ids.txt: none of its ids is in the data set; check that the ids are the same", declared);
        Matrix infinite = DenseFeature.allocate(2, 2);
        infinite.set(1, 0, Float.POSITIVE_INFINITY);
        VectorFiles.write(folder.resolve("text.npy"), infinite);
        file("text.ids.txt", "a", "b");
        refused("text.npy: vector 1 holds Infinity at 0; give finite numbers alone", declared);
        Files.writeString(folder.resolve("text.txt"), "1 2");
        refused(
                "text.txt: vectors are read from .npy, .fvecs and .bvecs; convert the file",
                Map.of("items", Map.of("vectors", Map.of("text", "text.txt"))));
    }

    @Test
    void vectorsMayNotBeCalledAsAColumn() throws IOException {
        file("interactions.tsv", "user item", "u a");
        file("items.tsv", "item text", "a x");
        vectors("text.npy", 1);
        String message = String.valueOf(assertThrows(
                        DataException.class, () -> read(Map.of("items", Map.of("vectors", Map.of("text", "text.npy")))))
                .getMessage());
        assertEquals(folder + ": vectors 'text' are called as a column of items; give them another name", message);
    }
}
