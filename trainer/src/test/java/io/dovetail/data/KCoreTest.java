package io.dovetail.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KCoreTest {
    private static KCore core(int users, int items, int[] user, int[] item, int k) {
        return new KCore(users, items, user.length, e -> user[e], e -> item[e], k);
    }

    /** The events whose user and item stay. */
    private static int[] events(KCore core, int[] user, int[] item) {
        return IntStream.range(0, user.length)
                .filter(e -> core.newUser(user[e]) != Vocabulary.MISSING && core.newItem(item[e]) != Vocabulary.MISSING)
                .toArray();
    }

    @Test
    void zeroKeepsAllEvenUsersWithoutEvents() {
        KCore core = core(3, 2, new int[] {0, 2}, new int[] {1, 1}, 0);
        assertArrayEquals(new int[] {0, 1, 2}, core.users());
        assertArrayEquals(new int[] {0, 1}, core.items());
        assertArrayEquals(new int[] {0, 1}, events(core, new int[] {0, 2}, new int[] {1, 1}));
    }

    @Test
    void whatIsDroppedTakesOthersWithIt() {
        int[] user = {0, 0, 1, 1, 2, 2, 2};
        int[] item = {0, 1, 0, 1, 0, 1, 2};
        KCore core = core(3, 3, user, item, 2);
        assertArrayEquals(new int[] {0, 1}, core.items());
        assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5}, events(core, user, item));
        int[] chainUser = {0, 0, 1, 1, 2};
        int[] chainItem = {0, 1, 1, 2, 2};
        KCore chain = core(3, 3, chainUser, chainItem, 2);
        assertEquals(
                0,
                events(chain, chainUser, chainItem).length,
                "user 2 has one event, then item 2 has, then user 1, and so on");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void theCoreIsWhatIsLeftWhenEventsAreDroppedOneByOne(int k) {
        Random random = new Random(k);
        int[] user = random.ints(250, 0, 60).toArray();
        int[] item = random.ints(250, 0, 50).toArray();
        KCore core = core(60, 50, user, item, k);
        List<Integer> left =
                new ArrayList<>(IntStream.range(0, user.length).boxed().toList());
        while (left.removeIf(e -> left.stream().filter(o -> user[o] == user[e]).count() < k
                || left.stream().filter(o -> item[o] == item[e]).count() < k)) {}
        assertEquals(left, Arrays.stream(events(core, user, item)).boxed().toList());
        for (int e : events(core, user, item)) {
            assertEquals(user[e], core.users()[core.newUser(user[e])]);
            assertEquals(item[e], core.items()[core.newItem(item[e])]);
        }
    }
}
