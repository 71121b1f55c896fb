package io.dovetail.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.data.Interactions;
import io.dovetail.data.Part;
import io.dovetail.data.TestDatasets;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SparseMatrix;
import io.dovetail.kernels.Workers;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an entity looks up. */
final class TowerInputsTest {
    private static final Dataset DATA = TestDatasets.planted(30, 40, 3, 8, 5);
    private static final ModelSpec SPEC = new ModelSpec(5, 4, List.of(6, 4), Head.LINEAR, List.of(3));

    /** One user with the events 10, 11, ..., 16 and after them one in each held-out part. */
    private static final Interactions LOG = Interactions.of(
            2,
            30,
            new int[] {0, 0, 0, 0, 0, 0, 0, 0, 0},
            new int[] {10, 11, 12, 13, 14, 15, 16, 20, 21},
            new long[] {1, 2, 3, 4, 5, 6, 7, 8, 9},
            new Part[] {
                Part.TRAIN,
                Part.TRAIN,
                Part.TRAIN,
                Part.TRAIN,
                Part.TRAIN,
                Part.TRAIN,
                Part.TRAIN,
                Part.VALID,
                Part.TEST
            });

    private static Map<Integer, Float> lookups(Source source, int entity, int identity, int target) {
        TowerRows rows = new TowerRows();
        rows.add(entity, identity, target);
        SparseMatrix out = new SparseMatrix();
        source.append(rows, 0, out);
        return only(out);
    }

    private static Map<Integer, Float> only(SparseMatrix out) {
        assertEquals(1, out.rows());
        Map<Integer, Float> lookups = new TreeMap<>();
        for (int e = 0; e < out.size(); e++) {
            lookups.merge(out.columns()[e], out.values()[e], Float::sum);
        }
        return lookups;
    }

    private static Map<Integer, Float> meanOf(Integer... items) {
        Map<Integer, Float> expected = new TreeMap<>();
        Arrays.stream(items).forEach(item -> expected.put(item + 1, 1f / items.length));
        return expected;
    }

    @ParameterizedTest
    @CsvSource({
        "0, 4, '11 12 13 14'",
        "1, 4, '10 12 13 14'",
        "2, 4, '10 11 13 14'",
        "3, 4, '11 12 14 15'",
        "5, 4, '12 13 14 16'",
        "6, 4, '12 13 14 15'",
        "3, 1, 14",
        "6, 1, 15",
        "0, 1, 11",
        "3, 6, '10 11 12 14 15 16'",
        "2, 100, '10 11 13 14 15 16'"
    })
    void theHistoryIsWhatStandsNearestToTheTarget(int target, int length, String items) {
        Source history = new Sources.History("history", FittedEvents.of(LOG, Holdout.VALID), 30, length);
        Integer[] expected =
                Arrays.stream(items.split(" ")).map(Integer::valueOf).toArray(Integer[]::new);
        assertEquals(meanOf(expected), lookups(history, 0, 0, target));
    }

    @Test
    void withoutATargetTheHistoryIsTheLatest() {
        Source fitted = new Sources.History("history", FittedEvents.of(LOG, Holdout.VALID), 30, 3);
        assertEquals(meanOf(14, 15, 16), lookups(fitted, 0, 0, TowerRows.NOTHING));
        Source tested = new Sources.History("history", FittedEvents.of(LOG, Holdout.TEST), 30, 3);
        assertEquals(meanOf(15, 16, 20), lookups(tested, 0, 0, TowerRows.NOTHING));
        Source served = new Sources.History("history", FittedEvents.all(LOG), 30, 3);
        assertEquals(meanOf(16, 20, 21), lookups(served, 0, 0, TowerRows.NOTHING));
        SparseMatrix out = new SparseMatrix();
        served.append(new NewEntity(Map.of(), List.of(1, 2, 3, 4)), out);
        assertEquals(meanOf(2, 3, 4), only(out));
    }

    @Test
    void anEmptyHistoryTakesRowZero() {
        Source history = new Sources.History("history", FittedEvents.all(LOG), 30, 3);
        assertEquals(Map.of(0, 1f), lookups(history, 1, 1, TowerRows.NOTHING));
        SparseMatrix out = new SparseMatrix();
        history.append(new NewEntity(Map.of(), List.of()), out);
        assertEquals(Map.of(0, 1f), only(out));
    }

    @Test
    void unseenAndDroppedIdsTakeRowZero() {
        TowerInputs users = TowerInputs.ofUsers(DATA, SPEC, Holdout.VALID, FittedEvents.all(DATA.interactions()));
        assertEquals(Map.of(4, 1f), lookups(users.source(0), 3, 3, TowerRows.NOTHING));
        assertEquals(Map.of(0, 1f), lookups(users.source(0), 3, TowerRows.UNKNOWN, TowerRows.NOTHING));
        TowerInputs items = TowerInputs.ofItems(DATA, SPEC, Holdout.VALID);
        Source augmented = items.source(items.augmentedBlock());
        FittedEvents fitted = FittedEvents.of(DATA.interactions(), Holdout.VALID);
        int[] counts = fitted.itemCounts(40);
        int unseen = 0;
        for (int item = 0; item < 40; item++) {
            int row = counts[item] > 0 ? item + 1 : 0;
            assertEquals(Map.of(row, 1f), lookups(items.source(0), item, item, TowerRows.NOTHING));
            int group = DATA.categories().of(item);
            int own = counts[item] > 0 ? 3 + item : group;
            assertEquals(Map.of(own, 1f), lookups(augmented, item, item, TowerRows.NOTHING));
            assertEquals(Map.of(group, 1f), lookups(augmented, item, TowerRows.UNKNOWN, TowerRows.NOTHING));
            unseen += counts[item] == 0 ? 1 : 0;
        }
        assertTrue(unseen > 0, "some items have no event to learn from");
    }

    @Test
    void aGroupIsTheMeanOfItsTrainedMembers() {
        try (Arena arena = Arena.ofShared()) {
            TwoTower model = model(arena, SPEC);
            Initializer.initialize(model, Initialization.HE, 1, 1);
            model.averageGroups();
            Matrix table =
                    Objects.requireNonNull(model.items().augmentedTable()).value();
            int[] counts = FittedEvents.of(DATA.interactions(), Holdout.VALID).itemCounts(40);
            for (int group = 0; group < 3; group++) {
                double sum = 0;
                int members = 0;
                for (int item = 0; item < 40; item++) {
                    if (counts[item] > 0 && DATA.categories().of(item) == group) {
                        sum += table.get(3 + item, 2);
                        members++;
                    }
                }
                assertTrue(members > 0);
                assertEquals(sum / members, table.get(group, 2), 1e-8);
            }
        }
    }

    private static TwoTower model(Arena arena, ModelSpec spec) {
        FittedEvents events = FittedEvents.of(DATA.interactions(), Holdout.VALID);
        return TwoTower.allocate(
                arena,
                spec,
                TowerInputs.ofUsers(DATA, spec, Holdout.VALID, events),
                TowerInputs.ofItems(DATA, spec, Holdout.VALID));
    }

    @Test
    void aNewEntityMayHoldAnything() {
        List<NewEntity> entities = List.of(
                new NewEntity(Map.of(), List.of()),
                new NewEntity(Map.of("segment", "never seen", "age", "old", "other", "x"), List.of()),
                new NewEntity(Map.of("segment", "", "age", "", "tags", ",,,", "category", "ü"), List.of(0, 39, 0)),
                new NewEntity(
                        Map.of("segment", "s1", "age", "1e999", "tags", "g0,new,g0", "category", "g1"), List.of()));
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(1)) {
            Engine engine = new Engine(Kernels.best(), workers);
            TwoTower model = model(arena, SPEC);
            Initializer.initialize(model, Initialization.HE, 1, 1);
            for (Tower tower : List.of(model.users(), model.items())) {
                Activations activations = tower.newActivations(engine, arena, entities.size());
                tower.forward(engine, entities, activations);
                assertEquals(entities.size(), activations.output().rows());
                for (int row = 0; row < entities.size(); row++) {
                    double square = 0;
                    for (int j = 0; j < SPEC.dimension(); j++) {
                        square += Math.pow(activations.output().get(row, j), 2);
                    }
                    assertEquals(1, square, 1e-5);
                }
            }
        }
    }

    @Test
    void aNewItemTakesTheAugmentedVectorOfItsCategory() {
        Source source = new Sources.Augmented("item.augmented", 10, 3, item -> item % 3, new BitSet());
        SparseMatrix out = new SparseMatrix();
        source.append(new NewEntity(Map.of(), List.of(), 2), out);
        assertEquals(1, out.size());
        assertEquals(2, out.columns()[0]);
        out.clear();
        source.append(new NewEntity(Map.of(), List.of()), out);
        assertEquals(3, out.size(), "the mean of all categories, as its own is not known");
        assertEquals(1f / 3, out.values()[2]);
        assertThrows(IllegalArgumentException.class, () -> new NewEntity(Map.of(), List.of(), -2));
    }

    @Test
    void thePlainTwoTowerHasNoAugmentedTable() {
        ModelSpec plain = new ModelSpec(5, 0, List.of(6, 4), Head.LINEAR, List.of());
        try (Arena arena = Arena.ofShared()) {
            TwoTower model = model(arena, plain);
            assertNull(model.users().augmentedTable());
            assertNull(model.items().augmentedTable());
            assertEquals(-1, model.users().inputs().augmentedBlock());
            assertFalse(model.parameters().stream().anyMatch(p -> p.name().contains("augmented")));
            model.averageGroups();
            TowerInputs other = TowerInputs.ofItems(DATA, SPEC, Holdout.VALID);
            assertThrows(IllegalArgumentException.class, () -> model.items().over(other));
        }
    }
}
