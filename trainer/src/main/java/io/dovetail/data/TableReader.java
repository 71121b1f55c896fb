package io.dovetail.data;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads a table of any kind row by row, and says where something is wrong with it. */
final class TableReader implements Closeable {
    private final Path file;
    private final TableRows rows;
    private final List<String> header;
    private List<String> fields = List.of();

    private TableReader(Path file, TableRows rows) {
        this.file = file;
        this.rows = rows;
        this.header = List.copyOf(rows.header());
    }

    /** Opens a file and reads its header. */
    static TableReader open(Path file) throws IOException {
        if (Files.isRegularFile(file) && Files.size(file) == 0) {
            throw DataException.of(file, "the file is empty", "its first line must name the columns");
        }
        TableRows rows;
        try {
            rows = InputFiles.rows(file);
        } catch (DamagedFileException e) {
            throw e.at(1);
        }
        try {
            TableReader table = new TableReader(file, rows);
            if (table.header.isEmpty()) {
                throw DataException.of(file, "the file has no header", "its first line must name the columns");
            }
            requireDistinct(file, table.header);
            return table;
        } catch (IOException e) {
            rows.close();
            throw e;
        }
    }

    private static void requireDistinct(Path file, List<String> header) throws DataException {
        Set<String> seen = new HashSet<>();
        for (String column : header) {
            if (!seen.add(column)) {
                throw DataException.of(file, 1, "two columns are called '" + column + "'", "rename one of them");
            }
        }
    }

    Path file() {
        return file;
    }

    List<String> header() {
        return header;
    }

    /** The place of a column, if the table has it. */
    Optional<Integer> column(String name) {
        int column = header.indexOf(name);
        return column < 0 ? Optional.empty() : Optional.of(column);
    }

    /** The place of a column that must be here. */
    int requireColumn(String name, String remedy) throws DataException {
        return column(name)
                .orElseThrow(() -> DataException.of(
                        file, 1, "there is no column '" + name + "' among " + String.join(", ", header), remedy));
    }

    /** Goes to the next line; false at the end. */
    boolean next() throws IOException {
        try {
            fields = rows.next();
        } catch (DamagedFileException e) {
            throw e.at(line());
        }
        if (fields.isEmpty()) {
            return false;
        }
        if (fields.size() != header.size()) {
            throw DataException.of(
                    file,
                    line(),
                    fields.size() + " fields, but the header has " + header.size(),
                    "give each line as many fields as the header, with nothing in those that are missing");
        }
        return true;
    }

    /** The text of a field of this line. */
    String field(int column) {
        return fields.get(column);
    }

    /** Something is wrong with a field of this line; {@code fault} goes on after its value. */
    DataException fault(int column, String fault, String remedy) {
        return DataException.of(file, line(), header.get(column), field(column), fault, remedy);
    }

    /** The number of this line, counted from 1. */
    long line() {
        return rows.line();
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
