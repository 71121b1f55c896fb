package io.dovetail.jmh.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void aReportIsWrittenAndItsFilesAreNamed(@TempDir Path folder) throws Exception {
        Path results = Samples.copy("sample.json", folder);
        Path to = folder.resolve("new/report");
        assertEquals(0, run(results.toString(), "--out", to.toString(), "--machine", "My <Machine>"));
        assertEquals(
                to.resolve("index.html") + "\n" + to.resolve("tables.md") + "\n",
                text(out).replace("\r", ""));
        assertTrue(Files.readString(to.resolve("index.html")).contains("My &lt;Machine&gt;"));
        assertTrue(Files.readString(to.resolve("tables.md")).contains("My <Machine>"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        --out d         | report: no results given: name the JSON files that JMH wrote (--help)
        r.json          | report: no --out given: name the folder to write to (--help)
        r.json --out    | report: --out needs a value (--help)
        --speed 3       | report: unknown option --speed; --help lists them
        """)
    void aMistakeIsNamed(String arguments, String message) {
        assertEquals(2, run(arguments.split(" ", -1)));
        assertEquals(message, text(err).strip());
    }

    @Test
    void helpExplains() {
        assertEquals(0, run("--help"));
        assertTrue(text(out).startsWith("Usage: java -cp jmh/target/benchmarks.jar"), text(out));
    }

    @Test
    void theProcessorIsNamedAsFarAsTheSystemTells() {
        assertEquals(
                "A Chip (family 25, model 17), 2 cores",
                MachineName.named(List.of("model name\t: A Chip", "cpu family : 25", "model\t\t: 17", ""), 2));
        assertTrue(MachineName.named(List.of(), 1).endsWith(", 1 core"));
    }

    private int run(String... arguments) {
        return Report.run(
                arguments,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
