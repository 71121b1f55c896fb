package io.dovetail.app.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The report as one HTML file, light or dark as the reader's system is; no scripts, nothing from a network. */
public final class ReportPage {
    private static final String STYLE = "report.css";

    private ReportPage() {}

    /**
     * Writes a report.
     *
     * @param data what it tells
     * @param file the file to write
     * @throws IOException if writing fails
     */
    public static void write(ReportData data, Path file) throws IOException {
        Files.writeString(file, html(data));
    }

    static String html(ReportData data) throws IOException {
        Markup page = new Markup();
        page.open("html").with("lang", "en").open("head");
        page.open("meta").with("charset", "utf-8").close();
        page.open("meta").with("name", "viewport").with("content", "width=device-width, initial-scale=1");
        page.close();
        page.open("meta")
                .with("name", "color-scheme")
                .with("content", "light dark")
                .close();
        page.element("title", "Dovetail on " + data.source().name())
                .style(styleSheet())
                .close();
        page.open("body");
        writeHeader(page, data);
        page.open("main");
        DataSection.write(page, data.source());
        FiguresSection.write(page, data);
        TrainingSection.write(page, data.models());
        IndexSection.write(page, data.index());
        CustomersSection.write(page, data.customers());
        writeEnvironment(page, data);
        page.close().close().close();
        return page.document();
    }

    private static String styleSheet() throws IOException {
        try (InputStream sheet = ReportPage.class.getResourceAsStream(STYLE)) {
            return new String(Objects.requireNonNull(sheet, STYLE).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void writeHeader(Markup page, ReportData data) {
        ReportData.Model model = data.models().getFirst();
        double hitRate = model.test().overall().hr100();
        double popularity = data.popularity().overall().hr100();
        page.open("header").open("div", "inside");
        page.element("p", "brand", "Dovetail");
        page.element("h1", "Two towers, one index: " + data.source().name());
        page.element(
                "p",
                "lead",
                "A recommender trained, measured and put to work on "
                        + Numbers.count(data.source().statistics().users())
                        + " customers and "
                        + Numbers.count(data.source().statistics().items()) + " items, in "
                        + Numbers.seconds(data.seconds()) + " on a CPU.");
        page.open("dl", "tiles");
        tile(page, Numbers.percent(hitRate), "of the items bought next are among the first 100 of " + model.name());
        tile(page, Numbers.percent(popularity), "by showing everybody what is popular");
        data.index().sweep().stream()
                .filter(probe -> probe.recall10() >= 0.99)
                .findFirst()
                .ifPresent(probe -> tile(
                        page,
                        Numbers.percent(probe.recall10()),
                        "of the exact first 10 found by the index, scanning " + probe.nprobe() + " of its lists"));
        page.close().close();
        writeJoint(page);
        page.close();
    }

    private static void tile(Markup page, String figure, String meaning) {
        page.open("div").element("dt", meaning).element("dd", figure).close();
    }

    /** The lower edge of the header: a row of dovetails. */
    private static void writeJoint(Markup page) {
        page.open("svg", "joint").with("aria-hidden", "true").open("defs");
        page.open("pattern").with("id", "joint").with("patternUnits", "userSpaceOnUse");
        page.with("width", 44).with("height", 18);
        page.open("path")
                .with("d", "M14 0 L30 0 L37 18 L7 18 Z")
                .close()
                .close()
                .close();
        page.open("rect")
                .with("width", "100%")
                .with("height", 18)
                .with("fill", "url(#joint)")
                .close();
        page.close();
    }

    private static void writeEnvironment(Markup page, ReportData data) {
        page.open("section").element("h2", "What it ran on, and how to do it again");
        page.open("div", "columns").open("div", "card");
        facts(page, data.environment());
        page.close().open("div", "card");
        page.element(
                "p",
                "The same seed and data give the same figures, whatever the number of threads. The last command knows"
                        + " the held-out purchase too, so its list may differ from the one above.");
        page.element("pre", String.join("\n", data.commands()));
        page.close().close();
        for (ReportData.Model model : data.models()) {
            page.open("details").element("summary", "Settings of " + model.name());
            page.element("p", "note", model.about());
            facts(page, model.settings());
            page.close();
        }
        page.close();
    }

    static void facts(Markup page, Map<String, String> facts) {
        page.open("dl", "facts");
        facts.forEach((name, value) ->
                page.open("div").element("dt", name).element("dd", value).close());
        page.close();
    }

    /** A table whose first column names the rows. */
    static void table(Markup page, List<String> head, List<List<String>> rows) {
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
