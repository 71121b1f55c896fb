package io.dovetail.data;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A data set, whole and in memory: immutable and safe to share among threads.
 *
 * @param name what people call it
 * @param users external ids of the users and their rows
 * @param items external ids of the items and their rows
 * @param interactions the events, by rows of {@code users} and {@code items}
 * @param userFeatures what is known of the users; names are distinct
 * @param itemFeatures what is known of the items; names are distinct
 * @param userDense numbers and vectors of the users; names differ from those of {@code userFeatures}
 * @param itemDense numbers and vectors of the items; names differ from those of {@code itemFeatures}
 * @param categories the category of each item
 * @param itemNames what people call each item: its id where the data has no name
 */
public record Dataset(
        String name,
        Vocabulary users,
        Vocabulary items,
        Interactions interactions,
        List<Feature> userFeatures,
        List<Feature> itemFeatures,
        List<DenseFeature> userDense,
        List<DenseFeature> itemDense,
        Categories categories,
        List<String> itemNames) {

    /**
     * Checks that all parts speak of the same users and items.
     *
     * @throws IllegalArgumentException if sizes differ or a feature's name comes twice
     */
    public Dataset {
        userFeatures = List.copyOf(userFeatures);
        itemFeatures = List.copyOf(itemFeatures);
        userDense = List.copyOf(userDense);
        itemDense = List.copyOf(itemDense);
        itemNames = StringStore.compact(itemNames);
        requireSize("users of the interactions", interactions.users(), users.size());
        requireSize("items of the interactions", interactions.items(), items.size());
        requireSize("items with a category", categories.items(), items.size());
        requireSize("names of items", itemNames.size(), items.size());
        requireFeatures("users", userFeatures, userDense, users.size());
        requireFeatures("items", itemFeatures, itemDense, items.size());
    }

    /**
     * A data set whose features are all rows of embedding tables.
     *
     * @param name what people call it
     * @param users external ids of the users and their rows
     * @param items external ids of the items and their rows
     * @param interactions the events, by rows of {@code users} and {@code items}
     * @param userFeatures what is known of the users; names are distinct
     * @param itemFeatures what is known of the items; names are distinct
     * @param categories the category of each item
     * @param itemNames what people call each item: its id where the data has no name
     * @throws IllegalArgumentException if sizes differ or a feature's name comes twice
     */
    public Dataset(
            String name,
            Vocabulary users,
            Vocabulary items,
            Interactions interactions,
            List<Feature> userFeatures,
            List<Feature> itemFeatures,
            Categories categories,
            List<String> itemNames) {
        this(name, users, items, interactions, userFeatures, itemFeatures, List.of(), List.of(), categories, itemNames);
    }

    private static void requireFeatures(String side, List<Feature> features, List<DenseFeature> dense, int entities) {
        Set<String> names = new HashSet<>();
        for (Feature feature : features) {
            requireSize(side + " of feature '" + feature.name() + "'", feature.entities(), entities);
            requireNew(side, names, feature.name());
        }
        for (DenseFeature feature : dense) {
            requireSize(side + " of feature '" + feature.name() + "'", feature.entities(), entities);
            requireNew(side, names, feature.name());
        }
    }

    private static void requireNew(String side, Set<String> names, String name) {
        if (!names.add(name)) {
            throw new IllegalArgumentException("dataset: two features of the " + side + " have the same name");
        }
    }

    private static void requireSize(String what, int size, int expected) {
        if (size != expected) {
            throw new IllegalArgumentException("dataset: " + size + " " + what + ", but there are " + expected);
        }
    }

    /** {@return the figures that describe this data set; computed at each call} */
    public DatasetStatistics statistics() {
        return DatasetStatistics.of(this);
    }
}
