package io.dovetail.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.data.TestDatasets;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InitializerTest {
    /** Of scores in [-1, 1] that pass through three products of a few floats each: a hundred times their rounding. */
    private static final double ROUNDING = 1e-5;

    private static final Dataset DATA = TestDatasets.planted(30, 40, 3, 8, 1);
    private static final int WIDTH = 4;

    /** A model whose tables hold nothing but the embeddings of items. */
    private static TwoTower onlyItems(
            Initialization initialization, List<Integer> layers, List<Integer> itemLayers, Arena arena) {
        ModelSpec spec = new ModelSpec(
                WIDTH,
                WIDTH,
                layers,
                itemLayers,
                Head.LINEAR,
                new HistorySpec(List.of(3), HistorySpec.Table.ITEM_ID),
                InterestSpec.none(),
                ModelSpec.Inputs.ID_FEATURES,
                ModelSpec.Inputs.ID_FEATURES);
        FittedEvents events = FittedEvents.of(DATA.interactions(), Holdout.VALID);
        TwoTower model = TwoTower.allocate(
                arena,
                spec,
                TowerInputs.ofUsers(DATA, spec, Holdout.VALID, events),
                TowerInputs.ofItems(DATA, spec, Holdout.VALID));
        Initializer.initialize(model, initialization, 7, 1);
        for (Tower tower : List.of(model.users(), model.items())) {
            for (Parameter table : tower.tables()) {
                if (!table.name().equals(TowerInputs.ITEM_ID)) {
                    table.value().fill(0);
                }
            }
        }
        SplittableRandom random = new SplittableRandom(3);
        Matrix embeddings = model.items().tables().getFirst().value();
        for (int row = 0; row < embeddings.rows(); row++) {
            for (int col = 0; col < embeddings.cols(); col++) {
                embeddings.set(row, col, (float) random.nextGaussian());
            }
        }
        return model;
    }

    private static double[][] vectors(Tower tower, int entities, Arena arena) {
        try (Workers workers = Workers.of(1)) {
            Engine engine = new Engine(Kernels.best(), workers);
            Activations activations = tower.newActivations(engine, arena, entities);
            TowerRows rows = new TowerRows();
            for (int entity = 0; entity < entities; entity++) {
                rows.add(entity, entity, TowerRows.NOTHING);
            }
            tower.forward(engine, rows, activations);
            double[][] vectors = new double[entities][tower.dimension()];
            for (int entity = 0; entity < entities; entity++) {
                for (int col = 0; col < tower.dimension(); col++) {
                    vectors[entity][col] = activations.output().get(entity, col);
                }
            }
            return vectors;
        }
    }

    private static double cosine(double[] x, double[] y) {
        return Orthogonal.dot(x, y) / Math.sqrt(Orthogonal.dot(x, x) * Orthogonal.dot(y, y));
    }

    private static double greatestError(Initialization initialization, List<Integer> layers, List<Integer> itemLayers) {
        try (Arena arena = Arena.ofShared()) {
            TwoTower model = onlyItems(initialization, layers, itemLayers, arena);
            Matrix embeddings = model.items().tables().getFirst().value();
            double[][] users = vectors(model.users(), DATA.users().size(), arena);
            double[][] items = vectors(model.items(), DATA.items().size(), arena);
            FittedEvents events = FittedEvents.of(DATA.interactions(), Holdout.VALID);
            double error = 0;
            for (int user = 0; user < users.length; user++) {
                double[] sum = new double[WIDTH];
                int from = Math.max(events.start(user), events.start(user + 1) - 3);
                for (int event = from; event < events.start(user + 1); event++) {
                    for (int col = 0; col < WIDTH; col++) {
                        sum[col] += embeddings.get(events.item(event) + 1, col);
                    }
                }
                int[] counts = events.itemCounts(items.length);
                for (int item = 0; item < items.length; item++) {
                    if (counts[item] == 0) {
                        continue; // has the row of what was never seen
                    }
                    double[] embedding = new double[WIDTH];
                    for (int col = 0; col < WIDTH; col++) {
                        embedding[col] = embeddings.get(item + 1, col);
                    }
                    double score = Orthogonal.dot(users[user], items[item]);
                    error = Math.max(error, Math.abs(cosine(sum, embedding) - score));
                }
            }
            return error;
        }
    }

    @ParameterizedTest
    @CsvSource({"4, 4", "12-8-4, 12-8-4", "16-4, 12-8-4"})
    void alignedTowersScoreByTheEmbeddingsOfTheUsersItemsAtFirst(String layers, String itemLayers) {
        double error = greatestError(Initialization.ALIGNED, widths(layers), widths(itemLayers));
        assertTrue(error < ROUNDING, "error " + error);
    }

    @Test
    void otherTowersDoNot() {
        double error = greatestError(Initialization.LOOKS_LINEAR, widths("12-8-4"), widths("12-8-4"));
        assertTrue(error > 0.5, "error " + error);
    }

    @Test
    void withoutLayersThereIsNothingToAlign() {
        assertEquals(0, greatestError(Initialization.ALIGNED, List.of(), List.of()), ROUNDING);
    }

    private static List<Integer> widths(String layers) {
        return List.of(layers.split("-", -1)).stream().map(Integer::valueOf).toList();
    }
}
