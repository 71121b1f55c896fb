package io.dovetail.app.report;

import io.dovetail.app.page.MarkdownTable;
import java.util.Map;

/** A comparison in Markdown. */
final class ComparisonMarkdown {

    private ComparisonMarkdown() {}

    static String of(ComparisonData data) {
        StringBuilder out = new StringBuilder("# Comparison\n\n");
        if (data.isPartial()) {
            out.append("**Not finished: ").append(data.done()).append(" of ").append(data.total());
            out.append(" trainings are done.**\n\n");
        }
        facts(out, data.protocol());
        facts(out, data.environment());
        for (ComparisonData.Data set : data.data()) {
            out.append("\n## ").append(set.name()).append("\n\n");
            out.append(ComparisonPage.size(set)).append('\n');
            for (ComparisonTables.Table table : ComparisonTables.of(set)) {
                out.append("\n### ").append(table.title()).append("\n\n");
                out.append(table.note()).append("\n\n");
                out.append(MarkdownTable.text(table.head(), table.rows()));
            }
            for (ComparisonData.Model model : set.models()) {
                for (ComparisonData.Run run : model.runs()) {
                    if (!run.failure().isEmpty()) {
                        out.append("\n**")
                                .append(model.title())
                                .append(", seed ")
                                .append(run.seed());
                        out.append(": ").append(run.failure()).append("**\n");
                    }
                }
            }
        }
        return out.toString();
    }

    private static void facts(StringBuilder out, Map<String, String> facts) {
        facts.forEach((name, value) ->
                out.append("- ").append(name).append(": ").append(value).append('\n'));
    }
}
