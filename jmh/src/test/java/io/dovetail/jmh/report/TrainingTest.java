package io.dovetail.jmh.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void aStepCountsARowOfTheUserTowerForEachPositiveAndOneOfTheItemTowerForEachPair() {
        StepSize size = new StepSize(256, 2);
        assertEquals(1280, size.pairs());
        double multiplyAdds = 96 * 256 + 256 * 128 + 128 * 32;
        assertEquals(2 * 3 * multiplyAdds * (256 + 1280), size.flops());
    }

    @Test
    void stepsHaveTheirPairsTheirShareOfThePeakAndTheMedianOfTheRatiosOfTheRounds() throws Exception {
        String tables = MarkdownTables.of(Samples.findings(folder, "sample.json", "training.json"));
        String batch = "| 256 positives, 1,280 pairs ";
        assertTrue(tables.contains(batch + "| 1 | Dovetail | 40.0 | 20.0 to 80.0, 3 | 32,000 | 12 % | 1 |"), tables);
        // rounds of 3, 1.25 and 2 times as fast; the medians alone would make 2.5
        assertTrue(tables.contains(batch + "| 1 | PyTorch | 100 | 40.0 to 120, 3 | 12,800 | 4.7 % | 2.00 |"), tables);
        assertTrue(tables.contains(batch + "| 2 | PyTorch | 50.0 | 50.0 to 50.0, 3 | 25,600 | 4.7 % | 2.00 |"), tables);
        assertTrue(tables.contains("- peers: torch 9.9\n"), tables);
        assertTrue(tables.contains("- torch, 2 threads against one: 2.00 times as fast\n"), tables);
    }

    @Test
    void anEpochIsTheMedianOfItsRuns() throws Exception {
        String tables = MarkdownTables.of(Samples.findings(folder, "epoch.json"));
        assertTrue(
                tables.contains("| shop | 256 | 2 | 640,000 | 12.5 s | 51,200 | 31.0 s | 30.0 to 41.5 s, 3 |"), tables);
        assertTrue(tables.contains("- Made up.\n"), tables);
    }

    @Test
    void theProjectionFollowsFromTheMeasuredRateAndTheMeasuredSpeedup() throws Exception {
        Training training = Training.of(Samples.findings(folder, "training.json", "epoch.json"));
        Projection projection = Projection.of(training).orElseThrow();
        Projection.Base epoch = projection.bases().getFirst();
        assertEquals(1.6, epoch.speedup(), 1e-9);
        assertEquals(0.25, epoch.serial(), 1e-9);
        assertEquals(16 * 51_200.0, epoch.linear(), 1e-6);
        assertEquals(32_000 / (0.25 + 0.75 / 32), epoch.amdahl(), 1e-6);
        List<List<String>> rows = projection.section().rows();
        assertEquals("2.01", rows.get(0).getLast());
        assertEquals("14.0", rows.get(1).getLast());
    }

    @Test
    void thePageOfTrainingAloneSaysSo() throws Exception {
        String page = ResultsPage.html(Samples.findings(folder, "training.json", "epoch.json"));
        assertTrue(page.contains("<h1>Training against PyTorch and TensorFlow</h1>"), page);
        assertTrue(page.contains("<dd>2.00 ×</dd>"), page);
        assertFalse(page.contains("NaN"), page);
        assertFalse(page.contains("unknown"), page);
        Path bare = folder.resolve("bare.json");
        Files.writeString(
                bare, "[{\"benchmark\": \"a.B.c\", \"primaryMetric\": {\"scoreUnit\": \"s/op\", \"rawData\": [[1]]}}]");
        assertTrue(ResultsPage.html(FindingsReader.read(List.of(bare), ""))
                .contains("<h1>Kernels against the machine</h1>"));
    }
}
