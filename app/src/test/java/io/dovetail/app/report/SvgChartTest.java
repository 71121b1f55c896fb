package io.dovetail.app.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.app.page.Markup;
import io.dovetail.app.page.Scale;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SvgChartTest {

    @Test
    void aLineGoesThroughEveryValue() {
        String chart = lines(List.of("1", "2", "3"), Series.of("loss", 3, 2, 1));
        assertEquals(3, count(chart, "circle"));
        assertEquals(List.of("M66.0 14.0 L248.0 120.0 L430.0 226.0"), values(chart, "path", "d"));
    }

    @Test
    void aValueThatIsNoNumberLeavesAGap() {
        String chart = lines(List.of("1", "2", "3", "4"), Series.of("loss", 4, Double.NaN, 2, 1));
        assertEquals(3, count(chart, "circle"));
        assertEquals(List.of("M66.0 14.0 M308.7 155.3 L430.0 226.0"), values(chart, "path", "d"));
        assertFalse(chart.contains("NaN"), chart);
    }

    @Test
    void onePointStandsInTheMiddleAndNoPointsDrawNoLine() {
        String single = lines(List.of("1"), Series.of("loss", 0.5));
        assertEquals(List.of("248.0"), values(single, "circle", "cx"));
        String empty = lines(List.of(), Series.of("loss"));
        assertEquals(0, count(empty, "circle") + count(empty, "path"));
    }

    @Test
    void aShorterLineEndsEarly() {
        String chart = lines(List.of("1", "2"), Series.of("long", 1, 2), Series.of("short", 1));
        int legend = 2;
        assertEquals(legend + 3, count(chart, "circle"));
    }

    @Test
    void whiskersOfTwoLinesStandBesideEachOther() {
        Series one = new Series("one", List.of(1.0, 2.0), List.of(0.5, 0.5));
        Series other = new Series("other", List.of(1.0, 2.0), List.of(0.5, 0.5));
        String both = lines(List.of("1", "2"), one, other);
        assertEquals(List.of("63.5", "427.5", "68.5", "432.5"), whiskers(both));
        assertEquals(List.of("66.0", "430.0"), whiskers(lines(List.of("1", "2"), one)));
    }

    private static List<String> whiskers(String chart) {
        return Pattern.compile("<line class=\"whisker\" x1=\"([^\"]*)\"")
                .matcher(chart)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    void aLongLabelAtTheEdgeIsNotCutOff() {
        String chart = lines(List.of("256-128-32", "256-128-64"), Series.of("x", 1, 2));
        assertTrue(chart.contains("<text class=\"tick middle\" x=\"66.0\" y=\"244.0\">256-128-32"), chart);
        assertTrue(chart.contains("<text class=\"tick end\" x=\"460.0\" y=\"244.0\">256-128-64"), chart);
    }

    @Test
    void manyPositionsHaveFewLabels() {
        List<String> positions =
                IntStream.rangeClosed(1, 95).mapToObj(Integer::toString).toList();
        String chart = lines(positions, Series.of("loss", 1));
        int scaleLabels = 6;
        assertTrue(count(chart, "text") <= 10 + scaleLabels + 1, () -> count(chart, "text") + " texts");
    }

    @Test
    void theGreatestBarIsTheLongest() {
        String chart = bars(List.of("a", "b"), Series.of("x", 0.2, 0.4));
        assertEquals(List.of("126.0", "252.0"), values(chart, "rect", "width"));
    }

    @Test
    void barsOfNothingAndOfZeroAreNoFaults() {
        assertEquals(0, count(bars(List.of(), Series.of("x")), "rect"));
        assertEquals(List.of("0.0"), values(bars(List.of("a"), Series.of("x", 0)), "rect", "width"));
        assertEquals(1, count(bars(List.of("a", "b"), Series.of("x", Double.NaN, 1)), "rect"));
    }

    @Test
    void labelsAreEscaped() {
        String chart = bars(List.of("<b>"), Series.of("x", 1));
        assertTrue(chart.contains(">&lt;b&gt;</text>"), chart);
    }

    private static String lines(List<String> positions, Series... series) {
        Markup page = new Markup().open("body");
        Scale scale = Scale.around(Series.all(List.of(series)));
        new SvgLineChart("chart", "epoch", positions, scale, List.of(series)).draw(page);
        return page.close().document();
    }

    private static String bars(List<String> labels, Series... series) {
        Markup page = new Markup().open("body");
        new SvgBarChart("chart", labels, List.of(series)).draw(page);
        return page.close().document();
    }

    private static int count(String chart, String tag) {
        return chart.split("<" + tag + " ", -1).length - 1;
    }

    private static List<String> values(String chart, String tag, String attribute) {
        return Pattern.compile("<" + tag + " [^>]*?\\b" + attribute + "=\"([^\"]*)\"")
                .matcher(chart)
                .results()
                .map(found -> found.group(1))
                .toList();
    }
}
