package io.dovetail.jmh.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FindingsReaderTest {
    /** Figures of the samples are written with four digits. */
    private static final double DIGITS = 1e-3;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void aProductHasItsWorkItsShapeAndItsAllocation() throws Exception {
        Result product = Samples.result(Samples.findings(folder, "sample.json"), "GemmBenchmark.gemm", "vector");
        assertEquals("96x256", product.params().get("layer"));
        assertEquals(90e9, product.flops().orElseThrow().median(), 1);
        assertEquals(0.01, product.allocation().orElseThrow());
        double bytes = 4.0 * (256 * 96 + 96 * 256 + 256 * 256);
        assertEquals(bytes, product.bytesPerCall().orElseThrow());
        assertEquals(2.0 * 256 * 96 * 256 / bytes, product.intensity().orElseThrow(), DIGITS);
    }

    @Test
    void aSquareProductHasItsShapeToo() throws Exception {
        Result square = Samples.result(Samples.findings(folder, "sample.json"), "SquareGemmBenchmark.gemm", "vector");
        assertEquals(12.0 * 1024 * 1024, square.bytesPerCall().orElseThrow());
    }

    @Test
    void countersOfATimedBenchmarkAreRatesToo() throws Exception {
        Result sum = Samples.result(Samples.findings(folder, "sample.json"), "LayerBenchmark.axpy", "vector");
        assertEquals(16e9, sum.bytes().orElseThrow().median(), 1);
        assertEquals(0.5, sum.written().orElseThrow(), DIGITS);
        assertEquals(256e6, sum.bytesPerCall().orElseThrow(), 1);
    }

    @Test
    void sampledTimesHaveTheirMedianForkByForkAndTheirTail() throws Exception {
        Result search = Samples.result(Samples.findings(folder, "sample.json"), "SearchBenchmark.search", "");
        assertEquals(List.of(10.0, 11.0, 13.0), search.score().forks());
        assertEquals(Map.of("p99", new Figure("us/op", List.of(40.0))), search.more());
    }

    @Test
    void aBenchmarkThatFailedIsLeftOut() throws Exception {
        Findings findings = Samples.findings(folder, "sample.json");
        assertTrue(
                findings.results().stream().noneMatch(result -> result.method().equals("broken")));
    }

    @Test
    void forksOfTwoFilesCountTogether() throws Exception {
        Path one = Samples.copy("sample.json", folder);
        Path two = Files.copy(one, folder.resolve("again.json"));
        Findings findings = FindingsReader.read(List.of(one, two), "");
        assertEquals(
                6,
                Samples.result(findings, "GemmBenchmark.gemm", "mkl")
                        .score()
                        .forks()
                        .size());
    }

    @Test
    void theLimitIsThePeakOrTheBandwidthOfTheSameMixOfReadsAndWrites() throws Exception {
        Findings findings = Samples.findings(folder, "sample.json");
        Machine.Share product = share(findings, "GemmBenchmark.gemm");
        assertEquals("peak", product.limit());
        assertEquals(0.75, product.share(), DIGITS);
        Machine.Share sum = share(findings, "LayerBenchmark.axpy");
        assertEquals("copyLoop, 64 MiB", sum.limit());
        assertEquals(1, sum.share(), DIGITS);
        Result sigmoid = Samples.result(findings, "LossBenchmark.sigmoid", "vector");
        assertTrue(findings.machine().share(sigmoid).isEmpty());
    }

    @Test
    void fewForksAreWarnedOf() throws Exception {
        assertEquals(List.of(), Samples.findings(folder, "sample.json").warnings());
        Path file = folder.resolve("one.json");
        Files.writeString(
                file,
                "[{\"benchmark\": \"a.B.c\", \"primaryMetric\": {\"scoreUnit\": \"s/op\", \"rawData\": [[1, 2]]}}]");
        List<String> warnings = FindingsReader.read(List.of(file), "").warnings();
        assertEquals(List.of("Some figures are of one fork. Forks differ: quote medians of three or more."), warnings);
    }

    @Test
    void boxedVectorsAreWarnedOfAndAProfilersNoiseIsNoAllocation() throws Exception {
        Path file = folder.resolve("boxed.json");
        Files.writeString(file, boxed(5000, 600));
        Findings findings = FindingsReader.read(List.of(file), "");
        assertEquals(2, findings.warnings().size());
        assertTrue(findings.warnings().getLast().startsWith("B.c allocated 5,000 MB/s: its vectors are boxed"));
        assertEquals("600", bytes(findings));
        Files.writeString(file, boxed(0.01, 600));
        Findings quiet = FindingsReader.read(List.of(file), "");
        assertEquals(1, quiet.warnings().size());
        assertEquals("≈ 0", bytes(quiet));
    }

    private static String bytes(Findings findings) {
        Kernel kernel = Kernel.of(findings.results()).getFirst();
        KernelTable table = KernelTable.of(kernel, findings.machine());
        return table.rows().getFirst().get(table.head().indexOf("B/op"));
    }

    private static String boxed(double megabytesPerSecond, double bytes) {
        return """
            [{"benchmark": "a.B.c", "params": {"backend": "vector"},
              "primaryMetric": {"scoreUnit": "s/op", "rawData": [[1]]},
              "secondaryMetrics": {
                "gc.alloc.rate": {"scoreUnit": "MB/sec", "rawData": [[%s]]},
                "gc.alloc.rate.norm": {"scoreUnit": "B/op", "rawData": [[%s]]}}}]
            """.formatted(megabytesPerSecond, bytes);
    }

    @Test
    void aFileThatIsNoResultIsNamedWithTheRemedy() throws Exception {
        String remedy =
                "; run bin/bench, or the benchmarks with -rf json -rff FILE, or the duel with --json FILE, and give"
                        + " that file";
        Path file = folder.resolve("results.csv");
        assertEquals("there is no file " + file + remedy, refusal(file));
        Files.writeString(file, "\"Benchmark\",\"Mode\"\n");
        assertEquals(file + " is JSON, but not results of JMH, of a duel or of an epoch" + remedy, refusal(file));
        Files.writeString(file, "Benchmark,Mode\n");
        assertEquals(file + " is not JSON: line 1, column 1" + remedy, refusal(file));
        Files.writeString(file, "");
        assertEquals(file + " is JSON, but not results of JMH, of a duel or of an epoch" + remedy, refusal(file));
        Files.writeString(file, "[]");
        assertEquals("[" + file + "]: there is not one result in it" + remedy, refusal(file));
    }

    private String refusal(Path file) {
        return String.valueOf(assertThrows(ReportException.class, () -> FindingsReader.read(List.of(file), ""))
                .getMessage());
    }

    private static Machine.Share share(Findings findings, String benchmark) {
        return findings.machine()
                .share(Samples.result(findings, benchmark, "vector"))
                .orElseThrow();
    }
}
