package io.dovetail.data;

import java.util.Arrays;

/**
 * The figures that describe a data set.
 *
 * @param users number of users
 * @param items number of items
 * @param interactions number of events
 * @param train events to fit on
 * @param valid events held out for validation
 * @param test events held out for the test
 * @param density events over users times items, in {@code [0, 1]} unless events repeat
 * @param medianLength median number of events of the users that have any; of two middle ones the larger
 * @param longestLength most events of one user
 * @param categories number of categories
 * @param largestCategoryShare share of the items that are in the largest category, in {@code [0, 1]}
 * @param categoryEntropy entropy of the items over the categories, in bits
 * @param userFeatures number of features of the users
 * @param itemFeatures number of features of the items
 */
public record DatasetStatistics(
        int users,
        int items,
        int interactions,
        int train,
        int valid,
        int test,
        double density,
        int medianLength,
        int longestLength,
        int categories,
        double largestCategoryShare,
        double categoryEntropy,
        int userFeatures,
        int itemFeatures) {

    static DatasetStatistics of(Dataset dataset) {
        Interactions events = dataset.interactions();
        int[] lengths = new int[events.users()];
        Arrays.setAll(lengths, u -> events.start(u + 1) - events.start(u));
        int[] active = Arrays.stream(lengths).filter(n -> n > 0).sorted().toArray();
        Categories categories = dataset.categories();
        double largest = 0;
        double entropy = 0;
        for (int c = 0; c < categories.size(); c++) {
            double share = (double) categories.items(c) / Math.max(1, categories.items());
            largest = Math.max(largest, share);
            entropy -= share == 0 ? 0 : share * Math.log(share) / Math.log(2);
        }
        return new DatasetStatistics(
                events.users(),
                events.items(),
                events.size(),
                events.count(Part.TRAIN),
                events.count(Part.VALID),
                events.count(Part.TEST),
                events.size() / Math.max(1.0, (double) events.users() * events.items()),
                active.length == 0 ? 0 : active[active.length / 2],
                active.length == 0 ? 0 : active[active.length - 1],
                categories.size(),
                largest,
                entropy,
                dataset.userFeatures().size() + dataset.userDense().size(),
                dataset.itemFeatures().size() + dataset.itemDense().size());
    }
}
