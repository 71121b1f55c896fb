package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * From codes to candidates: sums of table entries by code, and selections among sums of 16 bits. What an index does per query, on
 * the caller's thread, without allocation.
 */
public abstract sealed class ScanKernels permits ScalarScanKernels, VectorScanKernels {

    /** Vectors in a block of codes. */
    public static final int BLOCK = 64;

    /** Bytes of scratch that {@link #thresholdOfSums} needs. */
    public static final int RUN_BYTES = 8192;

    static final ValueLayout.OfShort SUM = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    ScanKernels() {}

    /**
     * Sums of table entries by code for lists of vectors: with the codes of a list's block b, vector i of it gets
     * {@code raise + sum over m of tables[m][code(b, m, i)]}, in 16 bits. Sums behind the last vector of a list are 0.
     *
     * <p>Codes of 5 to 8 bits lie one a byte, {@code [block][m][64 bytes]}: M bytes a vector. Permutes read bytes; packed
     * codes of 5 to 7 bits would save 1/8 to 3/8 of the bytes, but the scan is bound by instructions, and unpacking adds
     * shifts and masks to the five that a code of 6 bits takes. Codes of 4 bits lie two a byte,
     * {@code [block][m / 2][64 bytes]} with the even m in the low half: M / 2 bytes a vector. Sums are stored as unsigned
     * 16-bit integers; with at most 256 subspaces they do not overflow.
     *
     * @param bits 4 to 8
     * @param codes holds the codes; bits above a code of 5 to 7 bits are not looked at
     * @param subspaces number of sub-vectors M, in [1, 256]; even for 4 bits
     * @param tables M tables of {@link CodeShape#tableBytes}, such as {@link SearchKernels#quantizeTables} makes: for 4 bits, the sum of any
     *     entries of tables 2 i and 2 i + 1 is at most 255
     * @param lists what to scan; no list may be raised by more than {@link CodeShape#mostRaise}
     * @param sums receives {@link CodeLists#sums} u16 values; must not overlap the others
     */
    public final void scan(
            int bits, MemorySegment codes, int subspaces, MemorySegment tables, CodeLists lists, MemorySegment sums) {
        CodeShape.checkTables(bits, subspaces, tables);
        if (!codes.isNative() || !sums.isNative() || sums.byteSize() < 2L * lists.sums()) {
            throw new IllegalArgumentException("scan: " + lists.sums() + " sums into " + sums.byteSize()
                    + " bytes, codes of " + codes.byteSize() + " bytes, all to be native memory");
        }
        long blockBytes = CodeShape.blockBytes(bits, subspaces);
        lists.check(codes, blockBytes, CodeShape.mostRaise(subspaces));
        if (lists.size() > 0) {
            lists.layOutBlocks(blockBytes);
            lookupSumsUnchecked(bits, codes, lists, subspaces, tables, sums);
            lists.clearRests(this, sums, 0);
        }
    }

    /**
     * Sums of table entries by code for lists of vectors, as {@link #scan} finds them, for up to four queries: codes are read, and
     * their bits taken apart, once for all. To its own sums a query adds its own raise, in place of that of a list.
     *
     * @param bits 4 to 8
     * @param codes holds the codes
     * @param subspaces number of sub-vectors M, in [1, 256]; even for 4 bits
     * @param tables holds the tables of all queries, those of each as {@link #scan} needs them
     * @param queries at least one
     * @param lists what to scan
     * @param sums four equal parts, multiples of 64 bytes: receives {@link CodeLists#sums} u16 values per query, each from the
     *     beginning of its part; where queries are fewer, the other parts are undefined. Must not overlap the others
     */
    public final void scanForFour(
            int bits,
            MemorySegment codes,
            int subspaces,
            MemorySegment tables,
            FourQueries queries,
            CodeLists lists,
            MemorySegment sums) {
        CodeShape.checkTables(bits, subspaces, tables);
        long each = sums.byteSize() / FourQueries.COUNT;
        if (!codes.isNative()
                || !sums.isNative()
                || sums.byteSize() % (FourQueries.COUNT * 64L) != 0
                || each < 2L * lists.sums()
                || queries.size() == 0) {
            throw new IllegalArgumentException("scan: " + lists.sums() + " sums for each of " + queries.size()
                    + " queries into " + sums.byteSize() + " bytes, codes of " + codes.byteSize()
                    + " bytes, all to be native memory");
        }
        long blockBytes = CodeShape.blockBytes(bits, subspaces);
        lists.check(codes, blockBytes, CodeShape.mostRaise(subspaces));
        queries.check(tables.byteSize(), subspaces * CodeShape.tableBytes(bits), CodeShape.mostRaise(subspaces));
        if (lists.size() > 0) {
            lists.layOutBlocks(blockBytes);
            lookupSumsUnchecked(bits, codes, lists, subspaces, tables, queries, sums);
            for (int query = 0; query < queries.size(); query++) {
                lists.clearRests(this, sums, query * each);
            }
        }
    }

    /**
     * A threshold that at least {@code wanted} sums reach, and few others. If few are wanted it is the greatest that so many
     * reach among the greatest of each of four times as many runs, which are different sums: about an eighth more reach it.
     * Else it is the greatest of all. Found by bisection, each step of which counts.
     *
     * @param sums u16 values
     * @param count number of values, a multiple of {@link #BLOCK}
     * @param wanted how many are to reach it, at least 1
     * @param scratch {@value #RUN_BYTES} bytes of native memory, contents undefined afterwards
     * @return the threshold, 0 if there are not so many above 0
     */
    public final int thresholdOfSums(MemorySegment sums, int count, int wanted, MemorySegment scratch) {
        SumThreshold.check(sums, count, wanted);
        if (!scratch.isNative() || scratch.byteSize() < RUN_BYTES) {
            throw new IllegalArgumentException("threshold of sums: scratch of " + scratch.byteSize() + " bytes");
        }
        return SumThreshold.near(this, sums, count, wanted, scratch);
    }

    /**
     * The greatest threshold that so many sums reach.
     *
     * @param sums u16 values in native memory
     * @param count number of values, a multiple of {@link #BLOCK}
     * @param wanted how many are to reach it, at least 1
     * @return the threshold, 0 if there are not so many above 0
     */
    public final int exactThresholdOfSums(MemorySegment sums, int count, int wanted) {
        SumThreshold.check(sums, count, wanted);
        return SumThreshold.exact(this, sums, count, wanted);
    }

    /**
     * Positions of unsigned 16-bit sums that reach a threshold, in ascending order.
     *
     * @param sums u16 values
     * @param count number of values
     * @param threshold least value to select, in [0, 65535]; above 65535 selects none
     * @param base added to each position
     * @param out receives the positions, at least {@code at + count} long
     * @param at where in out to begin
     * @return where in out the selection ended
     */
    public final int selectSums(MemorySegment sums, int count, int threshold, int base, int[] out, int at) {
        if (!sums.isNative() || sums.byteSize() < 2L * count || out.length - at < count || at < 0) {
            throw new IllegalArgumentException("selectSums: " + count + " of " + sums.byteSize() / 2 + " sums into "
                    + out.length + " places from " + at + "; sums are to be native memory");
        }
        if (threshold > 65535) {
            return at;
        }
        return selectSumsUnchecked(sums, count, Math.max(0, threshold), base, out, at);
    }

    abstract void lookupSumsUnchecked(
            int bits, MemorySegment codes, CodeLists lists, int subspaces, MemorySegment tables, MemorySegment sums);

    abstract void lookupSumsUnchecked(
            int bits,
            MemorySegment codes,
            CodeLists lists,
            int subspaces,
            MemorySegment tables,
            FourQueries queries,
            MemorySegment sums);

    /** Zeroes the sums of a block but for the first {@code count}. */
    abstract void clearRest(MemorySegment sums, long offset, int count);

    abstract int greatestSum(MemorySegment sums, int count);

    /**
     * The greatest sum of each run: run r has the sums r, r + runs and so on. {@code runs} is a power of two, at least
     * {@value #BLOCK}; the last sums may miss in some runs.
     */
    abstract void greatestOfRuns(MemorySegment sums, int count, int runs, MemorySegment greatest);

    abstract int countSums(MemorySegment sums, int count, int threshold);

    abstract int selectSumsUnchecked(MemorySegment sums, int count, int threshold, int base, int[] out, int at);
}
