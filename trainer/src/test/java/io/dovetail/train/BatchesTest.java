package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.data.TestDatasets;
import io.dovetail.model.FittedEvents;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class BatchesTest {
    private static final int ITEMS = 50;
    private static final Dataset DATA = TestDatasets.planted(45, ITEMS, 3, 10, 2);
    private static final FittedEvents EVENTS = FittedEvents.of(DATA.interactions(), Holdout.VALID);

    private static Recipe recipe() {
        return TestRuns.smallPaper().with("batch", "32").with("negatives", "3");
    }

    private static Batches batches(Recipe recipe, Objective.Negatives negatives) {
        HardNegatives hard = new HardNegatives(recipe.train().loss().hard(), EVENTS, ITEMS);
        return new Batches(EVENTS, ITEMS, recipe.train(), negatives, hard);
    }

    private static int item(Batch batch, int draw) {
        return batch.itemOfRow[batch.slots[draw]];
    }

    @ParameterizedTest
    @EnumSource(Objective.Negatives.class)
    void everyEventComesOncePerEpoch(Objective.Negatives negatives) {
        Batches batches = batches(recipe(), negatives);
        Batch batch = batches.newBatch();
        Map<Long, Integer> expected = new HashMap<>();
        for (int e = 0; e < EVENTS.size(); e++) {
            expected.merge((long) EVENTS.user(e) << 32 | EVENTS.item(e), 1, Integer::sum);
        }
        for (int epoch = 1; epoch <= 3; epoch++) {
            Map<Long, Integer> found = new HashMap<>();
            batches.begin(epoch, Arena.ofAuto());
            for (int step = 0; step < batches.perEpoch(); step++) {
                batches.fill(step, batch);
                for (int i = 0; i < batch.positives; i++) {
                    found.merge((long) batch.userOfPositive[i] << 32 | item(batch, i), 1, Integer::sum);
                }
            }
            assertEquals(expected, found);
        }
    }

    @Test
    void aFeedHandsOutTheSameBatchesOneAhead() {
        Batches batches = batches(recipe(), Objective.Negatives.PER_POSITIVE);
        Batches fed = batches(recipe(), Objective.Negatives.PER_POSITIVE);
        BatchFeed feed = new BatchFeed(fed);
        Batch expected = batches.newBatch();
        for (int epoch = 1; epoch <= 2; epoch++) {
            batches.begin(epoch, Arena.ofAuto());
            fed.begin(epoch, Arena.ofAuto());
            feed.begin();
            for (int step = 0; step < batches.perEpoch(); step++) {
                batches.fill(step, expected);
                feed.prepare();
                Batch batch = feed.current();
                assertEquals(expected.positives, batch.positives);
                assertEquals(expected.distinct, batch.distinct);
                assertEquals(expected.draws, batch.draws);
                for (int draw = 0; draw < batch.draws; draw++) {
                    assertEquals(item(expected, draw), item(batch, draw));
                }
                feed.advance();
            }
        }
    }

    @Test
    void theLastBatchIsSmaller() {
        assertTrue(EVENTS.size() % 32 != 0);
        Batches batches = batches(recipe(), Objective.Negatives.PER_POSITIVE);
        Batch batch = batches.newBatch();
        assertEquals(EVENTS.size() / 32 + 1, batches.perEpoch());
        batches.begin(1, Arena.ofAuto());
        for (int step = 0; step < batches.perEpoch(); step++) {
            batches.fill(step, batch);
            int positives = step < EVENTS.size() / 32 ? 32 : EVENTS.size() % 32;
            assertEquals(positives, batch.positives);
            assertEquals(positives, batch.users.size());
            assertEquals(4 * positives, batch.draws);
            assertEquals(batch.distinct, batch.items.size());
        }
    }

    @ParameterizedTest
    @EnumSource(Objective.Negatives.class)
    void itemsStandOnceAndNegativesCoverTheCatalogue(Objective.Negatives negatives) {
        Batches batches = batches(recipe(), negatives);
        Batch batch = batches.newBatch();
        boolean[] drawn = new boolean[ITEMS];
        for (int epoch = 1; epoch <= 40; epoch++) {
            batches.begin(epoch, Arena.ofAuto());
            for (int step = 0; step < batches.perEpoch(); step++) {
                batches.fill(step, batch);
                int[] rows = Arrays.copyOf(batch.itemOfRow, batch.distinct);
                assertEquals(rows.length, Arrays.stream(rows).distinct().count());
                for (int draw = batch.positives; draw < batch.draws; draw++) {
                    drawn[item(batch, draw)] = true;
                }
            }
        }
        for (int item = 0; item < ITEMS; item++) {
            assertTrue(drawn[item], "item " + item + " is drawn as a negative");
        }
    }

    @Test
    void sharedNegativesAsManyAsItemsAreAllItems() {
        Batches batches = batches(recipe().with("negatives", "400"), Objective.Negatives.SHARED);
        Batch batch = batches.newBatch();
        batches.begin(1, Arena.ofAuto());
        batches.fill(0, batch);
        assertEquals(ITEMS, batch.distinct);
        assertEquals(32 + ITEMS, batch.draws);
    }

    private static int[] draws(Recipe recipe, int epoch, int step) {
        Batches batches = batches(recipe, Objective.Negatives.PER_POSITIVE);
        Batch batch = batches.newBatch();
        batches.begin(epoch, Arena.ofAuto());
        batches.fill(step, batch);
        int[] draws = new int[batch.draws];
        Arrays.setAll(draws, draw -> item(batch, draw));
        return draws;
    }

    @Test
    void whatAStepHoldsDependsOnSeedEpochAndStepAlone() {
        int[] draws = draws(recipe(), 2, 1);
        Batches batches = batches(recipe(), Objective.Negatives.PER_POSITIVE);
        Batch batch = batches.newBatch();
        for (int epoch = 1; epoch <= 2; epoch++) {
            batches.begin(epoch, Arena.ofAuto());
            batches.fill(3, batch);
            batches.fill(1, batch);
        }
        int[] later = new int[batch.draws];
        Arrays.setAll(later, draw -> item(batch, draw));
        assertArrayEquals(draws, later);
        assertFalse(Arrays.equals(draws, draws(recipe(), 1, 1)), "another epoch");
        assertFalse(Arrays.equals(draws, draws(recipe(), 2, 2)), "another step");
        assertFalse(Arrays.equals(draws, draws(recipe().with("seed", "2"), 2, 1)), "another seed");
    }
}
