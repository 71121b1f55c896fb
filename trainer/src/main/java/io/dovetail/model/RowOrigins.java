package io.dovetail.model;

import io.dovetail.data.Dataset;
import io.dovetail.data.DenseFeature;
import io.dovetail.data.Feature;
import io.dovetail.data.Vocabulary;
import io.dovetail.index.file.CorruptFileException;
import io.dovetail.index.file.SectionFile;
import io.dovetail.kernels.Matrix;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Which row of an earlier model's tables each row of a new model's tables goes on from: that of the same external id, the
 * same value of a feature, the same category. A row has no origin if the earlier model did not know its user, item or value
 * or had no event of it to learn from. Layers go on whole, the first block by block.
 */
public final class RowOrigins {
    private static final int NONE = Vocabulary.MISSING;

    private final TwoTower earlier;
    private final TwoTower model;
    private final Map<String, int[]> originsOfTable = new HashMap<>();

    private RowOrigins(TwoTower earlier, TwoTower model) {
        this.earlier = earlier;
        this.model = model;
    }

    /**
     * The origins of a model's rows.
     *
     * @param earlier a model of the same shape
     * @param earlierData what it was fitted on
     * @param model the new model
     * @param data what it will be fitted on
     * @return the origins
     * @throws IllegalArgumentException if shapes or columns differ, saying which
     */
    public static RowOrigins of(TwoTower earlier, Dataset earlierData, TwoTower model, Dataset data) {
        requireEqual("shape of the model", earlier.spec(), model.spec());
        requireEqual("user columns", names(earlierData.userFeatures()), names(data.userFeatures()));
        requireEqual("item columns", names(earlierData.itemFeatures()), names(data.itemFeatures()));
        requireEqual("user vectors", dimensions(earlierData.userDense()), dimensions(data.userDense()));
        requireEqual("item vectors", dimensions(earlierData.itemDense()), dimensions(data.itemDense()));
        RowOrigins origins = new RowOrigins(earlier, model);
        int[] users = sameIds(
                data.users(), earlierData.users(), earlier.users().inputs().seen());
        int[] items = sameIds(
                data.items(), earlierData.items(), earlier.items().inputs().seen());
        Vocabulary categories = earlierData.categories().names();
        BitSet allCategories = new BitSet();
        allCategories.set(0, categories.size());
        origins.addTables(earlier.users(), model.users(), users, items, new int[1]);
        origins.addTables(
                earlier.items(),
                model.items(),
                items,
                items,
                sameIds(data.categories().names(), categories, allCategories));
        return origins;
    }

    private static void requireEqual(String what, Object earlier, Object now) {
        if (!earlier.equals(now)) {
            throw new IllegalArgumentException("the " + what + " was " + earlier + " and is now " + now);
        }
    }

    private static List<String> names(List<Feature> features) {
        return features.stream()
                .map(feature -> feature.name() + " (" + feature.kind() + ")")
                .toList();
    }

    private static List<String> dimensions(List<DenseFeature> features) {
        return features.stream()
                .map(feature -> feature.name() + " (" + feature.dimension() + ")")
                .toList();
    }

    private static int[] sameIds(Vocabulary now, Vocabulary earlier, BitSet known) {
        return IntStream.range(0, now.size())
                .map(row -> earlier.row(now.id(row)))
                .map(row -> row >= 0 && known.get(row) ? row : NONE)
                .toArray();
    }

    private void addTables(Tower before, Tower now, int[] entities, int[] items, int[] groups) {
        int[] originsOfInput = new int[now.offset(now.inputs().blocks())];
        if (!now.weights().isEmpty()) {
            originsOfTable.put(now.weights().getFirst().name(), originsOfInput);
        }
        for (int block = 0; block < now.inputs().blocks(); block++) {
            Source source = now.inputs().source(block);
            int blockBefore = blockOf(before, source.name());
            for (int j = 0; j < now.inputs().width(block); j++) {
                originsOfInput[now.offset(block) + j] = before.offset(blockBefore) + j;
            }
            Source from = before.inputs().source(blockBefore);
            originsOfTable.put(
                    source.table(),
                    switch (source) {
                        case Sources.Id id -> shifted(new int[1], 1, entities, 1, id.tableRows());
                        case Sources.History history -> shifted(new int[1], 1, items, 1, history.tableRows());
                        case Sources.Interests routed -> shifted(new int[1], 1, items, 1, routed.tableRows());
                        case Sources.Augmented augmented
                        when from instanceof Sources.Augmented old ->
                            shifted(groups, groups.length, entities, old.groups(), augmented.tableRows());
                        case Sources.Column column
                        when from instanceof Sources.Column old ->
                            column.feature().originsIn(old.feature());
                        case Sources.Dense dense ->
                            IntStream.range(0, dense.tableRows()).toArray();
                        default ->
                            throw new IllegalStateException("block " + block + " is " + source + ", was " + from);
                    });
        }
    }

    /** The order of blocks may differ: those of few values come last, and their number may have grown. */
    private static int blockOf(Tower tower, String name) {
        for (int block = 0; block < tower.inputs().blocks(); block++) {
            if (tower.inputs().source(block).name().equals(name)) {
                return block;
            }
        }
        throw new IllegalArgumentException("the earlier model has no block " + name);
    }

    /** First rows with origins of their own, then a row for each entity. */
    private static int[] shifted(int[] first, int firstCount, int[] entities, int entitiesBefore, int tableRows) {
        int[] origins = Arrays.copyOf(first, tableRows);
        for (int row = firstCount; row < tableRows; row++) {
            int entity = entities[row - firstCount];
            origins[row] = entity == NONE ? NONE : entitiesBefore + entity;
        }
        return origins;
    }

    /** Gives the new model the earlier one's values; what has no origin keeps its own, but for {@link #adopt}. */
    public void copyValues() {
        for (Parameter parameter : model.parameters()) {
            copy(parameter.name(), valueBefore(parameter.name()), parameter.value());
        }
        adopt(model.users());
        adopt(model.items());
    }

    /**
     * Copies what belongs to a parameter from row to row: its values, or what an optimizer keeps of it.
     *
     * @param parameter name of the parameter
     * @param from of the earlier model
     * @param to of the new model; rows without an origin stay as they are
     */
    public void copy(String parameter, Matrix from, Matrix to) {
        int[] origins = originsOfTable.get(parameter);
        if (origins == null) {
            to.copyFrom(from);
            return;
        }
        for (int row = 0; row < origins.length; row++) {
            if (origins[row] != NONE) {
                to.rows(row, 1).copyFrom(from.rows(origins[row], 1));
            }
        }
    }

    /**
     * What an optimizer kept of a parameter of the earlier model.
     *
     * @param file holds it
     * @param section its name
     * @param parameter name of the parameter
     * @return a matrix of the parameter's shape, in the file
     * @throws CorruptFileException if it is missing or has another shape
     */
    public Matrix ofEarlier(SectionFile file, String section, String parameter) throws CorruptFileException {
        Matrix value = valueBefore(parameter);
        return ModelFile.stored(file, section, value.rows(), value.cols());
    }

    private Matrix valueBefore(String name) {
        for (Parameter parameter : earlier.parameters()) {
            if (parameter.name().equals(name)) {
                return parameter.value();
            }
        }
        throw new IllegalArgumentException("the earlier model has no parameter " + name);
    }

    /** A new entity's augmented vector becomes the mean of the known ones of its group, or of all if there are none. */
    private void adopt(Tower tower) {
        Parameter table = tower.augmentedTable();
        if (table == null
                || !(tower.inputs().source(tower.inputs().augmentedBlock()) instanceof Sources.Augmented source)) {
            return;
        }
        int[] origins = Objects.requireNonNull(originsOfTable.get(table.name()));
        Matrix values = table.value();
        GroupMeans means = new GroupMeans(source, values, entity -> origins[source.groups() + entity] != NONE);
        for (int entity = 0; entity < source.entities(); entity++) {
            int row = source.groups() + entity;
            if (origins[row] == NONE && means.any()) {
                means.copy(source.groupOf().applyAsInt(entity), values, row);
            }
        }
    }
}
