package io.dovetail.app.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.index.SearchParams;
import io.dovetail.index.tune.OperatingPoint;
import io.dovetail.index.tune.TuningOutcome;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TuningPageTest {
    private static final OperatingPoint CHEAP = new OperatingPoint(new SearchParams(2, 20), 0.8, 10);
    private static final OperatingPoint GOOD = new OperatingPoint(new SearchParams(8, 40), 0.96, 40);

    private static String page(int judging, Optional<TuningOutcome.Choice> choice) throws IOException {
        TuningOutcome outcome = new TuningOutcome(10, 0.95, 400, judging, List.of(CHEAP, GOOD), GOOD, choice);
        return TuningPage.html(outcome, Map.of("vectors", "<1,000>"), Map.of());
    }

    @Test
    void itShowsTheFrontAndTheChoice() throws IOException {
        String page = page(200, Optional.of(new TuningOutcome.Choice(0.951, GOOD)));
        assertTrue(page.contains("nprobe 8, rerank 40."), page);
        assertTrue(page.contains("200 queries that took no part in the choice"), page);
        assertEquals(2, page.split("<circle ", -1).length - 1);
        assertTrue(page.contains("nprobe 2, rerank 20: recall 0.8000, 100,000 queries/s"), page);
        assertTrue(page.contains("&lt;1,000&gt;"), page);
    }

    @Test
    void itSaysWhatIsNotReachedAndWhatIsNotHeldOut() throws IOException {
        String page = page(400, Optional.empty());
        assertTrue(page.contains("No parameters reach it."), page);
        assertTrue(page.contains("too few to hold any back"), page);
    }
}
