package io.dovetail.jmh.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SearchReportTest {
    private static final String DUEL = """
        {"machine": "A & B", "jdk": "VM 25", "data": "Words.", "vectors": 1000, "dimension": 32, "queries": 200, "k": 10, "rounds": 3,
         "curves": [
          {"name": "Dovetail 32x4", "buildSeconds": 1.25, "bytes": 160000, "points": [
           {"effort": "nprobe 2", "recall": 0.91, "qps": 50000, "batchQps": 60000, "p50us": 20, "p99us": 30, "p999us": 40},
           {"effort": "nprobe 8", "recall": 0.96, "qps": 40000, "batchQps": 50000, "p50us": 25, "p99us": 35, "p999us": 45}]},
          {"name": "Lucene HNSW", "buildSeconds": 9, "bytes": 300000, "points": [
           {"effort": "ef 40", "recall": 0.97, "qps": 10000, "batchQps": 0, "p50us": 100, "p99us": 130, "p999us": 140}]}]}
        """;

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int report(Object... arguments) {
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
        PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return SearchReport.run(
                List.of(arguments).stream().map(Object::toString).toList(), out, errors);
    }

    @Test
    void pagesHaveTheFastestOfEachSideAtARecall() throws IOException {
        Path file = Files.writeString(folder.resolve("duel.json"), DUEL);
        Path out = folder.resolve("pages");
        assertEquals(0, report(out, file), err.toString(StandardCharsets.UTF_8));
        String tables = Files.readString(out.resolve("tables.md"));
        assertTrue(
                tables.contains("| ≥ 0.90 | Dovetail 32x4 | nprobe 2 | 0.9100 | 50,000 | 1.00 | 60,000 | 1.00 |"),
                tables);
        assertTrue(tables.contains("| ≥ 0.95 | Dovetail 32x4 | nprobe 8 |"), tables);
        assertTrue(
                tables.contains("| ≥ 0.95 | Lucene HNSW | ef 40 | 0.9700 | 10,000 | 0.25 | – | – | 100.0 |"), tables);
        assertTrue(!tables.contains("≥ 0.99"), "nobody reached it");
        assertTrue(tables.contains("200 queries, 3 rounds. Words. Builds"), tables);
        assertTrue(tables.contains("| Dovetail 32x4 | 1.3 s | 160.0 |"), tables);
        String page = Files.readString(out.resolve("index.html"));
        assertTrue(page.contains("A &amp; B"), page);
        assertTrue(page.contains("Lucene HNSW, ef 40"), page);
    }

    @Test
    void namesTheFilter() throws IOException {
        String filtered = DUEL.replace("\"k\": 10", "\"k\": 10, \"accepted\": 1.0E-4");
        Path out = folder.resolve("pages");
        assertEquals(0, report(out, Files.writeString(folder.resolve("filtered.json"), filtered)));
        String tables = Files.readString(out.resolve("tables.md"));
        assertTrue(
                tables.contains("## 1,000 vectors of dimension 32, of which a filter accepts 0.01 %: Dovetail"),
                tables);
    }

    @Test
    void refusesWhatIsNoDuel() throws IOException {
        assertEquals(2, report(folder));
        Path other = Files.writeString(folder.resolve("other.json"), "{\"curves\": []}");
        assertEquals(2, report(folder, other));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains(other + " is no result of SearchDuel"));
        Path text = Files.writeString(folder.resolve("text.json"), "{");
        assertEquals(2, report(folder, text));
    }
}
