package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The search kernels on vectors. */
final class VectorSearchKernels extends SearchKernels {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER);
    private static final int LANES = FLOATS.length();

    private final LookupStrategy strategy;
    private final ScalarSearchKernels scalar = new ScalarSearchKernels();

    VectorSearchKernels(LookupStrategy strategy) {
        this.strategy = strategy;
    }

    String describe() {
        return strategy.describe();
    }

    @Override
    void dotsUnchecked(Matrix query, Matrix rows, int first, int count, Matrix out) {
        MemorySegment q = query.data();
        MemorySegment data = rows.data();
        int d = query.cols();
        int i = 0;
        for (; i + 4 <= count; i += 4) {
            int row = first + i;
            VectorDots.dotsOfFour(
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
            out.set(0, i, VectorDots.dot(q, 0, data, rows.offset(first + i), d));
        }
    }

    @Override
    void dotsAtUnchecked(Matrix query, Matrix rows, int[] index, int count, Matrix out) {
        MemorySegment q = query.data();
        MemorySegment data = rows.data();
        int d = query.cols();
        int i = 0;
        for (; i + 4 <= count; i += 4) {
            VectorDots.dotsOfFour(
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
        for (; i < count; i++) {
            out.set(0, i, VectorDots.dot(q, 0, data, rows.offset(index[i]), d));
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
                tableOfFour(query, codebooks, from, to, c, tables, tables.offset(m) + (long) c * Float.BYTES);
            }
            for (; c + LANES <= ksub; c += LANES) {
                FloatVector sum = FloatVector.zero(FLOATS);
                for (int j = from; j < to; j++) {
                    sum = load(codebooks, j, c).fma(FloatVector.broadcast(FLOATS, query.get(0, j)), sum);
                }
                sum.intoMemorySegment(tables.data(), tables.offset(m) + (long) c * Float.BYTES, ORDER);
            }
            for (; c < ksub; c++) {
                tables.set(m, c, ScalarSearchKernels.tableEntry(query, codebooks, from, to, c));
            }
        }
    }

    private static void tableOfFour(
            Matrix query, Matrix codebooks, int from, int to, int column, Matrix tables, long at) {
        FloatVector sum0 = FloatVector.zero(FLOATS);
        FloatVector sum1 = FloatVector.zero(FLOATS);
        FloatVector sum2 = FloatVector.zero(FLOATS);
        FloatVector sum3 = FloatVector.zero(FLOATS);
        for (int j = from; j < to; j++) {
            FloatVector q = FloatVector.broadcast(FLOATS, query.data().get(Matrix.FLOAT, (long) j * Float.BYTES));
            sum0 = load(codebooks, j, column).fma(q, sum0);
            sum1 = load(codebooks, j, column + LANES).fma(q, sum1);
            sum2 = load(codebooks, j, column + 2 * LANES).fma(q, sum2);
            sum3 = load(codebooks, j, column + 3 * LANES).fma(q, sum3);
        }
        long step = (long) LANES * Float.BYTES;
        sum0.intoMemorySegment(tables.data(), at, ORDER);
        sum1.intoMemorySegment(tables.data(), at + step, ORDER);
        sum2.intoMemorySegment(tables.data(), at + 2 * step, ORDER);
        sum3.intoMemorySegment(tables.data(), at + 3 * step, ORDER);
    }

    @Override
    void lookupSums8(
            MemorySegment codes, long offset, int blocks, int subspaces, MemorySegment tables, MemorySegment sums) {
        if (strategy.wide()) {
            VectorLookupSums.sums8(codes, offset, blocks, subspaces, tables, sums);
        } else {
            scalar.lookupSums8(codes, offset, blocks, subspaces, tables, sums);
        }
    }

    @Override
    void lookupSums4(
            MemorySegment codes, long offset, int blocks, int subspaces, MemorySegment tables, MemorySegment sums) {
        if (strategy.narrow()) {
            VectorLookupSums.sums4(codes, offset, blocks, subspaces, tables, sums);
        } else {
            scalar.lookupSums4(codes, offset, blocks, subspaces, tables, sums);
        }
    }

    @Override
    int selectSumsUnchecked(MemorySegment sums, int count, int threshold, int base, int[] out, int at) {
        int bound = SHORTS.loopBound(count);
        int end = at;
        for (int i = 0; i < bound; i += SHORTS.length()) {
            long hits = ShortVector.fromMemorySegment(SHORTS, sums, 2L * i, ORDER)
                    .compare(VectorOperators.UGE, (short) threshold)
                    .toLong();
            end = append(hits, base + i, out, end);
        }
        for (int i = bound; i < count; i++) {
            if (Short.toUnsignedInt(sums.get(SHORT, 2L * i)) >= threshold) {
                out[end++] = base + i;
            }
        }
        return end;
    }

    @Override
    int selectScoresUnchecked(Matrix scores, int count, float threshold, int base, int[] out, int at) {
        int bound = FLOATS.loopBound(count);
        int end = at;
        for (int i = 0; i < bound; i += LANES) {
            long hits = load(scores, 0, i).compare(VectorOperators.GE, threshold).toLong();
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
    private static int append(long hits, int base, int[] out, int at) {
        int end = at;
        for (long left = hits; left != 0; left &= left - 1) {
            out[end++] = base + Long.numberOfTrailingZeros(left);
        }
        return end;
    }

    @Override
    void argMax(Matrix x, int[] out, int from, int to) {
        for (int row = from; row < to; row++) {
            out[row] = firstOf(x, row, greatest(x, row));
        }
    }

    /** The greatest number of a row; NaN never wins a comparison. */
    private static float greatest(Matrix x, int row) {
        int bound = FLOATS.loopBound(x.cols());
        FloatVector best = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
        for (int j = 0; j < bound; j += LANES) {
            FloatVector values = load(x, row, j);
            best = best.blend(values, values.compare(VectorOperators.GT, best));
        }
        float greatest = best.reduceLanes(VectorOperators.MAX);
        for (int j = bound; j < x.cols(); j++) {
            float value = x.get(row, j);
            greatest = value > greatest ? value : greatest;
        }
        return greatest;
    }

    private static int firstOf(Matrix x, int row, float value) {
        if (value == Float.NEGATIVE_INFINITY) {
            return 0;
        }
        int bound = FLOATS.loopBound(x.cols());
        for (int j = 0; j < bound; j += LANES) {
            long hits = load(x, row, j).compare(VectorOperators.EQ, value).toLong();
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
    void countAtLeast(Matrix x, float[] thresholds, int[] counts, int from, int to) {
        int bound = FLOATS.loopBound(x.cols());
        for (int row = from; row < to; row++) {
            float threshold = thresholds[row];
            int below = 0;
            for (int j = 0; j < bound; j += LANES) {
                below += load(x, row, j).compare(VectorOperators.LT, threshold).trueCount();
            }
            for (int j = bound; j < x.cols(); j++) {
                below += x.get(row, j) < threshold ? 1 : 0;
            }
            counts[row] = x.cols() - below;
        }
    }

    private static FloatVector load(Matrix x, int row, int column) {
        return FloatVector.fromMemorySegment(FLOATS, x.data(), x.offset(row) + (long) column * Float.BYTES, ORDER);
    }
}
