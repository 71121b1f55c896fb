package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;

/**
 * Products in the manner of BLIS (Van Zee and van de Geijn, ACM TOMS 41(3), 2015): C is cut into blocks, one a task; a
 * task packs its part of B into panels that stay in cache and sweeps register tiles over them. A is not packed: the
 * tile kernel reads it one float at a time, in any order. The three forms differ only in the steps through A and in
 * the way B is packed.
 *
 * <p>The cut depends on the shape of C alone, and a task runs through the inner size in order: the bits of a result
 * do not depend on the number of threads.
 */
final class VectorMatrixKernels extends MatrixKernels {

    /** Inner size of a block: a panel of 512-bit vectors then takes 32 KiB. */
    private static final int BLOCK_K = 256;

    private static final int BLOCK_ROWS = 128;
    private static final int BLOCK_COLS = 256;

    /** Blocks shrink, down to the smallest, until a product has this many tasks. */
    private static final int TASKS = 8;

    private static final int SMALLEST_ROWS = 32;
    private static final int SMALLEST_COLS = 64;

    /** Where the panels begin in a worker's scratch, after the tile. */
    private static final long PANELS = GemmTile.BYTES;

    @Override
    void gemmUnchecked(
            Workers workers, Form form, float alpha, Matrix a, Matrix b, float beta, Matrix c, Epilogue epilogue) {
        Grid grid = Grid.of(c.rows(), c.cols());
        workers.run(grid.tasks(), (task, worker) -> {
            int row = task / grid.across() * grid.blockRows();
            int col = task % grid.across() * grid.blockCols();
            int rows = Math.min(grid.blockRows(), c.rows() - row);
            int cols = Math.min(grid.blockCols(), c.cols() - col);
            block(form, alpha, a, b, beta, c, epilogue, row, rows, col, cols, workers.scratch(worker));
        });
    }

    private static void block(
            Form form,
            float alpha,
            Matrix a,
            Matrix b,
            float beta,
            Matrix c,
            Epilogue epilogue,
            int row,
            int rows,
            int col,
            int cols,
            MemorySegment scratch) {
        int k = form == Form.TN ? a.rows() : a.cols();
        int steps = Math.max(1, (k + BLOCK_K - 1) / BLOCK_K);
        int step = (k + steps - 1) / steps;
        for (int i = 0; i < steps; i++) {
            int fromK = i * step;
            int count = Math.min(step, k - fromK);
            if (form == Form.NT) {
                Panels.packColumns(b, fromK, count, col, cols, scratch, PANELS);
            } else {
                Panels.packRows(b, fromK, count, col, cols, scratch, PANELS);
            }
            float old = i == 0 ? beta : 1;
            Epilogue last = i == steps - 1 ? epilogue : Epilogue.none();
            sweep(form, alpha, a, fromK, count, old, c, last, row, rows, col, cols, scratch);
        }
    }

    /** Multiplies the rows of a block of A by the packed panels. */
    private static void sweep(
            Form form,
            float alpha,
            Matrix a,
            int fromK,
            int k,
            float beta,
            Matrix c,
            Epilogue epilogue,
            int row,
            int rows,
            int col,
            int cols,
            MemorySegment scratch) {
        long rowStep = form == Form.TN ? Float.BYTES : a.offset(1);
        long stepK = form == Form.TN ? a.offset(1) : Float.BYTES;
        long panel = PANELS;
        for (int j = 0; j < cols; j += Panels.WIDTH) {
            int width = Math.min(Panels.WIDTH, cols - j);
            for (int i = 0; i < rows; i += GemmTile.ROWS) {
                int height = Math.min(GemmTile.ROWS, rows - i);
                long at = (row + i) * rowStep + fromK * stepK;
                GemmTile.multiply(a.data(), at, rowStep, stepK, height, scratch, panel, k, alpha, scratch, 0);
                GemmTile.store(scratch, 0, c, row + i, col + j, height, width, beta, epilogue);
            }
            panel += Panels.bytes(k);
        }
    }

    /**
     * How C is cut into tasks.
     *
     * @param blockRows rows of a block
     * @param blockCols columns of a block
     * @param across blocks side by side
     * @param tasks number of blocks
     */
    private record Grid(int blockRows, int blockCols, int across, int tasks) {

        static Grid of(int m, int n) {
            int rows = Math.min(BLOCK_ROWS, Math.max(1, count(m, SMALLEST_ROWS)) * SMALLEST_ROWS);
            int cols = Math.min(BLOCK_COLS, Math.max(1, count(n, SMALLEST_COLS)) * SMALLEST_COLS);
            while ((long) count(m, rows) * count(n, cols) < TASKS && (cols > SMALLEST_COLS || rows > SMALLEST_ROWS)) {
                if (cols > SMALLEST_COLS && cols >= rows) {
                    cols = Math.max(SMALLEST_COLS, cols / 2);
                } else {
                    rows = Math.max(SMALLEST_ROWS, rows / 2);
                }
            }
            int across = count(n, cols);
            return new Grid(rows, cols, across, Math.multiplyExact(count(m, rows), across));
        }

        private static int count(int size, int block) {
            return (int) (((long) size + block - 1) / block);
        }
    }
}
