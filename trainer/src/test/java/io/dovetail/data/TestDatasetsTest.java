package io.dovetail.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class TestDatasetsTest {
    private static final int GROUPS = 5;

    @Test
    void theSameSeedGivesTheSameEvents() {
        Interactions first = TestDatasets.planted(50, 100, GROUPS, 12, 7).interactions();
        Interactions second = TestDatasets.planted(50, 100, GROUPS, 12, 7).interactions();
        assertEquals(first.size(), second.size());
        for (int e = 0; e < first.size(); e++) {
            assertEquals(first.item(e), second.item(e));
        }
    }

    @Test
    void usersKeepToAGroupAndGroupsAreUneven() {
        Dataset data = TestDatasets.planted(200, 300, GROUPS, 20, 1);
        Interactions events = data.interactions();
        int inLargestGroupOfUser = 0;
        for (int u = 0; u < events.users(); u++) {
            int[] count = new int[GROUPS];
            int most = 0;
            for (int e = events.start(u); e < events.start(u + 1); e++) {
                most = Math.max(most, ++count[data.categories().of(events.item(e))]);
            }
            inLargestGroupOfUser += most;
        }
        assertTrue(inLargestGroupOfUser > 0.8 * events.size(), "planted is 0.9 and a fifth of the rest");
        assertTrue(data.categories().items(0) > 2 * data.categories().items(GROUPS - 1), "planted is five to one");
        assertEquals(200, events.count(Part.TEST));
    }
}
