package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Reads a word of each cache line that a kernel is about to need. No read waits for another, so that memory delivers many
 * lines at a time; the kernel itself would stop at the first lines of every list or row, which no prefetcher foresees, since a
 * processor looks only some hundred instructions ahead.
 */
final class ReadAhead {

    /** Bytes to read ahead at a time, of which the first are still in the first-level cache when the last have come. */
    private static final long CHUNK = 1 << 14;

    private static final long LINE = 64;

    private ReadAhead() {}

    /** How many rows to read ahead at a time. */
    static int rowsAtATime(long bytes) {
        return (int) Math.max(4, CHUNK / bytes);
    }

    /**
     * Reads ahead, first the first line of each row, then the second and so on: a short loop over the lines of each row would
     * cost more than the reads.
     *
     * @param data where
     * @param stride bytes from a row to the next
     * @param bytes of a row, at least 1
     * @param index numbers of rows
     * @param from first place in the index
     * @param to place after the last
     * @return a number to be put somewhere, lest the compiler leaves the reads out
     */
    static byte rows(MemorySegment data, long stride, long bytes, int[] index, int from, int to) {
        int words = 0;
        for (long at = 0; at < bytes + LINE - 1; at += LINE) { // in a line more if rows begin within one
            long byteOfRow = Math.min(at, bytes - 1);
            for (int i = from; i < to; i++) {
                words += data.get(ValueLayout.JAVA_BYTE, index[i] * stride + byteOfRow);
            }
        }
        return (byte) words;
    }
}
