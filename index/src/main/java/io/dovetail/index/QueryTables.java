package io.dovetail.index;

import io.dovetail.kernels.CodeShape;
import io.dovetail.kernels.FastScanTables;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SearchKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The tables of a query: what each code adds to a score. A sum of 8-bit entries stands for {@code sum / scale + least}. One at a
 * time, reusable.
 */
abstract sealed class QueryTables {

    private final int entries;

    QueryTables(int entries) {
        this.entries = entries;
    }

    /** Tables for the codes of an index. */
    static QueryTables of(IvfPqIndex index, Arena arena) {
        return index.bits() == 4 ? new OfSixteen(index, arena) : new Longer(index, arena);
    }

    /**
     * Finds the inner products with all centroids.
     *
     * @param kernels compute
     * @param query turned as the index turned its vectors
     */
    abstract void multiply(SearchKernels kernels, Matrix query);

    /** The sum of the squares of all inner products; to be asked before {@link #quantize}. */
    abstract float squares(SearchKernels kernels);

    /**
     * The standard deviation of {@code <q, r>} over vectors that have each code equally often; to be asked before
     * {@link #quantize}. Residuals r have a mean of 0, so it is the root of their mean square.
     */
    final float deviation(SearchKernels kernels) {
        return (float) Math.sqrt(squares(kernels) / entries);
    }

    /** Makes bytes of the inner products. */
    abstract void quantize(SearchKernels kernels);

    /** As a scan reads them. */
    abstract MemorySegment bytes();

    abstract float scale();

    abstract float least();

    private static final class OfSixteen extends QueryTables {

        private final FastScanTables tables;

        private OfSixteen(IvfPqIndex index, Arena arena) {
            super(1 << index.bits());
            tables = new FastScanTables(index.codebooks(), index.subspaces(), arena);
        }

        @Override
        void multiply(SearchKernels kernels, Matrix query) {
            kernels.innerProductTables(query, tables);
        }

        @Override
        float squares(SearchKernels kernels) {
            return tables.squares();
        }

        @Override
        void quantize(SearchKernels kernels) {
            kernels.quantizeTables(tables);
        }

        @Override
        MemorySegment bytes() {
            return tables.bytes();
        }

        @Override
        float scale() {
            return tables.scale();
        }

        @Override
        float least() {
            return tables.least();
        }
    }

    private static final class Longer extends QueryTables {

        private final Matrix codebooks;
        private final Matrix tables;
        private final Matrix products;
        private final Matrix squares;
        private final MemorySegment bytes;
        private final float[] levels = new float[2];

        private Longer(IvfPqIndex index, Arena arena) {
            super(1 << index.bits());
            codebooks = index.codebooks();
            tables = Matrix.allocate(arena, index.subspaces(), 1 << index.bits());
            int count = tables.rows() * tables.cols();
            products = new Matrix(tables.data(), 1, count, count);
            squares = Matrix.allocate(arena, 1, 1);
            bytes = arena.allocate(index.subspaces() * CodeShape.tableBytes(index.bits()), 64);
        }

        @Override
        void multiply(SearchKernels kernels, Matrix query) {
            kernels.innerProductTables(query, codebooks, tables.rows(), tables);
        }

        @Override
        float squares(SearchKernels kernels) {
            kernels.dots(products, products, 0, 1, squares);
            return squares.get(0, 0);
        }

        @Override
        void quantize(SearchKernels kernels) {
            kernels.quantizeTables(tables, bytes, levels);
        }

        @Override
        MemorySegment bytes() {
            return bytes;
        }

        @Override
        float scale() {
            return levels[0];
        }

        @Override
        float least() {
            return levels[1];
        }
    }
}
