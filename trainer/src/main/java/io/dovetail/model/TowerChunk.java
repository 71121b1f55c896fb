package io.dovetail.model;

import io.dovetail.kernels.SparseMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive rows of a tower's pass, few enough to stay in the second-level cache from the first layer to the last. Not
 * thread-safe; different chunks may be worked on at the same time.
 */
final class TowerChunk {
    /** What the rows look up, a matrix per block of the input. */
    final List<SparseMatrix> lookUps;

    /** What they look up among the {@link SharedProducts}. */
    final SparseMatrix shared = new SparseMatrix();

    private final @Nullable InterestRouting routing;
    private final int from;
    private final int capacity;
    private final TowerViews views;
    private int rows;
    private long gathering;

    TowerChunk(
            Activations memory, List<SparseMatrix> lookUps, @Nullable InterestRouting routing, int from, int capacity) {
        this.routing = routing;
        this.lookUps = new ArrayList<>(lookUps);
        this.from = from;
        this.capacity = capacity;
        views = new TowerViews(memory, from, capacity);
        rows = capacity;
    }

    /** {@return routes the rows of this chunk; only if there are interests} */
    InterestRouting routing() {
        return Objects.requireNonNull(routing);
    }

    /** Notes time that went into looking rows up. */
    void addGathering(long nanos) {
        gathering += nanos;
    }

    /** {@return nanoseconds that went into looking rows up since this was last asked for} */
    long takeGathering() {
        long nanos = gathering;
        gathering = 0;
        return nanos;
    }

    /** {@return the greatest number of rows; the same of all chunks but the last} */
    int capacity() {
        return capacity;
    }

    /** {@return the first row} */
    int from() {
        return from;
    }

    /** {@return the number of rows of this pass; 0 if it ends before} */
    int rows() {
        return rows;
    }

    /** Sets the number of rows of all chunks together. */
    void use(int total) {
        int count = Math.clamp(total - from, 0, capacity);
        if (count != rows) {
            rows = count;
            views.use(count);
        }
    }

    /** {@return the memory of the rows; the same object pass after pass} */
    TowerViews views() {
        return views;
    }
}
