package io.dovetail.index;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A vector's codes as faiss packs them: a string of bits, the lowest of a byte first; sub-vector m has the bits
 * {@code [m bits, (m + 1) bits)}.
 *
 * @param subspaces number of sub-vectors M
 * @param bits of a sub-vector, 4 to 8
 */
record PackedCode(int subspaces, int bits) {

    /** {@return bytes of a vector} */
    int bytes() {
        return (subspaces * bits + 7) / 8;
    }

    /** Adds the code of sub-vector {@code m} to bytes that were zero. */
    void put(byte[] packed, int m, int code) {
        int at = m * bits;
        int shifted = code << (at % 8);
        packed[at / 8] |= (byte) shifted;
        if (at % 8 + bits > 8) {
            packed[at / 8 + 1] |= (byte) (shifted >>> 8);
        }
    }

    /** The code of sub-vector {@code m} of the vector whose bytes begin at {@code offset}. */
    int get(MemorySegment packed, long offset, int m) {
        int at = m * bits;
        int low = packed.get(ValueLayout.JAVA_BYTE, offset + at / 8) & 0xff;
        int high = at % 8 + bits > 8 ? packed.get(ValueLayout.JAVA_BYTE, offset + at / 8 + 1) & 0xff : 0;
        return (((high << 8) | low) >>> (at % 8)) & ((1 << bits) - 1);
    }
}
