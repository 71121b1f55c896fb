package io.dovetail.model;

import io.dovetail.data.Categories;
import io.dovetail.data.Dataset;
import io.dovetail.data.DenseFeature;
import io.dovetail.data.Feature;
import io.dovetail.data.Holdout;
import io.dovetail.data.Interactions;
import io.dovetail.kernels.SparseMatrix;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * The blocks of a tower's input, over a data set: turns a batch of entities into one sparse matrix per block.
 *
 * <p>Immutable; shareable between threads, as long as each fills matrices of its own.
 */
public final class TowerInputs {
    private static final String ITEM_ID = "item.id";

    private final String side;
    private final List<Source> sources;
    private final List<Integer> widths;
    private final int augmented;
    private final int entities;
    private final BitSet seen;

    private TowerInputs(String side, List<Source> sources, List<Integer> widths, int entities, BitSet seen) {
        this.side = side;
        this.sources = List.copyOf(sources);
        this.widths = List.copyOf(widths);
        this.entities = entities;
        this.seen = seen;
        int found = -1;
        for (int i = 0; i < sources.size(); i++) {
            if (sources.get(i) instanceof Sources.Augmented) {
                found = i;
            }
        }
        this.augmented = found;
    }

    /**
     * The user side: id, history, augmented vector, features.
     *
     * @param dataset the data
     * @param spec which blocks there are and how wide
     * @param fitted which events the model is fitted on; users without one count as unknown ids
     * @param history what a user's history may hold: the fitted events, or later ones when testing and serving
     * @return the blocks
     */
    public static TowerInputs ofUsers(Dataset dataset, ModelSpec spec, Holdout fitted, FittedEvents history) {
        requireBlocks(dataset, spec);
        int users = dataset.users().size();
        Interactions events = dataset.interactions();
        BitSet seen = new BitSet(users);
        for (int user = 0; user < users; user++) {
            for (int e = events.start(user); e < events.start(user + 1) && !seen.get(user); e++) {
                seen.set(user, fitted.fits(events.part(e)));
            }
        }
        Builder builder = new Builder("user", spec.embedding());
        if (spec.userInputs().hasId()) {
            builder.add(new Sources.Id("user.id", users, seen), spec.embedding());
        }
        int items = dataset.items().size();
        for (int length : spec.history().lengths()) {
            String name = "user.history" + length;
            String table = switch (spec.history().table()) {
                case OWN -> name;
                case ITEM_ID -> ITEM_ID;
            };
            builder.add(new Sources.History(name, table, history, items, length), spec.embedding());
        }
        builder.add(new Sources.Augmented("user.augmented", users, 1, user -> 0, seen), spec.augmented());
        if (spec.userInputs().hasFeatures()) {
            builder.addColumns(dataset.userFeatures(), dataset.userDense());
        }
        return builder.build(users, seen);
    }

    /**
     * The item side: id, augmented vector, features.
     *
     * @param dataset the data
     * @param spec which blocks there are and how wide
     * @param fitted which events the model is fitted on; items without one count as unknown ids
     * @return the blocks
     */
    public static TowerInputs ofItems(Dataset dataset, ModelSpec spec, Holdout fitted) {
        requireBlocks(dataset, spec);
        int items = dataset.items().size();
        BitSet seen = new BitSet(items);
        Interactions events = dataset.interactions();
        for (int e = 0; e < events.size(); e++) {
            if (fitted.fits(events.part(e))) {
                seen.set(events.item(e));
            }
        }
        Categories categories = dataset.categories();
        Builder builder = new Builder("item", spec.itemEmbedding());
        if (spec.itemInputs().hasId()) {
            builder.add(new Sources.Id(ITEM_ID, items, seen), spec.itemEmbedding());
        }
        builder.add(
                new Sources.Augmented("item.augmented", items, categories.size(), categories::of, seen),
                spec.augmented());
        if (spec.itemInputs().hasFeatures()) {
            builder.addColumns(dataset.itemFeatures(), dataset.itemDense());
        }
        return builder.build(items, seen);
    }

    /**
     * Refuses a model of which a side would be told nothing.
     *
     * @param dataset the data
     * @param spec which blocks there are
     * @return the same spec
     * @throws IllegalArgumentException naming the setting and the remedy
     */
    public static ModelSpec requireBlocks(Dataset dataset, ModelSpec spec) {
        boolean users = spec.userInputs().hasId()
                || spec.augmented() > 0
                || !spec.history().lengths().isEmpty();
        boolean items = spec.itemInputs().hasId() || spec.augmented() > 0;
        requireColumns(
                users,
                "user",
                dataset.userFeatures().size() + dataset.userDense().size());
        requireColumns(
                items,
                "item",
                dataset.itemFeatures().size() + dataset.itemDense().size());
        return spec;
    }

    private static void requireColumns(boolean more, String side, int columns) {
        if (!more && columns == 0) {
            throw new IllegalArgumentException(side + "-inputs: the data has no columns of " + side
                    + "s, so that features alone tell nothing of them; set " + side + "-inputs=id"
                    + (side.equals("user") ? ", or a history" : ""));
        }
    }

    private static final class Builder {
        private final String side;
        private final int embedding;
        private final List<Source> sources = new ArrayList<>();
        private final List<Integer> widths = new ArrayList<>();

        Builder(String side, int embedding) {
            this.side = side;
            this.embedding = embedding;
        }

        void add(Source source, int width) {
            if (width > 0) {
                sources.add(source);
                widths.add(width);
            }
        }

        /** The columns come last, those of few values at the very end: there their products can be shared. */
        void addColumns(List<Feature> features, List<DenseFeature> dense) {
            List<Source> columns = new ArrayList<>();
            for (int i = 0; i < dense.size(); i++) {
                columns.add(new Sources.Dense(side + ".dense" + i, dense.get(i)));
            }
            for (int i = 0; i < features.size(); i++) {
                columns.add(new Sources.Column(side + ".feature" + i, features.get(i)));
            }
            columns.sort(Comparator.comparing(Source::isSingleValued)
                    .thenComparing(Comparator.comparingInt(Source::tableRows).reversed()));
            columns.forEach(column -> add(column, embedding));
        }

        TowerInputs build(int entities, BitSet seen) {
            return new TowerInputs(side, sources, widths, entities, seen);
        }
    }

    /** {@return {@code "user"} or {@code "item"}} */
    String side() {
        return side;
    }

    /** {@return the names of the blocks, each once, in their order} */
    public List<String> names() {
        return sources.stream().map(Source::name).toList();
    }

    /** {@return the number of blocks} */
    int blocks() {
        return sources.size();
    }

    Source source(int block) {
        return sources.get(block);
    }

    /** {@return the number of columns of a block} */
    int width(int block) {
        return widths.get(block);
    }

    /** {@return which entities the model is fitted on} */
    BitSet seen() {
        return seen;
    }

    /** {@return the block of the augmented vector, or -1 if the model has none} */
    int augmentedBlock() {
        return augmented;
    }

    /** {@return the number of users or items that have a row} */
    public int entities() {
        return entities;
    }

    /** {@return empty sparse matrices, one per block, to be filled by {@link #encode}} */
    public List<SparseMatrix> newBatch() {
        List<SparseMatrix> batch = new ArrayList<>();
        for (int i = 0; i < blocks(); i++) {
            batch.add(new SparseMatrix());
        }
        return batch;
    }

    /**
     * Encodes entities of a batch.
     *
     * @param rows the batch
     * @param from the first to encode
     * @param count how many
     * @param batch one matrix per block, overwritten
     */
    public void encode(TowerRows rows, int from, int count, List<SparseMatrix> batch) {
        for (int block = 0; block < blocks(); block++) {
            SparseMatrix out = batch.get(block);
            Source source = sources.get(block);
            out.clear();
            for (int row = from; row < from + count; row++) {
                source.append(rows, row, out);
            }
        }
    }

    /**
     * Encodes entities that have no row.
     *
     * @param entities what is known of them
     * @param batch one matrix per block, overwritten
     */
    public void encode(List<NewEntity> entities, List<SparseMatrix> batch) {
        for (int block = 0; block < blocks(); block++) {
            SparseMatrix out = batch.get(block);
            out.clear();
            for (NewEntity entity : entities) {
                sources.get(block).append(entity, out);
            }
        }
    }
}
