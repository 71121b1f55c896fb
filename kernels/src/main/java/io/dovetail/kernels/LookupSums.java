package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;

/** {@link ScanKernels#scan} of blocks of codes of one width, its arguments checked. */
interface LookupSums {

    /**
     * Sums table entries by code: sums of block i go to byte {@code 2 BLOCK i}.
     *
     * @param codes holds the codes
     * @param lists where the blocks lie, and what is added to their sums
     * @param subspaces number of sub-vectors
     * @param tables u8 tables without gaps
     * @param sums receives u16 sums
     */
    void compute(MemorySegment codes, CodeLists lists, int subspaces, MemorySegment tables, MemorySegment sums);

    /**
     * Sums table entries by code for four queries: those of query j and block i go to byte {@code 2 BLOCK i} of the j-th of four
     * equal parts.
     *
     * @param codes holds the codes
     * @param lists where the blocks lie
     * @param subspaces number of sub-vectors
     * @param tables u8 tables
     * @param queries where the tables of each begin, and what is added to its sums
     * @param sums receives u16 sums
     */
    void compute(
            MemorySegment codes,
            CodeLists lists,
            int subspaces,
            MemorySegment tables,
            FourQueries queries,
            MemorySegment sums);
}
