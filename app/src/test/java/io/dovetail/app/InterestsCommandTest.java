package io.dovetail.app;

import static io.dovetail.app.CommandLineRunner.dovetail;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.dovetail.app.CommandLineRunner.Outcome;
import io.dovetail.index.VectorFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands with a run whose users have several interests. */
final class InterestsCommandTest {
    @TempDir
    static Path shared;

    private static Path run;

    @TempDir
    Path folder;

    @BeforeAll
    static void train() throws IOException {
        run = shared.resolve("run");
        Outcome trained = dovetail(Shop.train(
                Shop.write(shared.resolve("shop")),
                run,
                "--set",
                "augmented=0",
                "--set",
                "mimic-user=0",
                "--set",
                "mimic-item=0",
                "--set",
                "interests=3"));
        assertEquals(0, trained.code(), trained.err());
    }

    private float[][] vectors(String name) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return VectorFiles.read(folder.resolve(name), arena).toArray();
        }
    }

    @Test
    void anIndexServesWhatTheEvaluationRanks() throws IOException {
        Path index = folder.resolve("items.ivfpq");
        assertEquals(0, dovetail("index", "build", "--run", run, "--out", index).code());
        JsonNode json =
                dovetail("evaluate", "--run", run, "--index", index, "--json").json();
        assertEquals(60, json.get("users").asInt());
        // The whole catalogue is re-ranked, so nothing is lost.
        assertEquals(1, json.get("index").get("recall@80").asDouble());
        JsonNode items = dovetail("recommend", "--run", run, "--user", "u003", "--k", "5", "--json")
                .json()
                .get("items");
        assertEquals(5, items.size());
    }

    @Test
    void aVectorIsExportedForEachInterestUnderTheIdOfItsUser() throws IOException {
        JsonNode json =
                dovetail("export", "--run", run, "--out", folder, "--json").json();
        assertEquals(60, json.get("users").asInt());
        List<String> ids = Files.readAllLines(folder.resolve("users.ids.txt"));
        float[][] users = vectors("users.npy");
        assertEquals(ids.size(), users.length);
        assertEquals(8, users[0].length);
        assertEquals(60, ids.stream().distinct().count());
        assertTrue(ids.size() > 60, "more vectors than users");
        assertEquals(80, vectors("items.npy").length);
    }

    @Test
    void newUsersAreEncodedWithAVectorForEachInterest() throws IOException {
        Path file = Files.writeString(
                folder.resolve("new.tsv"), "user\thistory\nv1\ti001,i002,i003,i004\nv2\ti002\nv3\t\n");
        Outcome outcome = dovetail("encode", "--run", run, "--users", file, "--out", folder);
        assertEquals(0, outcome.code(), outcome.err());
        assertEquals(List.of("v1", "v1", "v2", "v3"), Files.readAllLines(folder.resolve("users.ids.txt")));
        assertEquals(4, vectors("users.npy").length);
    }

    @Test
    void towersOfInterestsAreNotExported() {
        dovetail("export", "--run", run, "--out", folder.resolve("towers"), "--format", "onnx")
                .refuses("--format onnx: users of", "have several interests", "--format npy");
        assertFalse(Files.exists(folder.resolve("towers/users.onnx")));
    }
}
