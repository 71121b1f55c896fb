package io.dovetail.index;

import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Reservoir;
import io.dovetail.kernels.SearchKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The hot loop: probe, tables, scan, re-rank.
 *
 * <p>For a vector x = c + r in the list of centroid c, {@code <q, x> = <q, c> + <q, r>}, and the code of r gives
 * {@code <q, r> ≈ Σ_m T[m][code_m]} with T[m][j] the inner product of sub-vector m of q with centroid j of subspace m.
 * T does not depend on the list: one table set per query serves all lists, and a list adds one number.
 *
 * <p>The scan works on T in 8 bits: {@code T[m][j] ≈ min_m + u[m][j] / scale}, with one scale for all tables, so that
 * sums of u are integers of 16 bits. The least score that can still enter the reservoir becomes an integer threshold per
 * list, and only sums that reach it are looked at one by one. The best candidates are then scored with the vectors
 * themselves, so what is returned are exact inner products.
 */
final class IvfPqSearcher implements Searcher {

    static final ValueLayout.OfLong ID = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Rows per step of a scan: 8 KiB of sums stay in the first-level cache. A multiple of the block. */
    private static final int STEP = 4096;

    private static final ValueLayout.OfShort SUM = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final IvfPqIndex index;
    private final SearchKernels kernels;
    // Shared, since whoever makes a searcher may hand it to a worker.
    private final Arena arena = Arena.ofShared();
    private final Matrix coarse;
    private final Matrix tables;
    private final MemorySegment smallTables;
    private final MemorySegment sums = arena.allocate(2L * STEP, 64);
    private final Matrix scores = Matrix.allocate(arena, 1, STEP);
    private final int[] hits = new int[STEP];
    private final float[] minima;
    private final Reservoir probes = new Reservoir();
    private final Reservoir candidates = new Reservoir();
    private float bias;
    private float scale;

    IvfPqSearcher(IvfPqIndex index) {
        this.index = index;
        kernels = index.kernels().search();
        int entries = 1 << index.bits();
        coarse = Matrix.allocate(arena, 1, index.nlist());
        tables = Matrix.allocate(arena, index.subspaces(), entries);
        smallTables = arena.allocate((long) index.subspaces() * entries, 64);
        minima = new float[index.subspaces()];
    }

    @Override
    public void search(Matrix query, int k, SearchParams params, IdFilter filter, TopK out) {
        Vectors.checkQuery(query, index.dimension(), k, out);
        out.clear(k);
        int lists = probe(query, params.nprobe());
        kernels.innerProductTables(query, index.codebooks(), index.subspaces(), tables);
        quantizeTables();
        candidates.clear(Math.max(k, params.rerank()), index.size());
        for (int i = 0; i < lists; i++) {
            scan(probes.row(i), probes.score(i), filter);
        }
        rerank(query, out);
        out.sort();
    }

    /** Chooses the lists of the greatest {@code <q, c>}. {@return how many} */
    private int probe(Matrix query, int nprobe) {
        int nlist = index.nlist();
        kernels.dots(query, index.centroids(), 0, nlist, coarse);
        probes.clear(nprobe, nlist);
        kernels.offer(coarse, nlist, 0, probes);
        return probes.sortBest(); // the best list first, so that the threshold rises early
    }

    private void quantizeTables() {
        int entries = tables.cols();
        float range = 0;
        bias = 0;
        for (int m = 0; m < minima.length; m++) {
            long offset = tables.offset(m);
            float least = Float.POSITIVE_INFINITY;
            float greatest = Float.NEGATIVE_INFINITY;
            for (int j = 0; j < entries; j++) {
                float entry = tables.data().get(Matrix.FLOAT, offset + (long) j * Float.BYTES);
                least = entry < least ? entry : least;
                greatest = entry > greatest ? entry : greatest;
            }
            minima[m] = least;
            bias += least;
            range = Math.max(range, greatest - least);
        }
        scale = range > 0 ? 255 / range : 1; // all entries equal: all sums are 0, any scale will do
        for (int m = 0; m < minima.length; m++) {
            long offset = tables.offset(m);
            for (int j = 0; j < entries; j++) {
                float entry = tables.data().get(Matrix.FLOAT, offset + (long) j * Float.BYTES);
                byte small = (byte) (int) ((entry - minima[m]) * scale + 0.5f);
                smallTables.set(ValueLayout.JAVA_BYTE, (long) m * entries + j, small);
            }
        }
    }

    private void scan(int list, float coarseScore, IdFilter filter) {
        int end = index.listEnd(list);
        float base = coarseScore + bias;
        float unit = 1 / scale;
        long offset = index.codeOffset(list);
        for (int from = index.listStart(list); from < end; from += STEP) {
            int count = Math.min(STEP, end - from);
            int blocks = (count + SearchKernels.BLOCK - 1) / SearchKernels.BLOCK;
            kernels.lookupSums(index.bits(), index.codes(), offset, blocks, index.subspaces(), smallTables, sums);
            // Casting saturates: before the reservoir is full the threshold is negative infinity and all are taken.
            int threshold = (int) Math.ceil((candidates.threshold() - base) * scale);
            int found = kernels.selectSums(sums, count, threshold, 0, hits, 0);
            for (int i = 0; i < found; i++) {
                int sum = Short.toUnsignedInt(sums.get(SUM, 2L * hits[i]));
                int row = from + hits[i];
                long key = Reservoir.key(base + sum * unit, row);
                if (candidates.wants(key) && filter.accepts(id(row))) {
                    candidates.add(key);
                }
            }
            offset += blocks * index.blockBytes();
        }
    }

    private void rerank(Matrix query, TopK out) {
        int total = candidates.keepBest();
        for (int from = 0; from < total; from += STEP) {
            int count = Math.min(STEP, total - from);
            for (int i = 0; i < count; i++) {
                hits[i] = candidates.row(from + i);
            }
            kernels.dotsAt(query, index.vectors(), hits, count, scores);
            for (int i = 0; i < count; i++) {
                out.offer(scores.data().get(Matrix.FLOAT, (long) i * Float.BYTES), id(hits[i]));
            }
        }
    }

    private long id(int row) {
        return index.ids().get(ID, 8L * row);
    }

    @Override
    public void close() {
        arena.close();
    }
}
