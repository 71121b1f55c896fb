package io.dovetail.index;

import io.dovetail.index.file.SectionFileWriter;
import io.dovetail.kernels.CodeShape;
import io.dovetail.kernels.ScanKernels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Lays codes out in blocks of 64 vectors as {@link ScanKernels#scan} reads them; a list begins a block. */
final class CodeBlocks {

    private final int bits;
    private final MemorySegment block;
    private final SectionFileWriter writer;
    private int list = -1;
    private int filled;

    /**
     * Begins with an empty block.
     *
     * @param bits 4 to 8
     * @param block one zeroed block
     * @param writer receives full blocks
     */
    CodeBlocks(int bits, MemorySegment block, SectionFileWriter writer) {
        this.bits = bits;
        this.block = block;
        this.writer = writer;
    }

    /**
     * Adds a vector's codes.
     *
     * @param listOfRow list of the vector, not less than that of the vector before
     * @param codes by subspace
     * @param row which code of each subspace
     * @throws IOException if writing fails
     */
    void add(int listOfRow, int[][] codes, int row) throws IOException {
        if (listOfRow != list || filled == ScanKernels.BLOCK) {
            flush();
            list = listOfRow;
        }
        int perByte = bits == 4 ? 2 : 1;
        for (int m = 0; m < codes.length; m++) {
            long at = (long) (m / perByte) * ScanKernels.BLOCK + filled;
            int shift = m % perByte * bits;
            int others = block.get(ValueLayout.JAVA_BYTE, at);
            block.set(ValueLayout.JAVA_BYTE, at, (byte) (others | (codes[m][row] << shift)));
        }
        filled++;
    }

    /**
     * Reads what {@link #add} laid out.
     *
     * @param codes blocks
     * @param list byte at which the blocks of a list begin
     * @param shape M and bits
     * @param place number of the vector in its list
     * @param m subspace
     * @return the code
     */
    static int read(MemorySegment codes, long list, PackedCode shape, int place, int m) {
        int perByte = shape.bits() == 4 ? 2 : 1;
        long block = list + place / ScanKernels.BLOCK * CodeShape.blockBytes(shape.bits(), shape.subspaces());
        long at = block + (long) (m / perByte) * ScanKernels.BLOCK + place % ScanKernels.BLOCK;
        int stored = codes.get(ValueLayout.JAVA_BYTE, at);
        return (stored >>> (m % perByte * shape.bits())) & ((1 << shape.bits()) - 1);
    }

    /**
     * Writes the block that is being filled, if it holds anything.
     *
     * @throws IOException if writing fails
     */
    void flush() throws IOException {
        if (filled > 0) {
            writer.append(block);
            block.fill((byte) 0);
            filled = 0;
        }
    }
}
