package io.dovetail.model;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Memory of a model's parameters and of what an optimizer keeps of each. A row stands beside its two moments: a step reads
 * rows of large tables in no order, and each would otherwise come from three places that neither the caches nor the
 * translation of addresses know. Not thread-safe while it is filled.
 */
public final class TrainingMemory implements ParameterMemory<RuntimeException> {
    /** A parameter's first and second moments, of its shape. */
    public record Moments(Matrix first, Matrix second) {}

    private static final int PARTS = 3;
    private static final int PADDING = 16;

    private final Arena arena;
    private final Map<String, Moments> moments = new HashMap<>();

    /**
     * No memory yet.
     *
     * @param arena owner of what will be allocated
     */
    public TrainingMemory(Arena arena) {
        this.arena = arena;
    }

    @Override
    public Matrix matrix(String name, int rows, int cols) {
        int width = Math.max(1, (cols + PADDING - 1) / PADDING) * PADDING;
        Matrix all = Matrix.allocate(arena, rows, PARTS * width);
        moments.put(name, new Moments(all.columns(width, cols), all.columns(2 * width, cols)));
        return all.columns(0, cols);
    }

    /**
     * What is kept of a parameter.
     *
     * @param parameter of a model that was allocated here
     * @return its moments, zero at first
     * @throws IllegalArgumentException if the parameter is not from here
     */
    public Moments moments(Parameter parameter) {
        return Objects.requireNonNullElseGet(moments.get(parameter.name()), () -> {
            throw new IllegalArgumentException(
                    "no moments of parameter " + parameter.name() + ": it is not of this model");
        });
    }
}
