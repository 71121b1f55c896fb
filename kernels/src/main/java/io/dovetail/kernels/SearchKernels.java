package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;

/**
 * What an index does per query beside {@link ScanKernels scanning codes}, on the caller's thread, without allocation; and the
 * row-wise selections that building and evaluation need.
 */
public abstract sealed class SearchKernels permits ScalarSearchKernels, VectorSearchKernels {

    /** Least bytes of a table: a vector of any width, so that narrower ones may use the same. */
    static final int LEAST_TABLE_BYTES = 64;

    SearchKernels() {}

    /**
     * {@code out[0, i] = <query, rows[first + i]>} for i in [0, count).
     *
     * @param query (1, d)
     * @param rows (n, d)
     * @param first first row
     * @param count number of rows
     * @param out at least (1, count)
     */
    public final void dots(Matrix query, Matrix rows, int first, int count, Matrix out) {
        if (query.cols() != rows.cols()
                || first < 0
                || count < 0
                || count > rows.rows() - first
                || out.cols() < count) {
            throw new IllegalArgumentException("dots: query " + query.shape() + ", rows [" + first + ", "
                    + (first + (long) count) + ") of " + rows.shape() + ", out " + out.shape());
        }
        dotsUnchecked(query, rows, first, count, out);
    }

    /**
     * {@code out[0, i] = <query, rows[index[i]]>} for i in [0, count): the exact re-rank. Rows are {@link ReadAhead read ahead}
     * some at a time.
     *
     * @param query (1, d)
     * @param rows (n, d)
     * @param index rows to score, at least count long
     * @param count number of rows
     * @param out at least (1, count)
     */
    public final void dotsAt(Matrix query, Matrix rows, int[] index, int count, Matrix out) {
        if (query.cols() != rows.cols() || count < 0 || count > index.length || out.cols() < count) {
            throw new IllegalArgumentException(
                    "dotsAt: query " + query.shape() + ", " + count + " of " + rows.shape() + ", out " + out.shape());
        }
        int outside = RowLists.firstOutside(index, 0, count, rows.rows());
        if (outside >= 0) {
            throw new IllegalArgumentException("dotsAt: row " + index[outside] + " of " + rows.shape());
        }
        int chunk = ReadAhead.rowsAtATime(rows.offset(1));
        for (int from = 0; from < count; from += chunk) {
            int to = Math.min(count, from + chunk);
            long bytes = (long) rows.cols() * Float.BYTES;
            // The first score comes over it.
            out.set(0, from, ReadAhead.rows(rows.data(), rows.offset(1), bytes, index, from, to));
            dotsAtUnchecked(query, rows, index, from, to, out);
        }
    }

    /**
     * Inner products of a query's sub-vectors with the centroids of a product quantizer:
     * {@code tables[m, c] = sum over j of query[m * dsub + j] * codebooks[m * dsub + j, c]}.
     *
     * @param query (1, subspaces * dsub)
     * @param codebooks (subspaces * dsub, ksub): each codebook transposed, centroids along a row
     * @param subspaces number of sub-vectors
     * @param tables (subspaces, ksub)
     */
    public final void innerProductTables(Matrix query, Matrix codebooks, int subspaces, Matrix tables) {
        if (query.cols() != codebooks.rows()
                || codebooks.rows() % subspaces != 0
                || tables.rows() != subspaces
                || tables.cols() != codebooks.cols()) {
            throw new IllegalArgumentException("innerProductTables: query " + query.shape() + ", codebooks "
                    + codebooks.shape() + ", " + subspaces + " subspaces, tables " + tables.shape());
        }
        innerProductTablesUnchecked(query, codebooks, subspaces, tables);
    }

    /**
     * Turns a query's tables into 8 bits: {@code tables[m, c] ≈ least_m + small[m][c] / scale}, with the least entry of
     * each table and one scale for all, such that the widest table takes up [0, 255]. Rounds half up.
     *
     * @param tables (M, K) without gaps between the rows, K = 32 to 256, for 16 see {@link FastScanTables}; changed: from each
     *     entry its table's least is taken away
     * @param small receives M tables of {@link CodeShape#tableBytes}
     * @param levels receives {@code scale} and the sum of all {@code least_m}
     */
    public final void quantizeTables(Matrix tables, MemorySegment small, float[] levels) {
        int entries = tables.cols();
        int bits = Integer.numberOfTrailingZeros(entries);
        CodeShape.checkTables(bits, tables.rows(), small);
        if (bits < 5 || entries != 1 << bits || tables.stride() != entries || levels.length < 2) {
            throw new IllegalArgumentException("quantizeTables: " + tables.shape() + " with stride " + tables.stride()
                    + " into " + levels.length + " levels");
        }
        float leasts = subtractLeasts(tables);
        float range = greatest(tables);
        float scale = range > 0 ? 255 / range : 1; // all entries equal: all sums are 0, any scale will do
        levels[0] = scale;
        levels[1] = leasts;
        toBytes(tables, scale, small);
    }

    /**
     * Inner products of the query's sub-vectors with 16 centroids each.
     *
     * @param query (1, d), d as the tables were made for
     * @param tables receives them
     */
    public final void innerProductTables(Matrix query, FastScanTables tables) {
        if (query.rows() < 1 || query.cols() != tables.dimension()) {
            throw new IllegalArgumentException(
                    "innerProductTables: query " + query.shape() + " for tables of dimension " + tables.dimension());
        }
        tables.spread(query);
        innerProductTablesUnchecked(tables);
    }

    /**
     * Makes bytes of inner products, as for longer tables but for this: the widest two tables that are neighbours take up
     * [0, 255] together, and halves are rounded to even.
     *
     * @param tables whose inner products were found for a query
     */
    public final void quantizeTables(FastScanTables tables) {
        tables.findScale();
        toBytes(tables);
    }

    /**
     * Inner products with the rows of panels: as {@link #dotsAt}, but without adding up lanes, which is most of the work
     * where rows are short. What it finds for a query does not depend on how many there are.
     *
     * @param queries (n, d); four at a time take less time than one after another
     * @param panels (P d, {@value RowPanels#PANEL}) without gaps between the rows, from {@link RowPanels#pack}
     * @param which panels, in [0, P)
     * @param count number of panels
     * @param out at least (n, {@value RowPanels#PANEL} count): the score of row j of panel which[i] goes to column
     *     {@value RowPanels#PANEL} i + j
     */
    public final void panelDots(Matrix queries, Matrix panels, int[] which, int count, Matrix out) {
        if (panels.cols() != RowPanels.PANEL
                || panels.stride() != RowPanels.PANEL
                || count < 0
                || count > which.length
                || (long) count * RowPanels.PANEL > out.cols()
                || out.rows() < queries.rows()) {
            throw new IllegalArgumentException("panelDots: queries " + queries.shape() + ", " + count + " panels of "
                    + panels.shape() + ", out " + out.shape());
        }
        int most = panels.rows() / queries.cols();
        for (int i = 0; i < count; i++) {
            if (which[i] < 0 || which[i] >= most) {
                throw new IllegalArgumentException("panelDots: panel " + which[i] + " of " + most);
            }
        }
        panelDotsUnchecked(queries, panels, which, count, out);
    }

    /**
     * Positions of scores {@code >= threshold}, in ascending order. NaN is never selected.
     *
     * @param scores (1, n)
     * @param count number of scores to look at
     * @param threshold least score to select
     * @param base added to each position
     * @param out receives the positions, at least {@code at + count} long
     * @param at where in out to begin
     * @return where in out the selection ended
     */
    public final int selectScores(Matrix scores, int count, float threshold, int base, int[] out, int at) {
        if (scores.cols() < count || out.length - at < count || at < 0) {
            throw new IllegalArgumentException(
                    "selectScores: " + count + " of " + scores.shape() + " into " + out.length + " places from " + at);
        }
        return selectScoresUnchecked(scores, count, threshold, base, out, at);
    }

    /**
     * Offers scores to a reservoir: the k best of any number. Exact; of equal scores the smaller row
     * wins, 0 before -0. NaN is never selected; infinities and denormals are numbers as others.
     *
     * <p>Scores below the reservoir's threshold cost a comparison of vectors, others some nanoseconds. An empty reservoir
     * gets its first threshold from a look at the scores before, in whatever order they come: a score that enough reach, found
     * by counting, and few more; or, of very many, one that some more than wanted are expected to reach, from every 64th run of 64 scores.
     * Should fewer do, the scores are read again without it.
     *
     * @param scores (1, n)
     * @param count number of scores to look at
     * @param base row of the first score: score j is that of row base + j
     * @param best receives the pairs (score, row)
     */
    public final void offer(Matrix scores, int count, int base, Reservoir best) {
        if (count < 0 || scores.rows() < 1 || scores.cols() < count || base < 0 || base > Integer.MAX_VALUE - count) {
            throw new IllegalArgumentException(
                    "offer: " + count + " of " + scores.shape() + " scores from row " + base);
        }
        FirstThreshold.offer(this, scores, count, base, best);
    }

    /**
     * Selects the best scores, best first; of equal ones those before, 0 before -0. NaN is never selected. It is for a few of some
     * hundred: 16 or fewer of any number, and any number of 256 or fewer, are selected without a branch that depends on how
     * scores compare, others by {@link #offer}.
     *
     * @param scores (1, n)
     * @param count number of scores to look at
     * @param wanted how many to select, at least 1
     * @param out receives them
     */
    public final void select(Matrix scores, int count, int wanted, ShortList out) {
        ShortList.check(scores, count, wanted);
        if (!selectFew(scores, count, wanted, out)) {
            out.selectByReservoir(this, scores, count, wanted);
        }
    }

    /**
     * Selects the best scores as {@link #select} does, but in no order: some dozens are found in a third of the time, by a threshold
     * that counting finds, and nothing is sorted. Which of 0 and -0 is better is not said.
     *
     * @param scores (1, n)
     * @param count number of scores to look at
     * @param wanted how many to select, at least 1
     * @param scratch contents undefined afterwards
     * @param out receives the places, at least {@code count} long
     * @return how many were selected: as many as wanted, or all numbers among the scores
     */
    public final int selectPlaces(Matrix scores, int count, int wanted, ShortList scratch, int[] out) {
        if (out.length < count) {
            throw new IllegalArgumentException("selectPlaces: " + count + " scores, " + out.length + " places");
        }
        ShortList.check(scores, count, wanted);
        return scratch.selectPlaces(this, scores, count, wanted, out);
    }

    /**
     * The column of the greatest element of each row; the first of equals, and 0 for a row without a number.
     *
     * @param workers splits the rows
     * @param x (n, d), d {@code >= 1}
     * @param out at least n long
     */
    public final void argMax(Workers workers, Matrix x, int[] out) {
        if (out.length < x.rows() || x.cols() < 1) {
            throw new IllegalArgumentException("argMax: " + x.shape() + " into " + out.length + " places");
        }
        if (workers.alone()) {
            argMax(x, out, 0, x.rows());
        } else {
            workers.forEachBlock(x.rows(), 64, (from, to) -> argMax(x, out, from, to));
        }
    }

    /**
     * Prepares centroids for any number of calls of {@link #nearest}, as long as neither they nor the offsets change.
     *
     * @param centroids (k, d), k {@code >= 1}
     * @param offsets (1, k)
     * @param packed receives them: at least {@link #packedBytes} bytes of native memory
     */
    public final void packCentroids(Matrix centroids, Matrix offsets, MemorySegment packed) {
        checkCentroids(centroids, offsets, packed);
        packCentroidsUnchecked(centroids, offsets, packed);
    }

    private static void checkCentroids(Matrix centroids, Matrix offsets, MemorySegment packed) {
        if (centroids.rows() < 1
                || offsets.rows() < 1
                || offsets.cols() < centroids.rows()
                || !packed.isNative()
                || packed.byteSize() < packedBytes(centroids.rows(), centroids.cols())) {
            throw new IllegalArgumentException("nearest: centroids " + centroids.shape() + ", offsets "
                    + offsets.shape() + ", packed into " + packed.byteSize() + " bytes");
        }
    }

    /**
     * The nearest centroid of each row: the one of the greatest {@code <x[i], centroids[c]> + offsets[0, c]}, the first of
     * equals; 0 for a row without a score above negative infinity. NaN never wins. With offsets of minus half the squared
     * norms that is the least Euclidean distance. A score is added up from its offset on, in the order of the columns, in
     * all backends: all find the same.
     *
     * @param workers splits the rows
     * @param x (n, d)
     * @param centroids (k, d), k {@code >= 1}
     * @param offsets (1, k)
     * @param packed what {@link #packCentroids} made of these centroids and offsets
     * @param out at least n long
     */
    public final void nearest(
            Workers workers, Matrix x, Matrix centroids, Matrix offsets, MemorySegment packed, int[] out) {
        if (centroids.cols() != x.cols() || out.length < x.rows()) {
            throw new IllegalArgumentException("nearest: x " + x.shape() + ", centroids " + centroids.shape()
                    + ", offsets " + offsets.shape() + ", into " + out.length + " places");
        }
        checkCentroids(centroids, offsets, packed);
        nearestUnchecked(workers, x, centroids, offsets, packed, out);
    }

    /**
     * Size of what {@link #packCentroids} makes.
     *
     * @param centroids number of centroids k
     * @param dimension their length d
     * @return bytes: k rounded up to a multiple of 32, times d + 1 floats
     */
    public static long packedBytes(int centroids, int dimension) {
        return (centroids + 31L) / 32 * 32 * (dimension + 1L) * Float.BYTES;
    }

    /**
     * How many elements of each row reach that row's threshold: a rank with ties counted against. NaN counts as
     * reaching, so that a broken model cannot look good.
     *
     * @param workers splits the rows
     * @param x (n, d)
     * @param thresholds one per row, at least n long
     * @param counts receives the counts, at least n long
     */
    public final void countAtLeast(Workers workers, Matrix x, float[] thresholds, int[] counts) {
        if (thresholds.length < x.rows() || counts.length < x.rows()) {
            throw new IllegalArgumentException("countAtLeast: " + x.shape() + " with " + thresholds.length
                    + " thresholds into " + counts.length + " places");
        }
        if (workers.alone()) {
            countAtLeast(x, thresholds, counts, 0, x.rows());
        } else {
            workers.forEachBlock(x.rows(), 16, (from, to) -> countAtLeast(x, thresholds, counts, from, to));
        }
    }

    /** Selects a few, or any number of few. {@return false if it does not suit these scores, and did nothing} */
    abstract boolean selectFew(Matrix scores, int count, int wanted, ShortList out);

    /** Multiplies, and finds the least entry of each table and its width. */
    abstract void innerProductTablesUnchecked(FastScanTables tables);

    abstract void toBytes(FastScanTables tables);

    abstract void dotsUnchecked(Matrix query, Matrix rows, int first, int count, Matrix out);

    abstract void dotsAtUnchecked(Matrix query, Matrix rows, int[] index, int from, int to, Matrix out);

    abstract void innerProductTablesUnchecked(Matrix query, Matrix codebooks, int subspaces, Matrix tables);

    /** Takes the least entry of each row away from the row. {@return the sum of the least entries} */
    abstract float subtractLeasts(Matrix tables);

    /** The greatest entry, none of which is negative. */
    abstract float greatest(Matrix tables);

    /** {@code (byte) (entry * scale + 0.5)} for entries in [0, 255 / scale], short tables repeated. */
    abstract void toBytes(Matrix tables, float scale, MemorySegment small);

    abstract void panelDotsUnchecked(Matrix queries, Matrix panels, int[] which, int count, Matrix out);

    abstract int selectScoresUnchecked(Matrix scores, int count, float threshold, int base, int[] out, int at);

    abstract void offerUnchecked(Matrix scores, int from, int to, int base, Reservoir best);

    /**
     * The greatest number of each run, negative infinity if it has none: run r has the scores r, r + runs and so on, as far
     * as all runs have one. {@code runs} is a power of two, at least {@value RowPanels#PANEL}.
     */
    abstract void greatestOfRuns(Matrix scores, int count, int runs, MemorySegment greatest);

    /** How many of the first floats reach the threshold; NaN does not. */
    abstract int countReaching(MemorySegment values, int count, float threshold);

    abstract void argMax(Matrix x, int[] out, int from, int to);

    abstract void packCentroidsUnchecked(Matrix centroids, Matrix offsets, MemorySegment packed);

    abstract void nearestUnchecked(
            Workers workers, Matrix x, Matrix centroids, Matrix offsets, MemorySegment packed, int[] out);

    abstract void countAtLeast(Matrix x, float[] thresholds, int[] counts, int from, int to);
}
