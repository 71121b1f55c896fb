package io.dovetail.app;

import static io.dovetail.app.CommandLineRunner.dovetail;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.dovetail.app.CommandLineRunner.Outcome;
import io.dovetail.index.VectorFiles;
import io.dovetail.index.live.Durability;
import io.dovetail.index.live.LiveIndex;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Live indexes with names on the command line. */
final class LiveCommandsTest {
    private static final int VECTORS = 200;

    @TempDir
    Path folder;

    private Path live;
    private Path index;
    private Path names;

    @BeforeEach
    void build() throws IOException {
        live = folder.resolve("live");
        index = folder.resolve("base.ivfpq");
        Path vectors = folder.resolve("base.npy");
        try (Arena arena = Arena.ofConfined()) {
            Random random = new Random(1);
            Matrix matrix = Matrix.allocate(arena, VECTORS, 4);
            for (int row = 0; row < VECTORS; row++) {
                for (int col = 0; col < 4; col++) {
                    matrix.set(row, col, random.nextFloat());
                }
            }
            VectorFiles.write(vectors, matrix);
        }
        Outcome built = dovetail("index", "build", "--vectors", vectors, "--out", index, "--nlist", 4, "--code", "2x4");
        assertEquals(0, built.code(), built.err());
        names = Files.writeString(
                folder.resolve("names.txt"),
                IntStream.range(0, VECTORS).mapToObj(i -> "sku-" + i).collect(Collectors.joining("\n")));
    }

    private Path vectors(String name, float[]... rows) throws IOException {
        Path file = folder.resolve(name);
        try (Arena arena = Arena.ofConfined()) {
            VectorFiles.write(file, Matrix.copyOf(arena, rows));
        }
        return file;
    }

    private Path text(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private void create() {
        Outcome created = dovetail("index", "live", "create", live, "--index", index, "--names", names);
        assertEquals(0, created.code(), created.err());
        assertTrue(created.out().contains("200 vectors, 200 names"), created.out());
    }

    @Test
    void vectorsAreWrittenFoundAndRemovedByTheirNames() throws IOException {
        create();
        Path far = vectors("far.npy", new float[] {9, 0, 0, 0}, new float[] {0, 8, 0, 0});
        Path query = vectors("query.npy", new float[] {1, 0.1f, 0, 0}, new float[] {0, 1, 0, 0});
        JsonNode written = dovetail(
                        "index",
                        "live",
                        "upsert",
                        live,
                        "--vectors",
                        far,
                        "--names",
                        text("new.txt", "ünew\nsku-7\n"),
                        "--json")
                .json();
        assertEquals(2, written.get("written").asInt());
        assertEquals(1, written.get("new").asInt());
        assertEquals(201, written.get("vectors").asInt());
        Outcome found = dovetail("index", "live", "search", live, "--queries", query, "--k", 1);
        assertEquals("0\t1\tünew\t9.0\n1\t1\tsku-7\t8.0\n", found.out().replace("\r", ""));
        JsonNode json = dovetail("index", "live", "search", live, "--queries", query, "--k", 3, "--json")
                .json();
        assertEquals(3, json.get("found").get(0).size());
        assertEquals("sku-7", json.get("found").get(1).get(0).get("name").asText());
        Outcome compacted = dovetail("index", "live", "compact", live, "--threads", 1);
        assertTrue(compacted.out().contains("3 rows tidied up, 201 vectors"), compacted.out() + compacted.err());
        Outcome info = dovetail("index", "info", live);
        assertTrue(info.out().contains("names        201"), info.out());
        Outcome removed = dovetail("index", "live", "remove", live, "--names", text("old.txt", "ünew\nnever\nsku-7\n"));
        assertTrue(removed.out().contains("2 vectors removed") && removed.out().contains("has 199"), removed.out());
        Outcome after = dovetail("index", "live", "search", live, "--queries", query, "--k", 199);
        assertEquals(398, after.out().lines().count());
        assertFalse(after.out().contains("ünew") || after.out().contains("sku-7\t"), after.out());
        assertEquals(
                201,
                dovetail("index", "info", live, "--json")
                        .json()
                        .get("live")
                        .get("names")
                        .asInt());
    }

    @Test
    void whereVectorsHaveNoNamesASearchPrintsIds() throws IOException {
        LiveIndex.create(live, index, Durability.EACH_WRITE, Kernels.best()).close();
        Path query = vectors("query.npy", new float[] {1, 1, 1, 1});
        Outcome found = dovetail("index", "live", "search", live, "--queries", query, "--k", 1);
        assertTrue(found.out().matches("0\t1\t\\d+\t\\d\\.\\d+\\R"), found.out());
        dovetail("index", "live", "remove", live, "--names", names).refuses("ids and no names");
    }

    @Test
    void saysWhatDoesNotFit() throws IOException {
        Path few = text("few.txt", "a\nb\n");
        Path twice = text("twice.txt", Files.readString(names).replace("sku-9\n", "sku-8\n"));
        Path gap = text("gap.txt", "a\n\nb\n");
        dovetail("index", "live", "create", live, "--index", index, "--names", few)
                .refuses(index.toString(), "none of the 2 names");
        dovetail("index", "live", "create", live, "--index", index, "--names", twice)
                .refuses("'sku-8' stands twice");
        dovetail("index", "live", "create", live, "--index", index, "--names", gap)
                .refuses(gap.toString(), "line 2: is empty");
        dovetail("index", "live", "search", live, "--queries", index).refuses("there is no live index");
        create();
        dovetail("index", "live", "create", live, "--index", index, "--names", names)
                .refuses("holds a live index already");
        Path three = vectors("three.npy", new float[] {1, 2, 3}, new float[] {1, 2, 3});
        dovetail("index", "live", "upsert", live, "--vectors", three, "--names", few)
                .refuses(three.toString(), "2 vectors of dimension 3", "2 names", "dimension 4");
        Path bad = vectors("bad.npy", new float[] {1, 2, 3, 4}, new float[] {1, 2, 3, Float.NaN});
        dovetail("index", "live", "upsert", live, "--vectors", bad, "--names", few)
                .refuses("NaN");
        Path missing = folder.resolve("missing.txt");
        dovetail("index", "live", "remove", live, "--names", missing)
                .refuses(missing.toString(), "a name on each line");
    }
}
