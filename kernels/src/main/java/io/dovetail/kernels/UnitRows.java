package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;

/** Normalisation of rows in memory, forward and backward, as {@link VectorNorms} calls it. Stateless. */
interface UnitRows {

    /**
     * Scales rows to length 1.
     *
     * @param x rows from byte 0 on
     * @param xStep bytes from one row of x to the next
     * @param y receives the rows
     * @param yStep bytes from one row of y to the next
     * @param inverses receives {@code 1 / |x|} of each row, 0 for a row of length 0
     * @param step bytes from one inverse to the next
     * @param cols elements of a row
     * @param from first row
     * @param to row after the last
     */
    void forward(
            MemorySegment x,
            long xStep,
            MemorySegment y,
            long yStep,
            MemorySegment inverses,
            long step,
            int cols,
            int from,
            int to);

    /**
     * The gradient by x: {@code dX = (dY - <dY, y> y) / |x|}.
     *
     * @param y what {@link #forward} made
     * @param yStep bytes from one row of y to the next
     * @param dY gradient by y
     * @param dYStep bytes from one row of dY to the next
     * @param inverses what {@link #forward} found
     * @param step bytes from one inverse to the next
     * @param dX receives the gradient
     * @param dXStep bytes from one row of dX to the next
     * @param cols elements of a row
     * @param from first row
     * @param to row after the last
     */
    void backward(
            MemorySegment y,
            long yStep,
            MemorySegment dY,
            long dYStep,
            MemorySegment inverses,
            long step,
            MemorySegment dX,
            long dXStep,
            int cols,
            int from,
            int to);
}
