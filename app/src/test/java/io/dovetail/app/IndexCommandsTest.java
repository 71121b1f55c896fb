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
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IndexCommandsTest {
    private static final int VECTORS = 700;
    private static final int DIMENSION = 8;
    private static final int QUERIES = 37;

    @TempDir
    static Path shared;

    private static Path vectors;
    private static Path queries;
    private static Path index;

    @TempDir
    Path folder;

    @BeforeAll
    static void build() throws IOException {
        vectors = write(shared.resolve("vectors.fvecs"), VECTORS, 1);
        queries = write(shared.resolve("queries.npy"), QUERIES, 2);
        index = shared.resolve("vectors.ivfpq");
        assertEquals(
                0,
                dovetail("index", "build", "--vectors", vectors, "--out", index, "--nlist", "16", "--code", "4x8")
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

    @Test
    void choosesForAMemoryAndSaysWhy() throws IOException {
        Path small = folder.resolve("small.ivfpq");
        Outcome built = dovetail("index", "build", "--vectors", vectors, "--out", small, "--memory", "33KB", "--json");
        assertEquals(0, built.code(), built.err());
        assertTrue(built.err().contains("float32 does not fit"), built.err());
        assertEquals("float16", built.json().path("precision").asText());
        assertTrue(Files.size(small) <= 33_000, "it takes " + Files.size(small));
        Outcome given = dovetail(
                "index",
                "build",
                "--vectors",
                vectors,
                "--out",
                small,
                "--precision",
                "int8",
                "--code",
                "4x5",
                "--json");
        assertEquals("int8", given.json().path("precision").asText());
        Outcome none = dovetail("index", "build", "--vectors", vectors, "--out", small, "--memory", "9KB");
        assertEquals(2, none.code());
        assertTrue(none.err().contains("9,000 bytes are not enough"), none.err());
        Outcome no = dovetail("index", "build", "--vectors", vectors, "--out", small, "--memory", "much");
        assertEquals(2, no.code());
        assertTrue(no.err().contains("'much' is no size"), no.err());
        dovetail("index", "build", "--vectors", vectors, "--out", small, "--recall", "0.9")
                .refuses("--recall", "--memory");
        dovetail("index", "build", "--vectors", vectors, "--out", small, "--memory", "1GB", "--code", "4x8")
                .refuses("--memory", "leave out --code");
    }

    @Test
    void anIndexSaysHowItsCodesWereChosen() throws IOException {
        Path out = folder.resolve("codes.ivfpq");
        for (String eta : new String[] {"1", "6.5"}) {
            dovetail("index", "build", "--vectors", vectors, "--out", out, "--anisotropy", eta, "--json")
                    .json();
            assertEquals(
                    Double.parseDouble(eta),
                    dovetail("index", "info", out, "--json")
                            .json()
                            .get("anisotropy")
                            .asDouble());
        }
        dovetail("index", "build", "--vectors", vectors, "--out", out, "--anisotropy", "0.5")
                .refuses("anisotropy is at least 1 and finite, got 0.5");
    }

    private static Outcome search(Object... more) {
        Object[] first = {"index", "search", "--index", index, "--queries", queries};
        Object[] arguments = new Object[first.length + more.length];
        System.arraycopy(first, 0, arguments, 0, first.length);
        System.arraycopy(more, 0, arguments, first.length, more.length);
        return dovetail(arguments);
    }

    @Test
    void buildReportsWhatItMade() throws IOException {
        Path out = folder.resolve("a.ivfpq");
        Outcome outcome = dovetail(
                "index",
                "build",
                "--vectors",
                vectors,
                "--out",
                out,
                "--nlist",
                "16",
                "--code",
                "4x8",
                "--threads",
                "1",
                "--json");
        JsonNode json = outcome.json();
        assertEquals(VECTORS, json.get("vectors").asInt());
        assertEquals(DIMENSION, json.get("dimension").asInt());
        assertEquals(16, json.get("nlist").asInt());
        assertEquals("4x8", json.get("code").asText());
        assertEquals(Files.size(out), json.get("bytes").asLong());
        assertEquals(
                Files.size(out) / (double) VECTORS, json.get("bytesPerVector").asDouble());
        assertTrue(json.get("imbalance").asDouble() >= 1);
        assertTrue(json.get("seconds").asDouble() > 0);
        assertTrue(outcome.err().contains("warning: 700 vectors are few"), outcome.err());
        assertEquals(-1, Files.mismatch(index, out), "the same vectors and settings give the same bytes");
    }

    @Test
    void anotherSeedAndOtherTrainingMakeAnotherIndex() throws IOException {
        Path out = folder.resolve("a.ivfpq");
        Outcome outcome = dovetail(
                "index",
                "build",
                "--vectors",
                vectors,
                "--out",
                out,
                "--nlist",
                "16",
                "--code",
                "4x8",
                "--seed",
                "2",
                "--sample",
                "600",
                "--iterations",
                "2");
        assertEquals(0, outcome.code(), outcome.err());
        assertTrue(Files.mismatch(index, out) >= 0);
    }

    @Test
    void searchThatScansAllFindsTheTruthInBothModes() throws IOException {
        Path truth = folder.resolve("truth.ivecs");
        JsonNode single = search("--k", "10", "--nprobe", "16", "--rerank", "700", "--out", truth, "--json")
                .json();
        assertEquals(QUERIES, single.get("queries").asInt());
        assertEquals(10, single.get("k").asInt());
        assertEquals(1, single.get("threads").asInt());
        assertFalse(single.has("recall@10"), "no truth was given");
        for (String key : new String[] {"qps", "p50us", "p99us"}) {
            assertTrue(single.get(key).asDouble() > 0, key);
        }
        int[][] found = VectorFiles.readIvecs(truth);
        assertEquals(QUERIES, found.length);
        assertEquals(10, IntStream.of(found[0]).distinct().count());
        JsonNode batched = search(
                        "--k",
                        "5",
                        "--nprobe",
                        "16",
                        "--rerank",
                        "700",
                        "--truth",
                        truth,
                        "--batch",
                        "16",
                        "--threads",
                        "2",
                        "--json")
                .json();
        assertEquals(1, batched.get("recall@5").asDouble());
        assertEquals(2, batched.get("threads").asInt());
        assertEquals(16, batched.get("nprobe").asInt());
        assertEquals(700, batched.get("rerank").asInt());
        JsonNode narrow = search("--k", "10", "--nprobe", "1", "--rerank", "1", "--truth", truth, "--json")
                .json();
        assertTrue(narrow.get("recall@10").asDouble() < 1, "one of 16 lists cannot hold all neighbours");
    }

    @Test
    void fewerResultsThanAskedForAreFilledUp() throws IOException {
        Path out = folder.resolve("found.ivecs");
        Path deny = Files.writeString(folder.resolve("deny.txt"), "3\n\n 699 \n3\n");
        Outcome outcome = search("--k", "700", "--nprobe", "1", "--out", out, "--deny", deny);
        assertEquals(0, outcome.code(), outcome.err());
        assertTrue(outcome.out().contains("37 queries, k 700, nprobe 1"), outcome.out());
        assertTrue(outcome.out().contains("698 of 700 vectors may be found"), outcome.out());
        int[] found = VectorFiles.readIvecs(out)[0];
        assertEquals(700, found.length);
        assertTrue(found[697] >= 0);
        assertEquals(-1, found[698]);
        assertEquals(-1, found[699]);
        assertTrue(IntStream.of(found).noneMatch(id -> id == 3 || id == 699));
    }

    @Test
    void findsOnlyWhatIsAllowedAndNotDenied() throws IOException {
        Path allow = Files.writeString(folder.resolve("allow.txt"), "5\n6\n7\n-12345\n600");
        Path deny = Files.writeString(folder.resolve("deny.txt"), "6\n");
        Path out = folder.resolve("found.ivecs");
        for (String[] more : new String[][] {{"--nprobe", "1", "--rerank", "9"}, {"--batch", "10", "--threads", "2"}}) {
            JsonNode json = search(
                            "--k",
                            "4",
                            "--allow",
                            allow,
                            "--deny",
                            deny,
                            "--out",
                            out,
                            "--json",
                            more[0],
                            more[1],
                            more[more.length - 2],
                            more[more.length - 1])
                    .json();
            assertEquals(3, json.get("allowed").asInt());
            for (int[] found : VectorFiles.readIvecs(out)) {
                assertEquals(-1, found[3]);
                assertEquals(
                        Set.of(5, 7, 600), Set.of(found[0], found[1], found[2]), "all that is left, in some order");
            }
        }
    }

    @Test
    void refusesFilesThatAreNotOfIds() throws IOException {
        Path words = Files.writeString(folder.resolve("words.txt"), "1\n\ntwo\n");
        search("--allow", words).refuses(words.toString(), "line 3", "'two' is no id", "one whole number a line");
        Path missing = folder.resolve("missing.txt");
        search("--deny", missing).refuses(missing.toString(), "no such file");
        Path bytes = Files.write(folder.resolve("bytes.txt"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        search("--allow", bytes).refuses(bytes.toString(), "no text");
        Path none = Files.writeString(folder.resolve("none.txt"), "-1\n");
        search("--allow", none).refuses("--allow " + none, "none of the 700 vectors");
    }

    @Test
    void infoAndVerifySayWhatIsInTheFile() throws IOException {
        Outcome info = dovetail("index", "info", index);
        assertTrue(info.out().contains("700 of dimension 8, in 16 lists"), info.out());
        JsonNode json = dovetail("index", "info", index, "--json").json();
        assertEquals("4x8", json.get("code").asText());
        assertEquals(4, json.get("codeBytesPerVector").asDouble());
        assertTrue(dovetail("index", "verify", index, "--json").json().get("ok").asBoolean());
    }

    @Test
    void infoSaysWhatTakesTheBytesAndHowLongTheVectorsAre() throws IOException {
        Outcome info = dovetail("index", "info", index);
        assertTrue(info.out().contains("vectors                   44,864 bytes"), info.out());
        assertTrue(info.out().contains("lengths "), info.out());
        JsonNode json = dovetail("index", "info", index, "--json").json();
        assertEquals(64 + 700 * 16 * 4, json.get("sections").get("vectors").asLong());
        assertEquals(700 * 8, json.get("sections").get("ids").asLong());
        assertTrue(json.get("bytes").asLong()
                > json.get("sections").valueStream().mapToLong(JsonNode::asLong).sum());
        JsonNode norms = json.get("norms");
        assertTrue(norms.get("least").asDouble() <= norms.get("mean").asDouble());
        assertTrue(norms.get("mean").asDouble() <= norms.get("greatest").asDouble());
    }

    @Test
    void infoOfALiveDirectorySaysWhatWasWrittenSinceItsFile() throws IOException {
        Path directory = folder.resolve("live");
        try (Arena arena = Arena.ofShared();
                LiveIndex live = LiveIndex.create(directory, index, Durability.EACH_WRITE, Kernels.best())) {
            live.upsert(0, Matrix.allocate(arena, 1, 8));
            live.upsert(100_000, Matrix.allocate(arena, 1, 8));
            live.remove(new long[] {1, 2});
        }
        Outcome info = dovetail("index", "info", directory);
        assertTrue(
                info.out()
                        .contains("live         699 vectors; a compaction would tidy up 5 rows: 2 written since"
                                + " index-1.ivfpq, and 3 of it that were replaced or removed"),
                info.out());
        JsonNode json = dovetail("index", "info", directory, "--json").json();
        assertEquals(700, json.get("vectors").asInt());
        assertEquals(699, json.get("live").get("vectors").asInt());
        assertEquals(5, json.get("live").get("pending").asInt());
        assertEquals(3, json.get("live").get("removed").asInt());
        dovetail("index", "info", folder.resolve("nothing")).refuses("nothing", "no such file");
        dovetail("index", "info", folder).refuses("MANIFEST", "there is no live index");
    }

    @Test
    void verifyFindsAFlippedBit() throws IOException {
        byte[] bytes = Files.readAllBytes(index);
        bytes[bytes.length / 2] ^= 4;
        Path damaged = Files.write(folder.resolve("damaged.ivfpq"), bytes);
        dovetail("index", "verify", damaged).refuses(damaged.toString(), "checksum", "damaged");
    }

    @Test
    void refusesWhatCannotBeBuilt() throws IOException {
        Path out = folder.resolve("a.ivfpq");
        Object[] base = {"index", "build", "--vectors", vectors, "--out", out, "--code"};
        for (String[] wrong :
                new String[][] {{"8", "'8' is not of the form 8x8"}, {"3x8", "3 subspaces"}, {"4x9", "bits are 4 to 8"}
                }) {
            Object[] arguments = new Object[base.length + 1];
            System.arraycopy(base, 0, arguments, 0, base.length);
            arguments[base.length] = wrong[0];
            dovetail(arguments).refuses(wrong[1]);
        }
        dovetail("index", "build", "--vectors", vectors, "--out", out, "--nlist", "5000")
                .refuses("nlist 5000", "use");
        dovetail("index", "build", "--out", out).refuses("--run", "--vectors");
        Path text = Files.writeString(folder.resolve("v.txt"), "1 2 3");
        dovetail("index", "build", "--vectors", text, "--out", out).refuses(text.toString(), ".fvecs");
        Path missing = folder.resolve("v.npy");
        dovetail("index", "build", "--vectors", missing, "--out", out).refuses(missing.toString(), "no such file");
        dovetail("index", "build", "--run", missing, "--out", out).refuses("not a finished run");
        assertFalse(Files.exists(out));
    }

    @Test
    void refusesVectorsThatAreNotFinite() throws IOException {
        Path file = folder.resolve("v.npy");
        try (Arena arena = Arena.ofConfined()) {
            Matrix matrix = Matrix.allocate(arena, 50, 4);
            matrix.set(7, 1, Float.NaN);
            VectorFiles.write(file, matrix);
        }
        dovetail("index", "build", "--vectors", file, "--out", folder.resolve("a.ivfpq"))
                .refuses(file.toString(), "row 7", "finite");
    }

    @Test
    void refusesWhatCannotBeSearched() throws IOException {
        search("--k", "701").refuses("--k: 701", "1 to 700");
        search("--nprobe", "0").refuses("nprobe 0");
        search("--batch", "0").refuses("--batch: 0");
        search("--threads", "2").refuses("--threads 2", "add --batch");
        search("--k", "ten").refuses("--k", "ten");
        Path truth = folder.resolve("truth.ivecs");
        VectorFiles.writeIvecs(truth, new int[][] {{1, 2}});
        search("--truth", truth).refuses(truth.toString(), "1 rows of 2");
        Path other = folder.resolve("other.npy");
        try (Arena arena = Arena.ofConfined()) {
            VectorFiles.write(other, Matrix.allocate(arena, 3, 4));
        }
        dovetail("index", "search", "--index", index, "--queries", other).refuses(other.toString(), "dimension 4", "8");
        dovetail("index", "search", "--index", vectors, "--queries", queries).refuses(vectors.toString());
        dovetail("index").refuses("Missing required subcommand", "see 'dovetail index --help'");
    }
}
