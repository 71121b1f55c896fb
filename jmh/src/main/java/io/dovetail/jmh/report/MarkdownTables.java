package io.dovetail.jmh.report;

import io.dovetail.app.page.MarkdownTable;
import java.util.List;

/** The figures as tables in Markdown. */
final class MarkdownTables {
    private final StringBuilder out = new StringBuilder();

    private MarkdownTables() {}

    static String of(Findings findings) {
        MarkdownTables tables = new MarkdownTables();
        tables.write(findings);
        return tables.out.toString();
    }

    private void write(Findings findings) {
        out.append("# Benchmarks\n\n");
        findings.facts()
                .forEach((name, value) ->
                        out.append("- ").append(name).append(": ").append(value).append('\n'));
        out.append("\nMedians of the medians of the forks.\n");
        findings.warnings()
                .forEach(warning -> out.append("\n**").append(warning).append("**\n"));
        for (Kernel limit : findings.limitsByKind()) {
            kernel(limit, new Machine(List.of(), List.of()));
        }
        for (Duel duel : findings.duels()) {
            heading(duel.title());
            table(Comparison.head(), duel.summary());
            table(duel.head(), duel.rows());
        }
        Training.of(findings).sections().forEach(this::section);
        findings.families().forEach((family, kernels) -> {
            List<List<String>> comparisons = Comparison.rows(kernels);
            if (!comparisons.isEmpty()) {
                heading(family);
                table(Comparison.head(), comparisons);
            }
            kernels.forEach(kernel -> kernel(kernel, findings.machine()));
        });
    }

    private void section(Section section) {
        heading(section.title());
        out.append('\n').append(section.text()).append('\n');
        table(section.head(), section.rows());
        if (!section.notes().isEmpty()) {
            out.append('\n');
            section.notes().forEach(note -> out.append("- ").append(note).append('\n'));
        }
    }

    private void kernel(Kernel kernel, Machine machine) {
        heading(kernel.benchmark());
        if (!kernel.fixed().isEmpty()) {
            out.append('\n').append(kernel.fixed()).append('\n');
        }
        KernelTable table = KernelTable.of(kernel, machine);
        table(table.head(), table.rows());
    }

    private void heading(String text) {
        out.append("\n## ").append(text).append('\n');
    }

    private void table(List<String> head, List<List<String>> rows) {
        out.append('\n').append(MarkdownTable.text(head, rows));
    }
}
