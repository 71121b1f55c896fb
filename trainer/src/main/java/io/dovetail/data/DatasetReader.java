package io.dovetail.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a data set from a folder of files.
 *
 * <p>{@code interactions} has one event a line, {@code items} and {@code users} one entity a line and may be missing;
 * {@code categories} may give the categories' names. Each is {@code .tsv}, where a tab always separates, {@code .csv},
 * where fields may be quoted, or {@code .jsonl} (or {@code .ndjson}), an object a line; any of these plain, {@code .gz} or
 * {@code .zst}; or {@code .parquet}. Text is UTF-8; a byte order mark and CR LF are tolerated. {@code .zst} and
 * {@code .parquet} need the module {@code dovetail-formats}.
 *
 * <p>Where the {@link DatasetSpec} declares nothing:
 *
 * <ul>
 *   <li>{@code interactions}: {@code user} and {@code item} are ids; {@code ts}, else {@code pos}, else the order of
 *       the lines is the time; {@code split} is honoured, else the split is leave-last-out; other columns are ignored.
 *       The same user and item may come together more than once.
 *   <li>{@code items}, {@code users}: the first column is the id, and lines are in the order of the rows; {@code
 *       raw_id} is ignored. The first of {@code name}, {@code title}, {@code description} is for people and no
 *       feature.
 *   <li>{@code category} of the items gives the {@link Categories}, and is a feature as well; {@code attributes} is a
 *       list of values separated by commas.
 *   <li>Every other column is a feature: numbers, if more than 50 differ, in 10 buckets of about equal counts, and all
 *       else by value. Text that on average fewer than two entities share identifies rather than describes: it is left
 *       out, as is a column without any value.
 * </ul>
 */
public final class DatasetReader {
    private static final List<String> NAMES = List.of("name", "title", "description");
    private static final String NO_CATEGORY = "unknown";

    private DatasetReader() {}

    /**
     * Reads a data set.
     *
     * @param folder where the files are
     * @param spec how to understand them
     * @return the data set
     * @throws DataException if something is wrong with the files; the message names file, line, column, value and
     *     remedy
     * @throws IOException if a file cannot be read
     */
    public static Dataset read(Path folder, DatasetSpec spec) throws IOException {
        Path events = locate(folder, "interactions")
                .orElseThrow(() -> DataException.of(
                        folder, "there is no file of interactions", "add interactions.tsv, .csv, .jsonl or .parquet"));
        EntityTable users = entities(folder, "users", spec.users(), spec.unlisted());
        EntityTable items = entities(folder, "items", spec.items(), spec.unlisted());
        try (EventTable table = EventTable.read(events, spec.interactions(), users, items)) {
            KCore core = new KCore(users.size(), items.size(), table.size(), table::user, table::item, spec.kCore());
            Interactions interactions = table.interactions(core);
            if (interactions.size() == 0) {
                throw DataException.of(events, "no event is left in the " + spec.kCore() + "-core", "lower 'kCore'");
            }
            return dataset(folder, spec, users, core.users(), items, core.items(), interactions);
        }
    }

    private static Dataset dataset(
            Path folder,
            DatasetSpec spec,
            EntityTable users,
            int[] userRows,
            EntityTable items,
            int[] itemRows,
            Interactions interactions)
            throws IOException {
        Optional<String> userNames = users.columnFor(spec.users().name(), NAMES);
        Optional<String> itemNames = items.columnFor(spec.items().name(), NAMES);
        Optional<String> category = items.columnFor(spec.items().category(), List.of("category"));
        Vocabulary userIds = ids(users, userRows);
        Vocabulary itemIds = ids(items, itemRows);
        return new Dataset(
                spec.name().orElse(nameOf(folder)),
                userIds,
                itemIds,
                interactions,
                FeatureBuilder.build(users, known(spec.users(), userNames, Optional.empty()), userRows),
                FeatureBuilder.build(items, known(spec.items(), itemNames, category), itemRows),
                dense(folder, "users", spec.users(), users, userRows, userIds),
                dense(folder, "items", spec.items(), items, itemRows, itemIds),
                category.isPresent()
                        ? categories(items.texts(category.get(), itemRows), categoryNames(folder))
                        : Categories.none(itemIds.size()),
                itemNames
                        .map(column -> names(itemIds, items.texts(column, itemRows)))
                        .orElse(itemIds.ids()));
    }

    private static List<DenseFeature> dense(
            Path folder, String file, DatasetSpec.Side side, EntityTable table, int[] rows, Vocabulary ids)
            throws IOException {
        List<DenseFeature> dense = new ArrayList<>(table.dense(rows));
        for (Map.Entry<String, DatasetSpec.VectorSource> vectors :
                side.vectors().entrySet()) {
            String name = vectors.getKey();
            if (table.hasColumn(name)) {
                throw DataException.of(
                        folder, "vectors '" + name + "' are called as a column of " + file, "give them another name");
            }
            dense.add(ExternalVectors.read(folder, name, vectors.getValue(), ids));
        }
        return dense;
    }

    private static String nameOf(Path folder) {
        return String.valueOf(folder.toAbsolutePath().normalize().getFileName());
    }

    /** What becomes of the columns that are declared or serve a purpose. */
    private static Map<String, ColumnSpec> known(
            DatasetSpec.Side side, Optional<String> names, Optional<String> category) {
        Map<String, ColumnSpec> known = new HashMap<>(side.columns());
        names.ifPresent(column -> known.putIfAbsent(column, new ColumnSpec.Ignored()));
        category.ifPresent(column -> known.putIfAbsent(column, new ColumnSpec.Categorical(1)));
        return known;
    }

    private static EntityTable entities(Path folder, String name, DatasetSpec.Side side, DatasetSpec.Unlisted unlisted)
            throws IOException {
        Optional<Path> file = locate(folder, name);
        if (file.isPresent()) {
            return EntityTable.read(file.get(), side, unlisted);
        }
        if (!side.equals(DatasetSpec.Side.defaults().withVectors(side.vectors()))) {
            throw DataException.of(
                    folder, "there is no file of " + name, "add it, or declare nothing under '" + name + "'");
        }
        return EntityTable.empty();
    }

    private static Optional<Path> locate(Path folder, String name) throws DataException {
        List<Path> found = InputFiles.endings().stream()
                .map(ending -> folder.resolve(name + ending))
                .filter(Files::exists)
                .toList();
        if (found.size() > 1) {
            throw DataException.of(
                    found.get(0), "there is " + found.get(1).getFileName() + " as well", "keep one of them");
        }
        return found.stream().findFirst();
    }

    private static Vocabulary ids(EntityTable entities, int[] rows) {
        Vocabulary.Builder ids = new Vocabulary.Builder();
        for (int row : rows) {
            ids.add(entities.id(row));
        }
        return ids.build();
    }

    private static List<String> names(Vocabulary ids, TextColumn texts) {
        StringStore names = new StringStore();
        for (int n = 0; n < ids.size(); n++) {
            String name = texts.textOfRow(n);
            names.add(StringStore.utf8(name.isEmpty() ? ids.id(n) : name));
        }
        names.trim();
        return names.asList();
    }

    /** Values of the same name are one category; items without a value are in one of their own. */
    private static Categories categories(TextColumn values, Map<String, String> names) {
        Vocabulary.Builder builder = new Vocabulary.Builder();
        int[] category = new int[values.rows()];
        for (int n = 0; n < category.length; n++) {
            String value = values.textOfRow(n);
            category[n] = builder.add(names.getOrDefault(value, value.isEmpty() ? NO_CATEGORY : value));
        }
        return Categories.of(builder.build(), category);
    }

    private static Map<String, String> categoryNames(Path folder) throws IOException {
        Map<String, String> names = new HashMap<>();
        Optional<Path> file = locate(folder, "categories");
        if (file.isPresent()) {
            try (TableReader table = TableReader.open(file.get())) {
                String remedy = "name the columns 'category' and 'name', or remove the file";
                int category = table.requireColumn("category", remedy);
                int name = table.requireColumn("name", remedy);
                while (table.next()) {
                    if (names.put(table.field(category), table.field(name)) != null) {
                        throw table.fault(category, "comes a second time", "keep one line of each category");
                    }
                }
            }
        }
        return names;
    }
}
