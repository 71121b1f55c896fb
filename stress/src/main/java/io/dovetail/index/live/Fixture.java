package io.dovetail.index.live;

import io.dovetail.index.IvfPqBuilder;
import io.dovetail.index.IvfPqSpec;
import io.dovetail.index.Progress;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;

/** A small file of vectors, which all races have. */
final class Fixture {

    private static final int VECTORS = 16;
    private static final int DIMENSION = 2;

    private static final Generation SHARED = open();

    /** Rows that are there before and after a race: to publish them frees all others. */
    private static final LiveRows IDLE = new LiveRows(SHARED, 1);

    private Fixture() {}

    private static Generation open() {
        try {
            Path file = Files.createTempFile("stress", ".ivfpq");
            file.toFile().deleteOnExit();
            IvfPqSpec spec = new IvfPqSpec(1, DIMENSION, 4, VECTORS, 1, 1);
            try (Arena arena = Arena.ofShared();
                    Workers workers = Workers.of(1)) {
                Matrix vectors = Matrix.allocate(arena, VECTORS, DIMENSION);
                for (int row = 0; row < VECTORS; row++) {
                    vectors.set(row, 0, 1 + row);
                }
                new IvfPqBuilder(spec, workers, Kernels.scalar(), Progress.none())
                        .build(vectors, LongStream.range(0, VECTORS).toArray(), "", file);
            }
            return Generation.open(file, Kernels.scalar());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the file, which none frees} */
    static Generation shared() {
        return SHARED;
    }

    /** {@return a view that leads to nothing of a race} */
    static View idle() {
        return new View(IDLE, LiveLists.none(1), 0, 0, 0, 0);
    }
}
