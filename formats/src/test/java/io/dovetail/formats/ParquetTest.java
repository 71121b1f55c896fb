package io.dovetail.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.DataException;
import io.dovetail.data.Dataset;
import io.dovetail.data.DatasetReader;
import io.dovetail.data.DatasetSpec;
import io.dovetail.data.TableRows;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files of 200 rows in four row groups, written by DuckDB 1.3.2: row i has user {@code u} + i mod 20, item 7 i mod 30, and
 * in the others what {@link #expected} says.
 */
final class ParquetTest {
    private static final List<String> HEADER = List.of(
            "user", "item", "price", "code", "ts", "zoned", "day", "amount", "tags", "style", "weights", "pair", "flag",
            "name", "raw");
    private static final long YEAR_2024 = 1_704_067_200L;

    @TempDir
    Path folder;

    private static byte[] fixture(String codec) throws IOException {
        try (InputStream bytes = Objects.requireNonNull(ParquetTest.class.getResourceAsStream(codec + ".parquet"))) {
            return bytes.readAllBytes();
        }
    }

    private static List<List<String>> rows(Path file) throws IOException {
        List<List<String>> all = new ArrayList<>();
        try (TableRows rows = new Parquet().open(file)) {
            assertEquals(HEADER, rows.header());
            for (List<String> row = rows.next(); !row.isEmpty(); row = rows.next()) {
                all.add(row);
                assertEquals(all.size(), rows.line());
            }
        }
        return all;
    }

    private static List<String> expected(int i) {
        return List.of(
                "u" + i % 20,
                Integer.toString(7 * i % 30),
                i % 10 == 3 ? "" : i % 2 == 0 ? Integer.toString(i / 2) : i / 2 + ".5",
                i % 4 == 0 ? "" : Integer.toString(i),
                Long.toString(YEAR_2024 + 60L * i),
                Long.toString(YEAR_2024 + i),
                "2024-02-03",
                String.format(java.util.Locale.ROOT, "%.2f", i * 1.25),
                i % 5 < 2 ? "" : "a" + i % 3 + ",b",
                (i % 2 == 0 ? Integer.toString(i / 2) : i / 2 + ".5") + ",-1",
                "x:" + i / 2 + (i % 2 == 0 ? ".0" : ".5") + ",y:2.0",
                "p:" + i + ",q:z",
                Boolean.toString(i % 2 == 0),
                "Ünï " + i,
                "b" + i);
    }

    @ParameterizedTest
    @ValueSource(strings = {"snappy", "zstd", "gzip", "uncompressed"})
    void everyCodecGivesTheSameTexts(String codec) throws IOException {
        Path file = Files.write(folder.resolve("t.parquet"), fixture(codec));
        List<List<String>> rows = rows(file);
        assertEquals(200, rows.size());
        for (int i = 0; i < rows.size(); i++) {
            assertEquals(expected(i), rows.get(i));
        }
    }

    @Test
    void aFolderOfPartsIsOneTable() throws IOException {
        Path parts = Files.createDirectory(folder.resolve("t.parquet"));
        Files.write(parts.resolve("part-1.zstd.parquet"), fixture("zstd"));
        Files.write(parts.resolve("part-0.snappy.parquet"), fixture("snappy"));
        Files.write(parts.resolve("_SUCCESS"), new byte[0]);
        Files.write(parts.resolve(".part-0.snappy.parquet.crc"), new byte[] {1});
        List<List<String>> rows = rows(parts);
        assertEquals(400, rows.size());
        assertEquals(expected(7), rows.get(207));
    }

    @Test
    void aFolderWithoutPartsIsRefused() throws IOException {
        Path parts = Files.createDirectory(folder.resolve("t.parquet"));
        DataException refused = assertThrows(DataException.class, () -> new Parquet().open(parts));
        assertEquals(
                parts + ": there is no .parquet file in this folder; add the parts of the table", refused.getMessage());
    }

    @Test
    void theReaderOfDataSetsFindsIt() throws IOException {
        Files.write(folder.resolve("interactions.parquet"), fixture("snappy"));
        Files.writeString(folder.resolve("items.jsonl"), items());
        Dataset data = DatasetReader.read(
                folder,
                DatasetSpec.of(Map.of(
                        "items", Map.of("columns", Map.of("tags", Map.of("kind", "multi-valued", "weights", ":"))))));
        assertEquals(20, data.users().size());
        assertEquals(30, data.items().size());
        assertEquals(200, data.interactions().size());
        assertEquals(
                YEAR_2024,
                data.interactions().time(data.interactions().start(data.users().row("u0"))));
        assertEquals(0.75f, data.itemFeatures().getFirst().weight(0, 1));
    }

    private static String items() {
        StringBuilder items = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            items.append("{\"item\": ").append(i).append(", \"tags\": {\"a\": 0.5, \"b\": 1.5}}\n");
        }
        return items.toString();
    }

    /** The format has no checksum over all: a flipped bit may change a value, but nothing else than a clean refusal may come of it. */
    @ParameterizedTest
    @ValueSource(strings = {"snappy", "zstd", "gzip", "uncompressed"})
    void damageIsToldOrChangesAValue(String codec) throws IOException {
        byte[] whole = fixture(codec);
        Random random = new Random(7);
        int refused = 0;
        for (int round = 0; round < 25; round++) {
            byte[] bytes = whole.clone();
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            refused += isRefused(bytes) ? 1 : 0;
        }
        assertTrue(refused > 0, "none of 25 flipped bits was noticed");
    }

    @Test
    void aFileCutShortAnywhereIsRefused() throws IOException {
        byte[] whole = fixture("zstd");
        for (int length = 1; length < whole.length; length += 297) {
            assertTrue(isRefused(java.util.Arrays.copyOf(whole, length)), "first " + length + " bytes");
        }
    }

    private boolean isRefused(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("damaged.parquet"), bytes);
        try (TableRows rows = new Parquet().open(file)) {
            for (List<String> row = rows.next(); !row.isEmpty(); row = rows.next()) {}
            return false;
        } catch (DataException e) {
            String message = String.valueOf(e.getMessage());
            assertTrue(message.startsWith(file + ":"), message);
            assertTrue(message.endsWith("; fetch or write the file again"), message);
            return true;
        }
    }
}
