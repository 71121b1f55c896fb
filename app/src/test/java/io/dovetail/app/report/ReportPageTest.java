package io.dovetail.app.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportPageTest {

    @Test
    void thePageTellsTheFiguresAndMarksTheItemThatWasBought(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("report.html");
        ReportPage.write(ReportSamples.sample(), file);
        String page = Files.readString(file);
        assertTrue(page.contains("<td>0.4000</td>"), page);
        assertTrue(page.contains("<dd>40.0 %</dd>"), page);
        assertTrue(page.contains("<li class=\"found\"><span>HEART SHELF</span>"), page);
        assertTrue(page.contains("number 2 of the list"), page);
    }

    @Test
    void dataCannotBreakOutOfThePage() throws Exception {
        String page = ReportPage.html(ReportSamples.sample());
        assertFalse(page.contains("<script"), page);
        assertTrue(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), page);
        assertTrue(page.contains("&lt;garden&gt; &amp; &quot;home&quot;"), page);
    }

    @Test
    void thePageNeedsNothingElse() throws Exception {
        String page = ReportPage.html(ReportSamples.sample());
        assertFalse(page.matches("(?s).*(src=|href=|url\\(http|@import).*"), page);
    }

    @Test
    void aWarningIsToldOnce() throws Exception {
        String page = ReportPage.html(ReportSamples.sample());
        assertEquals(2, page.split("the outputs have collapsed", -1).length, page);
    }

    @Test
    void aReportWithoutSweepOrCustomersIsAPageAsWell() throws Exception {
        ReportData sample = ReportSamples.sample();
        ReportData bare = new ReportData(
                sample.source(),
                sample.popularity(),
                List.of(sample.models().getFirst()),
                new ReportData.Index(Map.of(), 1, List.of(), Double.NaN),
                List.of(),
                Map.of(),
                List.of(),
                Double.NaN);
        String page = ReportPage.html(bare);
        assertTrue(page.endsWith("</html>\n"), page);
        assertFalse(page.contains("NaN"), page);
    }
}
