package io.dovetail.app;

import static io.dovetail.app.CommandLineRunner.dovetail;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.app.CommandLineRunner.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that make data sets: synthesize and import. */
final class DataCommandsTest {
    @TempDir
    Path folder;

    @Test
    void whatIsSynthesizedCanBeTrainedOn() throws IOException {
        Path data = folder.resolve("data");
        Outcome made = dovetail(
                "synthesize",
                "--users",
                "60",
                "--items",
                "80",
                "--interactions",
                "500",
                "--categories",
                "3",
                "--out",
                data,
                "--json");
        assertEquals(0, made.code(), made.err());
        assertEquals(500, made.json().get("interactions").asInt());
        assertEquals(1, made.json().get("seed").asInt());
        Outcome trained = dovetail(
                "train", "--data", data, "--out", folder.resolve("run"), "--set", "epochs=1", "--threads", "1");
        assertEquals(0, trained.code(), trained.err());
        assertTrue(trained.out().contains("60 users, 80 items, 500 events"), trained.out());
    }

    @Test
    void sizesThatCannotBeAreRefused() {
        Outcome refused = dovetail(
                "synthesize", "--users", "10", "--items", "10", "--interactions", "5", "--out", folder.resolve("data"));
        assertEquals(2, refused.code());
        assertEquals("dovetail: items: is 10; it must be at least 80, 4 for each category\n", refused.err());
    }

    @Test
    void aFolderThatHoldsSomethingIsRefused() throws IOException {
        Files.writeString(folder.resolve("mine"), "x");
        Outcome refused =
                dovetail("synthesize", "--users", "100", "--items", "100", "--interactions", "500", "--out", folder);
        assertEquals(2, refused.code());
        assertTrue(refused.err().contains("the folder is not empty; choose another path"), refused.err());
    }

    @Test
    void movieLensIsImported() throws IOException {
        Path from = Files.createDirectory(folder.resolve("ml"));
        Files.writeString(from.resolve("movies.csv"), "movieId,title,genres\n1,T (1995),Comedy\n");
        Files.writeString(from.resolve("ratings.csv"), "userId,movieId,rating,timestamp\n1,1,4.0,964982703\n");
        Outcome imported = dovetail("import", "movielens", "--from", from, "--out", folder.resolve("data"), "--json");
        assertEquals(0, imported.code(), imported.err());
        assertEquals(1, imported.json().get("items").asInt());
        assertTrue(Files.exists(folder.resolve("data/dataset.yaml")));
        Outcome missing = dovetail("import", "movielens", "--from", folder, "--out", folder.resolve("other"));
        assertEquals(2, missing.code());
        assertTrue(missing.err().contains("there is no ratings.csv; give the unpacked folder"), missing.err());
    }

    @Test
    void amazonReviewsAreImported() throws IOException {
        Path reviews = Files.writeString(
                folder.resolve("r.jsonl"), "{\"user_id\": \"u\", \"parent_asin\": \"p\", \"timestamp\": 1}\n");
        Path target = folder.resolve("data");
        Outcome imported = dovetail("import", "amazon", "--reviews", reviews, "--out", target);
        assertEquals(0, imported.code(), imported.err());
        assertEquals(target + ": 1 users, 1 items, 1 events", imported.out().strip());
        Outcome level = dovetail(
                "import", "amazon", "--reviews", reviews, "--category-level", "0", "--out", folder.resolve("other"));
        assertEquals(2, level.code());
        assertEquals("dovetail: category level: is 0; it must be at least 1\n", level.err());
    }
}
