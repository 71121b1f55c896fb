package io.dovetail.app.report;

import java.util.List;
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
        out.append("\n## Models\n\n");
        facts(out, data.models());
        List<ComparisonTable> overview = ComparisonTables.overview(data);
        if (!overview.isEmpty()) {
            out.append("\n## Overview\n");
            overview.forEach(table -> out.append(table.markdown()));
        }
        for (ComparisonData.Data set : data.data()) {
            out.append("\n## ").append(set.name()).append("\n\n");
            out.append(ComparisonPage.size(set)).append('\n');
            ComparisonTables.of(set).forEach(table -> out.append(table.markdown()));
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
