package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;

/**
 * Look-ups by permutes, for codes of one width.
 *
 * @param one looks up for one query
 * @param four looks up for four at a time
 */
record PermutedSums(Tiles one, Tiles four) implements LookupSums {

    private static final long[] NO_TABLES = new long[FourQueries.COUNT];

    /**
     * The kernels for a width of codes.
     *
     * @param bits in [4, 8], such that a table is no more than four vectors
     */
    static PermutedSums of(int bits) {
        return new PermutedSums(TableLookups.of(bits, 0), TableLookups.of(bits, 1));
    }

    /** Goes through blocks of codes tile by tile. */
    interface Tiles {

        /**
         * Sums table entries.
         *
         * @param codes holds the codes
         * @param offsets where the blocks begin
         * @param blocks number of blocks, at least 1
         * @param subspaces number of sub-vectors
         * @param tables u8 tables without gaps
         * @param queryTables of four queries, where the tables begin; of one they begin at 0
         * @param raises what sums begin with: of four queries one each, of one query for each block
         * @param sums receives u16 sums, those of block i at byte {@code 2 BLOCK i}
         * @param querySums bytes from the sums of one of four queries to those of the next
         */
        void run(
                MemorySegment codes,
                long[] offsets,
                int blocks,
                int subspaces,
                MemorySegment tables,
                long[] queryTables,
                int[] raises,
                MemorySegment sums,
                long querySums);
    }

    @Override
    public void compute(MemorySegment codes, CodeLists lists, int subspaces, MemorySegment tables, MemorySegment sums) {
        one.run(
                codes,
                lists.blockOffsets(),
                lists.blocks(),
                subspaces,
                tables,
                NO_TABLES,
                lists.blockRaises(),
                sums,
                0);
    }

    @Override
    public void compute(
            MemorySegment codes,
            CodeLists lists,
            int subspaces,
            MemorySegment tables,
            FourQueries queries,
            MemorySegment sums) {
        four.run(
                codes,
                lists.blockOffsets(),
                lists.blocks(),
                subspaces,
                tables,
                queries.tables(),
                queries.raises(),
                sums,
                sums.byteSize() / FourQueries.COUNT);
    }
}
