package io.dovetail.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The passes of both towers of a training step, side by side: the threads meet once for each of their four stages, not once
 * per layer and tower. Not thread-safe.
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
    public record Side(Tower tower, Activations activations, Dropout dropout, TowerGradients gradients) {
        private TowerPass pass() {
            return new TowerPass(tower, activations, dropout);
        }
    }

    private final List<Side> sides;
    private final int threads;
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
     * @param beside runs beside the backward pass: what needs none of its results, and must not wait for it
     */
    public TowerPasses(Engine engine, List<Side> sides, Stage.Part beside) {
        this.sides = List.copyOf(sides);
        threads = engine.workers().threads();
        packing = stage(engine, List.of(), sides, side -> side.activations.packing());
        forward = stage(engine, List.of(), sides, side -> side.pass().forwardParts());
        forwardOfSides = sides.stream()
                .map(side -> new Stage(engine, side.pass().forwardParts()))
                .toList();
        if (threads == 1) { // more of them would have to wait for each other to add chunks in order
            backward = stage(
                    engine, List.of(beside), sides, side -> List.of(side.pass().backwardInOrder(side.gradients)));
            gradients = stage(engine, List.of(), sides, side -> side.gradients.parts());
        } else {
            backward = stage(engine, List.of(beside), sides, side -> side.pass().backwardParts());
            gradients = stage(engine, List.of(), sides, side -> {
                List<Stage.Part> parts = new ArrayList<>(side.gradients.weightParts());
                parts.addAll(side.gradients.parts());
                return parts;
            });
        }
    }

    private static Stage stage(
            Engine engine, List<Stage.Part> first, List<Side> sides, Function<Side, List<Stage.Part>> partsOf) {
        List<Stage.Part> parts = new ArrayList<>(first);
        for (Side side : sides) {
            parts.addAll(partsOf.apply(side));
        }
        return new Stage(engine, parts);
    }

    /** Takes over the weights as they stand. */
    public void pack() {
        packing.run();
    }

    /** Computes the outputs of the rows that {@link Activations#use} named, with the weights as they were packed. */
    public void forward() {
        forward.run();
    }

    /**
     * The same of one tower.
     *
     * @param side its number, in the order of the sides
     */
    public void forward(int side) {
        forwardOfSides.get(side).run();
    }

    /** {@return nanoseconds that the last forward pass spent on looking rows up, the mean of the threads} */
    public long gatherNanos() {
        long nanos = 0;
        for (int side = 0; side < sides.size(); side++) {
            List<TowerChunk> chunks = sides.get(side).activations().chunks();
            for (int chunk = 0; chunk < chunks.size(); chunk++) {
                nanos += chunks.get(chunk).takeGathering();
            }
        }
        return nanos / threads;
    }

    /** Computes the gradients by the inputs of all layers, from those by the outputs and by the augmented vectors. */
    public void backward() {
        backward.run();
    }

    /** Computes the gradients by all parameters, after {@link #backward}. */
    public void gradients() {
        gradients.run();
    }
}
