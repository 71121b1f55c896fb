package io.dovetail.model;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks for units that are dead: a ReLU whose output is 0 for all passes no gradient, so that it stays 0 for good.
 */
public final class DeadUnits {
    private static final int SAMPLE = 1024;

    private DeadUnits() {}

    /**
     * The share of units of each layer with a ReLU that are 0 for every entity of a sample, evenly drawn.
     *
     * @param engine what to compute on
     * @param model the model
     * @return shares in [0, 1] by the layers' names, as {@code user.layer1}; users' layers first
     */
    public static Map<String, Double> shares(Engine engine, TwoTower model) {
        Map<String, Double> shares = new LinkedHashMap<>();
        for (Tower tower : List.of(model.users(), model.items())) {
            TowerRows rows = new TowerRows();
            int step = Math.max(1, tower.inputs().entities() / SAMPLE);
            for (int entity = 0; entity < tower.inputs().entities() && rows.size() < SAMPLE; entity += step) {
                rows.add(entity, entity, TowerRows.NOTHING);
            }
            try (Arena arena = Arena.ofShared()) {
                Activations activations = tower.newActivations(engine, arena, Math.max(1, rows.size()));
                tower.forward(engine, rows, activations);
                for (int layer = 0; layer < tower.weights().size(); layer++) {
                    if (tower.hasRelu(layer)) {
                        String name = tower.weights().get(layer).name();
                        shares.put(name.substring(0, name.lastIndexOf('.')), share(activations.views().hidden[layer]));
                    }
                }
            }
        }
        return shares;
    }

    private static double share(Matrix outputs) {
        int dead = 0;
        for (int unit = 0; unit < outputs.cols(); unit++) {
            int row = 0;
            while (row < outputs.rows() && outputs.get(row, unit) == 0) {
                row++;
            }
            dead += row == outputs.rows() ? 1 : 0;
        }
        return dead / (double) outputs.cols();
    }
}
