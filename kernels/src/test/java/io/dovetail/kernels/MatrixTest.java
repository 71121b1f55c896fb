package io.dovetail.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MatrixTest {
    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        arena.close();
    }

    private Matrix counting(int rows, int cols) {
        Matrix matrix = Matrix.allocate(arena, rows, cols);
        for (int row = 0; row < rows; row++) {
            for (int col = 0; col < cols; col++) {
                matrix.set(row, col, 100 * row + col);
            }
        }
        return matrix;
    }

    @Test
    void new_matrices_are_zero_with_rows_on_64_byte_borders() {
        for (int cols : new int[] {0, 1, 15, 16, 17, 33}) {
            Matrix matrix = Matrix.allocate(arena, 3, cols);
            assertEquals(0, matrix.stride() % 16);
            assertTrue(matrix.stride() >= cols && matrix.stride() >= 16);
            assertEquals(0, matrix.data().address() % 64);
            assertArrayEquals(new float[3][cols], matrix.toArray());
        }
    }

    @Test
    void copies_keep_what_they_are_given() {
        float[][] values = {{1, 2, 3}, {4, 5, Float.NaN}};
        assertArrayEquals(values, Matrix.copyOf(arena, values).toArray());
        assertEquals("0x0", Matrix.copyOf(arena, new float[0][]).shape());
    }

    @Test
    void views_share_memory_with_the_matrix_they_are_cut_from() {
        Matrix matrix = counting(4, 20);
        Matrix view = matrix.rows(1, 2).columns(3, 5);
        assertEquals("2x5", view.shape());
        assertEquals(207, view.get(1, 4));
        view.set(0, 0, -1);
        assertEquals(-1, matrix.get(1, 3));
        assertEquals("0x20", matrix.rows(4, 0).shape());
        assertEquals("4x0", matrix.columns(20, 0).shape());
    }

    @Test
    void filling_and_copying_a_view_leaves_the_rest_alone() {
        Matrix matrix = counting(3, 17);
        matrix.columns(2, 3).fill(7);
        matrix.columns(6, 2).copyFrom(counting(3, 2));
        for (int row = 0; row < 3; row++) {
            for (int col = 0; col < 17; col++) {
                float expected = 100 * row + col;
                if (col >= 2 && col < 5) {
                    expected = 7;
                } else if (col >= 6 && col < 8) {
                    expected = 100 * row + col - 6;
                }
                assertEquals(expected, matrix.get(row, col), row + ", " + col);
            }
        }
    }

    @Test
    void the_last_row_needs_no_padding() {
        MemorySegment exact = arena.allocate(4 * (2 * 10 + 3));
        Matrix matrix = new Matrix(exact, 3, 3, 10);
        matrix.set(2, 2, 5);
        assertEquals(5, matrix.get(2, 2));
        MemorySegment shorter = exact.asSlice(0, exact.byteSize() - 1);
        assertMessage("needs 92 bytes, the segment has 91", () -> new Matrix(shorter, 3, 3, 10));
    }

    @Test
    void a_view_takes_another_shape_on_the_memory_it_has() {
        Matrix matrix = counting(3, 4);
        Matrix view = matrix.rows(1, 2).columns(1, 2);
        Matrix part = view.rows(0, 2);
        view.resize(1, 3);
        assertEquals("1x3", view.shape());
        assertEquals(103, view.get(0, 2));
        assertThrows(IndexOutOfBoundsException.class, () -> view.get(1, 0));
        assertEquals("2x2", part.shape());
        assertMessage("bad shape 1x17 with stride 16", () -> view.resize(1, 17));
        assertMessage("bad shape -1x2", () -> view.resize(-1, 2));
        assertMessage("matrix: 4x4 with stride 16 needs", () -> matrix.resize(4, 4));
        assertEquals("1x3", view.shape());
        assertEquals("3x4", matrix.shape());
    }

    @Test
    void sizes_beyond_the_range_of_int_are_counted_in_long() {
        MemorySegment little = arena.allocate(64);
        assertMessage("needs 17179869184 bytes", () -> new Matrix(little, 1 << 16, 1 << 16, 1 << 16));
    }

    @Test
    void heap_memory_and_bad_shapes_are_refused() {
        MemorySegment heap = MemorySegment.ofArray(new float[4]);
        assertMessage("on the heap", () -> new Matrix(heap, 1, 4, 4));
        MemorySegment data = arena.allocate(64);
        assertMessage("bad shape -1x4 with stride 4", () -> new Matrix(data, -1, 4, 4));
        assertMessage("bad shape 1x-4 with stride 4", () -> new Matrix(data, 1, -4, 4));
        assertMessage("bad shape 1x4 with stride 3", () -> new Matrix(data, 1, 4, 3));
    }

    @Test
    void places_outside_are_refused() {
        Matrix matrix = counting(2, 3);
        assertThrows(IndexOutOfBoundsException.class, () -> matrix.get(2, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> matrix.get(0, 3));
        assertThrows(IndexOutOfBoundsException.class, () -> matrix.set(-1, 0, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> matrix.set(0, -1, 1));
        assertMessage("rows [1, 3) of 2x3", () -> matrix.rows(1, 2));
        assertMessage("columns [-1, 0) of 2x3", () -> matrix.columns(-1, 1));
        assertMessage("from 3x2 to 2x3", () -> matrix.copyFrom(counting(3, 2)));
    }

    private static void assertMessage(String part, Runnable call) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, call::run).getMessage());
        assertTrue(message.contains(part), message);
    }
}
