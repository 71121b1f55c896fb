package io.dovetail.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.agrona.collections.IntArrayList;
import org.jspecify.annotations.Nullable;

/** The users or the items: their ids and the text of their columns, each distinct text kept once. */
final class EntityTable {
    /** By custom the id that the source of the data used: it identifies, and describes nothing. */
    private static final String RAW_ID = "raw_id";

    private final Optional<Path> file;
    private final DatasetSpec.Unlisted unlisted;
    private final Vocabulary.Builder ids = new Vocabulary.Builder();
    private final Map<String, Column> columns = new LinkedHashMap<>();
    private final Map<String, DenseColumn> dense = new LinkedHashMap<>();

    private EntityTable(Optional<Path> file, DatasetSpec.Unlisted unlisted) {
        this.file = file;
        this.unlisted = unlisted;
    }

    /** The distinct texts of a column, and which of them each row has. */
    private static final class Column {
        private final @Nullable ColumnSpec spec;
        private final Vocabulary.Builder texts = new Vocabulary.Builder();
        private final IntArrayList textOfRow = new IntArrayList();

        private Column(@Nullable ColumnSpec spec) {
            this.spec = spec;
        }

        void add(TableReader table, int column) throws DataException {
            String text = table.field(column);
            if (!text.isEmpty()) {
                check(table, column, text);
            }
            textOfRow.addInt(texts.add(text));
        }

        private void check(TableReader table, int column, String text) throws DataException {
            boolean numeric = spec instanceof ColumnSpec.Quantiles || spec instanceof ColumnSpec.Intervals;
            if (numeric && Double.isNaN(Fields.number(text))) {
                throw table.fault(column, "is not a number", "correct it, empty it, or declare the column otherwise");
            }
            if (spec instanceof ColumnSpec.MultiValued list
                    && list.weightSeparator().isPresent()
                    && Fields.split(text, list.separator(), list.weightSeparator()).stream()
                            .anyMatch(value -> Double.isNaN(value.weight()))) {
                throw table.fault(
                        column,
                        "has a weight that is not a number of 0 or more",
                        "write values as a" + list.weightSeparator().get() + "0.5, or declare no 'weights'");
            }
        }

        /** The text of a row: missing for rows that the file does not list. */
        int text(int row) {
            return row < textOfRow.size() ? textOfRow.getInt(row) : Vocabulary.MISSING;
        }
    }

    /** A table that learns its ids from the events alone. */
    static EntityTable empty() {
        return new EntityTable(Optional.empty(), DatasetSpec.Unlisted.ADD);
    }

    /** Reads a table; columns that are declared to be ignored are passed over. */
    static EntityTable read(Path file, DatasetSpec.Side side, DatasetSpec.Unlisted unlisted) throws IOException {
        EntityTable entities = new EntityTable(Optional.of(file), unlisted);
        try (TableReader table = TableReader.open(file)) {
            String remedy = "declare a column that is there, or none";
            String id = side.id().orElse(table.header().getFirst());
            int idColumn = table.requireColumn(id, remedy);
            Set<String> declared = new LinkedHashSet<>(side.columns().keySet());
            side.name().ifPresent(declared::add);
            side.category().ifPresent(declared::add);
            for (String name : declared) {
                table.requireColumn(name, remedy);
            }
            for (String name : table.header()) {
                if (!name.equals(id) && isNeeded(name, side)) {
                    ColumnSpec spec = side.columns().get(name);
                    if (spec instanceof ColumnSpec.Standardized || spec instanceof ColumnSpec.Vector) {
                        entities.dense.put(name, new DenseColumn(spec));
                    } else {
                        entities.columns.put(name, new Column(spec));
                    }
                }
            }
            while (table.next()) {
                entities.addRow(table, idColumn);
            }
        }
        if (entities.ids.size() == 0) {
            throw DataException.of(file, "there is no line after the header", "add lines or remove the file");
        }
        return entities;
    }

    private static boolean isNeeded(String column, DatasetSpec.Side side) {
        if (side.name().equals(Optional.of(column)) || side.category().equals(Optional.of(column))) {
            return true;
        }
        ColumnSpec spec = side.columns().get(column);
        return spec == null ? !column.equals(RAW_ID) : !(spec instanceof ColumnSpec.Ignored);
    }

    private void addRow(TableReader table, int idColumn) throws DataException {
        String id = table.field(idColumn);
        if (id.isEmpty()) {
            throw table.fault(idColumn, "is not an id", "give every line an id");
        }
        int rows = ids.size();
        if (ids.add(id) < rows) {
            throw table.fault(idColumn, "comes a second time", "keep one line of each id");
        }
        for (int c = 0; c < table.header().size(); c++) {
            Column column = columns.get(table.header().get(c));
            if (column != null) {
                column.add(table, c);
            }
            DenseColumn numbers = dense.get(table.header().get(c));
            if (numbers != null) {
                numbers.add(table, c);
            }
        }
    }

    /** The row of an id that an event names. */
    int requireRow(TableReader events, int column) throws DataException {
        String id = events.field(column);
        if (id.isEmpty()) {
            throw events.fault(column, "is not an id", "give every event a user and an item");
        }
        int row = ids.row(id);
        if (row != Vocabulary.MISSING) {
            return row;
        }
        if (unlisted == DatasetSpec.Unlisted.REFUSE && file.isPresent()) {
            throw events.fault(
                    column,
                    "is not in " + file.get().getFileName(),
                    "add it there, or declare 'unlisted: add' to go without what is known of it");
        }
        return ids.add(id);
    }

    int size() {
        return ids.size();
    }

    String id(int row) {
        return ids.id(row);
    }

    boolean hasColumn(String name) {
        return columns.containsKey(name) || dense.containsKey(name);
    }

    /** The names of the columns that hold text, in the order of the file. */
    Set<String> columns() {
        return columns.keySet();
    }

    /** The column that serves a purpose: the declared one, or else the first of the usual names that is here. */
    Optional<String> columnFor(Optional<String> declared, List<String> usual) {
        return declared.or(() -> usual.stream().filter(columns::containsKey).findFirst());
    }

    /** The texts of some rows in a column. */
    TextColumn texts(String name, int[] rows) {
        Column column = Objects.requireNonNull(columns.get(name));
        return new TextColumn(column.texts, rows.length, n -> column.text(rows[n]));
    }

    /** The features that are numbers as they are, of some rows, in the order of the file. */
    List<DenseFeature> dense(int[] rows) {
        return dense.entrySet().stream()
                .map(column -> column.getValue().feature(column.getKey(), rows))
                .toList();
    }
}
