package io.dovetail.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IvfPqMergerTest {

    @TempDir
    private Path folder;

    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(2);

    @AfterEach
    void free() {
        workers.close();
        arena.close();
    }

    private IvfPqIndex build(Matrix vectors, IvfPqSpec spec) throws IOException {
        Path file = folder.resolve("base.ivfpq");
        Samples.build(file, vectors, spec);
        return IvfPqIndex.open(file, Kernels.best(), arena);
    }

    private IvfPqIndex merge(IvfPqIndex base, BitSet kept, Matrix added, long[] ids) throws IOException {
        Path file = folder.resolve("merged.ivfpq");
        new IvfPqMerger(base, workers).write(kept, added, ids, file);
        return IvfPqIndex.open(file, Kernels.best(), arena);
    }

    private static BitSet all(IvfPqIndex base) {
        BitSet rows = new BitSet();
        rows.set(0, base.size());
        return rows;
    }

    @Test
    void whatKeepsEverythingIsTheSameFile() throws IOException {
        IvfPqSpec spec = new IvfPqSpec(300, 8, 6, 1_000, 2, 5);
        IvfPqIndex base = build(Samples.clustered(arena, 3_000, 16, 20, 1), spec);
        merge(base, all(base), Matrix.allocate(arena, 0, 16), new long[0]);
        assertArrayEquals(
                Files.readAllBytes(folder.resolve("base.ivfpq")), Files.readAllBytes(folder.resolve("merged.ivfpq")));
    }

    @ParameterizedTest
    @CsvSource({"8,4,0", "8,5,0", "4,8,0", "16,7,0", "8,4,2"})
    void rowsThatAreRemovedAndAddedAgainGetTheirOldCodes(int subspaces, int bits, int rounds) throws IOException {
        IvfPqSpec spec = new IvfPqSpec(20, subspaces, bits, 3_000, 2, 5).withRotationRounds(rounds);
        Matrix vectors = Samples.gaussian(arena, 3_000, 16, 1);
        IvfPqIndex base = build(vectors, spec);
        BitSet kept = new BitSet();
        Random random = new Random(1);
        for (int row = 0; row < base.size(); row++) {
            kept.set(row, random.nextInt(3) > 0);
        }
        Matrix added = Matrix.allocate(arena, base.size() - kept.cardinality(), 16);
        long[] ids = new long[added.rows()];
        int to = 0;
        for (int row = kept.nextClearBit(0); row < base.size(); row = kept.nextClearBit(row + 1)) {
            base.vectors().copyRow(row, added, to);
            ids[to++] = base.id(row);
        }
        IvfPqIndex merged = merge(base, kept, added, ids);
        assertEquals(base.size(), merged.size());
        assertEquals(rounds > 0, merged.rotated());
        Matrix queries = Samples.gaussian(arena, 50, 16, 2);
        // The order in the lists differs, lists and codes do not: so the same is found at any depth but for equal sums.
        SearchParams params = new SearchParams(5, 3_000);
        Neighbors expected = Samples.search(base, queries, 20, params);
        Neighbors found = Samples.search(merged, queries, 20, params);
        assertEquals(1, found.recall(expected, 20));
        SearchParams shallow = new SearchParams(5, 40);
        double share =
                Samples.search(merged, queries, 20, shallow).recall(Samples.search(base, queries, 20, shallow), 20);
        assertTrue(share > 0.98, "equal sums alone may be cut off otherwise, but " + share + " are the same");
    }

    @Test
    void addsToAndTakesFromIt() throws IOException {
        IvfPqIndex base = build(Samples.gaussian(arena, 1_000, 8, 1), new IvfPqSpec(30, 4, 4, 1_000, 2, 5));
        BitSet kept = new BitSet();
        kept.set(100, 700);
        Matrix added = Samples.gaussian(arena, 5_000, 8, 3);
        long[] ids = new long[5_000];
        Arrays.setAll(ids, i -> 5_000_000_000_000L + i);
        IvfPqIndex merged = merge(base, kept, added, ids);
        Matrix all = Matrix.allocate(arena, 5_600, 8);
        long[] allIds = Arrays.copyOf(ids, 5_600);
        all.rows(0, 5_000).copyFrom(added);
        for (int i = 0; i < 600; i++) {
            base.vectors().copyRow(100 + i, all, 5_000 + i);
            allIds[5_000 + i] = base.id(100 + i);
        }
        Matrix queries = Samples.gaussian(arena, 20, 8, 4);
        Neighbors expected =
                Samples.search(FlatIndex.of(all, allIds, "", Kernels.best()), queries, 50, SearchParams.exhaustive());
        Neighbors found = Samples.search(merged, queries, 50, SearchParams.exhaustive());
        for (int query = 0; query < 20; query++) {
            for (int place = 0; place < 50; place++) {
                assertEquals(expected.id(query, place), found.id(query, place));
                assertEquals(expected.score(query, place), found.score(query, place));
            }
        }
        assertEquals(base.fingerprint(), merged.fingerprint());
        assertEquals(base.defaults(), merged.defaults());
    }

    @Test
    void refusesToLeaveNothingAndRowsThatAreNotThere() throws IOException {
        IvfPqIndex base = build(Samples.gaussian(arena, 100, 8, 1), new IvfPqSpec(3, 4, 4, 100, 2, 5));
        Matrix none = Matrix.allocate(arena, 0, 8);
        assertThrows(IllegalArgumentException.class, () -> merge(base, new BitSet(), none, new long[0]));
        BitSet beyond = new BitSet();
        beyond.set(100);
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> merge(base, beyond, none, new long[0]))
                        .getMessage());
        assertTrue(message.contains("101 of 100"), message);
    }

    @Test
    void nearestListsAreThoseThatTheBuilderChose() throws IOException {
        IvfPqIndex base = build(Samples.clustered(arena, 5_000, 8, 30, 1), new IvfPqSpec(30, 4, 4, 1_000, 2, 5));
        int[] lists = new int[base.size()];
        float[] distances = new float[base.size()];
        Matrix vectors = base.vectors().toMatrix(arena);
        try (NearestLists nearest = new NearestLists(base, workers)) {
            nearest.assign(vectors, lists, distances);
        }
        for (int row = 0; row < base.size(); row++) {
            assertTrue(base.listStart(lists[row]) <= row && row < base.listEnd(lists[row]), "row " + row);
            float distance = 0;
            for (int col = 0; col < 8; col++) {
                float residual = vectors.get(row, col) - base.centroids().get(lists[row], col);
                distance = Math.fma(residual, residual, distance);
            }
            assertEquals(distance, distances[row]);
        }
    }
}
