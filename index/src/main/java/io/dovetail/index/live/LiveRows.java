package io.dovetail.index.live;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * Room for the vectors written since a generation, in the order of their writing. Only added to; when it is full, a larger one
 * takes its place. This is what a search pins: the memory of the rows and that of the generation live at least as long.
 */
final class LiveRows {

    private final Generation generation;
    private final Arena arena = Arena.ofShared();
    private final Matrix vectors;
    private final long[] ids;
    private final int[] deaths;

    LiveRows(Generation generation, int capacity) {
        this.generation = generation;
        vectors = Matrix.allocate(arena, capacity, generation.index().dimension());
        ids = new long[capacity];
        deaths = new int[capacity];
        Arrays.fill(deaths, Generation.NEVER);
    }

    /** A copy of the first rows with more room. The copy is what dies on: no death reaches the old one any more. */
    LiveRows grown(int count, int capacity) {
        LiveRows grown = new LiveRows(generation, capacity);
        grown.vectors.rows(0, count).copyFrom(vectors.rows(0, count));
        System.arraycopy(ids, 0, grown.ids, 0, count);
        System.arraycopy(deaths, 0, grown.deaths, 0, count);
        return grown;
    }

    Generation generation() {
        return generation;
    }

    int capacity() {
        return ids.length;
    }

    Matrix vectors() {
        return vectors;
    }

    long[] ids() {
        return ids;
    }

    /** By row, the moment from which on it is dead. */
    int[] deaths() {
        return deaths;
    }

    void free() {
        arena.close();
    }
}
