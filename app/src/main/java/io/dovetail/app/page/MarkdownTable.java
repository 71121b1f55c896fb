package io.dovetail.app.page;

import java.util.Collections;
import java.util.List;

/** A table in Markdown: the first column names the rows, the others are set right. */
public final class MarkdownTable {

    private MarkdownTable() {}

    /**
     * Writes a table.
     *
     * @param head names of the columns
     * @param rows cells, as many a row as the head has
     * @return lines, each with its end
     */
    public static String text(List<String> head, List<List<String>> rows) {
        StringBuilder out = new StringBuilder();
        row(out, head);
        out.append("| --- ").append(String.join("", Collections.nCopies(head.size() - 1, "| ---: ")));
        out.append("|\n");
        rows.forEach(row -> row(out, row));
        return out.toString();
    }

    private static void row(StringBuilder out, List<String> cells) {
        cells.forEach(cell -> out.append("| ").append(cell.replace("|", "\\|")).append(' '));
        out.append("|\n");
    }
}
