package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The reference search kernels. */
final class ScalarSearchKernels extends SearchKernels {

    @Override
    void dotsUnchecked(Matrix query, Matrix rows, int first, int count, Matrix out) {
        for (int i = 0; i < count; i++) {
            out.set(0, i, dot(query, rows, first + i));
        }
    }

    @Override
    void dotsAtUnchecked(Matrix query, Matrix rows, int[] index, int from, int to, Matrix out) {
        for (int i = from; i < to; i++) {
            out.set(0, i, dot(query, rows, index[i]));
        }
    }

    private static float dot(Matrix query, Matrix rows, int row) {
        float sum = 0;
        for (int j = 0; j < query.cols(); j++) {
            sum = Math.fma(query.get(0, j), rows.get(row, j), sum);
        }
        return sum;
    }

    @Override
    void innerProductTablesUnchecked(Matrix query, Matrix codebooks, int subspaces, Matrix tables) {
        int dsub = codebooks.rows() / subspaces;
        for (int m = 0; m < subspaces; m++) {
            for (int c = 0; c < codebooks.cols(); c++) {
                tables.set(m, c, tableEntry(query, codebooks, m * dsub, (m + 1) * dsub, c));
            }
        }
    }

    /** The inner product of the query's columns {@code [from, to)} and a centroid. */
    static float tableEntry(Matrix query, Matrix codebooks, int from, int to, int centroid) {
        float sum = 0;
        for (int j = from; j < to; j++) {
            sum = Math.fma(query.get(0, j), codebooks.get(j, centroid), sum);
        }
        return sum;
    }

    @Override
    void innerProductTablesUnchecked(FastScanTables tables) {
        ScalarFastScanTables.innerProducts(tables);
    }

    @Override
    void toBytes(FastScanTables tables) {
        ScalarFastScanTables.toBytes(tables);
    }

    @Override
    boolean selectFew(Matrix scores, int count, int wanted, ShortList out) {
        return false;
    }

    @Override
    float subtractLeasts(Matrix tables) {
        float leasts = 0;
        for (int m = 0; m < tables.rows(); m++) {
            float least = Float.POSITIVE_INFINITY;
            for (int j = 0; j < tables.cols(); j++) {
                least = Math.min(least, tables.get(m, j));
            }
            for (int j = 0; j < tables.cols(); j++) {
                tables.set(m, j, tables.get(m, j) - least);
            }
            leasts += least;
        }
        return leasts;
    }

    @Override
    float greatest(Matrix tables) {
        float greatest = 0;
        for (int m = 0; m < tables.rows(); m++) {
            for (int j = 0; j < tables.cols(); j++) {
                greatest = Math.max(greatest, tables.get(m, j));
            }
        }
        return greatest;
    }

    @Override
    void toBytes(Matrix tables, float scale, MemorySegment small) {
        int entries = tables.cols();
        int bytes = Math.max(LEAST_TABLE_BYTES, entries);
        for (int m = 0; m < tables.rows(); m++) {
            for (int i = 0; i < bytes; i++) {
                byte entry = (byte) (int) (tables.get(m, i % entries) * scale + 0.5f);
                small.set(ValueLayout.JAVA_BYTE, (long) m * bytes + i, entry);
            }
        }
    }

    @Override
    void panelDotsUnchecked(Matrix queries, Matrix panels, int[] which, int count, Matrix out) {
        int d = queries.cols();
        for (int query = 0; query < queries.rows(); query++) {
            for (int i = 0; i < count * RowPanels.PANEL; i++) {
                float sum = 0;
                for (int j = 0; j < d; j++) {
                    float element = panels.get(which[i / RowPanels.PANEL] * d + j, i % RowPanels.PANEL);
                    sum = Math.fma(queries.get(query, j), element, sum);
                }
                out.set(query, i, sum);
            }
        }
    }

    @Override
    int selectScoresUnchecked(Matrix scores, int count, float threshold, int base, int[] out, int at) {
        int end = at;
        for (int i = 0; i < count; i++) {
            if (scores.get(0, i) >= threshold) {
                out[end++] = base + i;
            }
        }
        return end;
    }

    @Override
    void offerUnchecked(Matrix scores, int from, int to, int base, Reservoir best) {
        for (int i = from; i < to; i++) {
            offer(scores.get(0, i), base + i, best);
        }
    }

    /** Offers a pair, unless the score is NaN. */
    static void offer(float score, int row, Reservoir best) {
        long key = Reservoir.key(score, row);
        if (!Float.isNaN(score) && best.wants(key)) {
            best.add(key);
        }
    }

    @Override
    void greatestOfRuns(Matrix scores, int count, int runs, MemorySegment greatest) {
        int bound = count - count % runs;
        for (int run = 0; run < runs; run++) {
            float best = Float.NEGATIVE_INFINITY;
            for (int i = run; i < bound; i += runs) {
                float score = scores.get(0, i);
                best = score > best ? score : best;
            }
            greatest.set(Matrix.FLOAT, (long) run * Float.BYTES, best);
        }
    }

    @Override
    int countReaching(MemorySegment values, int count, float threshold) {
        int reach = 0;
        for (int i = 0; i < count; i++) {
            reach += values.get(Matrix.FLOAT, (long) i * Float.BYTES) >= threshold ? 1 : 0;
        }
        return reach;
    }

    @Override
    void argMax(Matrix x, int[] out, int from, int to) {
        for (int row = from; row < to; row++) {
            int best = 0;
            float greatest = Float.NEGATIVE_INFINITY;
            for (int j = 0; j < x.cols(); j++) {
                if (x.get(row, j) > greatest) {
                    greatest = x.get(row, j);
                    best = j;
                }
            }
            out[row] = best;
        }
    }

    /** The centroids serve as they are. */
    @Override
    void packCentroidsUnchecked(Matrix centroids, Matrix offsets, MemorySegment packed) {}

    @Override
    void nearestUnchecked(
            Workers workers, Matrix x, Matrix centroids, Matrix offsets, MemorySegment packed, int[] out) {
        if (workers.alone()) {
            nearest(x, centroids, offsets, out, 0, x.rows());
        } else {
            workers.forEachBlock(x.rows(), 64, (from, to) -> nearest(x, centroids, offsets, out, from, to));
        }
    }

    private static void nearest(Matrix x, Matrix centroids, Matrix offsets, int[] out, int from, int to) {
        for (int row = from; row < to; row++) {
            int best = 0;
            float greatest = Float.NEGATIVE_INFINITY;
            for (int c = 0; c < centroids.rows(); c++) {
                float score = offsets.get(0, c);
                for (int j = 0; j < x.cols(); j++) {
                    score = Math.fma(x.get(row, j), centroids.get(c, j), score);
                }
                if (score > greatest) {
                    greatest = score;
                    best = c;
                }
            }
            out[row] = best;
        }
    }

    @Override
    void countAtLeast(Matrix x, float[] thresholds, int[] counts, int from, int to) {
        for (int row = from; row < to; row++) {
            int count = 0;
            for (int j = 0; j < x.cols(); j++) {
                if (!(x.get(row, j) < thresholds[row])) {
                    count++;
                }
            }
            counts[row] = count;
        }
    }
}
