package io.dovetail.kernels;

import static io.dovetail.kernels.SearchKernels.BLOCK;

import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * What the look-up kernels share: the sums of u8 table entries by code, with the tables in registers and 16-bit
 * accumulators, are the "fast scan" of André, Kermarrec and Le Scouarnec (2015) as faiss lays it out. There is one class
 * for each shape of a table, in vectors; {@link LookupStrategy} says which suits a code.
 *
 * <p>Looked-up bytes are added as 16-bit lanes, twice: {@code mixed} adds the pairs as they are (even + 256 * odd,
 * modulo 65536) and {@code odd} adds their high halves alone. At the end even = mixed - 256 * odd, and the two are
 * interleaved. That saves the widening of each looked-up vector. What is to be added to all sums costs nothing: the
 * accumulators begin with it.
 *
 * <p>The unit of work is a strip: as many codes as a vector has bytes, which is a block at 512 bits and a part of one
 * below. A tile is four strips, so that the tables are loaded once for four; what is left goes strip by strip.
 *
 * <p><b>What must not change.</b> A tile is one body of direct Vector API calls on named locals. A helper of our own in
 * it would exceed C2's limit on inlined bytecodes, and its vectors would be boxed (hundreds of times slower). The loop
 * over tiles is in the same method, so that the segments are checked once per call. Counts of shifts are vectors: C2
 * moves a scalar count into a vector register anew for every shift. Tiles of eight gain little with 16 codes a vector,
 * and lose with 8.
 */
final class CodeStrips {

    static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;
    static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
    static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    /** Codes of a strip. */
    static final int LANES = BYTES.length();

    /** Strips of a block. */
    static final int PER_BLOCK = BLOCK / LANES;

    /** Blocks of a tile. */
    static final int BLOCKS = 4 / PER_BLOCK;

    /** More bytes than any memory has: an offset that C2 knows to be below lets it fold the checks of four strips. */
    static final long OFFSETS = 1L << 48;

    static final ShortVector FOUR = ShortVector.broadcast(SHORTS, 4);
    static final ShortVector EIGHT = ShortVector.broadcast(SHORTS, 8);

    /** Selects the first half of two interleaved vectors, even and odd. */
    static final ShortVector ZIP_LOW = zip(0);

    /** Selects the second half. */
    static final ShortVector ZIP_HIGH = zip(SHORTS.length() / 2);

    private CodeStrips() {}

    /**
     * Where the codes of a strip begin.
     *
     * @param strip number of the strip
     * @param offset byte at which the first block begins
     * @param step bytes of a block
     * @return the byte
     */
    static long offset(int strip, long offset, long step) {
        return offset + strip / PER_BLOCK * step + (long) (strip % PER_BLOCK) * LANES;
    }

    private static ShortVector zip(int from) {
        int length = SHORTS.length();
        short[] lanes = new short[length];
        for (int i = 0; i < length; i++) {
            lanes[i] = (short) (from + i / 2 + (i % 2) * length);
        }
        return ShortVector.fromArray(SHORTS, lanes, 0);
    }
}
