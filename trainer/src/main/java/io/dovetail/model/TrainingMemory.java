package io.dovetail.model;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
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
    private static final long ALIGNMENT = 64;

    private final SegmentAllocator allocator;
    private final Map<String, Moments> moments = new HashMap<>();

    /**
     * No memory yet.
     *
     * @param allocator of memory that is all zero, such as an arena
     */
    public TrainingMemory(SegmentAllocator allocator) {
        this.allocator = allocator;
    }

    /**
     * How much memory a model will take.
     *
     * @param spec the shape
     * @param userInputs blocks of the user tower
     * @param itemInputs blocks of the item tower
     * @return bytes of all parameters and their moments
     */
    public static long bytes(ModelSpec spec, TowerInputs userInputs, TowerInputs itemInputs) {
        long[] bytes = {0};
        Matrix none = new Matrix(MemorySegment.NULL, 0, 0, 0);
        ParameterMemory<RuntimeException> scales = (name, rows, cols) -> {
            bytes[0] += bytes(rows, cols);
            return none;
        };
        TwoTower.over(scales, spec, userInputs, itemInputs);
        return bytes[0];
    }

    private static long bytes(int rows, int cols) {
        return (long) rows * PARTS * width(cols) * Float.BYTES;
    }

    private static int width(int cols) {
        return Math.max(1, Math.ceilDiv(cols, PADDING)) * PADDING;
    }

    @Override
    public Matrix matrix(String name, int rows, int cols) {
        int width = width(cols);
        Matrix all = new Matrix(allocator.allocate(bytes(rows, cols), ALIGNMENT), rows, PARTS * width, PARTS * width);
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
