package io.dovetail.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The tables of a query for codes of 4 bits, reusable: the inner products of its sub-vectors with 16 centroids each, and what
 * {@link ScanKernels#scan} reads of them. The kernels compute them for sixteen subspaces side by side: the least entry of
 * each is found by comparing whole vectors, where a table of 16 by itself is one vector, whose least entry takes four shuffles.
 *
 * <p>Filled by {@link SearchKernels#innerProductTables(Matrix, FastScanTables)} and then
 * {@link SearchKernels#quantizeTables(FastScanTables)}. Not thread-safe.
 */
public final class FastScanTables {

    /** Entries of a table. */
    static final int ENTRIES = 16;

    /** Subspaces side by side. */
    static final int ABREAST = RowPanels.PANEL;

    /** Floats of a block: the first entry of the subspaces side by side, then the second, and so on. */
    static final int BLOCK = ENTRIES * ABREAST;

    /** A float from which on they are integers: added to a small number it rounds that, and the last bits are the integer. */
    static final float ONES = 1 << 23;

    /** Where in the scratch tables begin that are whole. */
    static final int TABLES_AT = 4 * ABREAST;

    private final int[] scratch = new int[2 * TABLES_AT];
    private final int subspaces;
    private final int width;
    private final int blocks;
    private final float[] centroids;
    private final float[] query;
    private final float[] products;
    private final float[] leasts;
    private final float[] widths;
    private final float[] squares;
    private final MemorySegment bytes;
    private float scale = 1;
    private float least;

    /**
     * Tables for a product quantizer.
     *
     * @param codebooks (d, 16): column c of rows [m d/M, (m + 1) d/M) is centroid c of subspace m
     * @param subspaces number of sub-vectors M, a divisor of d, even
     * @param arena owner of the memory
     * @throws IllegalArgumentException if they do not fit
     */
    public FastScanTables(Matrix codebooks, int subspaces, Arena arena) {
        if (codebooks.cols() != ENTRIES
                || subspaces < 2
                || subspaces > 256
                || subspaces % 2 != 0
                || codebooks.rows() < 1
                || codebooks.rows() % subspaces != 0) {
            throw new IllegalArgumentException("fast scan tables: codebooks " + codebooks.shape() + " of " + subspaces
                    + " subspaces; an even divisor of the rows and 16 columns are needed");
        }
        this.subspaces = subspaces;
        width = codebooks.rows() / subspaces;
        blocks = RowPanels.count(subspaces);
        centroids = new float[width * blocks * BLOCK];
        query = new float[width * blocks * ABREAST];
        products = new float[blocks * BLOCK];
        leasts = new float[blocks * ABREAST];
        widths = new float[blocks * ABREAST];
        squares = new float[blocks * ABREAST];
        bytes = arena.allocate((long) blocks * ABREAST * SearchKernels.LEAST_TABLE_BYTES, 64);
        for (int row = 0; row < codebooks.rows(); row++) {
            int m = row / width;
            int block = row % width * blocks + m / ABREAST;
            for (int entry = 0; entry < ENTRIES; entry++) {
                centroids[block * BLOCK + entry * ABREAST + m % ABREAST] = codebooks.get(row, entry);
            }
        }
    }

    /** {@return tables for {@link ScanKernels#scan}, as of when they were last quantized} */
    public MemorySegment bytes() {
        return bytes;
    }

    /** {@return what the inner products were multiplied with to make bytes of them} */
    public float scale() {
        return scale;
    }

    /** {@return the sum of the least entries of all tables, which are 0 as bytes} */
    public float least() {
        return least;
    }

    /** {@return the sum of the squares of all inner products} */
    public float squares() {
        float sum = 0;
        for (float square : squares) {
            sum += square;
        }
        return sum;
    }

    /** Length of a query. */
    int dimension() {
        return subspaces * width;
    }

    /** Elements of a sub-vector. */
    int width() {
        return width;
    }

    /** Number of blocks: the last may have fewer subspaces than there is room for, whose centroids are 0. */
    int blocks() {
        return blocks;
    }

    /** Blocks of the first elements of all centroids, then of the second, and so on. */
    float[] centroids() {
        return centroids;
    }

    /** The first elements of the query's sub-vectors, {@link #ABREAST} for each block, then the second, and so on. */
    float[] query() {
        return query;
    }

    /** The inner products, in blocks. */
    float[] products() {
        return products;
    }

    /** Least entry of each table. */
    float[] leasts() {
        return leasts;
    }

    /** By how much its greatest entry is greater. */
    float[] widths() {
        return widths;
    }

    /** The sum of the squares of each table's entries. */
    float[] squaresOfTables() {
        return squares;
    }

    /** Room for the entries of a block as bytes, twice. */
    int[] scratch() {
        return scratch;
    }

    /** Puts the elements of a query where they are read. */
    void spread(Matrix row) {
        for (int m = 0; m < subspaces; m++) {
            for (int j = 0; j < width; j++) {
                query[j * blocks * ABREAST + m] = row.get(0, m * width + j);
            }
        }
    }

    /** Finds the scale with which any two neighbouring tables take up a byte: the kernels add two such entries as bytes. */
    void findScale() {
        float range = 0;
        float sum = 0;
        for (int m = 0; m < subspaces; m += 2) {
            float pair = widths[m] + widths[m + 1];
            range = pair > range ? pair : range;
            sum += leasts[m] + leasts[m + 1];
        }
        // Two entries that are rounded up come to one more. All entries equal: all sums are 0, any scale will do.
        scale = range > 0 ? (256 - 2) / range : 1;
        least = sum;
    }
}
