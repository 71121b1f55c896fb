package io.dovetail.data;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads a table with a header line by line: {@code .tsv}, where a tab always separates fields, or {@code .csv}, where
 * fields may be quoted (RFC 4180); either may be gzipped. Empty lines are passed over.
 */
final class TableReader implements Closeable {
    private static final int BUFFER = 1 << 16;

    private final Path file;
    private final Rows rows;
    private final List<String> header;
    private List<String> fields = List.of();

    private TableReader(Path file, Rows rows, List<String> header) {
        this.file = file;
        this.rows = rows;
        this.header = header;
    }

    /** Opens a file and reads its header. */
    static TableReader open(Path file) throws IOException {
        if (Files.size(file) == 0) {
            throw DataException.of(file, "the file is empty", "its first line must name the columns");
        }
        InputStream raw = Files.newInputStream(file);
        try {
            String name = String.valueOf(file.getFileName());
            boolean gzipped = name.endsWith(".gz");
            InputStream bytes = gzipped ? new GZIPInputStream(raw, BUFFER) : new BufferedInputStream(raw, BUFFER);
            Utf8Reader text = new Utf8Reader(file, bytes);
            Rows rows = name.contains(".csv") ? new CsvRows(text) : new TsvRows(text);
            TableReader table = new TableReader(file, rows, List.of());
            List<String> header = table.nextRow();
            if (header.isEmpty()) {
                throw DataException.of(file, "the file has no header", "its first line must name the columns");
            }
            requireDistinct(file, header);
            return new TableReader(file, rows, List.copyOf(header));
        } catch (IOException e) {
            raw.close();
            throw e instanceof DataException ? e : unreadable(file, 1, e);
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
        fields = nextRow();
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

    private List<String> nextRow() throws IOException {
        try {
            return rows.next();
        } catch (UncheckedIOException e) {
            throw unreadable(file, line(), e.getCause() == null ? new IOException(e) : e.getCause());
        } catch (CsvParseException e) {
            throw DataException.of(file, line() + 1, "quoting is wrong from here on", "close every quote");
        } catch (IOException e) {
            throw unreadable(file, line(), e);
        }
    }

    private static IOException unreadable(Path file, long line, IOException e) {
        return switch (e) {
            case EOFException truncated ->
                DataException.of(file, line, "the gzip stream ends too early", "fetch the file again");
            case ZipException damaged ->
                DataException.of(file, line, "the gzip stream is damaged", "fetch the file again");
            default -> e;
        };
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }

    /** The rows of a table as lists of fields; an empty list at the end. */
    private interface Rows extends Closeable {
        List<String> next() throws IOException;

        long line();
    }

    private static final class TsvRows implements Rows {
        private final BufferedReader lines;
        private long line;

        TsvRows(Utf8Reader text) {
            lines = new BufferedReader(text);
        }

        @Override
        public List<String> next() throws IOException {
            String text;
            do {
                text = lines.readLine();
                line++;
            } while (text != null && text.isEmpty());
            return text == null ? List.of() : List.of(text.split("\t", -1));
        }

        @Override
        public long line() {
            return line;
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }

    private static final class CsvRows implements Rows {
        private final CloseableIterator<CsvRecord> records;
        private long line;

        CsvRows(Utf8Reader text) {
            records = CsvReader.builder()
                    .allowUnclosedQuote(false)
                    .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                    .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                    .ofCsvRecord(text)
                    .iterator();
        }

        @Override
        public List<String> next() {
            if (!records.hasNext()) {
                return List.of();
            }
            CsvRecord row = records.next();
            line = row.getStartingLineNumber();
            return row.getFields();
        }

        @Override
        public long line() {
            return line;
        }

        @Override
        public void close() throws IOException {
            records.close();
        }
    }
}
