package io.dovetail.app;

import io.dovetail.data.Dataset;
import io.dovetail.data.EntityFile;
import io.dovetail.data.Vocabulary;
import io.dovetail.model.NewEntity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The lines of a file of new users or items, as a model takes them; counts what of them is known already. */
final class NewEntities {
    private final EntityFile file;
    private final Vocabulary ids;
    private final Vocabulary items;
    private final Vocabulary categories;
    private final Optional<String> history;
    private final Optional<String> category;
    private long known;
    private long unknownItems;

    private NewEntities(
            EntityFile file, Vocabulary ids, Dataset dataset, Optional<String> history, Optional<String> category) {
        this.file = file;
        this.ids = ids;
        items = dataset.items();
        categories = dataset.categories().names();
        this.history = history;
        this.category = category;
    }

    /** New users; {@code history} is the column of their items. */
    static NewEntities users(EntityFile file, Dataset dataset, Optional<String> history) {
        return new NewEntities(file, dataset.users(), dataset, history, Optional.empty());
    }

    /** New items; {@code category} is the column of their category. */
    static NewEntities items(EntityFile file, Dataset dataset, Optional<String> category) {
        return new NewEntities(file, dataset.items(), dataset, Optional.empty(), category);
    }

    /**
     * Reads lines.
     *
     * @param most greatest number of them
     * @param nextIds receives their ids, cleared first
     * @param entities receives what is known of them, cleared first
     * @return whether there were any
     */
    boolean next(int most, List<String> nextIds, List<NewEntity> entities) throws IOException {
        nextIds.clear();
        entities.clear();
        while (entities.size() < most && file.next()) {
            nextIds.add(file.id());
            known += ids.row(file.id()) == Vocabulary.MISSING ? 0 : 1;
            Map<String, String> fields = file.fields();
            entities.add(new NewEntity(fields, history(fields), category(fields)));
        }
        return !entities.isEmpty();
    }

    private List<Integer> history(Map<String, String> fields) {
        List<Integer> rows = new ArrayList<>();
        for (String item : history.map(fields::get).orElse("").split(",", -1)) {
            int row = items.row(item.strip());
            if (row != Vocabulary.MISSING) {
                rows.add(row);
            } else if (!item.isBlank()) {
                unknownItems++;
            }
        }
        return rows;
    }

    private int category(Map<String, String> fields) {
        int row = category.map(fields::get).map(categories::row).orElse(Vocabulary.MISSING);
        return row == Vocabulary.MISSING ? NewEntity.UNKNOWN : row;
    }

    /** {@return the number of ids so far that the run knows} */
    long known() {
        return known;
    }

    /** {@return the number of items of histories so far that the run does not know} */
    long unknownItems() {
        return unknownItems;
    }
}
