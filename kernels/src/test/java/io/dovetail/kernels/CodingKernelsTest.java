package io.dovetail.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CodingKernelsTest {

    private static final CodingKernels SCALAR = Kernels.scalar().coding();
    private static final CodingKernels VECTOR = Kernels.vector().coding();

    private final Arena arena = Arena.ofConfined();
    private final Framed framed = new Framed(arena, 7);

    @AfterEach
    void close() {
        framed.assertIntact();
        arena.close();
    }

    @ParameterizedTest
    @ValueSource(floats = {0, 0.5f, 3, 100})
    void chooses_as_the_scalar_twin_bit_for_bit(float weight) {
        for (int width : new int[] {1, 2, 3, 4, 8, 17}) {
            for (int n : new int[] {0, 16, 48, 64}) {
                for (int count : new int[] {1, 5, 16, 32, 256}) {
                    Matrix parts = framed.normal(width, n);
                    Matrix directions = framed.normal(width, n);
                    Matrix centroids = framed.normal(width, count);
                    Matrix rests = framed.normal(1, n);
                    Matrix expected = framed.zeros(1, n);
                    Matrix actual = framed.zeros(1, n);
                    int[] expectedCodes = new int[n + 1];
                    int[] actualCodes = new int[n + 1];
                    expectedCodes[n] = -1;
                    actualCodes[n] = -1;
                    SCALAR.choose(parts, directions, centroids, weight, rests, expected, expectedCodes);
                    VECTOR.choose(parts, directions, centroids, weight, rests, actual, actualCodes);
                    assertArrayEquals(expectedCodes, actualCodes);
                    Framed.assertClose(expected, actual, 0);
                }
            }
        }
    }

    /** Two centroids: one near, which errs along the direction; one further away, which errs across it. */
    @Test
    void an_error_along_the_direction_counts_more_by_the_weight() {
        Matrix parts = framed.zeros(2, 16);
        Matrix directions = framed.zeros(2, 16);
        directions.rows(0, 1).fill(1);
        Matrix centroids = framed.zeros(2, 2);
        centroids.set(0, 0, 1);
        centroids.set(1, 1, 1.5f);
        Matrix rests = framed.zeros(1, 16);
        Matrix own = framed.zeros(1, 16);
        int[] codes = new int[16];
        for (CodingKernels kernels : new CodingKernels[] {SCALAR, VECTOR}) {
            kernels.choose(parts, directions, centroids, 0, rests, own, codes); // 1 against 2.25
            assertTrue(Arrays.stream(codes).allMatch(code -> code == 0));
            assertEquals(-1, own.get(0, 15));
            kernels.choose(parts, directions, centroids, 2, rests, own, codes); // 1 + 2 against 2.25
            assertTrue(Arrays.stream(codes).allMatch(code -> code == 1));
            assertEquals(0, own.get(0, 15));
            rests.fill(1); // and the first makes up for what the others err: 1 + 0 against 2.25 + 2
            kernels.choose(parts, directions, centroids, 2, rests, own, codes);
            assertTrue(Arrays.stream(codes).allMatch(code -> code == 0));
            rests.fill(0);
        }
    }

    @Test
    void of_equal_centroids_the_first_is_chosen() {
        Matrix parts = framed.normal(3, 16);
        Matrix centroids = framed.zeros(3, 7);
        Matrix own = framed.zeros(1, 16);
        int[] codes = new int[16];
        for (CodingKernels kernels : new CodingKernels[] {SCALAR, VECTOR}) {
            Arrays.fill(codes, 5);
            kernels.choose(parts, parts, centroids, 1, framed.zeros(1, 16), own, codes);
            assertArrayEquals(new int[16], codes);
        }
    }

    @Test
    void what_does_not_fit_is_refused() {
        Matrix x = framed.normal(2, 16);
        Matrix centroids = framed.normal(2, 4);
        Matrix row = framed.zeros(1, 16);
        int[] codes = new int[16];
        refused(x, framed.normal(2, 32), centroids, 1, row, row, codes);
        refused(x, framed.normal(3, 16), centroids, 1, row, row, codes);
        refused(x, x, framed.normal(3, 4), 1, row, row, codes);
        refused(x, x, framed.normal(2, 257), 1, row, row, codes);
        refused(x, x, framed.normal(2, 0), 1, row, row, codes);
        refused(framed.normal(2, 17), framed.normal(2, 17), centroids, 1, row, row, codes);
        refused(x, x, centroids, 1, framed.zeros(1, 15), row, codes);
        refused(x, x, centroids, 1, row, framed.zeros(1, 15), codes);
        refused(x, x, centroids, 1, row, row, new int[15]);
        refused(x, x, centroids, -1, row, row, codes);
        refused(x, x, centroids, Float.NaN, row, row, codes);
    }

    private static void refused(
            Matrix parts, Matrix directions, Matrix centroids, float weight, Matrix rests, Matrix own, int[] codes) {
        assertThrows(
                IllegalArgumentException.class,
                () -> VECTOR.choose(parts, directions, centroids, weight, rests, own, codes));
    }
}
