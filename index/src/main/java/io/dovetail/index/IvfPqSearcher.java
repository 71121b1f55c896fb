package io.dovetail.index;

import io.dovetail.kernels.CodeLists;
import io.dovetail.kernels.CodeShape;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Reservoir;
import io.dovetail.kernels.SearchKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The hot loop: probe, tables, scan, re-rank.
 *
 * <p>For a vector x = c + r in the list of centroid c, {@code <q, x> = <q, c> + <q, r>}, and the code of r gives
 * {@code <q, r> ≈ Σ_m T[m][code_m]} with T[m][j] the inner product of sub-vector m of q with centroid j of subspace m.
 * T does not depend on the list: one table set per query serves all lists, and a list adds one number.
 *
 * <p>The scan works on T in 8 bits: {@code T[m][j] ≈ min_m + u[m][j] / scale}, with one scale for all tables, so that
 * sums of u are integers of 16 bits; what a list adds is rounded to the same units. So sums of all lists are of one
 * scale, and the best are found by comparing integers. The best candidates are then scored with the vectors themselves,
 * so what is returned are exact inner products.
 */
final class IvfPqSearcher implements Searcher {

    /** Sums of a round: 16 KiB stay in the first-level cache. A multiple of the block. */
    private static final int ROUND = 8192;

    /** Candidates that are scored at a time. */
    private static final int STEP = 1024;

    private final IvfPqIndex index;
    private final SearchKernels kernels;
    // Shared, since whoever makes a searcher may hand it to a worker.
    private final Arena arena = Arena.ofShared();
    private final CoarseSearch coarse;
    private final Matrix turnedQuery;
    private final Matrix tables;
    private final MemorySegment smallTables;
    private final float[] levels = new float[2];
    private final CodeLists lists = new CodeLists();
    private final MemorySegment sums = arena.allocate(2L * ROUND, 64);
    private final Matrix scores = Matrix.allocate(arena, 1, STEP);
    private final int[] step = new int[STEP];
    private final Candidates candidates;
    private final Reservoir best = new Reservoir();

    IvfPqSearcher(IvfPqIndex index) {
        this.index = index;
        kernels = index.kernels().search();
        int entries = 1 << index.bits();
        coarse = new CoarseSearch(index.panels(), index.nlist(), kernels, arena);
        turnedQuery = Matrix.allocate(arena, 1, index.dimension());
        tables = Matrix.allocate(arena, index.subspaces(), entries);
        smallTables = arena.allocate(index.subspaces() * CodeShape.tableBytes(index.bits()), 64);
        candidates = new Candidates(kernels, ROUND, arena);
    }

    @Override
    public void search(Matrix query, int k, SearchParams params, IdFilter filter, TopK out) {
        Vectors.checkQuery(query, index.dimension(), k, out);
        out.clear(k);
        int probed = coarse.probe(query, params.nprobe());
        Matrix turned = index.rotation().turn(query, kernels, turnedQuery);
        kernels.innerProductTables(turned, index.codebooks(), index.subspaces(), tables);
        kernels.quantizeTables(tables, smallTables, levels);
        candidates.clear(Math.min(index.size(), Math.max(k, params.rerank())));
        if (probed > 0) { // 0 if a damaged file made every score NaN
            scan(probed, filter);
        }
        rerank(query, out);
        out.sort();
    }

    @Override
    public int neighborhood(Matrix query) {
        return coarse.neighborhood(query);
    }

    /**
     * Scans lists in rounds. A list's sums are raised by how much its centroid is better than that of the last one, which
     * is the worst; lists that are better by more than fits, which takes a score some hundred times as wide as the tables,
     * count as if they were not.
     */
    private void scan(int probed, IdFilter filter) {
        float scale = levels[0];
        float worst = coarse.score(probed - 1);
        int mostRaise = CodeShape.mostRaise(index.subspaces());
        lists.clear();
        for (int i = 0; i < probed; i++) {
            int list = coarse.list(i);
            int raise = (int) Math.min(mostRaise, (coarse.score(i) - worst) * scale + 0.5f);
            int end = index.listEnd(list);
            int row = index.listStart(list);
            long offset = index.codeOffset(list);
            while (row < end) {
                int room = ROUND - lists.sums();
                if (room == 0) {
                    round(filter);
                } else {
                    int count = Math.min(room, end - row);
                    lists.add(offset, row, count, raise);
                    row += count;
                    offset += CodeShape.blocks(count) * index.blockBytes();
                }
            }
        }
        if (lists.size() > 0) { // all that were probed may be empty
            round(filter);
        }
    }

    private void round(IdFilter filter) {
        kernels.scan(index.bits(), index.codes(), index.subspaces(), smallTables, lists, sums);
        candidates.add(lists, sums, index, filter);
        lists.clear();
    }

    private void rerank(Matrix query, TopK out) {
        int total = candidates.keepBest();
        for (int from = 0; from < total; from += STEP) {
            int count = Math.min(STEP, total - from);
            System.arraycopy(candidates.rows(), from, step, 0, count);
            kernels.dotsAt(query, index.vectors(), step, count, scores);
            float least = Math.max(out.threshold(), scoreOfRank(out.limit(), count));
            for (int i = 0; i < count; i++) {
                float score = scores.data().get(Matrix.FLOAT, (long) i * Float.BYTES);
                if (score >= least) { // an id is read from memory only where it counts
                    out.offer(score, index.id(step[i]));
                }
            }
        }
    }

    /** The score of that rank, or negative infinity. */
    private float scoreOfRank(int rank, int count) {
        best.clear(rank, count);
        kernels.offer(scores, count, 0, best);
        return best.keepBest() < rank ? Float.NEGATIVE_INFINITY : best.worst();
    }

    @Override
    public void close() {
        arena.close();
    }
}
