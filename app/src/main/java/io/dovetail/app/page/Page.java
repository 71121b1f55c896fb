package io.dovetail.app.page;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The parts that every page has. */
public final class Page {

    private Page() {}

    /**
     * Opens {@code html} and {@code body}, with the style of the house. Both are the caller's to close.
     *
     * @param page an empty document
     * @param title what a browser shows as the page's name
     * @param moreStyle rules of this page, which follow those of the house
     * @throws IOException if the style sheet cannot be read
     */
    public static void open(Markup page, String title, String moreStyle) throws IOException {
        page.open("html").with("lang", "en").open("head");
        page.open("meta").with("charset", "utf-8").close();
        page.open("meta").with("name", "viewport").with("content", "width=device-width, initial-scale=1");
        page.close();
        page.open("meta").with("name", "color-scheme").with("content", "light dark");
        page.close();
        page.element("title", title).style(sheet(Page.class, "page.css") + moreStyle);
        page.close().open("body");
    }

    /**
     * Reads a style sheet that lies beside a class.
     *
     * @param owner the class
     * @param name the file
     * @return its text
     * @throws IOException if reading fails
     */
    public static String sheet(Class<?> owner, String name) throws IOException {
        try (InputStream sheet = owner.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(sheet, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** A figure in large type in a list of the class {@code tiles}. */
    public static void tile(Markup page, String figure, String meaning) {
        page.open("div").element("dt", meaning).element("dd", figure).close();
    }

    /** The lower edge of the header: a row of dovetails. */
    public static void joint(Markup page) {
        page.open("svg", "joint").with("aria-hidden", "true").open("defs");
        page.open("pattern").with("id", "joint").with("patternUnits", "userSpaceOnUse");
        page.with("width", 44).with("height", 18);
        page.open("path").with("d", "M14 0 L30 0 L37 18 L7 18 Z").close();
        page.close().close();
        page.open("rect").with("width", "100%").with("height", 18).with("fill", "url(#joint)");
        page.close().close();
    }

    /** Names and values. */
    public static void facts(Markup page, Map<String, String> facts) {
        page.open("dl", "facts");
        facts.forEach((name, value) ->
                page.open("div").element("dt", name).element("dd", value).close());
        page.close();
    }

    /** A table whose first column names the rows. */
    public static void table(Markup page, List<String> head, List<List<String>> rows) {
        page.open("div", "scroll").open("table").open("thead").open("tr");
        head.forEach(name -> page.open("th").with("scope", "col").text(name).close());
        page.close().close().open("tbody");
        for (List<String> row : rows) {
            page.open("tr").open("th").with("scope", "row").text(row.getFirst()).close();
            row.stream().skip(1).forEach(cell -> page.element("td", cell));
            page.close();
        }
        page.close().close().close();
    }
}
