package io.dovetail.app;

import io.dovetail.data.Holdout;
import io.dovetail.eval.EvaluationReport;
import io.dovetail.eval.Metrics;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The figures of an evaluation, for programs and for people. */
final class Figures {

    private Figures() {}

    /** {@return the figures by their JSON keys; {@code mrr10} is ten times {@code mrr}, as the paper prints it} */
    static Map<String, Object> json(Metrics metrics) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("users", metrics.users());
        json.put("hr@10", metrics.hr10());
        json.put("hr@50", metrics.hr50());
        json.put("hr@100", metrics.hr100());
        json.put("mrr", metrics.mrr());
        json.put("mrr10", 10 * metrics.mrr());
        json.put("ndcg@10", metrics.ndcg10());
        return json;
    }

    /** {@return the overall figures by their JSON keys, with {@code split}, {@code categories}, {@code cold}, {@code hot}} */
    static Map<String, Object> json(EvaluationReport report) {
        Map<String, Object> json = json(report.overall());
        json.put("split", split(report));
        json.put("candidates", report.candidates());
        Map<String, Object> categories = new LinkedHashMap<>();
        report.categories().forEach((name, metrics) -> categories.put(name, json(metrics)));
        json.put("categories", categories);
        json.put("cold", json(report.cold()));
        json.put("hot", json(report.hot()));
        return json;
    }

    /**
     * Reads the name of a split.
     *
     * @param split what the user wrote for --split
     * @return what is held out
     */
    static Holdout holdout(String split) {
        return switch (split.toLowerCase(Locale.ROOT)) {
            case "valid" -> Holdout.VALID;
            case "test" -> Holdout.TEST;
            default -> throw new UserException("--split: '" + split + "' is none of valid, test");
        };
    }

    /** {@return the name of the split that was judged} */
    static String split(EvaluationReport report) {
        return report.holdout().name().toLowerCase(Locale.ROOT);
    }

    /**
     * An empty table of figures.
     *
     * @param what header of the column of names
     * @return the table, for {@link #row}
     */
    static TextTable table(String what) {
        return new TextTable(what, "HR@10", "HR@50", "HR@100", "MRR", "MRR x10", "NDCG@10", "users");
    }

    /** Adds the figures of something to a table. */
    static void row(TextTable table, String name, Metrics metrics) {
        table.row(
                name,
                share(metrics.hr10()),
                share(metrics.hr50()),
                share(metrics.hr100()),
                share(metrics.mrr()),
                share(10 * metrics.mrr()),
                share(metrics.ndcg10()),
                count(metrics.users()));
    }

    /** {@return a share with four places} */
    static String share(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    /** {@return a whole number in groups of three digits} */
    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** {@return a large number in thousands or millions} */
    static String large(double value) {
        return value >= 1e6
                ? String.format(Locale.ROOT, "%.2f M", value * 1e-6)
                : value >= 1e3
                        ? String.format(Locale.ROOT, "%.1f k", value * 1e-3)
                        : String.format(Locale.ROOT, "%.0f", value);
    }

    /** {@return a time in seconds or minutes} */
    static String time(double seconds) {
        return seconds < 100
                ? String.format(Locale.ROOT, "%.1f s", seconds)
                : String.format(Locale.ROOT, "%d:%02d min", (long) seconds / 60, (long) seconds % 60);
    }
}
