package io.dovetail.app.report;

import io.dovetail.app.page.Legend;
import io.dovetail.app.page.Markup;
import java.util.List;

/**
 * Horizontal bars in groups: one group per label, one bar per series, each with its value at its end and a whisker for
 * its interval. A value that is no finite number has no bar.
 *
 * @param title what a screen reader says
 * @param labels names of the groups, from above
 * @param series the bars; values are shares, at least 0
 */
record SvgBarChart(String title, List<String> labels, List<Series> series) {
    private static final int WIDTH = 460;
    private static final int LEFT = 150;
    private static final int RIGHT = 58;
    private static final int BAR = 14;
    private static final int GAP = 12;

    /** Draws the legend and the chart. */
    void draw(Markup page) {
        Legend.draw(page, series.stream().map(Series::name).toList());
        int group = series.size() * BAR + GAP;
        page.open("svg").with("viewBox", "0 0 " + WIDTH + " " + (labels.size() * group + GAP));
        page.with("role", "img").with("aria-label", title);
        double greatest = Series.all(series).filter(Double::isFinite).max().orElse(0);
        for (int g = 0; g < labels.size(); g++) {
            int top = GAP + g * group;
            page.open("text", "label end").with("x", LEFT - 8).with("y", top + series.size() * BAR / 2.0 + 4);
            page.text(labels.get(g)).close();
            for (int s = 0; s < series.size(); s++) {
                double value = series.get(s).at(g);
                if (Double.isFinite(value)) {
                    page.open("g", Legend.style(s));
                    drawBar(page, value, series.get(s).margin(g), greatest, top + s * BAR);
                    page.close();
                }
            }
        }
        page.close();
    }

    private static void drawBar(Markup page, double value, double margin, double greatest, int top) {
        double length = length(value, greatest);
        double end = LEFT + length;
        page.open("rect", "bar").with("x", LEFT).with("y", top).with("rx", 2);
        page.with("width", length).with("height", BAR - 1).close();
        if (margin > 0) {
            double low = LEFT + length(Math.max(0, value - margin), greatest);
            end = LEFT + length(value + margin, greatest);
            page.open("line", "whisker").with("x1", low).with("x2", end);
            page.with("y1", top + BAR / 2.0).with("y2", top + BAR / 2.0).close();
        }
        page.open("text", "value").with("x", end + 5).with("y", top + BAR - 3);
        page.text(Numbers.percent(value)).close();
    }

    private static double length(double value, double greatest) {
        return greatest == 0 ? 0 : (WIDTH - LEFT - RIGHT) * value / greatest;
    }
}
