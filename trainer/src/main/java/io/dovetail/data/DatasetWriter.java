package io.dovetail.data;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Writes the folder of a data set, for {@link DatasetReader} to read: all of it or nothing.
 *
 * <p>Tables are {@code .tsv.gz}, streamed into a temporary folder beside the target; {@link #commit} renames it, and
 * {@link #close} without a commit deletes it. The same rows give the same bytes. Not thread-safe.
 */
public final class DatasetWriter implements Closeable {
    private static final int BUFFER = 1 << 16;

    private final Path target;
    private final Path temporary;
    private final List<Table> tables = new ArrayList<>();

    /**
     * Begins a data set.
     *
     * @param folder where it will be; must be empty or absent
     * @throws DirectoryNotEmptyException if something is there
     * @throws IOException if the temporary folder cannot be made
     */
    public DatasetWriter(Path folder) throws IOException {
        target = folder.toAbsolutePath().normalize();
        if (Files.exists(target)) {
            try (Stream<Path> content = Files.list(target)) {
                if (content.findAny().isPresent()) {
                    throw new DirectoryNotEmptyException(folder.toString());
                }
            }
        }
        Path parent = target.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("data set: " + folder + " has no parent; choose another folder");
        }
        Files.createDirectories(parent);
        String unique = ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
        temporary = Files.createDirectory(target.resolveSibling("." + target.getFileName() + "." + unique + ".tmp"));
    }

    /**
     * Begins a table.
     *
     * @param name {@code interactions}, {@code items}, {@code users} or {@code categories}
     * @param columns the header
     * @return the table, which this writer closes
     * @throws IOException if writing fails
     */
    public Table table(String name, String... columns) throws IOException {
        Table table = new Table(temporary.resolve(name + ".tsv.gz"), columns.length);
        tables.add(table);
        table.row(columns);
        return table;
    }

    /**
     * Writes {@code dataset.yaml}.
     *
     * @param yaml its text
     * @throws IOException if writing fails
     */
    public void declare(String yaml) throws IOException {
        Files.writeString(temporary.resolve("dataset.yaml"), yaml);
    }

    /**
     * Ends the data set and moves it to its place.
     *
     * @throws IOException if that fails; then nothing is there
     */
    public void commit() throws IOException {
        for (Table table : tables) {
            table.writer.close();
        }
        Files.deleteIfExists(target);
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
        if (Files.exists(temporary)) {
            for (Table table : tables) {
                table.writer.close();
            }
            try (Stream<Path> content = Files.list(temporary)) {
                for (Path file : content.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(temporary);
        }
    }

    /** A table that is being written. */
    public static final class Table {
        private final Writer writer;
        private final int columns;

        private Table(Path file, int columns) throws IOException {
            writer = new BufferedWriter(
                    new OutputStreamWriter(new FastGzip(Files.newOutputStream(file)), StandardCharsets.UTF_8), BUFFER);
            this.columns = columns;
        }

        /**
         * Adds a row. What would break a line or a field becomes a blank.
         *
         * @param fields one for each column; empty where nothing is known
         * @throws IOException if writing fails
         */
        public void row(String... fields) throws IOException {
            if (fields.length != columns) {
                throw new IllegalArgumentException("table: " + fields.length + " fields for " + columns + " columns");
            }
            for (int c = 0; c < columns; c++) {
                if (c > 0) {
                    writer.write('\t');
                }
                write(fields[c]);
            }
            writer.write('\n');
        }

        private void write(String field) throws IOException {
            for (int i = 0; i < field.length(); i++) {
                char c = field.charAt(i);
                writer.write(c < ' ' || c == '\u0085' || c == '\u2028' || c == '\u2029' ? ' ' : c);
            }
        }
    }

    /** Four times as fast as the usual level, and about a fifth larger. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, BUFFER);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
