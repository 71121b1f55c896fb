package io.dovetail.index.live;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Room for the vectors written since a generation. Rows are only added; when it is full, another takes its place, which begins
 * with those that are alive. This is what a search pins: the memory of the rows and that of the generation live at least as
 * long.
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

    /** Sets a row, which is alive. */
    void set(int row, long id, Matrix source, int from) {
        long bytes = (long) vectors.cols() * Float.BYTES;
        MemorySegment.copy(source.data(), source.offset(from), vectors.data(), vectors.offset(row), bytes);
        ids[row] = id;
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
