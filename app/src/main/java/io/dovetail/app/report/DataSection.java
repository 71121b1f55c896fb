package io.dovetail.app.report;

import io.dovetail.app.page.Markup;
import io.dovetail.app.page.Page;
import io.dovetail.data.DatasetStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The data set: its size, its source, its categories. */
final class DataSection {
    private DataSection() {}

    static void write(Markup page, ReportData.Source source) {
        page.open("section").element("h2", "The data");
        page.open("div", "columns").open("div", "card");
        Page.facts(page, facts(source.statistics()));
        page.close().open("div", "card");
        source.notes().forEach(note -> page.element("p", note));
        page.open("details").element("summary", "Items by category");
        Page.table(
                page,
                List.of("category", "items"),
                source.categories().entrySet().stream()
                        .map(entry -> List.of(entry.getKey(), Numbers.count(entry.getValue())))
                        .toList());
        page.close().close().close().close();
    }

    private static Map<String, String> facts(DatasetStatistics statistics) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("customers", Numbers.count(statistics.users()));
        facts.put("items", Numbers.count(statistics.items()));
        facts.put("first purchases", Numbers.count(statistics.interactions()));
        facts.put("to train on", Numbers.count(statistics.train()));
        facts.put("to choose by (valid)", Numbers.count(statistics.valid()));
        facts.put("to judge by (test)", Numbers.count(statistics.test()));
        facts.put("of all pairs", Numbers.percent(statistics.density()));
        facts.put("median per customer", Numbers.count(statistics.medianLength()));
        facts.put("categories", Numbers.count(statistics.categories()));
        facts.put("largest category", Numbers.percent(statistics.largestCategoryShare()) + " of the items");
        return facts;
    }
}
