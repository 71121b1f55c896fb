package io.dovetail.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class InteractionsTest {
    private static List<Integer> items(Interactions events, int user) {
        return IntStream.range(events.start(user), events.start(user + 1))
                .mapToObj(events::item)
                .toList();
    }

    private static List<Part> parts(Interactions events, int user) {
        return IntStream.range(events.start(user), events.start(user + 1))
                .mapToObj(events::part)
                .toList();
    }

    @Test
    void eventsAreGroupedByUserAndSortedByTime() {
        int[] user = {2, 0, 2, 0, 2};
        int[] item = {4, 3, 2, 1, 0};
        long[] time = {30, 9, 10, 5, 20};
        Interactions events = Interactions.leaveLastOut(3, 5, user, item, time);
        assertEquals(List.of(1, 3), items(events, 0));
        assertEquals(List.of(), items(events, 1));
        assertEquals(List.of(2, 0, 4), items(events, 2));
        assertEquals(10, events.time(events.start(2)));
        assertEquals(5, events.size());
    }

    @Test
    void eventsAtTheSameTimeKeepTheirOrder() {
        int[] item = {5, 3, 4, 1, 2, 0};
        long[] time = {7, 7, 7, 1, 7, 7};
        Interactions events = Interactions.leaveLastOut(1, 6, new int[6], item, time);
        assertEquals(List.of(1, 5, 3, 4, 2, 0), items(events, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 16, 33, 129})
    void sortingAgreesWithAStableSortOfAllEvents(int size) {
        Random random = new Random(size);
        int[] user = random.ints(size, 0, 4).toArray();
        int[] item = IntStream.range(0, size).toArray();
        long[] time = random.longs(size, -3, 3).toArray();
        Interactions events = Interactions.leaveLastOut(4, size, user, item, time);
        List<Integer> expected = IntStream.range(0, size)
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(e -> user[e]).thenComparingLong(e -> time[e]))
                .toList();
        assertEquals(expected, IntStream.range(0, size).mapToObj(events::item).toList());
    }

    @ParameterizedTest
    @CsvSource({"1,TRAIN", "2,TRAIN TRAIN", "3,TRAIN VALID TEST", "5,TRAIN TRAIN TRAIN VALID TEST"})
    void theLastIsTestAndTheOneBeforeValidOfThreeOrMore(int length, String expected) {
        int[] item = IntStream.range(0, length).toArray();
        Interactions events = Interactions.leaveLastOut(1, length, new int[length], item, new long[length]);
        assertEquals(Arrays.stream(expected.split(" ", -1)).map(Part::valueOf).toList(), parts(events, 0));
        assertEquals(length < 3 ? 0 : 1, events.count(Part.TEST));
    }

    @Test
    void aGivenSplitGoesWithItsEvents() {
        Part[] given = {Part.TEST, Part.TRAIN, Part.VALID};
        Interactions events = Interactions.of(1, 3, new int[3], new int[] {0, 1, 2}, new long[] {3, 2, 1}, given);
        assertEquals(List.of(Part.VALID, Part.TRAIN, Part.TEST), parts(events, 0));
    }

    @Test
    void rowsOutOfRangeAndUnequalLengthsAreRefused() {
        long[] time = {0};
        refused("item 5 is not in [0, 5)", new int[] {0}, new int[] {5}, time);
        refused("user -1 is not in [0, 2)", new int[] {-1}, new int[] {0}, time);
        refused("1 users, 2 items, 1 times", new int[] {0}, new int[] {0, 1}, time);
    }

    private static void refused(String expected, int[] user, int[] item, long[] time) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> Interactions.leaveLastOut(2, 5, user, item, time))
                        .getMessage());
        assertTrue(message.contains(expected), message);
    }

    @Test
    void aHoldoutFitsOnWhatComesBeforeItsTarget() {
        assertEquals(Part.VALID, Holdout.VALID.target());
        assertTrue(Holdout.VALID.fits(Part.TRAIN));
        assertFalse(Holdout.VALID.fits(Part.VALID));
        assertFalse(Holdout.VALID.fits(Part.TEST));
        assertEquals(Part.TEST, Holdout.TEST.target());
        assertTrue(Holdout.TEST.fits(Part.TRAIN));
        assertTrue(Holdout.TEST.fits(Part.VALID));
        assertFalse(Holdout.TEST.fits(Part.TEST));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 0xFFFF_FFFFL, 0x1_0000_0000L, Long.MAX_VALUE})
    void timesOfAnyRangeComeBack(long span) {
        long[] times = {Long.MIN_VALUE, Long.MIN_VALUE + span, Long.MIN_VALUE + span / 2};
        Interactions events = Interactions.leaveLastOut(1, 3, new int[3], new int[] {0, 1, 2}, times);
        long[] sorted = times.clone();
        Arrays.sort(sorted);
        assertArrayEquals(
                sorted, LongStream.range(0, 3).map(e -> events.time((int) e)).toArray());
        long[] extremes = {Long.MAX_VALUE, Long.MIN_VALUE};
        assertEquals(
                Long.MAX_VALUE,
                Interactions.leaveLastOut(1, 1, new int[2], new int[2], extremes)
                        .time(1));
    }
}
