package io.dovetail.formats;

import dev.hardwood.HardwoodContext;
import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.schema.SchemaNode;
import io.dovetail.data.DataException;
import io.dovetail.data.TableRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of Parquet files with the same columns. */
final class ParquetRows implements TableRows {
    private static final int THREADS = 2;

    private final Path file;
    private final HardwoodContext context;
    private final ParquetFileReader reader;
    private final RowReader rows;
    private final List<String> header;
    private long line;

    private ParquetRows(Path file, HardwoodContext context, ParquetFileReader reader) {
        this.file = file;
        this.context = context;
        this.reader = reader;
        header = reader.getFileSchema().getRootNode().children().stream()
                .map(SchemaNode::name)
                .toList();
        rows = reader.rowReader();
    }

    /**
     * Opens a table.
     *
     * @param file what to call it
     * @param parts its files
     */
    static ParquetRows open(Path file, List<InputFile> parts) throws IOException {
        HardwoodContext context = HardwoodContext.create(THREADS);
        @Nullable ParquetFileReader reader = null;
        try {
            reader = ParquetFileReader.openAll(parts, context);
            return new ParquetRows(file, context, reader);
        } catch (IOException | RuntimeException e) {
            if (reader != null) {
                reader.close();
            }
            context.close();
            throw unreadable(file, 1, e);
        }
    }

    @Override
    public List<String> header() {
        return header;
    }

    @Override
    public List<String> next() throws IOException {
        try {
            if (!rows.hasNext()) {
                return List.of();
            }
            rows.next();
            line++;
            String[] fields = new String[header.size()];
            Arrays.setAll(fields, column -> ParquetValues.text(rows.getValue(column)));
            return List.of(fields);
        } catch (RuntimeException e) {
            throw unreadable(file, line + 1, e);
        }
    }

    /** The library tells of damage by exceptions of many kinds. */
    private static IOException unreadable(Path file, long line, Exception e) {
        if (e instanceof DataException told) {
            return told;
        }
        String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        DataException unreadable = DataException.of(
                file, line, "this Parquet file cannot be read (" + reason + ")", "fetch or write the file again");
        unreadable.initCause(e);
        return unreadable;
    }

    @Override
    public long line() {
        return line;
    }

    @Override
    public void close() throws IOException {
        try {
            rows.close();
            reader.close();
        } finally {
            context.close();
        }
    }
}
