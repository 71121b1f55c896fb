package io.dovetail.kernels;

import static io.dovetail.kernels.SearchKernels.BLOCK;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The reference look-ups, for codes of any width; and what runs where tables do not fit a few vectors.
 *
 * @param bits of a code, in [4, 8]
 */
record ScalarLookupSums(int bits) implements LookupSums {

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @Override
    public void compute(
            MemorySegment codes,
            long offset,
            int blocks,
            int subspaces,
            MemorySegment tables,
            int raise,
            MemorySegment sums,
            long out) {
        for (int block = 0; block < blocks; block++) {
            for (int i = 0; i < BLOCK; i++) {
                int sum = raise;
                for (int m = 0; m < subspaces; m++) {
                    long entry = m * CodeShape.tableBytes(bits) + code(codes, offset, (long) block * subspaces + m, i);
                    sum += tables.get(ValueLayout.JAVA_BYTE, entry) & 0xff;
                }
                sums.set(SHORT, out + 2L * (block * BLOCK + i), (short) sum);
            }
        }
    }

    /** The code of vector i in a run of 64 codes of one sub-vector. */
    private int code(MemorySegment codes, long offset, long run, int i) {
        if (bits == 4) {
            int pair = codes.get(ValueLayout.JAVA_BYTE, offset + run / 2 * BLOCK + i) & 0xff;
            return run % 2 == 0 ? pair & 15 : pair >>> 4;
        }
        return codes.get(ValueLayout.JAVA_BYTE, offset + run * BLOCK + i) & ((1 << bits) - 1);
    }
}
