package io.dovetail.model;

import io.dovetail.data.Categories;
import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.data.Interactions;
import io.dovetail.kernels.SparseMatrix;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * The blocks of a tower's input, over a data set: turns a batch of entities into one sparse matrix per block.
 *
 * <p>Immutable; shareable between threads, as long as each fills matrices of its own.
 */
public final class TowerInputs {
    static final String ITEM_ID = "item.id";

    private final String side;
    private final List<Source> sources;
    private final List<Integer> widths;
    private final int augmented;
    private final int interests;
    private final int entities;
    private final BitSet seen;

    /** Inputs of the blocks that {@link BlockList} collects. */
    TowerInputs(String side, List<Source> sources, List<Integer> widths, int entities, BitSet seen) {
        this.side = side;
        this.sources = List.copyOf(sources);
        this.widths = List.copyOf(widths);
        this.entities = entities;
        this.seen = seen;
        augmented = blockOf(Sources.Augmented.class);
        interests = blockOf(Sources.Interests.class);
    }

    private int blockOf(Class<? extends Source> kind) {
        int block = sources.size() - 1;
        while (block >= 0 && !kind.isInstance(sources.get(block))) {
            block--;
        }
        return block;
    }

    /**
     * The user side: id, history, interest, augmented vector, features.
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
        BlockList blocks = new BlockList("user", spec.embedding());
        if (spec.userInputs().hasId()) {
            blocks.add(new Sources.Id("user.id", users, seen), spec.embedding());
        }
        int items = dataset.items().size();
        for (int length : spec.history().lengths()) {
            String name = "user.history" + length;
            String table = spec.history().tableOr(name);
            blocks.add(new Sources.History(name, table, history, items, length), spec.embedding());
        }
        InterestSpec interests = spec.interests();
        if (!interests.isNone()) {
            String name = "user.interests";
            String table = spec.history().tableOr(name);
            Source routed = new Sources.Interests(
                    new Sources.History(name, table, history, items, interests.history()), interests);
            blocks.add(routed, spec.embedding());
        }
        blocks.add(new Sources.Augmented("user.augmented", users, 1, user -> 0, seen), spec.augmented());
        if (spec.userInputs().hasFeatures()) {
            blocks.addColumns(dataset.userFeatures(), dataset.userDense());
        }
        return blocks.inputs(users, seen);
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
        BlockList blocks = new BlockList("item", spec.itemEmbedding());
        if (spec.itemInputs().hasId()) {
            blocks.add(new Sources.Id(ITEM_ID, items, seen), spec.itemEmbedding());
        }
        blocks.add(
                new Sources.Augmented("item.augmented", items, categories.size(), categories::of, seen),
                spec.augmented());
        if (spec.itemInputs().hasFeatures()) {
            blocks.addColumns(dataset.itemFeatures(), dataset.itemDense());
        }
        return blocks.inputs(items, seen);
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
                || !spec.history().lengths().isEmpty()
                || !spec.interests().isNone();
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

    /** {@return the block of the interest, or -1 if an entity is one vector} */
    int interestBlock() {
        return interests;
    }

    /** {@return the greatest number of interests of an entity, each a vector} */
    int mostInterests() {
        return routed().map(source -> source.spec().count()).orElse(1);
    }

    private Optional<Sources.Interests> routed() {
        return interests < 0 ? Optional.empty() : Optional.of((Sources.Interests) sources.get(interests));
    }

    /**
     * Gives the entities of a batch a row for each of their interests.
     *
     * @param rows a row for each
     * @param out overwritten
     */
    void expand(TowerRows rows, TowerRows out) {
        out.clear();
        Sources.Interests routed = routed().orElse(null);
        for (int row = 0; row < rows.size(); row++) {
            int entity = rows.entity(row);
            int target = rows.target(row);
            out.add(entity, rows.identity(row), target, routed == null ? 1 : routed.count(entity, target));
        }
    }

    /**
     * A batch of entities that have no row in the vocabularies, with a row for each of their interests.
     *
     * @param entities what is known of them
     * @return the batch: {@link TowerRows#entity} is the place in the list
     */
    TowerRows rows(List<NewEntity> entities) {
        TowerRows rows = new TowerRows();
        Sources.Interests routed = routed().orElse(null);
        for (int i = 0; i < entities.size(); i++) {
            int count = routed == null ? 1 : routed.count(entities.get(i));
            rows.add(i, TowerRows.UNKNOWN, TowerRows.NOTHING, count);
        }
        return rows;
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
        TowerRows rows = rows(entities);
        encode(entities, rows, 0, rows.size(), batch);
    }

    /**
     * Encodes rows of entities that have none in the vocabularies.
     *
     * @param entities what is known of them
     * @param rows the batch, whose entities are places in that list
     * @param from the first row to encode
     * @param count how many
     * @param batch one matrix per block, overwritten
     */
    void encode(List<NewEntity> entities, TowerRows rows, int from, int count, List<SparseMatrix> batch) {
        for (int block = 0; block < blocks(); block++) {
            SparseMatrix out = batch.get(block);
            out.clear();
            for (int row = from; row < from + count; row++) {
                sources.get(block).append(entities.get(rows.entity(row)), out);
            }
        }
    }
}
