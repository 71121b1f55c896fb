package io.dovetail.app.page;

import java.util.List;
import java.util.Set;

/** A table in Markdown: the first column names the rows, numbers are set right. */
public final class MarkdownTable {

    private MarkdownTable() {}

    /**
     * Writes a table whose columns after the first are numbers.
     *
     * @param head names of the columns
     * @param rows cells, as many a row as the head has
     * @return lines, each with its end
     */
    public static String text(List<String> head, List<List<String>> rows) {
        return text(head, rows, Set.of(0));
    }

    /**
     * Writes a table.
     *
     * @param head names of the columns
     * @param rows cells, as many a row as the head has
     * @param words columns that are set left, from 0
     * @return lines, each with its end
     */
    public static String text(List<String> head, List<List<String>> rows, Set<Integer> words) {
        StringBuilder out = new StringBuilder();
        row(out, head);
        for (int column = 0; column < head.size(); column++) {
            out.append(words.contains(column) ? "| --- " : "| ---: ");
        }
        out.append("|\n");
        rows.forEach(row -> row(out, row));
        return out.toString();
    }

    private static void row(StringBuilder out, List<String> cells) {
        cells.forEach(cell -> out.append("| ").append(cell.replace("|", "\\|")).append(' '));
        out.append("|\n");
    }
}
