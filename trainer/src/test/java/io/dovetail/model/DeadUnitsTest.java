package io.dovetail.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.data.TestDatasets;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DeadUnitsTest {
    private static final Dataset DATA = TestDatasets.planted(30, 40, 3, 8, 1);

    private static Map<String, Double> shares(Head head) {
        ModelSpec spec = new ModelSpec(5, 4, List.of(6, 4), head, HistorySpec.of(2));
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(1)) {
            FittedEvents events = FittedEvents.of(DATA.interactions(), Holdout.VALID);
            TwoTower model = TwoTower.allocate(
                    arena,
                    spec,
                    TowerInputs.ofUsers(DATA, spec, Holdout.VALID, events),
                    TowerInputs.ofItems(DATA, spec, Holdout.VALID));
            Initializer.initialize(model, Initialization.HE, 1, 1);
            Matrix bias = model.items().biases().getFirst().value();
            bias.set(0, 1, -100);
            bias.set(0, 4, -100);
            bias.set(0, 5, -100);
            return DeadUnits.shares(new Engine(Kernels.best(), workers), model);
        }
    }

    @Test
    void unitsThatAreZeroForAllAreCounted() {
        Map<String, Double> shares = shares(Head.RELU);
        assertEquals(Set.of("user.layer1", "user.layer2", "item.layer1", "item.layer2"), shares.keySet());
        assertEquals(0.5, shares.get("item.layer1"));
        assertEquals(0.0, shares.get("user.layer1"));
    }

    @Test
    void aLayerWithoutReluHasNoDeadUnits() {
        assertEquals(Set.of("user.layer1", "item.layer1"), shares(Head.LINEAR).keySet());
    }
}
