package io.dovetail.jmh.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class PagesTest {

    @TempDir
    private Path folder = Path.of("");

    @Test
    void thePageIsWellFormedAndNeedsNothingElse() throws Exception {
        String page = page("sample.json", "duel.json");
        Document document = parse(page);
        assertEquals("html", document.getDocumentElement().getTagName());
        assertFalse(page.matches("(?s).*(<script|src=|href=|url\\(http|@import).*"), page);
        assertFalse(page.contains("NaN"), page);
    }

    @Test
    void thePageHasTheFigures() throws Exception {
        String page = page("sample.json");
        assertTrue(page.contains(">90.0 · 75 %</text>"), page);
        assertTrue(page.contains("FMA peak 120"), page);
        assertTrue(page.contains("read, 64 MiB: 20.0 GB/s"), page);
        assertTrue(page.contains(">215 µs</text>"), page);
        assertTrue(page.contains("<td>11.0 µs (p99 40.0 µs)</td>"), page);
        assertTrue(page.contains("<dd>a machine</dd>"), page);
        assertEquals(
                4,
                Pattern.compile("<circle class=\"point\" [^>]*><title>")
                        .matcher(page)
                        .results()
                        .count());
    }

    @Test
    void theMarkdownHasTheFigures() throws Exception {
        String tables = MarkdownTables.of(Samples.findings(folder, "sample.json", "duel.json"));
        assertTrue(
                tables.contains("| – | vector | 90.0 | 60.0 to 96.0, 3 forks | 0 | 1.13 × mkl | 75 % of peak |"),
                tables);
        assertTrue(tables.contains("rows 256, layer 96x256, form NN, threads 1"), tables);
        assertTrue(tables.contains("| – | vector | 215 µs | 215 µs to 215 µs, 3 forks | 10.0 × scalar |"), tables);
        assertTrue(
                tables.contains("| layers NN, vector: over the faster of MKL and OpenBLAS | 1.37 | 1.25 | 1.50 | 2 |"),
                tables);
        assertTrue(
                tables.contains(
                        "| layers NN 256 × 256 × 96, vector | 117 | 100 | 80.0 | 60.0 | 104 | 85 % | 1.25 | 0.96 |"),
                tables);
        assertTrue(tables.contains("| vector, 2 threads against one | 1.90 | 1.90 | 1.90 | 1 |"), tables);
        assertTrue(tables.contains("- JDK: 25.0.3, OpenJDK 64-Bit Server VM 25.0.3+9-LTS\n"), tables);
    }

    @Test
    void nothingTellsWhereTheJdkLies() throws Exception {
        assertFalse(page("sample.json").contains("secret"));
        assertFalse(MarkdownTables.of(Samples.findings(folder, "sample.json")).contains("secret"));
    }

    @Test
    void resultsWithoutCountersAndLimitsMakeAPageToo() throws Exception {
        Path file = folder.resolve("bare.json");
        Files.writeString(
                file,
                "[{\"benchmark\": \"a.B.<c>\", \"primaryMetric\": {\"scoreUnit\": \"furlongs\", \"rawData\": [[1]]}}]");
        String page = ResultsPage.html(FindingsReader.read(List.of(file), ""));
        parse(page);
        assertTrue(page.contains("&lt;c&gt;"), page);
    }

    private String page(String... names) throws Exception {
        return ResultsPage.html(Samples.findings(folder, names));
    }

    /** As XML: an HTML page of this house closes all its elements but two. */
    private static Document parse(String page) throws Exception {
        String xml = page.replace("<!DOCTYPE html>\n", "").replaceAll("<(meta|br)([^>]*)>", "<$1$2/>");
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(xml)));
    }
}
