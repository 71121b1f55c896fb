package io.dovetail.app.report;

import io.dovetail.app.page.MarkdownTable;
import io.dovetail.app.page.Markup;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table of a comparison, the same on the page, in Markdown and on a terminal.
 *
 * @param title what it shows
 * @param note how to read it
 * @param place whether a reader sees it at once
 * @param head names of the columns, the first that of the rows
 * @param rows cells, as many a row as the head has
 */
public record ComparisonTable(String title, String note, Place place, List<String> head, List<List<Cell>> rows) {

    /** Copies the lists. */
    public ComparisonTable {
        head = List.copyOf(head);
        rows = List.copyOf(rows);
    }

    /** Where a table stands, on a page and in Markdown. */
    public enum Place {
        /** In view. */
        OPEN,
        /** Behind its title. */
        FOLDED
    }

    /** What a cell holds. */
    public enum Kind {
        /** A number. */
        FIGURE,
        /** The best number of its column. */
        BEST,
        /** Words, which may need several lines. */
        WORDS
    }

    /**
     * A cell.
     *
     * @param value what it says
     * @param interval how sure that is; may be empty
     * @param kind what it holds
     */
    public record Cell(String value, String interval, Kind kind) {
        static Cell figure(String value) {
            return new Cell(value, "", Kind.FIGURE);
        }

        static Cell words(String value) {
            return new Cell(value, "", Kind.WORDS);
        }

        String text() {
            return interval.isEmpty() ? value : value + " " + interval;
        }

        String markdown() {
            return kind == Kind.BEST ? "**" + text() + "**" : text();
        }
    }

    /** {@return the rows as plain text} */
    public List<List<String>> texts() {
        return rows.stream().map(row -> row.stream().map(Cell::text).toList()).toList();
    }

    /** {@return title, note and table in Markdown} */
    String markdown() {
        String table = MarkdownTable.text(
                head,
                rows.stream()
                        .map(row -> row.stream().map(Cell::markdown).toList())
                        .toList(),
                words());
        return switch (place) {
            case OPEN -> "\n### " + title + "\n\n" + note + "\n\n" + table;
            case FOLDED -> "\n<details><summary>" + title + "</summary>\n\n" + note + "\n\n" + table + "\n</details>\n";
        };
    }

    /** Draws a card with title, note and table. */
    void draw(Markup page) {
        switch (place) {
            case OPEN -> page.open("div", "card spaced").element("h3", title);
            case FOLDED -> page.open("details", "card spaced").element("summary", title);
        }
        page.element("p", "note", note);
        drawRows(page);
        page.close();
    }

    /** Draws the table alone. */
    void drawRows(Markup page) {
        page.open("div", "scroll").open("table").open("thead").open("tr");
        Set<Integer> words = words();
        for (int column = 0; column < head.size(); column++) {
            page.open("th", column > 0 && words.contains(column) ? "words" : "figure")
                    .with("scope", "col");
            page.text(head.get(column)).close();
        }
        page.close().close().open("tbody");
        for (List<Cell> row : rows) {
            page.open("tr").open("th").with("scope", "row");
            page.text(row.getFirst().text()).close();
            row.stream().skip(1).forEach(cell -> draw(page, cell));
            page.close();
        }
        page.close().close().close();
    }

    private Set<Integer> words() {
        return IntStream.range(0, head.size())
                .filter(column -> column == 0
                        || rows.stream().anyMatch(row -> row.get(column).kind() == Kind.WORDS))
                .boxed()
                .collect(Collectors.toSet());
    }

    private static void draw(Markup page, Cell cell) {
        page.open(
                "td",
                switch (cell.kind()) {
                    case FIGURE -> "figure";
                    case BEST -> "best";
                    case WORDS -> "words";
                });
        page.text(cell.value());
        if (!cell.interval().isEmpty()) {
            page.text(" ").element("small", cell.interval());
        }
        page.close();
    }
}
