package io.dovetail.kernels;

import static io.dovetail.kernels.CodeStrips.LANES;
import static io.dovetail.kernels.CodeStrips.PER_BLOCK;

import java.lang.foreign.MemorySegment;

/** Look-ups by tiles of strips, and strip by strip what fills no tile. See {@link CodeStrips}. */
abstract sealed class TiledSums implements LookupSums
        permits PairsOfTables, TablesOfHalfVector, TablesOfOneVector, TablesOfTwoVectors, TablesOfFourVectors {

    private final int codesPerByte;

    TiledSums(int codesPerByte) {
        this.codesPerByte = codesPerByte;
    }

    @Override
    public final void compute(
            MemorySegment codes, long offset, int blocks, int subspaces, MemorySegment tables, MemorySegment sums) {
        int done = tiles(codes, offset, blocks, subspaces, tables, sums);
        long step = (long) subspaces / codesPerByte * SearchKernels.BLOCK;
        for (int strip = done * PER_BLOCK; strip < blocks * PER_BLOCK; strip++) {
            strip(codes, CodeStrips.offset(strip, offset, step), subspaces, tables, sums, 2L * LANES * strip);
        }
    }

    /** Whole tiles, from the first block on. {@return the number of blocks that were done} */
    abstract int tiles(
            MemorySegment codes, long offset, int blocks, int subspaces, MemorySegment tables, MemorySegment sums);

    /** One strip, whose codes begin at byte {@code offset} and whose sums go to byte {@code out}. */
    abstract void strip(
            MemorySegment codes, long offset, int subspaces, MemorySegment tables, MemorySegment sums, long out);
}
