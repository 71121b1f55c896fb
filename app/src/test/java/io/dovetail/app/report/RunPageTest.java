package io.dovetail.app.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.train.EpochReport.Phase;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RunPageTest {
    private static LoggedEpoch epoch(Phase phase, int number) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("loss", 5.0 / number);
        figures.put("mimicUser", 0.5);
        figures.put("learningRate", 2e-4);
        figures.put("pairsPerSecond", 123_456.0);
        figures.put("norms/user.id", 0.25);
        figures.put("norms/item.<b>", 0.5);
        figures.put("deadUnits/user.layer1", 0.125);
        figures.put("memory/resident", 512.0 * (1 << 20));
        if (phase == Phase.SELECT) {
            figures.put("valid/hr@100", 0.1 * number);
            figures.put("outputs/scoreSpread", 0.7);
        }
        return new LoggedEpoch(phase, number, Instant.EPOCH, number == 2, figures, List.of());
    }

    private static String html(List<LoggedEpoch> epochs, String... warnings) throws IOException {
        return RunPage.html(new RunData(
                "shop & co",
                Map.of("users", "60"),
                Map.of("learning-rate", "0.001"),
                epochs,
                List.of(warnings),
                Map.of("user.feature0", "age"),
                Map.of("Java", "25")));
    }

    @Test
    void everyFigureHasACurveAndAll() throws IOException {
        String page = html(List.of(epoch(Phase.SELECT, 1), epoch(Phase.SELECT, 2), epoch(Phase.REFIT, 1)));
        for (String title : List.of(
                "Main loss",
                "Losses of DAT",
                "Hit rates on valid",
                "Learning rate",
                "Mean length of the users",
                "Mean length of the items",
                "Spread of a user",
                "Share of dead units",
                "Pairs per second",
                "Memory in MiB",
                "The final fit")) {
            assertTrue(page.contains("<figcaption>" + title) || page.contains("<h2>" + title), title);
        }
        assertTrue(page.contains("process at 1: 512.0"), "mebibytes");
        assertTrue(page.contains("learning rate at 2: 2.00e-04"));
        assertTrue(page.contains("20.0 %"), "of the best epoch");
        assertTrue(page.contains("epoch 2 *"));
        assertTrue(page.contains("<dt>learning-rate</dt><dd>0.001</dd>") || page.contains("0.001"));
    }

    @Test
    void tablesOfColumnsBearTheirNamesAndNoChartHasMoreLinesThanStyles() throws IOException {
        Map<String, Double> figures = new LinkedHashMap<>();
        for (String table : List.of("id", "feature0", "feature1", "history4", "augmented")) {
            figures.put("norms/user." + table, 0.5);
        }
        String page = html(List.of(new LoggedEpoch(Phase.SELECT, 1, Instant.EPOCH, true, figures, List.of())));
        assertTrue(page.contains("<span>age</span>"));
        assertTrue(page.contains("<span>feature1</span>"));
        assertTrue(page.contains("embeddings: augmented</figcaption>"), "the fifth has a chart of its own");
        assertTrue(page.contains("augmented at 1: 0.5000"));
    }

    @Test
    void nothingIsDrawnOfWhatWasNotMeasured() throws IOException {
        String page = html(List.of(epoch(Phase.REFIT, 1)));
        assertFalse(page.contains("How it learned"));
        assertFalse(page.contains("Hit rates on valid"));
        assertFalse(page.contains("NaN"));
        assertTrue(html(List.of()).contains("epochs so far"));
    }

    @Test
    void aWarningStandsOnceAndAllTextIsEscaped() throws IOException {
        String page = html(List.of(epoch(Phase.SELECT, 1)), "watch <out>", "watch <out>");
        assertEquals(2, page.split("watch &lt;out&gt;", -1).length);
        assertTrue(page.contains("Training of shop &amp; co"));
        assertTrue(page.contains("item.&lt;b&gt;") || page.contains("&lt;b&gt;"));
        assertFalse(page.contains("<script") || page.contains("http:") || page.contains("https:"));
    }
}
