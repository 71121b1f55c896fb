package io.dovetail.jmh.search;

import io.dovetail.app.page.CurveChart;
import io.dovetail.app.page.MarkdownTable;
import io.dovetail.app.page.Markup;
import io.dovetail.app.page.Page;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The duels as a page and as tables in Markdown. */
record SearchPage(List<SearchFile> duels) {
    static final List<Double> RECALLS = List.of(0.9, 0.95, 0.99);
    private static final String ABOUT =
            "One query at a time on one thread, all sides on the same vectors, Java in one JVM, in rounds of all"
                + " efforts of all sides. Queries per second are the median of the rounds; p50, p99 and p99.9 are of"
                + " all queries of all rounds. Of each side the fastest effort with at least the recall. Of a batch"
                + " all queries are handed over at once, to those that take them so. A filter accepts vectors at"
                + " random: Dovetail's is a RowSet, with a copy of the vectors where the name says so, that of faiss"
                + " an IDSelectorBitmap.";

    String html() throws IOException {
        Markup page = new Markup();
        Page.open(page, "Search beside other libraries", "");
        page.open("header").open("div", "inside").element("p", "brand", "Dovetail");
        page.element("h1", "Search beside other libraries").element("p", "lead", ABOUT);
        page.close();
        Page.joint(page);
        page.close().open("main");
        for (SearchFile duel : duels) {
            page.open("section").element("h2", duel.title());
            page.open("div", "columns").open("figure", "card");
            page.element("figcaption", "Queries per second by recall@" + duel.k());
            chart(duel).draw(page);
            page.close().open("div", "card");
            Page.table(page, List.of("index", "built in", "bytes per vector"), builds(duel));
            page.element("p", "note", conditions(duel)).close().close();
            page.open("div", "card");
            Page.table(page, head(duel), rows(duel));
            page.close().close();
        }
        page.close().close().close();
        return page.document();
    }

    String markdown() {
        StringBuilder out = new StringBuilder("# Search beside other libraries\n\n")
                .append(ABOUT)
                .append('\n');
        for (SearchFile duel : duels) {
            out.append("\n## ").append(duel.title()).append("\n\n").append(conditions(duel));
            out.append("\n\n").append(MarkdownTable.text(head(duel), rows(duel), Set.of(0, 1, 2)));
            out.append('\n').append(MarkdownTable.text(List.of("index", "built in", "bytes per vector"), builds(duel)));
        }
        return out.toString();
    }

    private static String conditions(SearchFile duel) {
        return duel.machine() + ", " + duel.jdk() + ", " + format("%,.0f", duel.queries()) + " queries, "
                + duel.rounds() + " rounds. " + duel.data() + " Builds on "
                + (duel.buildThreads() == 1 ? "one thread." : duel.buildThreads() + " threads, of HNSW graphs on one.");
    }

    private static CurveChart chart(SearchFile duel) {
        List<CurveChart.Curve> curves = duel.curves().stream()
                .map(curve -> new CurveChart.Curve(
                        curve.name(),
                        curve.points().stream()
                                .map(point -> new CurveChart.Point(
                                        point.recall(), point.qps(), curve.name() + ", " + point.effort()))
                                .toList()))
                .toList();
        return new CurveChart("Queries per second by recall", "recall@" + duel.k(), curves, List.of());
    }

    private static List<String> head(SearchFile duel) {
        return List.of(
                "recall@" + duel.k(),
                "index",
                "effort",
                "reached",
                "queries/s",
                "of the first",
                "batch, queries/s",
                "of the first",
                "p50 µs",
                "p99 µs",
                "p99.9 µs");
    }

    private static List<List<String>> rows(SearchFile duel) {
        List<List<String>> rows = new ArrayList<>();
        for (double recall : RECALLS) {
            double first = duel.curves()
                    .getFirst()
                    .at(recall)
                    .map(SearchCurve.Point::qps)
                    .orElse(Double.NaN);
            double firstBatch = duel.curves().getFirst().batchQps(recall).orElse(Double.NaN);
            for (SearchCurve curve : duel.curves()) {
                double batch = curve.batchQps(recall).orElse(Double.NaN);
                curve.at(recall)
                        .ifPresent(point -> rows.add(List.of(
                                format("≥ %.2f", recall),
                                curve.name(),
                                point.effort(),
                                format("%.4f", point.recall()),
                                format("%,.0f", point.qps()),
                                figure("%.2f", point.qps() / first),
                                figure("%,.0f", batch),
                                figure("%.2f", batch / firstBatch),
                                format("%.1f", point.p50us()),
                                format("%.1f", point.p99us()),
                                format("%.1f", point.p999us()))));
            }
        }
        return rows;
    }

    private static List<List<String>> builds(SearchFile duel) {
        return duel.curves().stream()
                .map(curve -> List.of(
                        curve.name(),
                        format("%.1f s", curve.buildSeconds()),
                        format("%.1f", curve.bytes() / (double) duel.vectors())))
                .toList();
    }

    private static String figure(String format, double value) {
        return Double.isNaN(value) ? "–" : format(format, value);
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
