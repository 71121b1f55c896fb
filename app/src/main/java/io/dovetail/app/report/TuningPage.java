package io.dovetail.app.report;

import io.dovetail.app.page.CurveChart;
import io.dovetail.app.page.Markup;
import io.dovetail.app.page.Page;
import io.dovetail.index.file.ReplacedFile;
import io.dovetail.index.tune.OperatingPoint;
import io.dovetail.index.tune.TuningOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a tuning found, as one HTML file: recall against queries per second. */
public final class TuningPage {

    private TuningPage() {}

    /**
     * Writes a report.
     *
     * @param outcome what was found
     * @param index facts on the index, by name
     * @param environment what the times were measured on, by name
     * @param file the file to make or to replace
     * @throws IOException if writing fails
     */
    public static void write(
            TuningOutcome outcome, Map<String, String> index, Map<String, String> environment, Path file)
            throws IOException {
        ReplacedFile.write(file, html(outcome, index, environment));
    }

    static String html(TuningOutcome outcome, Map<String, String> index, Map<String, String> environment)
            throws IOException {
        Markup page = new Markup();
        Page.open(page, "Tuning of an index", "");
        writeHeader(page, outcome);
        page.open("main");
        writeFront(page, outcome);
        page.open("section").element("h2", "Index and machine").open("div", "columns");
        for (Map<String, String> facts : List.of(index, environment)) {
            page.open("div", "card");
            Page.facts(page, facts);
            page.close();
        }
        page.close().close().close().close().close();
        return page.document();
    }

    private static void writeHeader(Markup page, TuningOutcome outcome) {
        page.open("header").open("div", "inside");
        page.element("p", "brand", "Dovetail");
        page.element("h1", "Recall and speed of an index");
        page.element(
                "p",
                "lead",
                "Asked for: recall@" + outcome.k() + " of " + outcome.asked() + ". "
                        + outcome.choice()
                                .map(choice -> "The cheapest parameters that reach it: "
                                        + choice.judged().params() + ".")
                                .orElse("No parameters reach it."));
        page.open("dl", "tiles");
        OperatingPoint shown =
                outcome.choice().map(TuningOutcome.Choice::judged).orElse(outcome.best());
        Page.tile(page, Numbers.figure(shown.recall()), "recall@" + outcome.k());
        Page.tile(page, Numbers.compact(shown.queriesPerSecond()), "queries/s on one thread");
        page.close().close();
        Page.joint(page);
        page.close();
    }

    private static void writeFront(Markup page, TuningOutcome outcome) {
        page.open("section").element("h2", "What can be had");
        page.element(
                "p",
                "Each point is the fastest way to its recall. One query at a time on one thread, the median of"
                        + " interleaved passes; "
                        + (outcome.heldOut()
                                ? "figures are of " + Numbers.count(outcome.judging())
                                        + " queries that took no part in the choice."
                                : "figures are of the same " + Numbers.count(outcome.judging())
                                        + " queries that chose, too few to hold any back."));
        page.open("div", "columns").open("figure", "card");
        page.element("figcaption", "Queries per second by recall@" + outcome.k() + "; the line is what was asked for");
        new CurveChart(
                        "Queries per second by recall",
                        "recall@" + outcome.k(),
                        List.of(new CurveChart.Curve(
                                "front",
                                outcome.front().stream().map(TuningPage::point).toList())),
                        List.of(outcome.asked()))
                .draw(page);
        page.close().open("div", "card");
        Page.table(
                page,
                List.of("recall@" + outcome.k(), "queries/s", "µs", "nprobe", "rerank", "margin"),
                outcome.front().stream()
                        .map(point -> List.of(
                                Numbers.figure(point.recall()),
                                Numbers.count(Math.round(point.queriesPerSecond())),
                                Numbers.decimal(point.micros()),
                                Numbers.count(point.params().nprobe()),
                                Numbers.count(point.params().rerank()),
                                margin(point.params().margin())))
                        .toList());
        page.close().close().close();
    }

    private static CurveChart.Point point(OperatingPoint point) {
        return new CurveChart.Point(
                point.recall(),
                point.queriesPerSecond(),
                point.params() + ": recall "
                        + Numbers.figure(point.recall()) + ", " + Numbers.compact(point.queriesPerSecond())
                        + " queries/s");
    }

    private static String margin(float margin) {
        return Float.isInfinite(margin) ? "–" : Float.toString(margin);
    }
}
