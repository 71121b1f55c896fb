package io.dovetail.app;

import static io.dovetail.app.CommandLineRunner.dovetail;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.dovetail.app.CommandLineRunner.Outcome;
import io.dovetail.index.VectorFiles;
import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands {@code index export} and {@code index import}. */
final class IndexExchangeTest {

    @TempDir
    private Path folder;

    private Path vectors;
    private Path built;
    private Path faiss;

    @BeforeEach
    void export() throws IOException {
        vectors = folder.resolve("vectors.fvecs");
        built = folder.resolve("built.ivfpq");
        faiss = folder.resolve("built.faiss");
        Random random = new Random(1);
        try (Arena arena = Arena.ofConfined()) {
            Matrix matrix = Matrix.allocate(arena, 300, 4);
            for (int row = 0; row < 300; row++) {
                for (int col = 0; col < 4; col++) {
                    matrix.set(row, col, (float) random.nextGaussian());
                }
            }
            VectorFiles.write(vectors, matrix);
            for (int row = 0; row < 300; row++) {
                matrix.set(row, 0, 10 * matrix.get(row, 0));
                matrix.set(row, 1, 10 * matrix.get(row, 1));
            }
            VectorFiles.write(folder.resolve("uneven.fvecs"), matrix);
        }
        assertEquals(
                0,
                dovetail("index", "build", "--vectors", vectors, "--out", built, "--nlist", "8", "--code", "2x8")
                        .code());
        JsonNode json = dovetail("index", "export", "--index", built, "--format", "faiss", "--out", faiss, "--json")
                .json();
        assertEquals(300, json.get("vectors").asInt());
        assertEquals(Files.size(faiss), json.get("bytes").asLong());
    }

    private int[][] search(Path index) throws IOException {
        Path found = folder.resolve("found.ivecs");
        Outcome outcome = dovetail(
                "index", "search", "--index", index, "--queries", vectors, "--k", "3", "--nprobe", "8", "--out", found);
        assertEquals(0, outcome.code(), outcome.err());
        return VectorFiles.readIvecs(found);
    }

    @Test
    void withTheVectorsAnImportFindsWhatTheOriginalFinds() throws IOException {
        Path out = folder.resolve("back.ivfpq");
        JsonNode json = dovetail("index", "import", "--faiss", faiss, "--vectors", vectors, "--out", out, "--json")
                .json();
        assertEquals("2x8", json.get("code").asText());
        assertEquals(8, json.get("nlist").asInt());
        assertTrue(Arrays.deepEquals(search(built), search(out)));
    }

    @Test
    void withoutVectorsItSaysWhatScoresAre() throws IOException {
        Path out = folder.resolve("back.ivfpq");
        Outcome outcome = dovetail("index", "import", "--faiss", faiss, "--out", out);
        assertEquals(0, outcome.code(), outcome.err());
        assertTrue(outcome.err().contains("has no vectors: results are ranked by what codes stand for"));
        assertEquals(300, search(out).length);
    }

    @Test
    void refusesWhatCannotBeExchanged() throws IOException {
        Path out = folder.resolve("new");
        dovetail("index", "export", "--index", built, "--format", "annoy", "--out", out)
                .refuses("--format: 'annoy' is none of faiss");
        dovetail("index", "import", "--faiss", built, "--out", out)
                .refuses(built.toString(), "'IwPQ', found 'DOVE'", "faiss.write_index");
        Path turned = folder.resolve("turned.ivfpq");
        JsonNode json = dovetail(
                        "index",
                        "build",
                        "--vectors",
                        folder.resolve("uneven.fvecs"),
                        "--out",
                        turned,
                        "--nlist",
                        "4",
                        "--code",
                        "2x4",
                        "--opq",
                        "10",
                        "--json")
                .json();
        assertTrue(json.get("rotated").asBoolean());
        dovetail("index", "export", "--index", turned, "--format", "faiss", "--out", out)
                .refuses(turned.toString(), "--opq");
        Path few = folder.resolve("few.fvecs");
        try (Arena arena = Arena.ofConfined()) {
            VectorFiles.write(few, Matrix.allocate(arena, 10, 4));
        }
        dovetail("index", "import", "--faiss", faiss, "--vectors", few, "--out", out)
                .refuses(few.toString(), "there are 10, but the faiss index has the id");
        assertFalse(Files.exists(out));
    }
}
