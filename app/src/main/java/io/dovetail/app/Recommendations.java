package io.dovetail.app;

import io.dovetail.recommend.Recommendation;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Recommended items, for programs and for people. */
final class Recommendations {

    private Recommendations() {}

    /** {@return the items by the JSON key {@code items}, beside what they were asked for} */
    static Map<String, Object> json(String what, String id, List<Recommendation> items) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(what, id);
        json.put("items", items.stream().map(Recommendations::json).toList());
        return json;
    }

    private static Map<String, Object> json(Recommendation item) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", item.id());
        json.put("name", item.name());
        json.put("category", item.category());
        json.put("score", item.score());
        return json;
    }

    /** Prints a table of the items. */
    static void print(List<Recommendation> items, PrintWriter out) {
        TextTable table = new TextTable("rank", "score", "id", "category", "name");
        for (int place = 0; place < items.size(); place++) {
            Recommendation item = items.get(place);
            table.row(
                    Integer.toString(place + 1), Figures.share(item.score()), item.id(), item.category(), item.name());
        }
        table.print(out);
    }
}
