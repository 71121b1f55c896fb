package io.dovetail.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The passes of both towers of a training step, side by side: the threads meet four times a step, not once per layer and
 * tower. Not thread-safe.
 */
public final class TowerPasses {

    /**
     * What one tower needs.
     *
     * @param tower the tower
     * @param activations memory of its passes
     * @param dropout drops elements of its input
     * @param gradients receives its gradients
     */
    public record Side(Tower tower, Activations activations, Dropout dropout, TowerGradients gradients) {}

    private final Stage packing;
    private final Stage forward;
    private final List<Stage> forwardOfSides;
    private final Stage backward;
    private final Stage gradients;

    /**
     * The passes.
     *
     * @param engine what to compute on
     * @param sides the towers, the one with more work first
     */
    public TowerPasses(Engine engine, List<Side> sides) {
        packing = stage(engine, sides, side -> side.activations.packing());
        forward = stage(engine, sides, side -> side.tower.forwardParts(side.activations, side.dropout));
        forwardOfSides = sides.stream()
                .map(side -> new Stage(engine, side.tower.forwardParts(side.activations, side.dropout)))
                .toList();
        backward = stage(engine, sides, side -> side.tower.backwardParts(side.activations, side.dropout));
        gradients = stage(engine, sides, side -> side.gradients.parts());
    }

    private static Stage stage(Engine engine, List<Side> sides, Function<Side, List<Stage.Part>> partsOf) {
        List<Stage.Part> parts = new ArrayList<>();
        for (Side side : sides) {
            parts.addAll(partsOf.apply(side));
        }
        return new Stage(engine, parts);
    }

    /** Takes over the weights as they stand and computes the outputs of the rows that {@link Activations#use} named. */
    public void forward() {
        packing.run();
        forward.run();
    }

    /**
     * The same, one tower after the other.
     *
     * @param between what to do before the later ones
     */
    public void forwardInTurn(Runnable between) {
        packing.run();
        forwardOfSides.getFirst().run();
        between.run();
        forwardOfSides.subList(1, forwardOfSides.size()).forEach(Stage::run);
    }

    /** Computes all gradients from those by the outputs and by the augmented vectors. */
    public void backward() {
        backward.run();
        gradients.run();
    }
}
