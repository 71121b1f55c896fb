package io.dovetail.jmh;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.util.SplittableRandom;

/** What a sweep works on, off the heap. */
final class Operands {
    private static final long PAGE = 4096;

    /** Where matrices lie alike within their pages, a sweep over them can take twice as long in cache. */
    private static final long SKEW = PAGE / 4 + 64;

    /** Matrices of one shape. */
    final Matrix[] matrices;

    /** A value per row of theirs. */
    final Matrix perRow;

    /** A value per column. */
    final Matrix perColumn;

    /** A column per row. */
    final int[] targets;

    private Operands(Matrix[] matrices, Matrix perRow, Matrix perColumn, int[] targets) {
        this.matrices = matrices;
        this.perRow = perRow;
        this.perColumn = perColumn;
        this.targets = targets;
    }

    static Operands allocate(Arena arena, int count, int rows, int cols) {
        Matrix[] matrices = new Matrix[count];
        long bytes = (long) rows * cols * Float.BYTES;
        for (int i = 0; i < count; i++) {
            long from = SKEW * i;
            matrices[i] = new Matrix(arena.allocate(bytes + from, PAGE).asSlice(from, bytes), rows, cols, cols);
        }
        int[] targets = new int[rows];
        for (int row = 0; row < rows; row++) {
            targets[row] = (int) (row * 7919L % Math.max(1, cols));
        }
        return new Operands(matrices, Matrix.allocate(arena, 1, rows), Matrix.allocate(arena, 1, cols), targets);
    }

    Operands copy(Arena arena) {
        Matrix[] copies = new Matrix[matrices.length];
        for (int i = 0; i < copies.length; i++) {
            copies[i] = Fixtures.copy(arena, matrices[i]);
        }
        return new Operands(copies, Fixtures.copy(arena, perRow), Fixtures.copy(arena, perColumn), targets);
    }

    /** The same numbers each time: from [0.5, 1) in matrices of even number, from [-1, 1) in those of odd number. */
    void fill() {
        SplittableRandom random = new SplittableRandom(1);
        perRow.fill(0.5f);
        perColumn.fill(0.5f);
        for (int i = 0; i < matrices.length; i++) {
            double low = i % 2 == 0 ? 0.5 : -1;
            for (int row = 0; row < matrices[i].rows(); row++) {
                for (int col = 0; col < matrices[i].cols(); col++) {
                    matrices[i].set(row, col, (float) random.nextDouble(low, 1));
                }
            }
        }
    }

    void requireClose(Operands actual, double tolerance) {
        for (int i = 0; i < matrices.length; i++) {
            Fixtures.requireClose(matrices[i], actual.matrices[i], tolerance);
        }
        Fixtures.requireClose(perRow, actual.perRow, tolerance);
        Fixtures.requireClose(perColumn, actual.perColumn, tolerance);
    }
}
