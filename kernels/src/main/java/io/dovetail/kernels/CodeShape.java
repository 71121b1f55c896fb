package io.dovetail.kernels;

/** Sizes that follow from the bits of a code and the number of sub-vectors M: what {@link SearchKernels#scan} expects. */
public final class CodeShape {

    private CodeShape() {}

    /**
     * Bytes of a block of codes.
     *
     * @param bits 4 to 8
     * @param subspaces number of sub-vectors M
     * @return 32 M for 4 bits, else 64 M
     */
    public static long blockBytes(int bits, int subspaces) {
        return (long) SearchKernels.BLOCK * (bits == 4 ? subspaces / 2 : subspaces);
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
     * Bytes from one table of a code to the next: the entries, repeated to fill {@value SearchKernels#LEAST_TABLE_BYTES} bytes if they
     * are fewer.
     *
     * @param bits 4 to 8
     * @return 64 for 4 to 6 bits, then 128 and 256
     */
    public static long tableBytes(int bits) {
        return Math.max(SearchKernels.LEAST_TABLE_BYTES, 1 << bits);
    }
}
