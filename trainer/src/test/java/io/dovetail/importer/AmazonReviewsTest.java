package io.dovetail.importer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.DataException;
import io.dovetail.data.Dataset;
import io.dovetail.data.DatasetReader;
import io.dovetail.data.DatasetSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AmazonReviewsTest {
    @TempDir
    private Path folder;

    private Path file(String name, String... lines) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream out = name.endsWith(".gz")
                ? new GZIPOutputStream(Files.newOutputStream(file))
                : Files.newOutputStream(file)) {
            out.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }

    private Imported run(Path reviews, Optional<Path> metadata, int level) throws IOException {
        return new AmazonReviews(reviews, metadata, level).run(folder.resolve("data"), (file, lines) -> {});
    }

    private Dataset data() throws IOException {
        return DatasetReader.read(folder.resolve("data"), DatasetSpec.defaults());
    }

    @Test
    void theEditionOf2018IsRead() throws IOException {
        Path reviews = file(
                "Beauty.json.gz",
                "{\"overall\": 5.0, \"verified\": true, \"reviewTime\": \"01 1, 2018\", \"reviewerID\": \"A1\","
                        + " \"asin\": \"B1\", \"style\": {\"Size:\": \" 1\"}, \"unixReviewTime\": 1514764800}",
                "{\"overall\": 4, \"reviewerID\": \"A1\", \"asin\": \"B2\", \"unixReviewTime\": 1514764801}",
                "{\"overall\": 4, \"reviewerID\": \"A2\", \"asin\": \"B3\", \"unixReviewTime\": 1514764802}");
        Path metadata = file(
                "meta_Beauty.json.gz",
                "{\"category\": [\"Beauty\", \"Bath & Body, Soap\"], \"title\": \"A\\tsoap\", \"brand\": \"Dove\","
                        + " \"price\": \"$1,299.50\", \"asin\": \"B1\"}",
                "{\"category\": [\"Beauty\"], \"title\": \"Twice\", \"asin\": \"B1\"}",
                "{\"category\": [], \"main_cat\": \"All Beauty\", \"price\": \"$3 - $4\", \"asin\": \"B2\"}",
                "{\"category\": [\"Beauty\", \"Hair\"], \"asin\": \"NOT REVIEWED\"}");
        assertEquals(new Imported(2, 3, 3), run(reviews, Optional.of(metadata), 2));
        Dataset data = data();
        assertEquals(List.of("B1", "B2", "B3"), data.items().ids());
        assertEquals(List.of("A soap", "B2", "B3"), data.itemNames());
        assertEquals(
                List.of("Bath & Body, Soap", "All Beauty", "unknown"),
                data.categories().names().ids());
        assertEquals(1514764800, data.interactions().time(0));
        assertTrue(Files.readString(folder.resolve("data/dataset.yaml")).contains("separator: \"|\""));
    }

    @Test
    void theEditionOf2023IsReadWithoutMetadataToo() throws IOException {
        Path reviews = file(
                "Beauty.jsonl",
                "{\"rating\": 5.0, \"title\": \"Good\", \"images\": [{\"a\": 1}], \"asin\": \"B0\", \"parent_asin\":"
                        + " \"P0\", \"user_id\": \"AE\", \"timestamp\": 1588687728923}",
                "{\"rating\": 1.0, \"asin\": \"B1\", \"parent_asin\": \"P0\", \"user_id\": \"AF\", \"timestamp\": 1}");
        assertEquals(new Imported(2, 1, 2), run(reviews, Optional.empty(), 2));
        assertEquals(List.of("P0"), data().items().ids());
        assertEquals(1588687728, data().interactions().time(0));
    }

    @Test
    void theLevelOfTheCategoryIsAChoice() throws IOException {
        Path reviews = file("r.jsonl", "{\"user_id\": \"u\", \"parent_asin\": \"p\", \"timestamp\": 1}");
        Path metadata = file(
                "m.jsonl",
                "{\"parent_asin\": \"p\", \"main_category\": \"All\", \"categories\": [\"A\", \"B\", \"C\"],"
                        + " \"store\": \"S\", \"price\": 7.5}");
        run(reviews, Optional.of(metadata), 9);
        assertEquals(List.of("C"), data().categories().names().ids());
        assertThrows(IllegalArgumentException.class, () -> new AmazonReviews(reviews, Optional.empty(), 0));
    }

    private void refused(String expected, Path reviews, Optional<Path> metadata) {
        IOException refused = assertThrows(IOException.class, () -> run(reviews, metadata, 2));
        assertEquals(expected, String.valueOf(refused.getMessage()).replace(folder + "/", ""));
        assertTrue(Files.notExists(folder.resolve("data")), "nothing is left");
    }

    @Test
    void mistakesAreToldAndNothingIsLeft() throws IOException {
        String good = "{\"user_id\": \"u\", \"asin\": \"p\", \"timestamp\": 1}";
        refused(
                "r.jsonl:2: there is neither 'reviewerID' nor 'user_id'; give a file of reviews, as All_Beauty.json.gz",
                file("r.jsonl", good, "{\"asin\": \"p\"}"),
                Optional.empty());
        refused(
                "r.jsonl:1: column 'timestamp': 'today' is not a whole number; correct it, or leave out the line",
                file("r.jsonl", "{\"user_id\": \"u\", \"asin\": \"p\", \"timestamp\": \"today\"}"),
                Optional.empty());
        refused("r.jsonl: there is no review; fetch the file again", file("r.jsonl", ""), Optional.empty());
        Path reviews = file("r.jsonl", good);
        refused(
                "m.jsonl: none of its products has a review in r.jsonl; give the metadata of the reviews",
                reviews,
                Optional.of(file("m.jsonl", "{\"asin\": \"q\"}")));
        refused(
                "m.jsonl:1: there is neither 'parent_asin' nor 'asin'; give a file of metadata, as"
                        + " meta_All_Beauty.json.gz",
                reviews,
                Optional.of(file("m.jsonl", "{\"title\": \"q\"}")));
        IOException notJson =
                assertThrows(DataException.class, () -> run(reviews, Optional.of(file("m.json", "{'asin': 'q'}")), 2));
        assertTrue(String.valueOf(notJson.getMessage()).contains("m.json:1: this is not valid JSON"));
    }

    @Test
    void aFileCutShortIsRefused() throws IOException {
        Path whole = file("r.jsonl.gz", "{\"user_id\": \"u\", \"asin\": \"p\", \"timestamp\": 1}");
        byte[] bytes = Files.readAllBytes(whole);
        Files.write(whole, Arrays.copyOf(bytes, bytes.length - 5));
        refused("r.jsonl.gz: the gzip stream ends too early; fetch the file again", whole, Optional.empty());
    }
}
