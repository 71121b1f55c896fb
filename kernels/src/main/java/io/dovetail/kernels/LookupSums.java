package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;

/**
 * {@link SearchKernels#scan} of one list, for codes of one width, its arguments checked.
 *
 * <p><b>Note.</b> Each class has the loop over its strips itself. Moved to a common superclass, with strips as virtual
 * calls, C2 boxed vectors in some JVMs that had met two of the classes.
 */
@FunctionalInterface
interface LookupSums {

    /**
     * Sums table entries by code.
     *
     * @param codes holds the codes
     * @param offset byte at which the first block begins
     * @param blocks number of blocks
     * @param subspaces number of sub-vectors
     * @param tables u8 tables without gaps
     * @param raise added to each sum
     * @param sums receives u16 sums
     * @param out byte of sums at which the first goes
     */
    void compute(
            MemorySegment codes,
            long offset,
            int blocks,
            int subspaces,
            MemorySegment tables,
            int raise,
            MemorySegment sums,
            long out);
}
