package io.dovetail.app.report;

import io.dovetail.app.page.Markup;
import io.dovetail.app.page.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
        Page.open(page, "Dovetail on " + data.source().name(), Page.sheet(ReportPage.class, STYLE));
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
        Page.tile(
                page, Numbers.percent(hitRate), "of the items bought next are among the first 100 of " + model.name());
        Page.tile(page, Numbers.percent(popularity), "by showing everybody what is popular");
        data.index().sweep().stream()
                .filter(probe -> probe.recall10() >= 0.99)
                .findFirst()
                .ifPresent(probe -> Page.tile(
                        page,
                        Numbers.percent(probe.recall10()),
                        "of the exact first 10 found by the index, scanning " + probe.nprobe() + " of its lists"));
        page.close().close();
        Page.joint(page);
        page.close();
    }

    private static void writeEnvironment(Markup page, ReportData data) {
        page.open("section").element("h2", "What it ran on, and how to do it again");
        page.open("div", "columns").open("div", "card");
        Page.facts(page, data.environment());
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
            Page.facts(page, model.settings());
            page.close();
        }
        page.close();
    }
}
