package io.dovetail.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FastScanTablesTest {
    private final SearchKernels scalar = Kernels.scalar().search();
    private final SearchKernels vector = Kernels.vector().search();
    private final Arena arena = Arena.ofShared();
    private final Framed framed = new Framed(arena, 1);

    @AfterEach
    void close() {
        framed.assertIntact();
        arena.close();
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "2, 7", "14, 1", "16, 2", "18, 3", "32, 1", "50, 2", "256, 1"})
    void equal_the_scalar_twin_and_are_near(int subspaces, int width) {
        Matrix codebooks = framed.normal(subspaces * width, 16);
        Matrix query = framed.normal(1, subspaces * width);
        FastScanTables expected = new FastScanTables(codebooks, subspaces, arena);
        FastScanTables actual = new FastScanTables(codebooks, subspaces, arena);
        scalar.innerProductTables(query, expected);
        scalar.quantizeTables(expected);
        vector.innerProductTables(query, actual);
        vector.quantizeTables(actual);
        assertEquals(expected.scale(), actual.scale());
        assertEquals(expected.least(), actual.least());
        assertEquals(-1, expected.bytes().mismatch(actual.bytes()));
        assertArrayEquals(expected.products(), actual.products());
        assertEquals(expected.squares(), actual.squares());

        Matrix tables = Matrix.allocate(arena, subspaces, 16);
        vector.innerProductTables(query, codebooks, subspaces, tables);
        double leasts = 0;
        double squares = 0;
        int widest = 0;
        for (int m = 0; m < subspaces; m++) {
            double least = Double.POSITIVE_INFINITY;
            for (int entry = 0; entry < 16; entry++) {
                least = Math.min(least, tables.get(m, entry));
                squares += (double) tables.get(m, entry) * tables.get(m, entry);
            }
            leasts += least;
            for (int i = 0; i < CodeShape.tableBytes(4); i++) {
                double scaled = (tables.get(m, i % 16) - least) * actual.scale();
                assertEquals(scaled, entry(actual, m, i), 0.51, "table " + m + ", byte " + i);
            }
        }
        for (int m = 0; m < subspaces; m += 2) {
            widest = Math.max(widest, widest(actual, m) + widest(actual, m + 1));
        }
        assertTrue(widest >= 253 && widest <= 255, "two entries fill a byte and no more: " + widest);
        // Of so many numbers of one sign each addition errs by half a unit in the last place at most.
        assertEquals(leasts, actual.least(), subspaces * 0x1p-24 * Math.abs(leasts));
        assertEquals(squares, actual.squares(), (subspaces + 2 * 16) * 0x1p-24 * squares);
    }

    private static int widest(FastScanTables tables, int m) {
        int widest = 0;
        for (int i = 0; i < 16; i++) {
            widest = Math.max(widest, entry(tables, m, i));
        }
        return widest;
    }

    private static int entry(FastScanTables tables, int m, int i) {
        return Byte.toUnsignedInt(tables.bytes().get(ValueLayout.JAVA_BYTE, m * CodeShape.tableBytes(4) + i));
    }

    @Test
    void equal_entries_become_zeros() {
        Matrix codebooks = Matrix.allocate(arena, 2, 16);
        Matrix query = Matrix.allocate(arena, 1, 2);
        for (int i = 0; i < 16; i++) {
            codebooks.set(0, i, -3);
            codebooks.set(1, i, 5);
        }
        query.set(0, 0, 1);
        query.set(0, 1, 1);
        FastScanTables tables = new FastScanTables(codebooks, 2, arena);
        tables.bytes().fill((byte) 7);
        vector.innerProductTables(query, tables);
        vector.quantizeTables(tables);
        assertEquals(1, tables.scale());
        assertEquals(2, tables.least());
        assertEquals(-1, arena.allocate(tables.bytes().byteSize()).mismatch(tables.bytes()));
    }

    @Test
    void refuse_what_does_not_fit() {
        Matrix codebooks = Matrix.allocate(arena, 12, 16);
        assertThrows(IllegalArgumentException.class, () -> new FastScanTables(codebooks, 3, arena));
        assertThrows(IllegalArgumentException.class, () -> new FastScanTables(codebooks, 8, arena));
        assertThrows(
                IllegalArgumentException.class, () -> new FastScanTables(Matrix.allocate(arena, 12, 32), 4, arena));
        FastScanTables tables = new FastScanTables(codebooks, 4, arena);
        Matrix query = Matrix.allocate(arena, 1, 11);
        assertThrows(IllegalArgumentException.class, () -> vector.innerProductTables(query, tables));
    }
}
