package io.dovetail.app.report;

import io.dovetail.app.page.Markup;
import java.util.List;

/** The names of the series of a chart, with their colours and dashes. A single series needs none. */
final class SvgLegend {
    /** Number of series that can be told apart. */
    static final int STYLES = 4;

    private SvgLegend() {}

    /** The class of a series in the style sheet: its colour and dash. */
    static String style(int series) {
        return "s" + series % STYLES;
    }

    static void draw(Markup page, List<Series> series) {
        if (series.size() < 2) {
            return;
        }
        page.open("ul", "legend");
        for (int s = 0; s < series.size(); s++) {
            page.open("li", style(s));
            page.open("svg", "key").with("viewBox", "0 0 28 12").with("aria-hidden", "true");
            page.open("path", "line").with("d", "M1 6 L27 6").close();
            page.open("circle", "dot").with("cx", 14).with("cy", 6).with("r", 4).close();
            page.close();
            page.element("span", series.get(s).name()).close();
        }
        page.close();
    }
}
