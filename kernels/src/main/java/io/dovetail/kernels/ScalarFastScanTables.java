package io.dovetail.kernels;

import java.lang.foreign.ValueLayout;

/** Fills {@link FastScanTables}: subspace after subspace. */
final class ScalarFastScanTables {

    private static final int ABREAST = FastScanTables.ABREAST;
    private static final int BLOCK = FastScanTables.BLOCK;

    private ScalarFastScanTables() {}

    static void innerProducts(FastScanTables tables) {
        for (int m = 0; m < tables.blocks() * ABREAST; m++) {
            float least = Float.POSITIVE_INFINITY;
            float greatest = Float.NEGATIVE_INFINITY;
            float squares = 0;
            for (int entry = 0; entry < FastScanTables.ENTRIES; entry++) {
                float product = product(tables, m, entry);
                tables.products()[place(m, entry)] = product;
                squares = Math.fma(product, product, squares);
                least = Math.min(least, product);
                greatest = Math.max(greatest, product);
            }
            tables.leasts()[m] = least;
            tables.widths()[m] = greatest - least;
            tables.squaresOfTables()[m] = squares;
        }
    }

    static void toBytes(FastScanTables tables) {
        for (int m = 0; m < tables.blocks() * ABREAST; m++) {
            toBytes(tables, m);
        }
    }

    private static float product(FastScanTables tables, int m, int entry) {
        float sum = 0;
        for (int j = 0; j < tables.width(); j++) {
            int plane = j * tables.blocks();
            float element = tables.query()[plane * ABREAST + m];
            sum = Math.fma(element, tables.centroids()[plane * BLOCK + place(m, entry)], sum);
        }
        return sum;
    }

    private static void toBytes(FastScanTables tables, int m) {
        float least = tables.leasts()[m];
        long table = (long) m * SearchKernels.LEAST_TABLE_BYTES;
        for (int i = 0; i < SearchKernels.LEAST_TABLE_BYTES; i++) {
            float product = tables.products()[place(m, i % FastScanTables.ENTRIES)];
            float rounded = Math.fma(product - least, tables.scale(), FastScanTables.ONES);
            byte entry = (byte) Float.floatToRawIntBits(rounded);
            tables.bytes().set(ValueLayout.JAVA_BYTE, table + i, entry);
        }
    }

    /** Where an entry of a table stands among the products. */
    private static int place(int m, int entry) {
        return m / ABREAST * BLOCK + entry * ABREAST + m % ABREAST;
    }
}
