package io.dovetail.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.ColumnSpec;
import io.dovetail.data.Dataset;
import io.dovetail.data.DenseFeature;
import io.dovetail.data.Feature;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an entity looks up. */
final class TowerInputsTest {
    private static final Dataset DATA = TestDatasets.planted(30, 40, 3, 8, 5);
    private static final ModelSpec SPEC = new ModelSpec(5, 4, List.of(6, 4), Head.LINEAR, HistorySpec.of(3));

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
        Source history = new Sources.History("history", "history", FittedEvents.of(LOG, Holdout.VALID), 30, length);
        Integer[] expected =
                Arrays.stream(items.split(" ")).map(Integer::valueOf).toArray(Integer[]::new);
        assertEquals(meanOf(expected), lookups(history, 0, 0, target));
    }

    @Test
    void withoutATargetTheHistoryIsTheLatest() {
        Source fitted = new Sources.History("history", "history", FittedEvents.of(LOG, Holdout.VALID), 30, 3);
        assertEquals(meanOf(14, 15, 16), lookups(fitted, 0, 0, TowerRows.NOTHING));
        Source tested = new Sources.History("history", "history", FittedEvents.of(LOG, Holdout.TEST), 30, 3);
        assertEquals(meanOf(15, 16, 20), lookups(tested, 0, 0, TowerRows.NOTHING));
        Source served = new Sources.History("history", "history", FittedEvents.all(LOG), 30, 3);
        assertEquals(meanOf(16, 20, 21), lookups(served, 0, 0, TowerRows.NOTHING));
        SparseMatrix out = new SparseMatrix();
        served.append(new NewEntity(Map.of(), List.of(1, 2, 3, 4)), out);
        assertEquals(meanOf(2, 3, 4), only(out));
    }

    @Test
    void anEmptyHistoryTakesRowZero() {
        Source history = new Sources.History("history", "history", FittedEvents.all(LOG), 30, 3);
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
    void aVectorIsLookedUpByItsComponents() {
        Dataset data = TestDatasets.withDense(DATA, 3, 5);
        DenseFeature text = data.itemDense().getFirst();
        Source source = new Sources.Dense("item.dense0", text);
        assertEquals(3, source.tableRows());
        TowerRows rows = new TowerRows();
        rows.add(0, 0, TowerRows.NOTHING);
        rows.add(7, TowerRows.UNKNOWN, TowerRows.NOTHING);
        SparseMatrix out = new SparseMatrix();
        source.append(rows, 0, out);
        source.append(rows, 1, out);
        source.append(new NewEntity(Map.of("text", "0.5 0 -2"), List.of()), out);
        source.append(new NewEntity(Map.of("text", "not a vector"), List.of()), out);
        assertEquals(4, out.rows());
        float[][] expected = {{0, 0, 0}, text.values().rows(7, 1).toArray()[0], {0.5f, 0, -2}, {0, 0, 0}};
        for (int row = 0; row < 4; row++) {
            assertEquals(3 * row, out.start(row), "all components of each");
            for (int j = 0; j < 3; j++) {
                assertEquals(j, out.columns()[3 * row + j]);
                assertEquals(expected[row][j], out.values()[3 * row + j]);
            }
        }
    }

    /** A column's place in the input hangs on how many values it has, which a day may change. */
    @Test
    void aWarmStartFindsTheWeightsOfABlockThatMoved() {
        Dataset before = withColumns("ab", "abcdef");
        Dataset after = withColumns("abcdefgh", "ab");
        try (Arena arena = Arena.ofShared()) {
            TwoTower earlier = model(arena, before);
            TwoTower model = model(arena, after);
            Initializer.initialize(earlier, Initialization.HE, 1, 1);
            Initializer.initialize(model, Initialization.HE, 2, 1);
            RowOrigins.of(earlier, before, model, after).copyValues();
            for (String name : List.of("item.id", "item.feature0", "item.feature1")) {
                assertArrayEquals(weightsOf(earlier.items(), name), weightsOf(model.items(), name), name);
            }
            assertNotEquals(
                    earlier.items().inputs().source(2).name(),
                    model.items().inputs().source(2).name());
        }
    }

    /** The first layer's sums come in another order: 1e-6 of unit vectors. */
    @Test
    void sharedProductsGiveTheOutputsOfProductsOfTheirOwn() {
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(2)) {
            Engine engine = new Engine(Kernels.best(), workers);
            TwoTower model = model(arena, withColumns("ab", "abcdef"));
            Initializer.initialize(model, Initialization.HE, 1, 1);
            model.items().biases().getFirst().value().fill(0.25f);
            TowerRows rows = new TowerRows();
            for (int item = 0; item < 40; item++) {
                rows.add(item, item % 7 == 0 ? TowerRows.UNKNOWN : item, TowerRows.NOTHING);
            }
            Activations own = model.items().newActivations(engine, arena, 40);
            Activations shared = model.items().newTrainingActivations(engine, arena, 40, 0);
            assertEquals(2, shared.shared().first(), "both columns are shared, ids and augmented vectors not");
            assertTrue(own.shared().isEmpty());
            model.items().forward(engine, rows, own);
            model.items().forward(engine, rows, shared);
            for (int row = 0; row < 40; row++) {
                for (int j = 0; j < SPEC.dimension(); j++) {
                    assertEquals(own.output().get(row, j), shared.output().get(row, j), 1e-6);
                }
            }
            assertTrue(
                    model.items()
                            .newTrainingActivations(engine, arena, 40, 0.5f)
                            .shared()
                            .isEmpty(),
                    "dropout makes every row another");
        }
    }

    private static float[][] weightsOf(Tower tower, String name) {
        int block = 0;
        while (!tower.inputs().source(block).name().equals(name)) {
            block++;
        }
        Matrix weight = tower.weights().getFirst().value();
        return weight.rows(tower.offset(block), tower.inputs().width(block)).toArray();
    }

    private static Dataset withColumns(String first, String second) {
        int items = DATA.items().size();
        return new Dataset(
                DATA.name(),
                DATA.users(),
                DATA.items(),
                DATA.interactions(),
                DATA.userFeatures(),
                List.of(column("first", first, items), column("second", second, items)),
                DATA.categories(),
                DATA.itemNames());
    }

    private static Feature column(String name, String values, int items) {
        return Feature.of(
                name,
                new ColumnSpec.Categorical(1),
                IntStream.range(0, items)
                        .mapToObj(item -> values.substring(item % values.length(), item % values.length() + 1))
                        .toList());
    }

    private static TwoTower model(Arena arena, Dataset data) {
        FittedEvents events = FittedEvents.of(data.interactions(), Holdout.VALID);
        return TwoTower.allocate(
                arena,
                SPEC,
                TowerInputs.ofUsers(data, SPEC, Holdout.VALID, events),
                TowerInputs.ofItems(data, SPEC, Holdout.VALID));
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
        ModelSpec plain = new ModelSpec(5, 0, List.of(6, 4), Head.LINEAR, HistorySpec.none());
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
