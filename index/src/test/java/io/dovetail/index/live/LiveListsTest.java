package io.dovetail.index.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LiveListsTest {
    private static final int NLIST = 7;
    private static final int MOST = 5_000;

    private final Random random = new Random(3);
    private final int[] listOfRow = random.ints(MOST, 0, NLIST).toArray();
    private final int[] deaths = new int[MOST];

    private static List<Integer> rows(LiveLists lists, int list) {
        List<Integer> rows = new ArrayList<>();
        for (int tier = 0; tier < lists.tiers(); tier++) {
            for (int at = lists.start(tier, list); at < lists.start(tier, list + 1); at++) {
                rows.add(lists.row(tier, at));
            }
        }
        return rows;
    }

    @Test
    void eachRowIsInItsListOnceAndThereAreFewTiers() {
        Arrays.fill(deaths, Generation.NEVER);
        LiveLists lists = LiveLists.none(NLIST);
        int count = 0;
        while (count < MOST) {
            count = Math.min(MOST, count + 1 + random.nextInt(30));
            lists = lists.with(listOfRow, deaths, count);
            assertEquals(count, lists.covered());
            assertTrue(lists.tiers() <= 9, lists.tiers() + " tiers of " + count); // log 5,000 by base 3, and one
        }
        for (int list = 0; list < NLIST; list++) {
            List<Integer> expected = new ArrayList<>();
            for (int row = 0; row < MOST; row++) {
                if (listOfRow[row] == list) {
                    expected.add(row);
                }
            }
            assertEquals(expected, rows(lists, list));
        }
    }

    @Test
    void whatIsDeadWhenItIsSortedIsInNoList() {
        Arrays.fill(deaths, Generation.NEVER);
        LiveLists lists = LiveLists.none(NLIST).with(listOfRow, deaths, 1_000);
        for (int row = 0; row < 2_000; row += 3) {
            deaths[row] = 5;
        }
        lists = lists.with(listOfRow, deaths, 1_100);
        assertEquals(2, lists.tiers(), "the older rows stay as they are");
        List<Integer> found = new ArrayList<>();
        for (int list = 0; list < NLIST; list++) {
            found.addAll(rows(lists, list));
        }
        Collections.sort(found);
        List<Integer> expected = new ArrayList<>();
        for (int row = 0; row < 1_100; row++) {
            if (row < 1_000 || row % 3 != 0) {
                expected.add(row);
            }
        }
        assertEquals(expected, found);

        LiveLists merged = lists.merged(listOfRow, deaths);
        assertEquals(1, merged.tiers());
        LiveLists packed = merged.packed();
        int alive = packed.start(0, NLIST);
        assertEquals(1_100 - 367, alive);
        assertEquals(alive, packed.covered());
        int place = 0;
        for (int list = 0; list < NLIST; list++) {
            for (int row : rows(packed, list)) {
                assertEquals(place++, row);
            }
            assertEquals(rows(merged, list).size(), rows(packed, list).size());
        }
    }
}
