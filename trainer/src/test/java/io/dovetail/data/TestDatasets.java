package io.dovetail.data;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Small seeded data sets with a structure that a model can find. */
public final class TestDatasets {
    /** Of a user's events this share falls into the user's own group. */
    private static final double LOYALTY = 0.9;

    private TestDatasets() {}

    /**
     * The same with a number for each user and a vector for each item, some of them missing.
     *
     * @param dataset without any
     * @param dimension of the items' vectors
     * @param seed selects the numbers
     * @return the copy
     */
    public static Dataset withDense(Dataset dataset, int dimension, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] heights = random.doubles(dataset.users().size(), 120, 210).toArray();
        heights[1] = Double.NaN;
        float[][] vectors = new float[dataset.items().size()][dimension];
        for (int item = 1; item < vectors.length; item++) {
            for (int j = 0; j < dimension; j++) {
                vectors[item][j] = (float) random.nextGaussian();
            }
        }
        try (Arena arena = Arena.ofConfined()) {
            return new Dataset(
                    dataset.name(),
                    dataset.users(),
                    dataset.items(),
                    dataset.interactions(),
                    dataset.userFeatures(),
                    dataset.itemFeatures(),
                    List.of(DenseFeature.standardized("height", heights)),
                    List.of(DenseFeature.of("text", Matrix.copyOf(arena, vectors))),
                    dataset.categories(),
                    dataset.itemNames());
        }
    }

    /**
     * Users and items in groups: nine of ten events of a user fall on items of the user's group. A group is a category,
     * and group {@code g} has items in proportion to {@code 1 / (g + 1)}; inside a group a few items are popular. The
     * users' {@code segment} is their group, with one of ten wrong or missing; {@code age} says nothing. The items'
     * {@code category} is their group; {@code tags} lists the group and a tag that says nothing.
     *
     * @param users number of users
     * @param items number of items, at least {@code groups}
     * @param groups number of groups
     * @param events most events of a user; each has between half as many and this, on distinct items
     * @param seed the same seed gives the same data
     * @return the data set, split by leave-last-out
     */
    public static Dataset planted(int users, int items, int groups, int events, long seed) {
        Random random = new Random(seed);
        int[] groupOfItem = unevenGroups(items, groups, random);
        List<int[]> itemsOfGroup = IntStream.range(0, groups)
                .mapToObj(g -> IntStream.range(0, items)
                        .filter(i -> groupOfItem[i] == g)
                        .toArray())
                .toList();
        List<String> segments = new ArrayList<>();
        List<String> ages = new ArrayList<>();
        List<int[]> log = new ArrayList<>();
        for (int u = 0; u < users; u++) {
            int group = random.nextInt(groups);
            segments.add(random.nextInt(10) > 0 ? "s" + group : random.nextBoolean() ? "s0" : "");
            ages.add(Integer.toString(18 + random.nextInt(60)));
            int length = events / 2 + random.nextInt(events - events / 2 + 1);
            Set<Integer> seen = new HashSet<>();
            for (int e = 0; e < length; e++) {
                int from = random.nextDouble() < LOYALTY ? group : random.nextInt(groups);
                int[] choice = itemsOfGroup.get(from);
                int item = choice[(int) (choice.length * Math.pow(random.nextDouble(), 2))];
                if (seen.add(item)) {
                    log.add(new int[] {u, item, 1_000_000 + 60 * e});
                }
            }
        }
        List<String> groupNames =
                IntStream.range(0, groups).mapToObj(g -> "g" + g).toList();
        List<String> categories =
                IntStream.of(groupOfItem).mapToObj(groupNames::get).toList();
        List<String> tags = categories.stream()
                .map(name -> name + ",noise" + random.nextInt(5))
                .toList();
        return new Dataset(
                "planted",
                Vocabulary.of(
                        IntStream.range(0, users).mapToObj(u -> "user-" + u).toList()),
                Vocabulary.of(
                        IntStream.range(0, items).mapToObj(i -> "item-" + i).toList()),
                Interactions.leaveLastOut(users, items, column(log, 0), column(log, 1), times(log)),
                List.of(
                        Feature.of("segment", new ColumnSpec.Categorical(1), segments),
                        Feature.of("age", new ColumnSpec.Quantiles(5), ages)),
                List.of(
                        Feature.of("category", new ColumnSpec.Categorical(1), categories),
                        Feature.of("tags", new ColumnSpec.MultiValued(1, ","), tags)),
                Categories.of(Vocabulary.of(groupNames), groupOfItem),
                IntStream.range(0, items).mapToObj(i -> "Item number " + i).toList());
    }

    /** Every group has an item; the rest are dealt by weights of 1, 1/2, 1/3 and so on. */
    private static int[] unevenGroups(int items, int groups, Random random) {
        double total =
                IntStream.range(0, groups).mapToDouble(g -> 1.0 / (g + 1)).sum();
        int[] group = new int[items];
        for (int i = 0; i < items; i++) {
            double left = random.nextDouble() * total;
            int g = 0;
            while (g < groups - 1 && left >= 1.0 / (g + 1)) {
                left -= 1.0 / (g + 1);
                g++;
            }
            group[i] = i < groups ? i : g;
        }
        return group;
    }

    private static int[] column(List<int[]> log, int column) {
        return log.stream().mapToInt(event -> event[column]).toArray();
    }

    private static long[] times(List<int[]> log) {
        return log.stream().mapToLong(event -> event[2]).toArray();
    }
}
