package io.dovetail.data;

import java.util.List;

/**
 * A data set, whole and in memory: immutable and safe to share among threads.
 *
 * @param name what people call it
 * @param users external ids of the users and their rows
 * @param items external ids of the items and their rows
 * @param interactions the events, by rows of {@code users} and {@code items}
 * @param userFeatures what is known of the users; names are distinct
 * @param itemFeatures what is known of the items; names are distinct
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
        itemNames = List.copyOf(itemNames);
        requireSize("users of the interactions", interactions.users(), users.size());
        requireSize("items of the interactions", interactions.items(), items.size());
        requireSize("items with a category", categories.items(), items.size());
        requireSize("names of items", itemNames.size(), items.size());
        requireFeatures("users", userFeatures, users.size());
        requireFeatures("items", itemFeatures, items.size());
    }

    private static void requireFeatures(String side, List<Feature> features, int entities) {
        for (Feature feature : features) {
            requireSize(side + " of feature '" + feature.name() + "'", feature.entities(), entities);
        }
        if (features.stream().map(Feature::name).distinct().count() != features.size()) {
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
