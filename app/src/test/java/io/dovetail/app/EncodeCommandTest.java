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
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EncodeCommandTest {
    @TempDir
    static Path shared;

    private static Path run;

    @TempDir
    Path folder;

    @BeforeAll
    static void train() throws IOException {
        run = shared.resolve("run");
        Outcome trained = dovetail(
                Shop.train(Shop.write(shared.resolve("shop")), run, "--set", "history=3", "--set", "id-dropout=0.2"));
        assertEquals(0, trained.code(), trained.err());
    }

    private float[][] vectors(String name) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return VectorFiles.read(folder.resolve("out").resolve(name), arena).toArray();
        }
    }

    private Outcome encode(Object... more) {
        Object[] arguments = {"encode", "--run", run, "--out", folder.resolve("out")};
        Object[] all = Arrays.copyOf(arguments, arguments.length + more.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return dovetail(all);
    }

    private static double length(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }

    @Test
    void itemsAreEncodedFromTheirFeatures() throws IOException {
        Path file = Files.writeString(
                folder.resolve("new.tsv"),
                "sku\tcategory\tcolour\nn1\ttools\tred\nn2\ttea\tblue\nn3\ttools\tgreen\nn4\t\t\nn5\tnever seen\t\n");
        JsonNode json = encode("--items", file, "--json").json();
        assertEquals(5, json.get("items").asInt());
        assertEquals(8, json.get("dimension").asInt());
        float[][] vectors = vectors("items.npy");
        assertEquals(List.of("n1", "n2", "n3", "n4", "n5"), Files.readAllLines(folder.resolve("out/items.ids.txt")));
        for (float[] vector : vectors) {
            assertEquals(1, length(vector), 1e-5);
        }
        assertTrue(Arrays.equals(vectors[0], vectors[2]), "the same features");
        assertFalse(Arrays.equals(vectors[0], vectors[1]), "other features");
        assertTrue(Arrays.equals(vectors[3], vectors[4]), "a value that is missing is as unknown as one never seen");
    }

    @Test
    void usersAreEncodedFromTheirHistory() throws IOException {
        Path file = Files.writeString(
                folder.resolve("new.csv"), "user,history\nv1,\"i001,i005,nothing\"\nv2,i002\nv3,\nu000,i001\n");
        Outcome outcome = encode("--users", file, "--format", "fvecs");
        assertEquals(0, outcome.code(), outcome.err());
        assertTrue(outcome.err().contains("1 of the ids are users of the run"), outcome.err());
        assertTrue(outcome.err().contains("1 items of the histories are not in the run"), outcome.err());
        float[][] vectors = vectors("users.fvecs");
        assertEquals(4, vectors.length);
        assertFalse(Arrays.equals(vectors[0], vectors[1]));
        assertFalse(Arrays.equals(vectors[1], vectors[2]));
    }

    @Test
    void aFileLongerThanABatchKeepsItsOrder() throws IOException {
        StringBuilder lines = new StringBuilder("item\tcategory\n");
        for (int i = 0; i < 2_500; i++) {
            lines.append("new")
                    .append(i)
                    .append('\t')
                    .append(i % 7 == 0 ? "tents" : "toys")
                    .append('\n');
        }
        assertEquals(
                0,
                encode("--items", Files.writeString(folder.resolve("many.tsv"), lines))
                        .code());
        float[][] vectors = vectors("items.npy");
        assertEquals(2_500, vectors.length);
        assertTrue(Arrays.equals(vectors[0], vectors[2_499 / 7 * 7]));
        assertTrue(Arrays.equals(vectors[1], vectors[2_495]));
        assertFalse(Arrays.equals(vectors[0], vectors[1]));
        assertEquals(
                "new2499",
                Files.readAllLines(folder.resolve("out/items.ids.txt")).getLast());
    }

    @Test
    void missingColumnsAreToldAndTakenAsUnknown() throws IOException {
        Outcome outcome = encode("--items", Files.writeString(folder.resolve("bare.tsv"), "item\nx\n"));
        assertEquals(0, outcome.code(), outcome.err());
        assertTrue(outcome.err().contains("has no column category"), outcome.err());
        assertEquals(1, vectors("items.npy").length);
    }

    @Test
    void refusesWhatDoesNotFit() throws IOException {
        Path file = Files.writeString(folder.resolve("new.tsv"), "item\tcategory\na\ttoys\nb\n");
        encode().refuses("one of --users FILE and --items FILE");
        encode("--items", file, "--users", file).refuses("one of --users FILE and --items FILE");
        encode("--items", file, "--history", "x").refuses("--history is for --users");
        encode("--users", file, "--category", "x").refuses("--category is for --items");
        encode("--items", file, "--category", "kind").refuses("--category: there is no column 'kind'", "category");
        encode("--items", file, "--id", "sku").refuses("new.tsv:1", "no column 'sku'");
        encode("--items", file, "--format", "onnx").refuses("'onnx' is none of npy, fvecs");
        encode("--items", folder.resolve("no.tsv")).refuses("no.tsv", "no such file");
        encode("--items", file).refuses("new.tsv:3", "1 fields, but the header has 2");
        assertFalse(Files.exists(folder.resolve("out/items.npy")), "what is not whole is not there");
    }
}
