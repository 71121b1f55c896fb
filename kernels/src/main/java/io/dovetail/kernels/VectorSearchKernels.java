package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The search kernels on vectors. */
final class VectorSearchKernels extends SearchKernels {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int LANES = FLOATS.length();

    /**
     * Longest rows that are scored four at a time where they follow each other. Four streams of longer ones defeat the
     * prefetchers: from memory, one row after the other takes a third of the time at 128 columns, and in cache a fifth
     * more. Rows in no order are better off four at a time in any case.
     */
    private static final int TOGETHER = 64;

    /** Scores that are compared before a branch. */
    private static final int GROUP = 4 * LANES;

    private static final VectorShuffle<Byte> BYTE_ORDER = byteOrder();
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

    /** Rows of a task of assignments: whole tiles. */
    private static final int NEAREST_ROWS = 8 * VectorNearest.ROWS;

    @Override
    void dotsUnchecked(Matrix query, Matrix rows, int first, int count, Matrix out) {
        MemorySegment q = query.data();
        MemorySegment data = rows.data();
        int d = query.cols();
        int i = 0;
        for (; i + 4 <= count && d <= TOGETHER; i += 4) {
            int row = first + i;
            VectorDots.four(
                    q,
                    data,
                    rows.offset(row),
                    rows.offset(row + 1),
                    rows.offset(row + 2),
                    rows.offset(row + 3),
                    d,
                    out.data(),
                    (long) i * Float.BYTES);
        }
        for (; i < count; i++) {
            out.set(0, i, VectorDots.one(q, data, rows.offset(first + i), d));
        }
    }

    @Override
    void dotsAtUnchecked(Matrix query, Matrix rows, int[] index, int from, int to, Matrix out) {
        MemorySegment q = query.data();
        MemorySegment data = rows.data();
        int d = query.cols();
        int i = from;
        for (; i + 4 <= to; i += 4) {
            VectorDots.four(
                    q,
                    data,
                    rows.offset(index[i]),
                    rows.offset(index[i + 1]),
                    rows.offset(index[i + 2]),
                    rows.offset(index[i + 3]),
                    d,
                    out.data(),
                    (long) i * Float.BYTES);
        }
        for (; i < to; i++) {
            out.set(0, i, VectorDots.one(q, data, rows.offset(index[i]), d));
        }
    }

    @Override
    void innerProductTablesUnchecked(Matrix query, Matrix codebooks, int subspaces, Matrix tables) {
        int dsub = codebooks.rows() / subspaces;
        int ksub = codebooks.cols();
        for (int m = 0; m < subspaces; m++) {
            int from = m * dsub;
            int to = from + dsub;
            int c = 0;
            for (; c + 4 * LANES <= ksub; c += 4 * LANES) {
                tableOfFour(query, codebooks, from, to, c, tables, m);
            }
            for (; c + LANES <= ksub; c += LANES) {
                FloatVector sum = FloatVector.zero(FLOATS);
                for (int j = from; j < to; j++) {
                    sum = VectorRows.load(codebooks, j, c).fma(FloatVector.broadcast(FLOATS, query.get(0, j)), sum);
                }
                VectorRows.store(sum, tables, m, c);
            }
            for (; c < ksub; c++) {
                tables.set(m, c, ScalarSearchKernels.tableEntry(query, codebooks, from, to, c));
            }
        }
    }

    private static void tableOfFour(
            Matrix query, Matrix codebooks, int from, int to, int column, Matrix tables, int m) {
        FloatVector sum0 = FloatVector.zero(FLOATS);
        FloatVector sum1 = FloatVector.zero(FLOATS);
        FloatVector sum2 = FloatVector.zero(FLOATS);
        FloatVector sum3 = FloatVector.zero(FLOATS);
        for (int j = from; j < to; j++) {
            FloatVector q = FloatVector.broadcast(FLOATS, query.data().get(Matrix.FLOAT, (long) j * Float.BYTES));
            sum0 = VectorRows.load(codebooks, j, column).fma(q, sum0);
            sum1 = VectorRows.load(codebooks, j, column + LANES).fma(q, sum1);
            sum2 = VectorRows.load(codebooks, j, column + 2 * LANES).fma(q, sum2);
            sum3 = VectorRows.load(codebooks, j, column + 3 * LANES).fma(q, sum3);
        }
        VectorRows.store(sum0, tables, m, column);
        VectorRows.store(sum1, tables, m, column + LANES);
        VectorRows.store(sum2, tables, m, column + 2 * LANES);
        VectorRows.store(sum3, tables, m, column + 3 * LANES);
    }

    /**
     * By integers of the same order as the numbers: the least of floats has to mind NaN and -0, which takes several
     * instructions at every step of a reduction.
     */
    @Override
    float subtractLeasts(Matrix tables) {
        MemorySegment data = tables.data();
        int cols = tables.cols();
        long first = tables.offset(0);
        float leasts = 0;
        for (int i = 0; i < tables.rows() * cols; i += cols) {
            long row = first + (long) i * Float.BYTES;
            IntVector least = ordered(data, row);
            for (int j = LANES; j < cols; j += LANES) {
                least = least.min(ordered(data, row + (long) j * Float.BYTES));
            }
            int bits = least.reduceLanes(VectorOperators.MIN);
            float value = Float.intBitsToFloat(bits ^ ((bits >> 31) & Integer.MAX_VALUE));
            FloatVector values = FloatVector.broadcast(FLOATS, value);
            for (int j = 0; j < cols; j += LANES) {
                long at = row + (long) j * Float.BYTES;
                FloatVector.fromMemorySegment(FLOATS, data, at, ORDER)
                        .sub(values)
                        .intoMemorySegment(data, at, ORDER);
            }
            leasts += value;
        }
        return leasts;
    }

    private static IntVector ordered(MemorySegment data, long at) {
        IntVector bits = IntVector.fromMemorySegment(INTS, data, at, ORDER);
        return bits.lanewise(VectorOperators.ASHR, 31).and(Integer.MAX_VALUE).lanewise(VectorOperators.XOR, bits);
    }

    /** Numbers that are not negative have the order of their bits. */
    @Override
    float greatest(Matrix tables) {
        MemorySegment data = tables.data();
        long first = tables.offset(0);
        IntVector greatest = IntVector.zero(INTS);
        for (int i = 0; i < tables.rows() * tables.cols(); i += LANES) {
            greatest = greatest.max(IntVector.fromMemorySegment(INTS, data, first + (long) i * Float.BYTES, ORDER));
        }
        return Float.intBitsToFloat(greatest.reduceLanes(VectorOperators.MAX));
    }

    /**
     * Four vectors of integers become one of bytes: shifted to the four bytes of a lane they are one vector, whose bytes
     * need only be put in order. It works at any width, which casts to bytes do not.
     */
    @Override
    void toBytes(Matrix tables, float scale, MemorySegment small) {
        MemorySegment data = tables.data();
        int entries = tables.cols();
        int tableBytes = Math.max(LEAST_TABLE_BYTES, entries);
        // Lanes beyond a short table repeat it.
        long step1 = (long) (LANES % entries) * Float.BYTES;
        long step2 = (long) (2 * LANES % entries) * Float.BYTES;
        long step3 = (long) (3 * LANES % entries) * Float.BYTES;
        long first = tables.offset(0);
        for (int out = 0; out < tables.rows() * tableBytes; out += GROUP) {
            int entry = out / tableBytes * entries + out % entries;
            long at = first + (long) entry * Float.BYTES;
            rounded(data, at, scale)
                    .or(rounded(data, at + step1, scale).lanewise(VectorOperators.LSHL, 8))
                    .or(rounded(data, at + step2, scale).lanewise(VectorOperators.LSHL, 16))
                    .or(rounded(data, at + step3, scale).lanewise(VectorOperators.LSHL, 24))
                    .reinterpretAsBytes()
                    .rearrange(BYTE_ORDER)
                    .intoMemorySegment(small, out, ORDER);
        }
    }

    private static IntVector rounded(MemorySegment data, long at, float scale) {
        return (IntVector) FloatVector.fromMemorySegment(FLOATS, data, at, ORDER)
                .mul(scale)
                .add(0.5f)
                .convert(VectorOperators.F2I, 0);
    }

    /** Byte {@code 4 j + v} of four merged vectors is entry {@code v LANES + j}. */
    private static VectorShuffle<Byte> byteOrder() {
        return VectorShuffle.fromOp(ByteVector.SPECIES_PREFERRED, entry -> entry % LANES * 4 + entry / LANES);
    }

    @Override
    void panelDotsUnchecked(Matrix queries, Matrix panels, int[] which, int count, Matrix out) {
        VectorPanels.dots(queries, panels, which, count, out);
    }

    @Override
    int selectScoresUnchecked(Matrix scores, int count, float threshold, int base, int[] out, int at) {
        int bound = FLOATS.loopBound(count);
        int end = at;
        for (int i = 0; i < bound; i += LANES) {
            long hits = VectorRows.load(scores, 0, i)
                    .compare(VectorOperators.GE, threshold)
                    .toLong();
            end = append(hits, base + i, out, end);
        }
        for (int i = bound; i < count; i++) {
            if (scores.get(0, i) >= threshold) {
                out[end++] = base + i;
            }
        }
        return end;
    }

    /** Appends a position for each set bit; most vectors have none. */
    static int append(long hits, int base, int[] out, int at) {
        int end = at;
        for (long left = hits; left != 0; left &= left - 1) {
            out[end++] = base + Long.numberOfTrailingZeros(left);
        }
        return end;
    }

    @Override
    void offerUnchecked(Matrix scores, int from, int to, int base, Reservoir best) {
        MemorySegment data = scores.data();
        int bound = to - (to - from) % GROUP;
        int i = from;
        while (i < bound) {
            i = groupThatReaches(data, i, bound, best.thresholdFrom(base + i));
            if (i < bound) {
                offerGroup(data, i, base, best);
                i += GROUP;
            }
        }
        for (; i < to; i++) {
            ScalarSearchKernels.offer(data.get(Matrix.FLOAT, (long) i * Float.BYTES), base + i, best);
        }
    }

    /**
     * The start of the first group of four vectors with a score that reaches the threshold, else {@code to}. Leaving the
     * loop beats noting positions without a branch, as few groups are left for.
     */
    private static int groupThatReaches(MemorySegment data, int from, int to, float threshold) {
        for (int i = from; i < to; i += GROUP) {
            VectorMask<Float> hits0 = VectorRows.load(data, 0, i).compare(VectorOperators.GE, threshold);
            VectorMask<Float> hits1 = VectorRows.load(data, 0, i + LANES).compare(VectorOperators.GE, threshold);
            VectorMask<Float> hits2 = VectorRows.load(data, 0, i + 2 * LANES).compare(VectorOperators.GE, threshold);
            VectorMask<Float> hits3 = VectorRows.load(data, 0, i + 3 * LANES).compare(VectorOperators.GE, threshold);
            if (hits0.or(hits1).or(hits2.or(hits3)).anyTrue()) {
                return i;
            }
        }
        return to;
    }

    private static void offerGroup(MemorySegment data, int from, int base, Reservoir best) {
        float threshold = best.thresholdFrom(base + from);
        for (int i = from; i < from + GROUP; i += LANES) {
            long hits = VectorRows.load(data, 0, i)
                    .compare(VectorOperators.GE, threshold)
                    .toLong();
            for (long left = hits; left != 0; left &= left - 1) {
                int at = i + Long.numberOfTrailingZeros(left);
                ScalarSearchKernels.offer(data.get(Matrix.FLOAT, (long) at * Float.BYTES), base + at, best);
            }
        }
    }

    @Override
    void innerProductTablesUnchecked(FastScanTables tables) {
        VectorFastScanTables.innerProducts(tables);
    }

    @Override
    void toBytes(FastScanTables tables) {
        VectorFastScanTables.toBytes(tables);
    }

    @Override
    boolean selectFew(Matrix scores, int count, int wanted, ShortList out) {
        return VectorShortList.select(this, scores, count, wanted, out);
    }

    @Override
    void greatestOfRuns(Matrix scores, int count, int runs, MemorySegment greatest) {
        int bound = count - count % runs;
        for (int run = 0; run < runs; run += LANES) {
            FloatVector best = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
            for (int i = run; i < bound; i += runs) {
                FloatVector values = VectorRows.load(scores, 0, i);
                best = best.blend(values, values.compare(VectorOperators.GT, best));
            }
            best.intoMemorySegment(greatest, (long) run * Float.BYTES, ORDER);
        }
    }

    @Override
    int countReaching(MemorySegment values, int count, float threshold) {
        int bound = FLOATS.loopBound(count);
        int reach = 0;
        for (int i = 0; i < bound; i += LANES) {
            reach += FloatVector.fromMemorySegment(FLOATS, values, (long) i * Float.BYTES, ORDER)
                    .compare(VectorOperators.GE, threshold)
                    .trueCount();
        }
        for (int i = bound; i < count; i++) {
            reach += values.get(Matrix.FLOAT, (long) i * Float.BYTES) >= threshold ? 1 : 0;
        }
        return reach;
    }

    @Override
    void argMax(Matrix x, int[] out, int from, int to) {
        for (int row = from; row < to; row++) {
            out[row] = firstOf(x, row, VectorRows.greatest(x, row));
        }
    }

    private static int firstOf(Matrix x, int row, float value) {
        if (value == Float.NEGATIVE_INFINITY) {
            return 0;
        }
        int bound = FLOATS.loopBound(x.cols());
        for (int j = 0; j < bound; j += LANES) {
            long hits = VectorRows.load(x, row, j)
                    .compare(VectorOperators.EQ, value)
                    .toLong();
            if (hits != 0) {
                return j + Long.numberOfTrailingZeros(hits);
            }
        }
        int j = bound;
        while (x.get(row, j) != value) {
            j++;
        }
        return j;
    }

    @Override
    void packCentroidsUnchecked(Matrix centroids, Matrix offsets, MemorySegment packed) {
        VectorNearest.pack(centroids, offsets, packed);
    }

    @Override
    void nearestUnchecked(
            Workers workers, Matrix x, Matrix centroids, Matrix offsets, MemorySegment packed, int[] out) {
        int count = centroids.rows();
        if (workers.alone()) {
            VectorNearest.nearest(x, packed, count, 0, x.rows(), out, workers.scratch(0));
        } else {
            int tasks = (x.rows() + NEAREST_ROWS - 1) / NEAREST_ROWS;
            workers.run(tasks, (task, worker) -> {
                int from = task * NEAREST_ROWS;
                int to = Math.min(x.rows(), from + NEAREST_ROWS);
                VectorNearest.nearest(x, packed, count, from, to, out, workers.scratch(worker));
            });
        }
    }

    @Override
    void countAtLeast(Matrix x, float[] thresholds, int[] counts, int from, int to) {
        int bound = FLOATS.loopBound(x.cols());
        for (int row = from; row < to; row++) {
            float threshold = thresholds[row];
            int below = 0;
            for (int j = 0; j < bound; j += LANES) {
                below += VectorRows.load(x, row, j)
                        .compare(VectorOperators.LT, threshold)
                        .trueCount();
            }
            for (int j = bound; j < x.cols(); j++) {
                below += x.get(row, j) < threshold ? 1 : 0;
            }
            counts[row] = x.cols() - below;
        }
    }
}
