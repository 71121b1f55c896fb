package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Lists of codes to scan in one go, reusable: where each begins, how many vectors it has, and what is to be added to
 * their sums. For {@link ScanKernels#scan}, which puts the sums of a list behind those of the list before it, each list
 * beginning a block of {@link ScanKernels#BLOCK} sums. Allocates only when it holds more lists, or blocks, than ever before. Not
 * thread-safe.
 */
public final class CodeLists {

    /** More bytes than any memory has: an offset that C2 knows to be below lets it fold the checks of four strips. */
    static final long OFFSETS = 1L << 48;

    private long[] offsets = new long[64];
    private int[] rows = new int[64];
    private int[] counts = new int[64];
    private int[] raises = new int[64];
    private long[] blockOffsets = new long[64];
    private int[] blockRaises = new int[64];
    private int size;
    private int blocks;

    /** No lists. */
    public CodeLists() {}

    /** Forgets all lists. */
    public void clear() {
        size = 0;
        blocks = 0;
    }

    /**
     * Adds a list.
     *
     * @param offset byte of the codes at which its first block begins
     * @param row number of its first vector, for {@link #rows}
     * @param count its vectors, at least 1
     * @param raise added to each of its sums, at least 0
     */
    public void add(long offset, int row, int count, int raise) {
        if (count < 1 || raise < 0 || offset < 0 || row < 0) {
            throw new IllegalArgumentException(
                    "code lists: " + count + " vectors from byte " + offset + ", row " + row + ", raised by " + raise);
        }
        if (size == counts.length) {
            offsets = Arrays.copyOf(offsets, 2 * size);
            rows = Arrays.copyOf(rows, 2 * size);
            counts = Arrays.copyOf(counts, 2 * size);
            raises = Arrays.copyOf(raises, 2 * size);
        }
        offsets[size] = offset;
        rows[size] = row;
        counts[size] = count;
        raises[size] = raise;
        size++;
        blocks += CodeShape.blocks(count);
    }

    /** {@return the number of sums, a multiple of {@link ScanKernels#BLOCK}: whole blocks for each list} */
    public int sums() {
        return blocks * ScanKernels.BLOCK;
    }

    /** {@return the number of lists} */
    public int size() {
        return size;
    }

    /**
     * The numbers of the vectors whose sums stand at some places.
     *
     * @param places ascending places in [0, {@link #sums})
     * @param count how many
     * @param out receives the numbers, -1 for a place behind the last vector of its list; may be the places themselves
     */
    public void rows(int[] places, int count, int[] out) {
        int list = -1;
        int start = 0;
        int next = 0;
        for (int i = 0; i < count; i++) {
            int place = places[i];
            while (place >= next) {
                list++;
                start = next;
                next += CodeShape.blocks(counts[list]) * ScanKernels.BLOCK;
            }
            int within = place - start;
            out[i] = within < counts[list] ? rows[list] + within : -1;
        }
    }

    /** Refuses lists that are not within the codes, or raised by more than fits. */
    void check(MemorySegment codes, long blockBytes, int mostRaise) {
        for (int list = 0; list < size; list++) {
            int needed = CodeShape.blocks(counts[list]);
            if (codes.byteSize() - offsets[list] < needed * blockBytes || raises[list] > mostRaise) {
                throw new IllegalArgumentException("scan: " + needed + " blocks from byte " + offsets[list] + " of "
                        + codes.byteSize() + ", raised by " + raises[list]);
            }
        }
    }

    /** Finds where each block begins. */
    void layOutBlocks(long blockBytes) {
        if (blockOffsets.length < blocks) {
            blockOffsets = new long[2 * blocks];
            blockRaises = new int[2 * blocks];
        }
        int block = 0;
        for (int list = 0; list < size; list++) {
            int count = CodeShape.blocks(counts[list]);
            for (int i = 0; i < count; i++) {
                blockOffsets[block + i] = offsets[list] + i * blockBytes;
                blockRaises[block + i] = raises[list];
            }
            block += count;
        }
    }

    /** {@return the number of blocks} */
    int blocks() {
        return blocks;
    }

    /** Where the blocks begin, as of {@link #layOutBlocks}. */
    long[] blockOffsets() {
        return blockOffsets;
    }

    /** What is added to the sums of each block, as of {@link #layOutBlocks}. */
    int[] blockRaises() {
        return blockRaises;
    }

    /** Zeroes the sums behind the last vector of each list, if those of the first begin at some byte. */
    void clearRests(ScanKernels kernels, MemorySegment sums, long begin) {
        long end = begin;
        for (int list = 0; list < size; list++) {
            end += 2L * ScanKernels.BLOCK * CodeShape.blocks(counts[list]);
            int rest = counts[list] % ScanKernels.BLOCK;
            if (rest > 0) {
                kernels.clearRest(sums, end - 2L * ScanKernels.BLOCK, rest);
            }
        }
    }
}
