package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;

/** {@link SearchKernels#scan} of blocks of codes of one width, its arguments checked. */
@FunctionalInterface
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
}
