package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;

/** Sizes that follow from the bits of a code and the number of sub-vectors M: what {@link ScanKernels#scan} expects. */
public final class CodeShape {

    /** Bits of the shortest code, of which a byte has two. */
    static final int LEAST_BITS = 4;

    /** Bits of the longest code. */
    static final int MOST_BITS = 8;

    private CodeShape() {}

    /**
     * Bytes of a block of codes.
     *
     * @param bits 4 to 8
     * @param subspaces number of sub-vectors M
     * @return 32 M for 4 bits, else 64 M
     */
    public static long blockBytes(int bits, int subspaces) {
        return (long) ScanKernels.BLOCK * (bits == LEAST_BITS ? subspaces / 2 : subspaces);
    }

    /**
     * What sums may be raised by without overflow.
     *
     * @param subspaces number of sub-vectors M, in [1, 256]
     * @return the greatest raise
     */
    public static int mostRaise(int subspaces) {
        return 65535 - 255 * subspaces;
    }

    /**
     * Bytes from one table of a code to the next: the entries, repeated to fill
     * {@value SearchKernels#LEAST_TABLE_BYTES} bytes if they are fewer.
     *
     * @param bits 4 to 8
     * @return 64 for 4 to 6 bits, then 128 and 256
     */
    public static long tableBytes(int bits) {
        return Math.max(SearchKernels.LEAST_TABLE_BYTES, 1 << bits);
    }

    /**
     * Blocks that vectors fill.
     *
     * @param vectors number of vectors
     * @return the number of blocks, the last one perhaps not full
     */
    public static int blocks(int vectors) {
        return (vectors + ScanKernels.BLOCK - 1) / ScanKernels.BLOCK;
    }

    /** Refuses tables that do not fit the codes. */
    static void checkTables(int bits, int subspaces, MemorySegment tables) {
        if (bits < LEAST_BITS
                || bits > MOST_BITS
                || subspaces < 1
                || subspaces > 256
                || (bits == LEAST_BITS && subspaces % 2 != 0)
                || !tables.isNative()
                || tables.byteSize() < subspaces * tableBytes(bits)) {
            throw new IllegalArgumentException(subspaces + " subspaces of " + bits + " bits, tables of "
                    + tables.byteSize() + " bytes: 1 to 256 of 4 to 8 bits, even for 4, in native memory are possible");
        }
    }
}
