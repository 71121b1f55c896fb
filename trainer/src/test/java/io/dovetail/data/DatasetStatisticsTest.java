package io.dovetail.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class DatasetStatisticsTest {
    private static final Vocabulary USERS = Vocabulary.of(List.of("a", "b", "c"));
    private static final Vocabulary ITEMS = Vocabulary.of(List.of("w", "x", "y", "z"));

    private static Interactions events() {
        int[] user = {0, 0, 0, 0, 2};
        int[] item = {0, 1, 2, 3, 0};
        return Interactions.leaveLastOut(3, 4, user, item, new long[] {1, 2, 3, 4, 5});
    }

    @Test
    void figuresFollowTheirDefinitions() {
        Categories categories = Categories.of(Vocabulary.of(List.of("p", "q", "r")), new int[] {0, 0, 1, 2});
        Dataset data = new Dataset("d", USERS, ITEMS, events(), List.of(), List.of(), categories, ITEMS.ids());
        DatasetStatistics figures = data.statistics();
        assertEquals(new DatasetStatistics(3, 4, 5, 3, 1, 1, 5.0 / 12, 4, 4, 3, 0.5, 1.5, 0, 0), figures);
    }

    @Test
    void partsThatDisagreeAreRefused() {
        Feature short1 = Feature.of("f", new ColumnSpec.Categorical(1), List.of("x"));
        refused("1 users of feature 'f', but there are 3", List.of(short1), Categories.none(4));
        refused("5 items with a category, but there are 4", List.of(), Categories.none(5));
        Feature whole = Feature.of("f", new ColumnSpec.Categorical(1), List.of("x", "y", "z"));
        refused("two features of the users have the same name", List.of(whole, whole), Categories.none(4));
    }

    private static void refused(String expected, List<Feature> userFeatures, Categories categories) {
        String message = String.valueOf(assertThrows(
                        IllegalArgumentException.class,
                        () -> new Dataset(
                                "d", USERS, ITEMS, events(), userFeatures, List.of(), categories, ITEMS.ids()))
                .getMessage());
        assertTrue(message.contains(expected), message);
    }
}
