package io.dovetail.app;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** A table in plain text: a header, then rows; a column whose cells all begin with a digit or a sign is set right. */
final class TextTable {
    private final List<String> header;
    private final List<List<String>> rows = new ArrayList<>();

    TextTable(String... header) {
        this.header = List.of(header);
    }

    /** Adds a row with as many cells as the header. */
    TextTable row(String... cells) {
        if (cells.length != header.size()) {
            throw new IllegalArgumentException("table: " + cells.length + " cells for " + header.size() + " columns");
        }
        rows.add(List.of(cells));
        return this;
    }

    /** Prints the table. */
    void print(PrintWriter out) {
        printRow(out, header);
        for (List<String> row : rows) {
            printRow(out, row);
        }
        out.flush();
    }

    private void printRow(PrintWriter out, List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            String cell = cells.get(column);
            String pad = " ".repeat(width(column) - cell.length());
            line.append(column == 0 ? "" : "  ").append(isNumeric(column) ? pad + cell : cell + pad);
        }
        out.println(line.toString().stripTrailing());
    }

    private int width(int column) {
        return rows.stream()
                .mapToInt(row -> row.get(column).length())
                .reduce(header.get(column).length(), Math::max);
    }

    private boolean isNumeric(int column) {
        return rows.stream().map(row -> row.get(column)).allMatch(cell -> cell.matches("[-−+]?[0-9].*|–|"));
    }
}
