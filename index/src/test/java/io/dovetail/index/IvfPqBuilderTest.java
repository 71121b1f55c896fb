package io.dovetail.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IvfPqBuilderTest {

    /** More than are worked on at a time. */
    private static final int MANY = (1 << 15) + 77;

    @TempDir
    private Path folder;

    private final Arena arena = Arena.ofShared();

    @AfterEach
    void free() {
        arena.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fvecs", "npy"})
    void aMappedFileGivesTheBytesOfTheMatrix(String ending) throws IOException {
        Matrix vectors = Samples.clustered(arena, MANY, 4, 30, 1);
        Path file = folder.resolve("x." + ending);
        VectorFiles.write(file, vectors);
        IvfPqSpec spec = new IvfPqSpec(8, 2, 4, 1_000, 2, 1);
        Path expected = build(VectorSource.of(vectors), spec, Progress.none());
        assertEquals(-1, Files.mismatch(expected, build(VectorFiles.map(file, arena), spec, Progress.none())));
    }

    @Test
    void indexesBytes() throws IOException {
        byte[] records = new byte[300 * 6];
        for (int row = 0; row < 300; row++) {
            records[6 * row] = 2;
            records[6 * row + 4] = (byte) row;
            records[6 * row + 5] = (byte) (row / 2 + 100);
        }
        Path file = folder.resolve("x.bvecs");
        Files.write(file, records);
        IvfPqSpec spec = new IvfPqSpec(4, 2, 8, 300, 2, 1);
        Path expected = build(VectorSource.of(VectorFiles.read(file, arena)), spec, Progress.none());
        assertEquals(-1, Files.mismatch(expected, build(VectorFiles.map(file, arena), spec, Progress.none())));
    }

    @Test
    void saysHowLongTheVectorsAre() throws IOException {
        Matrix vectors = Samples.clustered(arena, 500, 4, 5, 1);
        assertTrue(norms(vectors).areUnit());
        vectors.set(499, 0, 3);
        vectors.set(499, 1, 4);
        vectors.set(499, 2, 0);
        vectors.set(499, 3, 0);
        assertEquals(5, norms(vectors).greatest());
        assertEquals(1, norms(vectors).least(), 1e-6);
    }

    @Test
    void namesTheVectorThatIsNotFinite() {
        Matrix vectors = Samples.gaussian(arena, MANY, 2, 1);
        vectors.set(MANY - 5, 1, Float.NaN);
        String message = assertThrows(IllegalArgumentException.class, () -> norms(vectors))
                .toString();
        assertTrue(message.contains("row " + (MANY - 5) + " is ["), message);
    }

    @Test
    void tellsOfEveryPhaseToItsEnd() throws IOException {
        List<String> ended = new ArrayList<>();
        build(
                VectorSource.of(Samples.gaussian(arena, 500, 4, 1)),
                new IvfPqSpec(4, 2, 4, 300, 3, 1).withRotationRounds(2),
                (phase, done, total) -> {
                    if (done == total) {
                        ended.add(phase);
                    }
                });
        assertEquals(List.of("check", "lists", "rotation", "codebooks", "assignment", "vectors", "codes"), ended);
    }

    @Test
    void learntAxesFindMoreWhereVarianceIsUneven() throws IOException {
        Matrix vectors = Samples.uneven(arena, 6_000, 8);
        Matrix queries = Samples.gaussian(arena, 100, 8, 9);
        IvfPqSpec spec = new IvfPqSpec(4, 4, 4, 6_000, 8, 1);
        IvfPqIndex plain = open(build(VectorSource.of(vectors), spec, Progress.none()));
        IvfPqIndex turned = open(build(VectorSource.of(vectors), spec.withRotationRounds(15), Progress.none()));
        assertFalse(plain.rotated());
        assertTrue(turned.rotated());
        Neighbors truth = Samples.search(plain.flat(arena), queries, 10, SearchParams.exhaustive());
        SearchParams params = new SearchParams(4, 40);
        double before = Samples.search(plain, queries, 10, params).recall(truth, 10);
        double after = Samples.search(turned, queries, 10, params).recall(truth, 10);
        assertTrue(after > before + 0.05, after + " after " + before);
        assertEquals(
                1,
                Samples.search(turned, queries, 10, SearchParams.exhaustive()).recall(truth, 10));
    }

    @Test
    void anIndexInLearntAxesIsTheSameAtAnyNumberOfThreads() throws IOException {
        Matrix vectors = Samples.uneven(arena, 1_000, 8);
        IvfPqSpec spec = new IvfPqSpec(4, 4, 4, 1_000, 3, 1).withRotationRounds(3);
        byte[][] files = new byte[3][];
        for (int threads = 1; threads <= 3; threads++) {
            Path out = folder.resolve("index" + threads);
            try (Workers workers = Workers.of(threads)) {
                new IvfPqBuilder(spec, workers, Kernels.best(), Progress.none())
                        .build(vectors, Samples.ids(1_000), "", out);
            }
            files[threads - 1] = Files.readAllBytes(out);
            assertArrayEquals(files[0], files[threads - 1]);
        }
    }

    @Test
    void emptyAndLongListsAreCounted() throws IOException {
        Matrix vectors = Matrix.allocate(arena, 100, 2);
        vectors.fill(1);
        vectors.set(99, 0, -1);
        IvfPqIndex index = open(build(VectorSource.of(vectors), new IvfPqSpec(5, 2, 4, 100, 3, 1), Progress.none()));
        // Equal vectors all go to the first of the nearest centroids, however many of these there are.
        assertEquals(3, index.emptyLists());
        assertEquals(99, index.longestList());
        assertEquals(5 * (99 * 99 + 1) / 10_000.0, index.imbalance(), 1e-12);
    }

    private Norms norms(Matrix vectors) {
        try (Workers workers = Workers.of(2)) {
            return new IvfPqBuilder(new IvfPqSpec(4, 2, 4, 100, 1, 1), workers, Kernels.best(), Progress.none())
                    .build(vectors, Samples.ids(vectors.rows()), "", folder.resolve("norms"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path build(VectorSource vectors, IvfPqSpec spec, Progress progress) throws IOException {
        Path out = Files.createTempFile(folder, "index", "");
        try (Workers workers = Workers.of(2)) {
            new IvfPqBuilder(spec, workers, Kernels.best(), progress)
                    .build(vectors, Samples.ids(vectors.rows()), "", out);
        }
        return out;
    }

    private IvfPqIndex open(Path path) throws IOException {
        return IvfPqIndex.open(path, Kernels.best(), arena);
    }
}
