package io.dovetail.app.report;

import io.dovetail.app.page.Markup;
import io.dovetail.app.page.Page;
import io.dovetail.app.page.Scale;
import java.util.List;

/** The index of the items: what it is, how much it finds, what a query costs. */
final class IndexSection {
    private static final String CAVEAT =
            "All times are indicative: one thread, the best of three short passes, whatever else the machine was"
                + " doing. With so few items an exact search is a good choice too; the index shows its worth from tens"
                + " of thousands on.";

    private IndexSection() {}

    static void write(Markup page, ReportData.Index index) {
        List<ReportData.Probe> sweep = index.sweep();
        page.open("section").element("h2", "How it is served");
        page.element(
                "p",
                "The item vectors go into an IVF-PQ index: lists of near neighbours, a short code of each item, the"
                        + " best candidates scored again exactly. Scanning more lists (nprobe) finds more and takes"
                        + " longer.");
        page.open("div", "columns").open("figure", "card");
        page.element("figcaption", "Recall against exact search, by the number of lists scanned");
        List<Series> recalls = List.of(
                new Series(
                        "recall@10",
                        sweep.stream().map(ReportData.Probe::recall10).toList()),
                new Series(
                        "recall@100",
                        sweep.stream().map(ReportData.Probe::recall100).toList()));
        new SvgLineChart(
                        "Recall by nprobe",
                        "nprobe",
                        sweep.stream()
                                .map(probe -> Integer.toString(probe.nprobe()))
                                .toList(),
                        Scale.around(Series.all(recalls)),
                        recalls)
                .draw(page);
        page.close().open("div", "card");
        Page.table(
                page,
                List.of("nprobe", "recall@10", "recall@100", "µs per query"),
                sweep.stream()
                        .map(probe -> List.of(
                                Integer.toString(probe.nprobe()),
                                Numbers.percent(probe.recall10()),
                                Numbers.percent(probe.recall100()),
                                Numbers.decimal(probe.micros())))
                        .toList());
        page.element("p", "note", "An exact search took " + Numbers.decimal(index.exactMicros()) + " µs. " + CAVEAT);
        Page.facts(page, index.facts());
        page.close().close().close();
    }
}
