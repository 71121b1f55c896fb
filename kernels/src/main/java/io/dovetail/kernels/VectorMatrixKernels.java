package io.dovetail.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Products in the manner of BLIS (Van Zee and van de Geijn, ACM TOMS 41(3), 2015): C is cut into blocks; the part of B that
 * a block needs is packed into panels that stay in the second-level cache, a strip of A is copied to the first, and register
 * tiles sweep over both. The three forms differ only in how A and B are copied.
 *
 * <p>How C is cut has no influence on the bits of a result: an element is one sum, started with the bias or the old value,
 * over the inner size in order. So they do not depend on the number of threads.
 */
final class VectorMatrixKernels extends MatrixKernels {

    /** Columns of a block: with the greatest inner size, its panels take 1 MiB. */
    private static final int BLOCK_COLS = 512;

    /** Tasks a thread, so that no thread waits long for the last one of another. */
    private static final int TASKS_PER_THREAD = 4;

    private static final long CACHE_LINE = 64;
    private static final int SMALLEST_ROWS = 32;
    private static final int SMALLEST_COLS = 64;

    /** Scratch of a worker: a row of zeros, a tile, what packing needs, panels of B. */
    private static final long ZEROS = 0;

    private static final long TILE = ZEROS + Panels.ROW_BYTES;
    private static final long PACKING = TILE + GemmTile.BYTES;
    private static final long PANELS = PACKING + Squares.BYTES;

    private static final GemmKernel BY_ROW = RegisterTile.of(Strips.STRIDE, 1);
    private static final GemmKernel BY_COLUMN = RegisterTile.of(1, Strips.COLUMN_ROWS);

    private final LayerKernels layers;

    /** How the left operand lies: as it is read, or transposed. */
    private enum Left {
        ROWS,
        COLUMNS;

        int innerSize(Matrix a) {
            return this == ROWS ? a.cols() : a.rows();
        }
    }

    /** How the right operand lies: as it is read, transposed, or in panels already. */
    private enum Right {
        ROWS,
        COLUMNS,
        PACKED
    }

    /**
     * @param layers for what an epilogue does with whole rows
     */
    VectorMatrixKernels(LayerKernels layers) {
        this.layers = layers;
    }

    @Override
    void gemmUnchecked(
            Workers workers, Form form, float alpha, Matrix a, Matrix b, float beta, Matrix c, Epilogue epilogue) {
        Left left = form == Form.TN ? Left.COLUMNS : Left.ROWS;
        Right right = form == Form.NT ? Right.COLUMNS : Right.ROWS;
        run(workers, left, alpha, a, right, b, beta, c, epilogue);
    }

    @Override
    Matrix packedMemory(Arena arena, int k, int n) {
        long bytes = Squares.BYTES; // what packing columns needs
        int steps = steps(k);
        int step = (k + steps - 1) / steps;
        for (int i = 0; i < steps; i++) {
            bytes += Panels.across(n) * Panels.bytes(Math.min(step, k - i * step));
        }
        int row = Math.toIntExact(Panels.ROW_BYTES / Float.BYTES);
        long rows = (bytes + Panels.ROW_BYTES - 1) / Panels.ROW_BYTES;
        return new Matrix(arena.allocate(rows * Panels.ROW_BYTES, CACHE_LINE), Math.toIntExact(rows), row, row);
    }

    @Override
    void packUnchecked(Matrix b, Matrix memory) {
        int steps = steps(b.rows());
        int step = (b.rows() + steps - 1) / steps;
        for (int i = 0; i < steps; i++) {
            int count = Math.min(step, b.rows() - i * step);
            long at = i * Panels.across(b.cols()) * Panels.bytes(step);
            Panels.packRows(b, i * step, count, 0, b.cols(), memory.data(), at);
        }
    }

    @Override
    void packTransposedUnchecked(Matrix b, Matrix memory) {
        int steps = steps(b.cols());
        int step = (b.cols() + steps - 1) / steps;
        long square = memory.data().byteSize() - Squares.BYTES;
        for (int i = 0; i < steps; i++) {
            int count = Math.min(step, b.cols() - i * step);
            long at = i * Panels.across(b.rows()) * Panels.bytes(step);
            Panels.packColumns(b, i * step, count, 0, b.rows(), memory.data(), at, square);
        }
    }

    @Override
    void gemmPackedUnchecked(
            Workers workers, float alpha, Matrix a, Matrix packed, float beta, Matrix c, Epilogue epilogue) {
        run(workers, Left.ROWS, alpha, a, Right.PACKED, packed, beta, c, epilogue);
    }

    private void run(
            Workers workers,
            Left left,
            float alpha,
            Matrix a,
            Right right,
            Matrix b,
            float beta,
            Matrix c,
            Epilogue epilogue) {
        if (workers.alone()) {
            block(left, alpha, a, right, b, beta, c, epilogue, 0, c.rows(), 0, c.cols(), workers, 0);
            return;
        }
        int leastCols = epilogue.normalizes() ? c.cols() : SMALLEST_COLS;
        // Tasks of a transposed product, which has few rows and a long inner size, repeat each other's reading.
        int wanted = (left == Left.COLUMNS ? 1 : TASKS_PER_THREAD) * workers.threads();
        Grid grid = Grid.of(c.rows(), c.cols(), leastCols, wanted);
        workers.run(grid.tasks(), (task, worker) -> {
            int row = task / grid.across() * grid.blockRows();
            int col = task % grid.across() * grid.blockCols();
            int rows = Math.min(grid.blockRows(), c.rows() - row);
            int cols = Math.min(grid.blockCols(), c.cols() - col);
            block(left, alpha, a, right, b, beta, c, epilogue, row, rows, col, cols, workers, worker);
        });
    }

    private static int steps(int k) {
        return Math.max(1, (int) ((k + Strips.MAX_K - 1L) / Strips.MAX_K));
    }

    /** Rows {@code [row, row + rows)} and columns {@code [col, col + cols)} of C. */
    private void block(
            Left left,
            float alpha,
            Matrix a,
            Right right,
            Matrix b,
            float beta,
            Matrix c,
            Epilogue epilogue,
            int row,
            int rows,
            int col,
            int cols,
            Workers workers,
            int worker) {
        MemorySegment scratch = workers.scratch(worker);
        float[] strip = workers.floats(worker);
        Panels.clear(scratch, ZEROS, 1);
        Panels.clear(scratch, ZEROS + Panels.ROW_BYTES / 2, 1);
        int k = left.innerSize(a);
        int steps = steps(k);
        int step = (k + steps - 1) / steps;
        for (int from = col; from < col + cols; from += BLOCK_COLS) {
            int width = Math.min(BLOCK_COLS, col + cols - from);
            for (int i = 0; i < steps; i++) {
                int fromK = i * step;
                int count = Math.min(step, k - fromK);
                long panels = pack(right, b, c.cols(), fromK, count, step, from, width, scratch);
                MemorySegment packed = right == Right.PACKED ? b.data() : scratch;
                float old = i == 0 ? beta : 1;
                Epilogue first = i == 0 ? epilogue : Epilogue.none();
                Epilogue last = i == steps - 1 ? epilogue : Epilogue.none();
                sweep(
                        left, alpha, a, fromK, count, packed, panels, old, c, first, last, row, rows, from, width,
                        scratch, strip);
            }
        }
    }

    private static long pack(
            Right right, Matrix b, int n, int fromK, int k, int step, int col, int cols, MemorySegment scratch) {
        switch (right) {
            case ROWS -> Panels.packRows(b, fromK, k, col, cols, scratch, PANELS);
            case COLUMNS -> Panels.packColumns(b, fromK, k, col, cols, scratch, PANELS, PACKING);
            case PACKED -> {
                long before = step == 0 ? 0 : fromK / step * Panels.across(n) * Panels.bytes(step);
                return before + col / Panels.WIDTH * Panels.bytes(k);
            }
        }
        return PANELS;
    }

    /** Multiplies the rows of a block of A by packed panels. */
    private void sweep(
            Left left,
            float alpha,
            Matrix a,
            int fromK,
            int k,
            MemorySegment packed,
            long panels,
            float beta,
            Matrix c,
            Epilogue first,
            Epilogue last,
            int row,
            int rows,
            int col,
            int cols,
            MemorySegment scratch,
            float[] strip) {
        boolean byRow = left == Left.ROWS;
        int stripRows = byRow ? Strips.rows(k) : Strips.COLUMN_ROWS;
        int rowStep = byRow ? Strips.STRIDE : 1;
        GemmKernel kernel = byRow ? BY_ROW : BY_COLUMN;
        for (int i = row; i < row + rows; i += stripRows) {
            int height = Math.min(stripRows, row + rows - i);
            if (byRow) {
                long at = a.offset(i) + (long) fromK * Float.BYTES;
                Strips.copyRows(a.data(), at, a.offset(1), height, k, alpha, strip);
            } else {
                long at = a.offset(fromK) + (long) i * Float.BYTES;
                Strips.copyColumns(a.data(), at, a.offset(1), height, k, alpha, strip);
            }
            long panel = panels;
            for (int j = 0; j < cols; j += Panels.WIDTH) {
                int width = Math.min(Panels.WIDTH, cols - j);
                for (int r = 0; r < height; r += GemmTile.ROWS) {
                    int tileRows = Math.min(GemmTile.ROWS, height - r);
                    tile(
                            kernel,
                            strip,
                            r * rowStep,
                            packed,
                            panel,
                            k,
                            beta,
                            c,
                            first,
                            last,
                            i + r,
                            col + j,
                            tileRows,
                            width,
                            scratch);
                }
                panel += Panels.bytes(k);
            }
            if (last.normalizes() && col + cols == c.cols()) {
                layers.normalizeRows(c, c, last.inverseNorms(), i, i + height);
            }
        }
    }

    /** One tile: where it starts from, the multiplication, and what is left to do at the edges of C. */
    private static void tile(
            GemmKernel kernel,
            float[] strip,
            int at,
            MemorySegment packed,
            long panel,
            int k,
            float beta,
            Matrix c,
            Epilogue first,
            Epilogue last,
            int row,
            int col,
            int rows,
            int cols,
            MemorySegment scratch) {
        boolean whole = rows == GemmTile.ROWS && cols == Panels.WIDTH;
        long column = (long) col * Float.BYTES;
        long target = c.offset(row) + column;
        long step = c.offset(1);
        MemorySegment init = scratch;
        long initAt = TILE;
        long initStep = Panels.ROW_BYTES;
        if (beta == 0 && !first.biases()) {
            initAt = ZEROS;
            initStep = 0;
        } else if (beta == 0 && whole) {
            init = first.operand().data();
            initAt = column;
            initStep = 0;
        } else if (beta == 1 && whole && !first.biases()) {
            init = c.data();
            initAt = target;
            initStep = step;
        } else {
            GemmTile.load(c.data(), target, step, rows, cols, beta, scratch, TILE);
            if (first.biases()) {
                GemmTile.addRow(first.operand().data(), column, rows, cols, scratch, TILE);
            }
        }
        float floor = last.clips() ? 0 : Float.NEGATIVE_INFINITY;
        if (whole) {
            kernel.multiply(strip, at, packed, panel, k, init, initAt, initStep, floor, c.data(), target, step);
        } else {
            kernel.multiply(
                    strip, at, packed, panel, k, init, initAt, initStep, floor, scratch, TILE, Panels.ROW_BYTES);
            GemmTile.store(scratch, TILE, rows, cols, c.data(), target, step);
        }
        if (last.masks()) {
            Matrix gates = last.operand();
            long gateAt = gates.offset(row) + column;
            if (whole) {
                GemmTile.keepWholeWherePositive(gates.data(), gateAt, gates.offset(1), c.data(), target, step);
            } else {
                GemmTile.keepWherePositive(gates.data(), gateAt, gates.offset(1), c.data(), target, step, rows, cols);
            }
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

        static Grid of(int m, int n, int leastCols, int wanted) {
            int rows = Math.max(1, m);
            int cols = Math.max(1, n);
            while ((long) count(m, rows) * count(n, cols) < wanted && (rows > SMALLEST_ROWS || cols > leastCols)) {
                if (cols > leastCols && (cols > rows || rows <= SMALLEST_ROWS)) {
                    cols = Math.max(leastCols, half(cols, SMALLEST_COLS));
                } else {
                    rows = Math.max(SMALLEST_ROWS, half(rows, GemmTile.ROWS));
                }
            }
            int across = count(n, cols);
            return new Grid(rows, cols, across, Math.multiplyExact(count(m, rows), across));
        }

        /** A half, rounded up to a multiple. */
        private static int half(int size, int multiple) {
            return count(size, 2 * multiple) * multiple;
        }

        private static int count(int size, int block) {
            return (int) (((long) size + block - 1) / block);
        }
    }
}
