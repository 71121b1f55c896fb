package io.dovetail.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost part of a product: a tile of {@link #ROWS} rows and {@link Panels#WIDTH} columns of C, held in registers.
 *
 * <p>{@link #multiply} leaves its result in a scratch tile, from where {@link #store} takes it to C. So the edges of C
 * and the epilogues cost the multiplication nothing.
 */
final class GemmTile {

    /** Rows of a tile: with two vectors a row, 16 accumulators, half the registers of a 512-bit machine. */
    static final int ROWS = 8;

    /** Bytes of a scratch tile. */
    static final long BYTES = ROWS * Panels.ROW_BYTES;

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final long VECTOR_BYTES = SPECIES.vectorByteSize();

    private GemmTile() {}

    /**
     * {@code T = alpha * op(A) op(B)} for one tile. A is read where it lies: a broadcast does not care for the order.
     *
     * <p>One straight body of direct Vector API calls: these are always inlined, whereas helpers of our own would fall
     * victim to C2's limit on inlined bytecodes and have their vectors boxed.
     *
     * @param a left operand
     * @param a0 byte offset of the first element of the tile's first row
     * @param rowStep bytes from one row of op(A) to the next
     * @param stepK bytes from one column of op(A) to the next
     * @param rows rows to read, in [1, ROWS]; the others repeat the last and mean nothing
     * @param panel packed right operand
     * @param panelAt byte offset of the panel
     * @param k inner size
     * @param alpha factor
     * @param tile scratch tile
     * @param tileAt its byte offset
     */
    static void multiply(
            MemorySegment a,
            long a0,
            long rowStep,
            long stepK,
            int rows,
            MemorySegment panel,
            long panelAt,
            int k,
            float alpha,
            MemorySegment tile,
            long tileAt) {
        long a1 = a0 + Math.min(1, rows - 1) * rowStep;
        long a2 = a0 + Math.min(2, rows - 1) * rowStep;
        long a3 = a0 + Math.min(3, rows - 1) * rowStep;
        long a4 = a0 + Math.min(4, rows - 1) * rowStep;
        long a5 = a0 + Math.min(5, rows - 1) * rowStep;
        long a6 = a0 + Math.min(6, rows - 1) * rowStep;
        long a7 = a0 + Math.min(7, rows - 1) * rowStep;
        FloatVector c0 = FloatVector.zero(SPECIES);
        FloatVector d0 = FloatVector.zero(SPECIES);
        FloatVector c1 = FloatVector.zero(SPECIES);
        FloatVector d1 = FloatVector.zero(SPECIES);
        FloatVector c2 = FloatVector.zero(SPECIES);
        FloatVector d2 = FloatVector.zero(SPECIES);
        FloatVector c3 = FloatVector.zero(SPECIES);
        FloatVector d3 = FloatVector.zero(SPECIES);
        FloatVector c4 = FloatVector.zero(SPECIES);
        FloatVector d4 = FloatVector.zero(SPECIES);
        FloatVector c5 = FloatVector.zero(SPECIES);
        FloatVector d5 = FloatVector.zero(SPECIES);
        FloatVector c6 = FloatVector.zero(SPECIES);
        FloatVector d6 = FloatVector.zero(SPECIES);
        FloatVector c7 = FloatVector.zero(SPECIES);
        FloatVector d7 = FloatVector.zero(SPECIES);
        for (int p = 0; p < k; p++) {
            long at = p * stepK;
            long rowOfB = panelAt + p * Panels.ROW_BYTES;
            FloatVector left = FloatVector.fromMemorySegment(SPECIES, panel, rowOfB, LITTLE_ENDIAN);
            FloatVector right = FloatVector.fromMemorySegment(SPECIES, panel, rowOfB + VECTOR_BYTES, LITTLE_ENDIAN);
            FloatVector x = FloatVector.broadcast(SPECIES, a.get(Matrix.FLOAT, a0 + at));
            c0 = x.fma(left, c0);
            d0 = x.fma(right, d0);
            x = FloatVector.broadcast(SPECIES, a.get(Matrix.FLOAT, a1 + at));
            c1 = x.fma(left, c1);
            d1 = x.fma(right, d1);
            x = FloatVector.broadcast(SPECIES, a.get(Matrix.FLOAT, a2 + at));
            c2 = x.fma(left, c2);
            d2 = x.fma(right, d2);
            x = FloatVector.broadcast(SPECIES, a.get(Matrix.FLOAT, a3 + at));
            c3 = x.fma(left, c3);
            d3 = x.fma(right, d3);
            x = FloatVector.broadcast(SPECIES, a.get(Matrix.FLOAT, a4 + at));
            c4 = x.fma(left, c4);
            d4 = x.fma(right, d4);
            x = FloatVector.broadcast(SPECIES, a.get(Matrix.FLOAT, a5 + at));
            c5 = x.fma(left, c5);
            d5 = x.fma(right, d5);
            x = FloatVector.broadcast(SPECIES, a.get(Matrix.FLOAT, a6 + at));
            c6 = x.fma(left, c6);
            d6 = x.fma(right, d6);
            x = FloatVector.broadcast(SPECIES, a.get(Matrix.FLOAT, a7 + at));
            c7 = x.fma(left, c7);
            d7 = x.fma(right, d7);
        }
        c0.mul(alpha).intoMemorySegment(tile, tileAt, LITTLE_ENDIAN);
        d0.mul(alpha).intoMemorySegment(tile, tileAt + VECTOR_BYTES, LITTLE_ENDIAN);
        c1.mul(alpha).intoMemorySegment(tile, tileAt + Panels.ROW_BYTES, LITTLE_ENDIAN);
        d1.mul(alpha).intoMemorySegment(tile, tileAt + Panels.ROW_BYTES + VECTOR_BYTES, LITTLE_ENDIAN);
        c2.mul(alpha).intoMemorySegment(tile, tileAt + 2 * Panels.ROW_BYTES, LITTLE_ENDIAN);
        d2.mul(alpha).intoMemorySegment(tile, tileAt + 2 * Panels.ROW_BYTES + VECTOR_BYTES, LITTLE_ENDIAN);
        c3.mul(alpha).intoMemorySegment(tile, tileAt + 3 * Panels.ROW_BYTES, LITTLE_ENDIAN);
        d3.mul(alpha).intoMemorySegment(tile, tileAt + 3 * Panels.ROW_BYTES + VECTOR_BYTES, LITTLE_ENDIAN);
        c4.mul(alpha).intoMemorySegment(tile, tileAt + 4 * Panels.ROW_BYTES, LITTLE_ENDIAN);
        d4.mul(alpha).intoMemorySegment(tile, tileAt + 4 * Panels.ROW_BYTES + VECTOR_BYTES, LITTLE_ENDIAN);
        c5.mul(alpha).intoMemorySegment(tile, tileAt + 5 * Panels.ROW_BYTES, LITTLE_ENDIAN);
        d5.mul(alpha).intoMemorySegment(tile, tileAt + 5 * Panels.ROW_BYTES + VECTOR_BYTES, LITTLE_ENDIAN);
        c6.mul(alpha).intoMemorySegment(tile, tileAt + 6 * Panels.ROW_BYTES, LITTLE_ENDIAN);
        d6.mul(alpha).intoMemorySegment(tile, tileAt + 6 * Panels.ROW_BYTES + VECTOR_BYTES, LITTLE_ENDIAN);
        c7.mul(alpha).intoMemorySegment(tile, tileAt + 7 * Panels.ROW_BYTES, LITTLE_ENDIAN);
        d7.mul(alpha).intoMemorySegment(tile, tileAt + 7 * Panels.ROW_BYTES + VECTOR_BYTES, LITTLE_ENDIAN);
    }

    /**
     * {@code C = epilogue(T + beta * C)} for one tile.
     *
     * @param tile scratch tile, changed
     * @param tileAt its byte offset
     * @param c result
     * @param row first row of the tile in C
     * @param col first column of the tile in C
     * @param rows rows that C has there, at most ROWS
     * @param cols columns that C has there, at most the width of a panel
     * @param beta factor of the old C; 0 means that C is not read
     * @param epilogue what to do with each element
     */
    static void store(
            MemorySegment tile,
            long tileAt,
            Matrix c,
            int row,
            int col,
            int rows,
            int cols,
            float beta,
            Epilogue epilogue) {
        Matrix operand = epilogue.operand();
        for (int j = 0; j < cols; j += LANES) {
            long at = tileAt + (long) j * Float.BYTES;
            long to = c.offset(row) + (long) (col + j) * Float.BYTES;
            int width = Math.min(LANES, cols - j);
            if (beta != 0) {
                addOld(tile, at, c, to, rows, width, beta);
            }
            switch (epilogue.kind()) {
                case NONE -> copy(tile, at, c, to, rows, width);
                case BIAS -> addBias(tile, at, c, to, rows, width, operand, col + j, Float.NEGATIVE_INFINITY);
                case BIAS_RELU -> addBias(tile, at, c, to, rows, width, operand, col + j, 0);
                case RELU_MASK -> {
                    long from = operand.offset(row) + (long) (col + j) * Float.BYTES;
                    keepPositive(tile, at, c, to, rows, width, operand, from);
                }
            }
        }
    }

    private static void addOld(MemorySegment tile, long at, Matrix c, long to, int rows, int width, float beta) {
        MemorySegment data = c.data();
        long step = c.offset(1);
        VectorMask<Float> present = SPECIES.indexInRange(0, width);
        for (int r = 0; r < rows; r++) {
            FloatVector product =
                    FloatVector.fromMemorySegment(SPECIES, tile, at + r * Panels.ROW_BYTES, LITTLE_ENDIAN);
            FloatVector.fromMemorySegment(SPECIES, data, to + r * step, LITTLE_ENDIAN, present)
                    .fma(FloatVector.broadcast(SPECIES, beta), product)
                    .intoMemorySegment(tile, at + r * Panels.ROW_BYTES, LITTLE_ENDIAN);
        }
    }

    private static void copy(MemorySegment tile, long at, Matrix c, long to, int rows, int width) {
        MemorySegment data = c.data();
        long step = c.offset(1);
        VectorMask<Float> present = SPECIES.indexInRange(0, width);
        for (int r = 0; r < rows; r++) {
            FloatVector.fromMemorySegment(SPECIES, tile, at + r * Panels.ROW_BYTES, LITTLE_ENDIAN)
                    .intoMemorySegment(data, to + r * step, LITTLE_ENDIAN, present);
        }
    }

    private static void addBias(
            MemorySegment tile, long at, Matrix c, long to, int rows, int width, Matrix bias, int col, float floor) {
        MemorySegment data = c.data();
        long step = c.offset(1);
        VectorMask<Float> present = SPECIES.indexInRange(0, width);
        FloatVector shift =
                FloatVector.fromMemorySegment(SPECIES, bias.data(), (long) col * Float.BYTES, LITTLE_ENDIAN, present);
        for (int r = 0; r < rows; r++) {
            FloatVector.fromMemorySegment(SPECIES, tile, at + r * Panels.ROW_BYTES, LITTLE_ENDIAN)
                    .add(shift)
                    .max(floor)
                    .intoMemorySegment(data, to + r * step, LITTLE_ENDIAN, present);
        }
    }

    private static void keepPositive(
            MemorySegment tile, long at, Matrix c, long to, int rows, int width, Matrix operand, long from) {
        MemorySegment data = c.data();
        MemorySegment activations = operand.data();
        long step = c.offset(1);
        long activationStep = operand.offset(1);
        VectorMask<Float> present = SPECIES.indexInRange(0, width);
        for (int r = 0; r < rows; r++) {
            FloatVector value = FloatVector.fromMemorySegment(SPECIES, tile, at + r * Panels.ROW_BYTES, LITTLE_ENDIAN);
            VectorMask<Float> positive = FloatVector.fromMemorySegment(
                            SPECIES, activations, from + r * activationStep, LITTLE_ENDIAN, present)
                    .compare(VectorOperators.GT, 0);
            FloatVector.zero(SPECIES)
                    .blend(value, positive)
                    .intoMemorySegment(data, to + r * step, LITTLE_ENDIAN, present);
        }
    }
}
