package io.dovetail.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.index.file.CorruptFileException;
import io.dovetail.index.file.SectionFile;
import io.dovetail.index.file.SectionFileWriter;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IvfPqPrecisionTest {

    @TempDir
    private Path folder;

    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(2);

    @AfterEach
    void free() {
        workers.close();
        arena.close();
    }

    private IvfPqIndex build(Matrix vectors, VectorPrecision precision) throws IOException {
        Path file = folder.resolve(precision + ".ivfpq");
        IvfPqSpec spec = new IvfPqSpec(20, 2, 8, 3_000, 3, 5).withPrecision(precision);
        Samples.build(file, vectors, spec);
        return IvfPqIndex.open(file, Kernels.best(), arena);
    }

    @ParameterizedTest
    @CsvSource({"FLOAT16,10,0.02", "FLOAT16,32,0.05", "INT8,10,0.3", "INT8,32,0.5", "FLOAT32,10,0"})
    void scoresAreThoseOfTheVectorsThatAreKept(VectorPrecision precision, int dimension, float error)
            throws IOException {
        Matrix vectors = Samples.gaussian(arena, 3_000, dimension, 1);
        IvfPqIndex index = build(vectors, precision);
        assertEquals(precision, index.vectors().precision());
        Matrix queries = Samples.gaussian(arena, 20, dimension, 2);
        Neighbors kept = Samples.search(index.flat(arena), queries, 3_000, SearchParams.exhaustive());
        Neighbors found = Samples.search(index, queries, 3_000, SearchParams.exhaustive());
        Map<Long, Integer> rows = new HashMap<>();
        for (long id : Samples.ids(3_000)) {
            rows.put(id, rows.size());
        }
        for (int query = 0; query < queries.rows(); query++) {
            for (int place = 0; place < 3_000; place++) {
                assertEquals(kept.score(query, place), found.score(query, place), 1e-4f);
                assertEquals(
                        dot(queries, query, vectors, rows.getOrDefault(found.id(query, place), -1)),
                        found.score(query, place),
                        error + 1e-5f);
            }
        }
    }

    private static float dot(Matrix queries, int query, Matrix vectors, int row) {
        float sum = 0;
        for (int col = 0; col < vectors.cols(); col++) {
            sum = Math.fma(queries.get(query, col), vectors.get(row, col), sum);
        }
        return sum;
    }

    @Test
    void takesFewerBytesAndFindsAlmostTheSame() throws IOException {
        Matrix vectors = Samples.clustered(arena, 20_000, 32, 100, 1);
        Matrix queries = Samples.clustered(arena, 100, 32, 100, 2);
        IvfPqIndex exact = build(vectors, VectorPrecision.FLOAT32);
        Neighbors truth = Samples.search(exact.flat(arena), queries, 10, SearchParams.exhaustive());
        double half = Samples.search(build(vectors, VectorPrecision.FLOAT16), queries, 10, SearchParams.exhaustive())
                .recall(truth, 10);
        double bytes = Samples.search(build(vectors, VectorPrecision.INT8), queries, 10, SearchParams.exhaustive())
                .recall(truth, 10);
        assertTrue(half >= 0.99, "float16: " + half);
        assertTrue(bytes >= 0.9, "int8: " + bytes);
        long all = Files.size(folder.resolve("float32.ivfpq"));
        assertEquals(2, (all - Files.size(folder.resolve("float16.ivfpq"))) / (20_000 * 32));
        assertEquals(3, (all + 1_000 - Files.size(folder.resolve("int8.ivfpq"))) / (20_000 * 32));
    }

    /** Sets that are scored whole, by the members of lists, and by codes. */
    @ParameterizedTest
    @EnumSource(VectorPrecision.class)
    void preparedFiltersScoreTheVectorsThatAreKept(VectorPrecision precision) throws IOException {
        IvfPqIndex index = build(Samples.gaussian(arena, 3_000, 10, 1), precision);
        Matrix query = Samples.gaussian(arena, 1, 10, 2);
        for (int one : new int[] {200, 20, 2}) {
            IdFilter some = id -> Math.floorMod(id, one) == 0;
            TopK expected = new TopK(10);
            TopK found = new TopK(10);
            try (Searcher searcher = index.searcher();
                    Searcher flat = index.flat(arena).searcher()) {
                searcher.search(query, 10, SearchParams.exhaustive(), RowSet.of(index, some), found);
                flat.search(query, 10, SearchParams.exhaustive(), some, expected);
            }
            assertEquals(10, found.size());
            for (int place = 0; place < 10; place++) {
                assertEquals(expected.score(place), found.score(place), 1e-4f);
                assertTrue(some.accepts(found.id(place)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(VectorPrecision.class)
    void mergingAndTuningKeepWhatIsKept(VectorPrecision precision) throws IOException {
        Matrix vectors = Samples.gaussian(arena, 3_000, 10, 1);
        IvfPqIndex base = build(vectors, precision);
        BitSet all = new BitSet();
        all.set(0, base.size());
        Path merged = folder.resolve("merged");
        new IvfPqMerger(base, workers).write(all, Matrix.allocate(arena, 0, 10), new long[0], merged);
        assertArrayEquals(Files.readAllBytes(folder.resolve(precision + ".ivfpq")), Files.readAllBytes(merged));
        // What was decoded and is added again gets its old numbers.
        BitSet half = new BitSet();
        half.set(0, 1_500);
        long[] ids = new long[1_500];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = base.id(1_500 + i);
        }
        Matrix decoded = base.vectors().toMatrix(arena).rows(1_500, 1_500);
        new IvfPqMerger(base, workers).write(half, decoded, ids, merged);
        IvfPqIndex again = IvfPqIndex.load(merged, Kernels.best(), arena);
        Map<Long, Integer> rows = new HashMap<>();
        for (int row = 0; row < base.size(); row++) {
            rows.put(base.id(row), row);
        }
        float[][] before = base.vectors().toMatrix(arena).toArray();
        float[][] after = again.vectors().toMatrix(arena).toArray();
        for (int row = 0; row < again.size(); row++) {
            assertArrayEquals(before[rows.getOrDefault(again.id(row), -1)], after[row], "row " + row);
        }
        base.writeTuned(new Tuning(new SearchParams(3, 30), 10, 0.9, 0.95, 100), merged);
        IvfPqIndex tuned = IvfPqIndex.load(merged, Kernels.best(), arena);
        assertEquals(precision, tuned.vectors().precision());
        assertEquals(3, tuned.defaults().nprobe());
    }

    @Test
    void aColumnOfEqualNumbersAndHugeNumbersAreKept() throws IOException {
        Matrix vectors = Samples.gaussian(arena, 100, 4, 1);
        for (int row = 0; row < 100; row++) {
            vectors.set(row, 1, 7);
            vectors.set(row, 2, row % 2 == 0 ? 1e19f : -1e18f);
        }
        StoredVectors kept = build(vectors, VectorPrecision.INT8).vectors();
        Matrix decoded = kept.toMatrix(arena);
        for (int row = 0; row < 100; row++) {
            assertEquals(7, decoded.get(row, 1));
            float huge = decoded.get(row, 2);
            assertTrue(Math.abs(huge - 1e19f) < 1e13f || Math.abs(huge + 1e18f) < 1e13f, "it is " + huge);
        }
    }

    @Test
    void refusesWhatFloat16CannotHold() {
        Matrix vectors = Samples.gaussian(arena, 100, 4, 1);
        vectors.set(50, 3, -70_000);
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> build(vectors, VectorPrecision.FLOAT16));
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.contains("70000") && message.contains("int8"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vectors-int8", "vector-scale", "ids", "centroids"})
    void refusesSectionsOfAnotherSize(String section) throws IOException {
        build(Samples.gaussian(arena, 100, 4, 1), VectorPrecision.INT8);
        rewrite(section, new byte[24]);
        rewrite(section, new byte[0]);
    }

    @ParameterizedTest
    @ValueSource(floats = {0, -1, Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE})
    void refusesStepsThatAreNone(float step) throws IOException {
        build(Samples.gaussian(arena, 100, 4, 1), VectorPrecision.INT8);
        Matrix scale = Matrix.allocate(arena, 2, 4);
        scale.fill(step);
        rewrite("vector-scale", writer -> writer.matrix("vector-scale", scale));
    }

    /** Writes a section. */
    private interface Part {
        void write(SectionFileWriter writer) throws IOException;
    }

    private void rewrite(String section, byte[] bytes) throws IOException {
        rewrite(section, writer -> {
            writer.begin(section);
            writer.append(arena.allocate(Math.max(1, bytes.length))
                    .asSlice(0, bytes.length)
                    .copyFrom(MemorySegment.ofArray(bytes)));
        });
    }

    private void rewrite(String section, Part part) throws IOException {
        Path hostile = folder.resolve("hostile");
        SectionFile file = SectionFile.open(folder.resolve("int8.ivfpq"), IvfPqIndex.KIND, 2, arena);
        try (SectionFileWriter writer = new SectionFileWriter(hostile, IvfPqIndex.KIND, 2)) {
            for (String name : file.names()) {
                if (name.equals(section)) {
                    part.write(writer);
                } else {
                    writer.begin(name);
                    writer.append(file.section(name));
                }
            }
            writer.commit();
        }
        assertThrows(CorruptFileException.class, () -> IvfPqIndex.open(hostile, Kernels.best(), arena));
    }
}
