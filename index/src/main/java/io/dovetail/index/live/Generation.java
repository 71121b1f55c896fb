package io.dovetail.index.live;

import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.NearestLists;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;

/** One immutable file, opened, and when each of its rows died. Owns the mapping. */
final class Generation {

    /** The moment of death of a row that is alive: later than any other. */
    static final int NEVER = Integer.MAX_VALUE;

    private static final int SAMPLE = 1 << 12;

    private final Arena arena = Arena.ofShared();
    private final IvfPqIndex index;
    private final int[] deaths;
    private final RowsById rows;

    private Generation(Path file, Kernels kernels) throws IOException {
        try {
            index = IvfPqIndex.open(file, kernels, arena);
        } catch (Throwable thrown) {
            arena.close();
            throw thrown;
        }
        deaths = new int[index.size()];
        Arrays.fill(deaths, NEVER);
        rows = new RowsById(index.size());
        for (int row = 0; row < index.size(); row++) {
            rows.put(index.id(row), row);
        }
    }

    /** Maps a file and reads all of it, since its checksums are verified. */
    static Generation open(Path file, Kernels kernels) throws IOException {
        return new Generation(file, kernels);
    }

    IvfPqIndex index() {
        return index;
    }

    /** By row, the moment from which on it is dead. Written by whoever writes, before the moment is published. */
    int[] deaths() {
        return deaths;
    }

    /** The row of each id, dead or alive. */
    RowsById rows() {
        return rows;
    }

    /** The squared distance to the centroid that 95 % of the vectors do not exceed, by a sample. */
    float usualDistance() {
        int count = Math.min(SAMPLE, index.size());
        try (Arena scratch = Arena.ofConfined();
                Workers alone = Workers.of(1);
                NearestLists nearest = new NearestLists(index, alone)) {
            Matrix sample = Matrix.allocate(scratch, count, index.dimension());
            for (int i = 0; i < count; i++) {
                int row = (int) ((long) i * index.size() / count);
                index.vectors().copyRow(row, sample, i);
            }
            float[] distances = new float[count];
            nearest.assign(sample, new int[count], distances);
            Arrays.sort(distances);
            return distances[(int) Math.ceil((1 - Drift.EXPECTED) * count) - 1];
        }
    }

    void free() {
        arena.close();
    }
}
