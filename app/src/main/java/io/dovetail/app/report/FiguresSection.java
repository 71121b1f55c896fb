package io.dovetail.app.report;

import io.dovetail.app.page.Markup;
import io.dovetail.app.page.Page;
import io.dovetail.eval.EvaluationReport;
import io.dovetail.eval.Metrics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The figures on test: all models side by side, then the first one against popularity in parts of the data. */
final class FiguresSection {
    private static final String POPULARITY = "popularity";

    private FiguresSection() {}

    static void write(Markup page, ReportData data) {
        page.open("section").element("h2", "How good it is");
        page.element(
                "p",
                "Of each customer the last purchase was set aside (test). Every item of the catalogue is ranked, less"
                    + " what the customer had before, and ties count against the model. HR@k is the share of customers"
                    + " whose item is among the first k; MRR is the mean of 1/rank, which the DAT paper prints times"
                    + " ten.");
        List<List<String>> rows = new ArrayList<>();
        rows.add(row(POPULARITY, data.popularity().overall()));
        data.models()
                .reversed()
                .forEach(model -> rows.add(row(model.name(), model.test().overall())));
        page.open("div", "card strong-last");
        Page.table(page, columns("test"), rows);
        page.close();
        for (ReportData.Model model : data.models()) {
            model.warnings().stream()
                    .distinct()
                    .limit(1)
                    .forEach(warning -> page.open("p", "warning")
                            .element("strong", model.name() + ": ")
                            .text(warning)
                            .close());
        }
        writeParts(page, data);
        page.close();
    }

    private static List<String> columns(String first) {
        return List.of(first, "customers", "HR@10", "HR@50", "HR@100", "MRR", "MRR ×10", "NDCG@10");
    }

    private static void writeParts(Markup page, ReportData data) {
        ReportData.Model model = data.models().getFirst();
        List<String> categories = data.source().categories().entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .map(Map.Entry::getKey)
                .filter(model.test().categories()::containsKey)
                .toList();
        page.open("div", "columns").open("figure", "card");
        page.element("figcaption", "HR@100 by category of the item bought, the largest category first");
        new SvgBarChart(
                        "HR@100 by category",
                        categories,
                        List.of(
                                hitRates(model.name(), categories, model.test().categories()),
                                hitRates(
                                        POPULARITY,
                                        categories,
                                        data.popularity().categories())))
                .draw(page);
        page.close().open("figure", "card");
        page.element("figcaption", "HR@100 for items that sell and items that do not");
        Map<String, Metrics> own = byHeat(model.test());
        List<String> parts = List.copyOf(own.keySet());
        new SvgBarChart(
                        "HR@100 for hot and cold items",
                        parts,
                        List.of(
                                hitRates(model.name(), parts, own),
                                hitRates(POPULARITY, parts, byHeat(data.popularity()))))
                .draw(page);
        page.element(
                "p",
                "note",
                "Hot is the most popular tenth of the items, cold the less popular half. "
                        + Numbers.count(model.test().hot().users()) + " customers bought a hot item last, "
                        + Numbers.count(model.test().cold().users()) + " a cold one.");
        page.open("details").element("summary", "Figures by category, " + model.name());
        Page.table(
                page,
                columns("category"),
                categories.stream()
                        .map(name -> row(
                                name,
                                Objects.requireNonNull(model.test().categories().get(name))))
                        .toList());
        page.close().close().close();
    }

    private static Map<String, Metrics> byHeat(EvaluationReport report) {
        Map<String, Metrics> parts = new LinkedHashMap<>();
        parts.put("hot items", report.hot());
        parts.put("all items", report.overall());
        parts.put("cold items", report.cold());
        return parts;
    }

    private static Series hitRates(String name, List<String> parts, Map<String, Metrics> metrics) {
        return new Series(
                name,
                parts.stream()
                        .map(part -> Optional.ofNullable(metrics.get(part))
                                .map(Metrics::hr100)
                                .orElse(Double.NaN))
                        .toList());
    }

    private static List<String> row(String name, Metrics metrics) {
        return List.of(
                name,
                Numbers.count(metrics.users()),
                Numbers.figure(metrics.hr10()),
                Numbers.figure(metrics.hr50()),
                Numbers.figure(metrics.hr100()),
                Numbers.figure(metrics.mrr()),
                Numbers.figure(10 * metrics.mrr()),
                Numbers.figure(metrics.ndcg10()));
    }
}
