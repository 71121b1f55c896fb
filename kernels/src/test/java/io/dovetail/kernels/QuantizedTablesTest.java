package io.dovetail.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class QuantizedTablesTest {
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
    @CsvSource({"1, 32", "7, 32", "8, 64", "16, 128", "4, 256", "256, 32"})
    void quantised_tables_equal_the_scalar_twin_and_are_near(int count, int entries) {
        Matrix x = Matrix.allocate(arena, count, entries);
        Matrix y = Matrix.allocate(arena, count, entries);
        Matrix original = framed.normal(count, entries);
        x.copyFrom(original);
        y.copyFrom(original);
        int bits = Integer.numberOfTrailingZeros(entries);
        MemorySegment expected = arena.allocate(count * CodeShape.tableBytes(bits));
        MemorySegment actual = arena.allocate(count * CodeShape.tableBytes(bits));
        float[] levels = new float[2];
        float[] twin = new float[2];
        scalar.quantizeTables(x, expected, twin);
        vector.quantizeTables(y, actual, levels);
        assertArrayEquals(twin, levels);
        assertEquals(-1, expected.mismatch(actual));
        double leasts = 0;
        int greatest = 0;
        for (int m = 0; m < count; m++) {
            double least = Double.POSITIVE_INFINITY;
            for (int i = 0; i < entries; i++) {
                least = Math.min(least, original.get(m, i));
            }
            leasts += least;
            for (int i = 0; i < CodeShape.tableBytes(bits); i++) {
                int small = actual.get(ValueLayout.JAVA_BYTE, m * CodeShape.tableBytes(bits) + i) & 0xff;
                greatest = Math.max(greatest, small);
                assertEquals(original.get(m, i % entries) - least, small / (double) levels[0], 0.51 / levels[0]);
            }
        }
        assertEquals(leasts, levels[1], count * 0x1p-24 * Math.abs(leasts)); // a rounding for each that is added
        assertEquals(255, greatest, "the range is made use of");
    }

    @Test
    void tables_of_equal_entries_become_zeros() {
        Matrix tables = Matrix.allocate(arena, 2, 32);
        for (int i = 0; i < 32; i++) {
            tables.set(0, i, -3);
            tables.set(1, i, 5);
        }
        MemorySegment small = arena.allocate(128);
        small.fill((byte) 7);
        float[] levels = new float[2];
        vector.quantizeTables(tables, small, levels);
        assertArrayEquals(new float[] {1, 2}, levels);
        assertEquals(-1, arena.allocate(128).mismatch(small));
    }
}
