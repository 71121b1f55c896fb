package io.dovetail.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Solves {@link NormalEquations} by {@code A = Uᵀ U}, with U in the place of A.
 *
 * <p>Rows come in blocks of {@link GramTile#ROWS}, from the top: what the rows above take from a block is a product of
 * register tiles, which is nearly all of the work; then the block's own triangle is factored, and its inverse applied to
 * the block. Left of the diagonal, U holds what should be 0 up to rounding and is never used.
 */
final class Cholesky {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    private static final long V1 = FLOATS.vectorByteSize();
    private static final int ROWS = GramTile.ROWS;

    private Cholesky() {}

    /**
     * Factors A.
     *
     * @param d number of unknowns
     * @param scratch holds the equations
     * @param block 64 floats of working memory
     */
    static void factor(int d, MemorySegment scratch, float[] block) {
        for (int i = 0; i < d; i += ROWS) {
            int first = i / GramTile.COLS * GramTile.COLS;
            long column = (long) (i % GramTile.COLS) * Float.BYTES;
            long a = NormalEquations.panel(d, first) + column;
            if (i > 0) {
                for (int j = first; j < d; j += GramTile.COLS) {
                    long b = NormalEquations.panel(d, j);
                    Gram.OF_TWO.multiply(scratch, a, Gram.COLUMN, b, i, -1, scratch, 0, GramTile.ROW);
                    NormalEquations.addTile(scratch, b + i * GramTile.ROW);
                }
            }
            factorTriangle(scratch, a + i * GramTile.ROW, block);
            long inverse = NormalEquations.inversePivots(d) + (long) i * Float.BYTES;
            for (int r = 0; r < ROWS; r++) {
                scratch.set(Matrix.FLOAT, inverse + (long) r * Float.BYTES, block[r * ROWS + r]);
            }
            for (int j = first; j < d; j += GramTile.COLS) {
                long tile = NormalEquations.panel(d, j) + i * GramTile.ROW;
                applyInverse(scratch, tile, block);
                applyInverse(scratch, tile + V1, block);
            }
        }
    }

    /**
     * Factors a triangle on the diagonal.
     *
     * @param block receives at (q, r), q above r, the negative of the factor; on the diagonal the inverse pivot
     */
    private static void factorTriangle(MemorySegment scratch, long at, float[] block) {
        for (int r = 0; r < ROWS; r++) {
            float inverse = 0;
            for (int c = r; c < ROWS; c++) {
                float sum = scratch.get(Matrix.FLOAT, at + r * GramTile.ROW + (long) c * Float.BYTES);
                for (int q = 0; q < r; q++) {
                    sum = Math.fma(-block[q * ROWS + r], block[q * ROWS + c], sum);
                }
                if (c == r) {
                    inverse = 1 / (float) Math.sqrt(sum);
                    block[r * ROWS + r] = inverse;
                } else {
                    block[r * ROWS + c] = -sum * inverse;
                }
            }
        }
    }

    /** Forward substitution of a vector of columns of a block of rows. One straight body, as in {@link GramTile}. */
    private static void applyInverse(MemorySegment scratch, long at, float[] block) {
        FloatVector u0 = FloatVector.fromMemorySegment(FLOATS, scratch, at, LITTLE_ENDIAN);
        u0 = u0.mul(block[0]);
        u0.intoMemorySegment(scratch, at, LITTLE_ENDIAN);
        FloatVector u1 = FloatVector.fromMemorySegment(FLOATS, scratch, at + GramTile.ROW, LITTLE_ENDIAN);
        u1 = FloatVector.broadcast(FLOATS, block[1]).fma(u0, u1);
        u1 = u1.mul(block[9]);
        u1.intoMemorySegment(scratch, at + GramTile.ROW, LITTLE_ENDIAN);
        FloatVector u2 = FloatVector.fromMemorySegment(FLOATS, scratch, at + 2 * GramTile.ROW, LITTLE_ENDIAN);
        u2 = FloatVector.broadcast(FLOATS, block[2]).fma(u0, u2);
        u2 = FloatVector.broadcast(FLOATS, block[10]).fma(u1, u2);
        u2 = u2.mul(block[18]);
        u2.intoMemorySegment(scratch, at + 2 * GramTile.ROW, LITTLE_ENDIAN);
        FloatVector u3 = FloatVector.fromMemorySegment(FLOATS, scratch, at + 3 * GramTile.ROW, LITTLE_ENDIAN);
        u3 = FloatVector.broadcast(FLOATS, block[3]).fma(u0, u3);
        u3 = FloatVector.broadcast(FLOATS, block[11]).fma(u1, u3);
        u3 = FloatVector.broadcast(FLOATS, block[19]).fma(u2, u3);
        u3 = u3.mul(block[27]);
        u3.intoMemorySegment(scratch, at + 3 * GramTile.ROW, LITTLE_ENDIAN);
        FloatVector u4 = FloatVector.fromMemorySegment(FLOATS, scratch, at + 4 * GramTile.ROW, LITTLE_ENDIAN);
        u4 = FloatVector.broadcast(FLOATS, block[4]).fma(u0, u4);
        u4 = FloatVector.broadcast(FLOATS, block[12]).fma(u1, u4);
        u4 = FloatVector.broadcast(FLOATS, block[20]).fma(u2, u4);
        u4 = FloatVector.broadcast(FLOATS, block[28]).fma(u3, u4);
        u4 = u4.mul(block[36]);
        u4.intoMemorySegment(scratch, at + 4 * GramTile.ROW, LITTLE_ENDIAN);
        FloatVector u5 = FloatVector.fromMemorySegment(FLOATS, scratch, at + 5 * GramTile.ROW, LITTLE_ENDIAN);
        u5 = FloatVector.broadcast(FLOATS, block[5]).fma(u0, u5);
        u5 = FloatVector.broadcast(FLOATS, block[13]).fma(u1, u5);
        u5 = FloatVector.broadcast(FLOATS, block[21]).fma(u2, u5);
        u5 = FloatVector.broadcast(FLOATS, block[29]).fma(u3, u5);
        u5 = FloatVector.broadcast(FLOATS, block[37]).fma(u4, u5);
        u5 = u5.mul(block[45]);
        u5.intoMemorySegment(scratch, at + 5 * GramTile.ROW, LITTLE_ENDIAN);
        FloatVector u6 = FloatVector.fromMemorySegment(FLOATS, scratch, at + 6 * GramTile.ROW, LITTLE_ENDIAN);
        u6 = FloatVector.broadcast(FLOATS, block[6]).fma(u0, u6);
        u6 = FloatVector.broadcast(FLOATS, block[14]).fma(u1, u6);
        u6 = FloatVector.broadcast(FLOATS, block[22]).fma(u2, u6);
        u6 = FloatVector.broadcast(FLOATS, block[30]).fma(u3, u6);
        u6 = FloatVector.broadcast(FLOATS, block[38]).fma(u4, u6);
        u6 = FloatVector.broadcast(FLOATS, block[46]).fma(u5, u6);
        u6 = u6.mul(block[54]);
        u6.intoMemorySegment(scratch, at + 6 * GramTile.ROW, LITTLE_ENDIAN);
        FloatVector u7 = FloatVector.fromMemorySegment(FLOATS, scratch, at + 7 * GramTile.ROW, LITTLE_ENDIAN);
        u7 = FloatVector.broadcast(FLOATS, block[7]).fma(u0, u7);
        u7 = FloatVector.broadcast(FLOATS, block[15]).fma(u1, u7);
        u7 = FloatVector.broadcast(FLOATS, block[23]).fma(u2, u7);
        u7 = FloatVector.broadcast(FLOATS, block[31]).fma(u3, u7);
        u7 = FloatVector.broadcast(FLOATS, block[39]).fma(u4, u7);
        u7 = FloatVector.broadcast(FLOATS, block[47]).fma(u5, u7);
        u7 = FloatVector.broadcast(FLOATS, block[55]).fma(u6, u7);
        u7 = u7.mul(block[63]);
        u7.intoMemorySegment(scratch, at + 7 * GramTile.ROW, LITTLE_ENDIAN);
    }

    /**
     * {@code x = U⁻¹ U⁻ᵀ b}.
     *
     * @param d number of unknowns
     * @param scratch holds the factor and b, which is overwritten
     * @param out receives x
     * @param outAt where its first element goes
     */
    static void substitute(int d, MemorySegment scratch, MemorySegment out, long outAt) {
        long b = NormalEquations.rightSide(d);
        long y = NormalEquations.forwardSolution(d);
        long x = NormalEquations.solution(d);
        long inverse = NormalEquations.inversePivots(d);
        for (int i = 0; i < d; i++) {
            long at = (long) i * Float.BYTES;
            float value = scratch.get(Matrix.FLOAT, b + at) * scratch.get(Matrix.FLOAT, inverse + at);
            scratch.set(Matrix.FLOAT, y + at, value);
            for (int j = i / GramTile.COLS * GramTile.COLS; j < d; j += GramTile.COLS) {
                subtractRow(scratch, NormalEquations.panel(d, j) + i * GramTile.ROW, value, b + (long) j * Float.BYTES);
            }
        }
        for (int j = 0; j < NormalEquations.padded(d); j += LANES) {
            FloatVector.zero(FLOATS).intoMemorySegment(scratch, x + (long) j * Float.BYTES, LITTLE_ENDIAN);
        }
        long step = NormalEquations.panel(d, GramTile.COLS) - NormalEquations.panel(d, 0);
        for (int i = d - 1; i >= 0; i--) {
            long at = (long) i * Float.BYTES;
            int first = i / GramTile.COLS * GramTile.COLS;
            int panels = (NormalEquations.padded(d) - first) / GramTile.COLS;
            float known = dot(
                    scratch,
                    NormalEquations.panel(d, first) + i * GramTile.ROW,
                    step,
                    x + (long) first * Float.BYTES,
                    panels);
            float value = (scratch.get(Matrix.FLOAT, y + at) - known) * scratch.get(Matrix.FLOAT, inverse + at);
            scratch.set(Matrix.FLOAT, x + at, value);
        }
        MemorySegment.copy(scratch, x, out, outAt, (long) d * Float.BYTES);
    }

    /** {@code b -= value * u} in one panel. */
    private static void subtractRow(MemorySegment scratch, long u, float value, long b) {
        FloatVector factor = FloatVector.broadcast(FLOATS, -value);
        factor.fma(load(scratch, u), load(scratch, b)).intoMemorySegment(scratch, b, LITTLE_ENDIAN);
        factor.fma(load(scratch, u + V1), load(scratch, b + V1)).intoMemorySegment(scratch, b + V1, LITTLE_ENDIAN);
    }

    /** Inner product of a row of U and x, from one panel to the last. */
    private static float dot(MemorySegment scratch, long u, long step, long x, int panels) {
        FloatVector left = FloatVector.zero(FLOATS);
        FloatVector right = FloatVector.zero(FLOATS);
        for (int p = 0; p < panels; p++) {
            long from = u + p * step;
            long at = x + p * GramTile.ROW;
            left = load(scratch, from).fma(load(scratch, at), left);
            right = load(scratch, from + V1).fma(load(scratch, at + V1), right);
        }
        return Lanes.sum(left.add(right));
    }

    private static FloatVector load(MemorySegment data, long at) {
        return FloatVector.fromMemorySegment(FLOATS, data, at, LITTLE_ENDIAN);
    }
}
