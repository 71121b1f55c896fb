package io.dovetail.data;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file of users or items with what is known of them, read line by line: it may be of any length. Its form is that of a data
 * set's {@code users} and {@code items}; see {@link DatasetReader}. Not thread-safe.
 */
public final class EntityFile implements Closeable {
    private final TableReader table;
    private final int id;

    private EntityFile(TableReader table, int id) {
        this.table = table;
        this.id = id;
    }

    /**
     * Opens a file and reads its header.
     *
     * @param file the file
     * @param id column of the id; the first if empty
     * @return the file, before its first line
     * @throws DataException if the header is wrong; the message names the place and the remedy
     * @throws IOException if the file cannot be read
     */
    public static EntityFile open(Path file, Optional<String> id) throws IOException {
        TableReader table = TableReader.open(file);
        try {
            int column = id.isEmpty() ? 0 : table.requireColumn(id.get(), "name a column that is there");
            return new EntityFile(table, column);
        } catch (DataException e) {
            table.close();
            throw e;
        }
    }

    /** {@return the names of all columns, that of the id among them} */
    public List<String> columns() {
        return table.header();
    }

    /** {@return the column of the id} */
    public String idColumn() {
        return table.header().get(id);
    }

    /**
     * Goes to the next line.
     *
     * @return whether there is one
     * @throws DataException if it is wrong; the message names the place and the remedy
     * @throws IOException if it cannot be read
     */
    public boolean next() throws IOException {
        if (!table.next()) {
            return false;
        }
        if (id().isEmpty()) {
            throw table.fault(id, "is not an id", "give every line an id");
        }
        return true;
    }

    /** {@return the id of this line} */
    public String id() {
        return table.field(id);
    }

    /** {@return the texts of this line by column, without the id; empty texts where nothing is known} */
    public Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int column = 0; column < table.header().size(); column++) {
            if (column != id) {
                fields.put(table.header().get(column), table.field(column));
            }
        }
        return fields;
    }

    @Override
    public void close() throws IOException {
        table.close();
    }
}
