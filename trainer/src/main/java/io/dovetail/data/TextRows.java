package io.dovetail.data;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Lines of text, the first of which names the columns: {@code .tsv}, where a tab always separates fields, or {@code .csv},
 * where fields may be quoted (RFC 4180). Empty lines are passed over.
 */
final class TextRows implements TableRows {
    private final Lines lines;
    private final List<String> header;

    private TextRows(Lines lines) throws IOException {
        this.lines = lines;
        this.header = lines.next();
    }

    static TableRows tsv(Path file) throws IOException {
        return open(new TsvLines(InputFiles.text(file)));
    }

    static TableRows csv(Path file) throws IOException {
        return open(new CsvLines(file, InputFiles.text(file)));
    }

    private static TableRows open(Lines lines) throws IOException {
        try {
            return new TextRows(lines);
        } catch (IOException e) {
            lines.close();
            throw e;
        }
    }

    @Override
    public List<String> header() {
        return header;
    }

    @Override
    public List<String> next() throws IOException {
        return lines.next();
    }

    @Override
    public long line() {
        return lines.line();
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }

    /** Lines as lists of fields; an empty list at the end. */
    private interface Lines extends Closeable {
        List<String> next() throws IOException;

        long line();
    }

    private static final class TsvLines implements Lines {
        private final BufferedReader lines;
        private long line;

        TsvLines(Reader text) {
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

    private static final class CsvLines implements Lines {
        private final Path file;
        private final CloseableIterator<CsvRecord> records;
        private long line;

        CsvLines(Path file, Reader text) {
            this.file = file;
            records = CsvReader.builder()
                    .allowUnclosedQuote(false)
                    .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                    .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                    .ofCsvRecord(text)
                    .iterator();
        }

        @Override
        public List<String> next() throws IOException {
            try {
                if (!records.hasNext()) {
                    return List.of();
                }
                CsvRecord row = records.next();
                line = row.getStartingLineNumber();
                return row.getFields();
            } catch (UncheckedIOException e) {
                throw e.getCause() == null ? new IOException(e) : e.getCause();
            } catch (CsvParseException e) {
                throw DataException.of(file, line + 1, "quoting is wrong from here on", "close every quote");
            }
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
