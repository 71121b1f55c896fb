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

    private final CompactKernels scalar = Kernels.scalar().compact();
    private final CompactKernels vector = Kernels.vector().compact();
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

    /** Of the longest rows these are read ahead in parts. */
    private static final int MANY = 700;

    @ParameterizedTest
    @EnumSource(Elements.class)
    void scores_as_the_scalar_twin(Elements elements) {
        for (int cols : Framed.SIZES) {
            CompactRows rows = rows(elements, 9, cols);
            for (int row = 0; row < rows.rows(); row++) {
                for (int col = 0; col < cols; col++) {
                    rows.set(row, col, (float) (50 * framed.random().nextGaussian()));
                }
            }
            Matrix query = framed.normal(1, cols);
            for (int count : new int[] {0, 1, 5, MANY}) {
                int[] index = framed.rows(count, rows.rows());
                Matrix expected = framed.zeros(1, count + 1);
                Matrix actual = framed.zeros(1, count + 1);
                scalar.dotsAt(query, rows, index, count, expected);
                vector.dotsAt(query, rows, index, count, actual);
                // Sums of products with elements of some 50, in another order.
                Framed.assertClose(expected, actual, 100 * (1e-6 + cols * 0x1p-24));
                assertEquals(0, actual.get(0, count), "behind the last");
            }
        }
    }

    /** The inner product with a unit vector is an element. */
    private float element(CompactRows rows, int row, int col, Matrix query, Matrix out) {
        query.fill(0);
        query.set(0, col, 1);
        vector.dotsAt(query, rows, new int[] {row}, 1, out);
        return out.get(0, 0);
    }

    @Test
    void every_finite_half_has_its_value() {
        int cols = 16;
        CompactRows rows = rows(Elements.FLOAT16, (1 << 16) / cols, cols);
        for (int bits = 0; bits < 1 << 16; bits++) {
            boolean finite = (bits & 0x7C00) != 0x7C00;
            rows.data().set(CompactRows.HALF, 2L * bits, (short) (finite ? bits : 0));
        }
        Matrix query = framed.zeros(1, cols);
        Matrix out = framed.zeros(1, 1);
        for (int bits = 0; bits < 1 << 16; bits++) {
            float expected = Float.float16ToFloat(rows.data().get(CompactRows.HALF, 2L * bits));
            float actual = element(rows, bits / cols, bits % cols, query, out);
            assertTrue(expected == actual, "bits " + Integer.toHexString(bits) + ": " + actual); // 0 == -0
        }
    }

    @Test
    void every_byte_has_its_value() {
        int cols = 16;
        CompactRows rows = rows(Elements.INT8, 256 / cols, cols);
        Matrix query = framed.zeros(1, cols);
        Matrix out = framed.zeros(1, 1);
        for (int place = 0; place < 256; place++) {
            rows.set(place / cols, place % cols, place - 128);
        }
        for (int place = 0; place < 256; place++) {
            assertEquals(place - 128, element(rows, place / cols, place % cols, query, out));
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
        Matrix query = framed.zeros(1, 8);
        Matrix out = framed.zeros(1, 2);
        CompactKernels kernels = vector;
        for (int[] index : new int[][] {{0, 4}, {-1, 0}, {0}}) {
            assertThrows(IllegalArgumentException.class, () -> kernels.dotsAt(query, rows, index, 2, out));
        }
        int[] all = IntStream.range(0, 4).toArray();
        assertThrows(IllegalArgumentException.class, () -> kernels.dotsAt(query, rows, all, 3, out));
        assertThrows(IllegalArgumentException.class, () -> kernels.dotsAt(query, rows, all, -1, out));
        assertThrows(IllegalArgumentException.class, () -> kernels.dotsAt(framed.zeros(1, 7), rows, all, 2, out));
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> new CompactRows(Elements.FLOAT16, rows.data(), 4, 8));
        assertTrue(String.valueOf(refused.getMessage()).contains("4x8"), refused.getMessage());
    }
}
