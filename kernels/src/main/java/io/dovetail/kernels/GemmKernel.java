package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;

/** The innermost part of a product. */
interface GemmKernel {

    /**
     * {@code out = max(floor, init + A B)} for one tile; an element that is no number stays so.
     *
     * @param strip left operand, see {@link Strips}
     * @param from index of the tile's first row there
     * @param panel packed right operand
     * @param panelAt byte offset of the panel
     * @param k inner size
     * @param init what to start from
     * @param initAt byte offset of its first row
     * @param initStep bytes from one of its rows to the next; 0 for one row that serves all
     * @param floor least result; negative infinity for none
     * @param out receives the tile; may be init
     * @param outAt byte offset of its first row
     * @param outStep bytes from one of its rows to the next
     */
    void multiply(
            float[] strip,
            int from,
            MemorySegment panel,
            long panelAt,
            int k,
            MemorySegment init,
            long initAt,
            long initStep,
            float floor,
            MemorySegment out,
            long outAt,
            long outStep);
}
