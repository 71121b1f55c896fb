package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;

/** A tile of eight rows by one or two vectors: see {@link GramTile}. */
interface GramKernel {

    /**
     * {@code tile[r] = scale * sum over t in [0, count) of a[r, t] * b[t]}.
     *
     * @param data holds a and the panel b
     * @param aAt where {@code a[0, 0]} is
     * @param aRow bytes from {@code a[r, t]} to {@code a[r + 1, t]}; not read by a kernel that was made for a certain step
     * @param bAt where the vectors of {@code b[0]} begin in its panel
     * @param count rows of the panel
     * @param scale factor
     * @param out receives eight rows
     * @param outAt where the first goes
     * @param outStep bytes from one to the next
     */
    void multiply(
            MemorySegment data,
            long aAt,
            long aRow,
            long bAt,
            int count,
            float scale,
            MemorySegment out,
            long outAt,
            long outStep);
}
