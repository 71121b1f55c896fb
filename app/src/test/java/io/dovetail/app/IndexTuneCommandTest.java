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
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IndexTuneCommandTest {
    private static final int VECTORS = 1_500;
    private static final int DIMENSION = 8;
    private static final int QUERIES = 240;

    @TempDir
    private static Path shared;

    private static Path queries;
    private static Path built;

    @TempDir
    private Path folder;

    @BeforeAll
    static void build() throws IOException {
        Path vectors = write(shared.resolve("vectors.fvecs"), VECTORS, 1);
        queries = write(shared.resolve("queries.npy"), QUERIES, 2);
        built = shared.resolve("vectors.ivfpq");
        assertEquals(
                0,
                dovetail("index", "build", "--vectors", vectors, "--out", built, "--nlist", "32", "--code", "4x5")
                        .code());
    }

    private static Path write(Path file, int count, long seed) throws IOException {
        Random random = new Random(seed);
        try (Arena arena = Arena.ofConfined()) {
            Matrix matrix = Matrix.allocate(arena, count, DIMENSION);
            for (int row = 0; row < count; row++) {
                for (int col = 0; col < DIMENSION; col++) {
                    matrix.set(row, col, (float) random.nextGaussian());
                }
            }
            VectorFiles.write(file, matrix);
        }
        return file;
    }

    private Path copy() throws IOException {
        return Files.copy(built, folder.resolve("copy.ivfpq"));
    }

    private static Outcome tune(Path index, Object... more) {
        Object[] first = {"index", "tune", "--index", index, "--queries", queries};
        Object[] arguments = new Object[first.length + more.length];
        System.arraycopy(first, 0, arguments, 0, first.length);
        System.arraycopy(more, 0, arguments, first.length, more.length);
        return dovetail(arguments);
    }

    @Test
    void whatIsChosenIsStoredAndUsedBySearches() throws IOException {
        Path index = copy();
        Path report = folder.resolve("tuning.html");
        JsonNode json = tune(index, "--recall", "0.9", "--k", "5", "--report", report, "--json")
                .json();
        JsonNode chosen = json.get("chosen");
        assertTrue(chosen.get("recallWhenChosen").asDouble() >= 0.9, json.toString());
        assertTrue(chosen.get("qps").asDouble() > 0);
        assertTrue(json.get("heldOut").asBoolean());
        assertEquals(QUERIES / 2, json.get("judged").asInt());
        assertTrue(json.get("front").size() > 1);
        JsonNode last = json.get("front").get(json.get("front").size() - 1);
        for (String key : new String[] {"recall", "qps", "nprobe", "rerank"}) {
            assertTrue(last.get(key).asDouble() > 0, key);
        }

        JsonNode info = dovetail("index", "info", index, "--json").json();
        assertEquals(chosen.get("nprobe"), info.get("nprobe"));
        assertEquals(chosen.get("rerank"), info.get("rerank"));
        assertEquals(5, info.get("tuned").get("k").asInt());
        assertEquals(0.9, info.get("tuned").get("asked").asDouble());
        assertEquals(
                chosen.get("recall").asDouble(), info.get("tuned").get("recall").asDouble(), 1e-6);
        String text = dovetail("index", "info", index).out();
        assertTrue(text.contains("tuned for recall@5 of 0.9000: "), text);
        assertTrue(text.contains("on 120 queries"), text);
        JsonNode search = dovetail("index", "search", "--index", index, "--queries", queries, "--k", "5", "--json")
                .json();
        assertEquals(chosen.get("nprobe"), search.get("nprobe"));
        assertEquals(chosen.get("rerank"), search.get("rerank"));
        assertEquals(0, dovetail("index", "verify", index).code());
        assertTrue(Files.readString(report).contains("nprobe " + chosen.get("nprobe")));
    }

    @Test
    void saysThatARecallIsOfTheVectorsThatAreKept() {
        Path coarse = folder.resolve("coarse.ivfpq");
        Path vectors = shared.resolve("vectors.fvecs");
        assertEquals(
                0,
                dovetail("index", "build", "--vectors", vectors, "--out", coarse, "--precision", "int8")
                        .code());
        Outcome tuned = tune(coarse, "--recall", "0.5", "--k", "5");
        assertEquals(0, tuned.code(), tuned.err());
        assertTrue(tuned.err().contains("kept as int8; give --truth"), tuned.err());
        assertFalse(tune(built, "--recall", "0.5", "--k", "5", "--out", folder.resolve("other"))
                .err()
                .contains("--truth"));
    }

    @Test
    void aGivenTruthIsUsedAndTheIndexMayStayAsItIs() throws IOException {
        Path truth = folder.resolve("truth.ivecs");
        assertEquals(
                0,
                dovetail(
                                "index",
                                "search",
                                "--index",
                                built,
                                "--queries",
                                queries,
                                "--k",
                                "5",
                                "--nprobe",
                                "32",
                                "--rerank",
                                VECTORS,
                                "--out",
                                truth)
                        .code());
        Path index = copy();
        Path out = folder.resolve("tuned.ivfpq");
        Outcome outcome = tune(index, "--recall", "0.8", "--k", "5", "--truth", truth, "--out", out);
        assertEquals(0, outcome.code(), outcome.err());
        assertTrue(outcome.out().contains("chosen: nprobe "), outcome.out());
        assertTrue(outcome.out().contains("chosen by half of them, the figures are of the other 120"), outcome.out());
        assertEquals(-1, Files.mismatch(built, index));
        assertTrue(dovetail("index", "info", out, "--json").json().has("tuned"));
    }

    @ParameterizedTest
    @CsvSource({"dat, 1", "mind, 3"}) // users have nine events each, and log2 of them is three interests
    void theUsersOfARunAskAsTheyAreServed(String model, int vectorsOfAUser) throws IOException {
        Path run = folder.resolve("run");
        Path data = Shop.write(folder.resolve("shop"));
        String augmented = "augmented=" + (model.equals("mind") ? 0 : 8);
        assertEquals(
                0,
                dovetail(Shop.train(data, run, "--model", model, "--set", augmented))
                        .code());
        Path index = run.resolve("items.ivfpq");
        Outcome build = dovetail("index", "build", "--run", run, "--out", index);
        assertEquals(0, build.code(), build.err());
        assertTrue(build.out().contains("dovetail index tune --run " + run + " --index " + index), build.out());
        JsonNode json = dovetail("index", "tune", "--run", run, "--k", "3", "--recall", "0.5", "--json")
                .json();
        int users =
                dovetail("evaluate", "--run", run, "--json").json().get("users").asInt();
        assertEquals(users * vectorsOfAUser, json.get("queries").asInt());
        assertEquals(
                3,
                dovetail("index", "info", index, "--json")
                        .json()
                        .get("tuned")
                        .get("k")
                        .asInt());
        dovetail("index", "tune", "--run", run, "--index", built).refuses(built.toString(), "of another model");
        dovetail("index", "tune", "--run", run, "--truth", queries).refuses("--truth", "leave it out");
        dovetail("index", "tune", "--run", run, "--k", "100000").refuses("--k: 100000");
        dovetail("index", "tune", "--queries", queries).refuses("--index is missing");
        dovetail("index", "tune", "--run", run, "--queries", queries).refuses("--run", "--queries");
    }

    @Test
    void aRecallOutOfReachIsSaidWithTheBestAndTheRemedyAndNothingIsStored() throws IOException {
        Path index = copy();
        Path report = folder.resolve("tuning.html");
        tune(index, "--recall", "1", "--k", "5", "--most-rerank", "5", "--report", report, "--json")
                .refuses("--recall: 1.0 is not reached; the best is 0.", "rerank 5", "of 32 lists", "--most-rerank");
        assertEquals(-1, Files.mismatch(built, index));
        assertTrue(Files.readString(report).contains("No parameters reach it."));
    }

    @Test
    void refusesWhatCannotBeTuned() throws IOException {
        tune(built, "--recall", "1.5").refuses("--recall: 1.5");
        tune(built, "--recall", "0").refuses("--recall: 0.0");
        tune(built, "--k", "1501").refuses("--k: 1501", "1 to 1500");
        tune(built, "--most-rerank", "0").refuses("--most-rerank: 0 is out of range");
        Path truth = folder.resolve("truth.ivecs");
        VectorFiles.writeIvecs(truth, new int[][] {{1, 2}});
        tune(built, "--truth", truth).refuses(truth.toString(), "1 rows of 2");
        assertFalse(dovetail("index", "info", built, "--json").json().has("tuned"));
    }
}
