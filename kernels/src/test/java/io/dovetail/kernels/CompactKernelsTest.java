package io.dovetail.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.kernels.CompactRows.Elements;
import java.lang.foreign.Arena;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CompactKernelsTest {

    private final Arena arena = Arena.ofConfined();
    private final Framed framed = new Framed(arena, 7);

    @AfterEach
    void close() {
        framed.assertIntact();
        arena.close();
    }

    private CompactRows rows(Elements elements, int rows, int cols) {
        // Not a byte more than needed: reading beyond the end throws.
        return new CompactRows(elements, arena.allocate((long) rows * cols * elements.bytes(), 1), rows, cols);
    }

    @ParameterizedTest
    @EnumSource(Elements.class)
    void decodes_as_the_scalar_twin(Elements elements) {
        for (int cols : Framed.SIZES) {
            CompactRows rows = rows(elements, 9, cols);
            for (int row = 0; row < rows.rows(); row++) {
                for (int col = 0; col < cols; col++) {
                    rows.set(row, col, (float) (50 * framed.random().nextGaussian()));
                }
            }
            int[] index = {3, 8, 0, 8, 5, 1};
            Matrix expected = framed.zeros(5, cols);
            Matrix actual = framed.zeros(5, cols);
            actual.fill(Float.NaN);
            Kernels.scalar().compact().decodeAt(rows, index, 1, 5, expected);
            Kernels.vector().compact().decodeAt(rows, index, 1, 5, actual);
            Framed.assertSame(expected, actual);
            assertEquals(rows.get(8, cols - 1), actual.get(0, cols - 1));
            assertEquals(rows.get(1, 0), actual.get(4, 0));
        }
    }

    @Test
    void every_finite_half_has_its_value() {
        CompactRows rows = rows(Elements.FLOAT16, 1, 1 << 16);
        for (int bits = 0; bits < 1 << 16; bits++) {
            boolean finite = (bits & 0x7C00) != 0x7C00;
            rows.data().set(CompactRows.HALF, 2L * bits, (short) (finite ? bits : 0));
        }
        Matrix actual = framed.zeros(1, 1 << 16);
        Kernels.vector().compact().decodeAt(rows, new int[1], 0, 1, actual);
        for (int bits = 0; bits < 1 << 16; bits++) {
            float expected = Float.float16ToFloat(rows.data().get(CompactRows.HALF, 2L * bits));
            assertEquals(
                    Float.floatToRawIntBits(expected),
                    Float.floatToRawIntBits(actual.get(0, bits)),
                    "bits " + Integer.toHexString(bits));
        }
    }

    @Test
    void every_byte_has_its_value() {
        CompactRows rows = rows(Elements.INT8, 1, 256);
        for (int value = -128; value < 128; value++) {
            rows.set(0, value + 128, value);
        }
        Matrix actual = framed.zeros(1, 256);
        Kernels.vector().compact().decodeAt(rows, new int[1], 0, 1, actual);
        for (int value = -128; value < 128; value++) {
            assertEquals(value, actual.get(0, value + 128));
        }
    }

    @Test
    void sets_the_nearest_value() {
        CompactRows bytes = rows(Elements.INT8, 1, 5);
        CompactRows halves = rows(Elements.FLOAT16, 1, 5);
        float[] values = {2.5f, -1.51f, 1000, -1e9f, 0.4f};
        for (int col = 0; col < values.length; col++) {
            bytes.set(0, col, values[col]);
            halves.set(0, col, values[col]);
        }
        assertEquals(2, bytes.get(0, 0));
        assertEquals(-2, bytes.get(0, 1));
        assertEquals(127, bytes.get(0, 2));
        assertEquals(-128, bytes.get(0, 3));
        assertEquals(0, bytes.get(0, 4));
        assertEquals(2.5f, halves.get(0, 0));
        assertEquals(-65504, halves.get(0, 3));
        assertEquals(0.4f, halves.get(0, 4), 0.4f / 2048);
    }

    @Test
    void refuses_what_does_not_fit() {
        CompactRows rows = rows(Elements.INT8, 4, 8);
        Matrix out = framed.zeros(2, 8);
        CompactKernels kernels = Kernels.vector().compact();
        for (int[] index : new int[][] {{0, 4}, {-1, 0}, {0}}) {
            assertThrows(IllegalArgumentException.class, () -> kernels.decodeAt(rows, index, 0, 2, out));
        }
        int[] all = IntStream.range(0, 4).toArray();
        assertThrows(IllegalArgumentException.class, () -> kernels.decodeAt(rows, all, 0, 3, out));
        assertThrows(IllegalArgumentException.class, () -> kernels.decodeAt(rows, all, 3, 2, out));
        assertThrows(IllegalArgumentException.class, () -> kernels.decodeAt(rows, all, 0, 2, framed.zeros(2, 7)));
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> new CompactRows(Elements.FLOAT16, rows.data(), 4, 8));
        assertTrue(String.valueOf(refused.getMessage()).contains("4x8"), refused.getMessage());
    }
}
