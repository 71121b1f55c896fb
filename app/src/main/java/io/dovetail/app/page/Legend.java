package io.dovetail.app.page;

import java.util.List;

/** The names of the series of a chart, with their colours and dashes. A single series needs none. */
public final class Legend {
    /** Number of series that can be told apart. */
    public static final int STYLES = 4;

    private Legend() {}

    /** {@return the class of a series in the style sheet: its colour and dash} */
    public static String style(int series) {
        return "s" + series % STYLES;
    }

    /** Draws the names of the series, in their order. */
    public static void draw(Markup page, List<String> names) {
        if (names.size() < 2) {
            return;
        }
        page.open("ul", "legend");
        for (int s = 0; s < names.size(); s++) {
            page.open("li", style(s));
            page.open("svg", "key").with("viewBox", "0 0 28 12").with("aria-hidden", "true");
            page.open("path", "line").with("d", "M1 6 L27 6").close();
            page.open("circle", "dot").with("cx", 14).with("cy", 6).with("r", 4).close();
            page.close();
            page.element("span", names.get(s)).close();
        }
        page.close();
    }
}
