package io.dovetail.app.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.app.page.CurveChart.Curve;
import io.dovetail.app.page.CurveChart.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class CurveChartTest {

    private static String draw(Curve... curves) {
        Markup page = new Markup().open("body");
        new CurveChart("chart", "recall", List.of(curves), List.of(0.5)).draw(page);
        return page.close().document();
    }

    private static int count(String page, String part) {
        return page.split(part, -1).length - 1;
    }

    @Test
    void aCurveGoesThroughItsPoints() {
        String page = draw(new Curve("a", List.of(new Point(0, 10, "<low>"), new Point(1, 1000, "high"))));
        assertTrue(page.contains("d=\"M64.0 256.0L442.0 14.0\""), page);
        assertTrue(page.contains("&lt;low&gt;"), page);
        assertEquals(2, count(page, "<circle "));
        assertEquals(1, count(page, "class=\"whisker\" x1=\"253.0\""), "the mark is in the middle");
        assertFalse(page.contains("legend"), "a single curve needs no legend");
    }

    @Test
    void severalCurvesHaveALegendAndMayBeEmpty() {
        String page = draw(new Curve("ours", List.of(new Point(0.9, 5, "x"))), new Curve("theirs", List.of()));
        assertTrue(page.contains("<span>theirs</span>"), page);
        assertEquals(3, count(page, "<circle "), "two of them in the legend");
        assertFalse(page.contains("NaN"), page);
        assertFalse(draw().contains("NaN"), "nothing at all can be drawn too");
    }
}
