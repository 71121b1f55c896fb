package io.dovetail.kernels;

import static io.dovetail.kernels.Framed.assertClose;
import static io.dovetail.kernels.Framed.assertSame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dovetail.kernels.MatrixKernels.Form;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

final class LayerKernelsTest {
    static final int[] SIZES = Framed.SIZES;

    private static final int ROWS = 130; // more than a block of rows

    /** A sum of at most 130 terms of size one in another order: 130 * 2^-24 and a little for the last division. */
    private static final double TOLERANCE = 1e-5;

    private final LayerKernels scalar = new ScalarLayerKernels();
    private final LayerKernels vector = new VectorLayerKernels();
    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(2);
    private final Framed framed = new Framed(arena, 12);

    @AfterEach
    void close() {
        framed.assertIntact();
        workers.close();
        arena.close();
    }

    private SparseMatrix sparse(int rows, int columns, int most) {
        SparseMatrix s = new SparseMatrix();
        for (int row = 0; row < rows; row++) {
            int entries = framed.random().nextInt(most + 1);
            for (int e = 0; e < entries; e++) {
                s.add(framed.random().nextInt(columns), (float) framed.random().nextGaussian());
            }
            s.endRow();
        }
        return s;
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void sums_of_rows_are_those_of_the_scalar_twin_to_the_bit(int width) {
        Matrix x = framed.normal(50, width + 5);
        for (int most : new int[] {1, 30}) {
            SparseMatrix s = sparse(ROWS, 50, most);
            Matrix expected = framed.normal(ROWS, width + 9);
            Matrix actual = framed.copy(expected);
            scalar.sparseTimesDense(workers, s, x, 2, expected, 7, width);
            vector.sparseTimesDense(workers, s, x, 2, actual, 7, width);
            assertSame(expected, actual);
        }
    }

    @Test
    void a_sparse_matrix_times_a_dense_one_is_the_product_of_dense_matrices() {
        SparseMatrix s = sparse(40, 30, 8);
        Matrix dense = framed.zeros(40, 30);
        for (int row = 0; row < 40; row++) {
            for (int e = s.start(row); e < s.start(row + 1); e++) {
                int column = s.columns()[e];
                dense.set(row, column, dense.get(row, column) + s.values()[e]);
            }
        }
        Matrix x = framed.normal(30, 35);
        Matrix expected = framed.zeros(40, 35);
        Matrix actual = framed.zeros(40, 35);
        new ScalarMatrixKernels().gemm(workers, Form.NN, 1, dense, x, 0, expected, Epilogue.none());
        vector.sparseTimesDense(workers, s, x, 0, actual, 0, 35);
        assertClose(expected, actual, TOLERANCE);
    }

    @Test
    void an_entry_beyond_the_dense_rows_is_named() {
        SparseMatrix s = new SparseMatrix();
        s.addRow(3, 1);
        Matrix x = framed.zeros(3, 4);
        Matrix y = framed.zeros(1, 4);
        for (LayerKernels kernels : List.of(scalar, vector)) {
            IllegalArgumentException thrown = assertThrows(
                    IllegalArgumentException.class, () -> kernels.sparseTimesDense(workers, s, x, 0, y, 0, 4));
            assertEquals("sparseTimesDense: entry 0 asks for row 3 of 3x4", thrown.getMessage());
        }
    }

    @Test
    void columns_beyond_the_matrices_are_named() {
        SparseMatrix s = new SparseMatrix();
        s.addRow(0, 1);
        Matrix x = framed.zeros(1, 4);
        IllegalArgumentException thrown = assertThrows(
                IllegalArgumentException.class,
                () -> vector.sparseTimesDense(workers, s, x, 2, framed.zeros(1, 9), 0, 3));
        assertEquals("sparseTimesDense: width 3 from column 2 of 1x4 to column 0 of 1x9", thrown.getMessage());
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void column_sums_are_those_of_the_scalar_twin_to_the_bit(int cols) {
        Matrix x = framed.normal(77, cols);
        Matrix expected = framed.zeros(1, cols);
        Matrix actual = framed.zeros(1, cols);
        scalar.columnSums(workers, x, expected);
        vector.columnSums(workers, x, actual);
        assertSame(expected, actual);
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void the_relu_passes_gradients_as_the_scalar_twin_does(int cols) {
        Matrix y = framed.normal(ROWS, cols);
        for (int row = 0; row < ROWS; row += 5) {
            y.set(row, cols / 2, new float[] {0, -0f, Float.NaN}[row % 3]);
        }
        Matrix expected = framed.normal(ROWS, cols);
        Matrix actual = framed.copy(expected);
        scalar.reluBackward(workers, y, expected);
        vector.reluBackward(workers, y, actual);
        assertSame(expected, actual);
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void normalised_rows_agree_with_the_scalar_twin(int cols) {
        Matrix x = framed.normal(ROWS, cols);
        x.rows(4, 1).fill(0);
        x.rows(5, 1).fill(1e-30f);
        Matrix expected = framed.zeros(ROWS, cols);
        Matrix actual = framed.zeros(ROWS, cols);
        Matrix expectedInverse = framed.zeros(1, ROWS);
        Matrix actualInverse = framed.zeros(1, ROWS);
        scalar.normalizeRows(workers, x, expected, expectedInverse);
        vector.normalizeRows(workers, x, actual, actualInverse);
        assertClose(expected, actual, TOLERANCE);
        assertClose(expectedInverse, actualInverse, TOLERANCE);
        assertEquals(0, actualInverse.get(0, 4), "a zero row has no length");
        assertEquals(0, actualInverse.get(0, 5), "nor has a tiny one");
    }

    @Test
    void rows_normalised_in_place_have_length_one_and_stay_when_normalised_again() {
        for (LayerKernels kernels : List.of(scalar, vector)) {
            Matrix x = framed.normal(20, 37);
            Matrix inverse = framed.zeros(1, 20);
            kernels.normalizeRows(workers, x, x, inverse);
            Matrix again = framed.zeros(20, 37);
            kernels.normalizeRows(workers, x, again, inverse);
            assertClose(x, again, 1e-6); // three roundings
            for (int row = 0; row < 20; row++) {
                assertEquals(1, inverse.get(0, row), 1e-6f);
            }
        }
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void gradients_of_normalised_rows_agree_with_the_scalar_twin(int cols) {
        Matrix y = framed.normal(ROWS, cols);
        Matrix inverse = framed.zeros(1, ROWS);
        scalar.normalizeRows(workers, y, y, inverse);
        inverse.set(0, 4, 0);
        Matrix dY = framed.normal(ROWS, cols);
        Matrix expected = framed.zeros(ROWS, cols);
        Matrix actual = framed.copy(dY);
        scalar.normalizeRowsBackward(workers, y, inverse, dY, expected);
        vector.normalizeRowsBackward(workers, y, inverse, actual, actual);
        assertClose(expected, actual, TOLERANCE);
        for (int col = 0; col < cols; col++) {
            assertEquals(0, Math.abs(actual.get(4, col)), "a row that counts as zero passes no gradient");
        }
    }

    /** The loss is sum W * Y; its derivative by each X, by central differences. */
    @Test
    void gradients_of_normalised_rows_are_the_finite_differences() {
        Matrix x = framed.normal(3, 19);
        Matrix weights = framed.normal(3, 19);
        Matrix y = framed.zeros(3, 19);
        Matrix inverse = framed.zeros(1, 3);
        for (LayerKernels kernels : List.of(scalar, vector)) {
            Matrix dX = framed.zeros(3, 19);
            kernels.normalizeRows(workers, x, y, inverse);
            kernels.normalizeRowsBackward(workers, y, inverse, weights, dX);
            for (int row = 0; row < 3; row++) {
                for (int col = 0; col < 19; col++) {
                    float step = 1e-2f;
                    float value = x.get(row, col);
                    x.set(row, col, value + step);
                    double above = loss(kernels, x, weights);
                    x.set(row, col, value - step);
                    double below = loss(kernels, x, weights);
                    x.set(row, col, value);
                    // the third derivative over 6 times step^2, and roundings of 1e-7 over the step
                    assertEquals((above - below) / (2 * step), dX.get(row, col), 1e-4, "at " + row + ", " + col);
                }
            }
        }
    }

    private double loss(LayerKernels kernels, Matrix x, Matrix weights) {
        Matrix y = framed.zeros(x.rows(), x.cols());
        kernels.normalizeRows(workers, x, y, framed.zeros(1, x.rows()));
        double loss = 0;
        for (int row = 0; row < x.rows(); row++) {
            for (int col = 0; col < x.cols(); col++) {
                loss += (double) weights.get(row, col) * y.get(row, col);
            }
        }
        return loss;
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void a_multiple_is_added_as_by_the_scalar_twin_to_the_bit(int cols) {
        Matrix x = framed.normal(ROWS, cols);
        Matrix expected = framed.normal(ROWS, cols);
        Matrix actual = framed.copy(expected);
        scalar.axpy(workers, -0.7f, x, expected);
        vector.axpy(workers, -0.7f, x, actual);
        assertSame(expected, actual);
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void products_are_those_of_the_scalar_twin_to_the_bit_and_may_overwrite_a_factor(int cols) {
        Matrix x = framed.normal(ROWS, cols);
        Matrix mask = framed.normal(ROWS, cols);
        Matrix expected = framed.zeros(ROWS, cols);
        scalar.multiply(workers, x, mask, expected);
        Matrix actual = framed.copy(mask);
        vector.multiply(workers, x, actual, actual);
        assertSame(expected, actual);
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void maxima_are_those_of_the_scalar_twin_to_the_bit(int cols) {
        Matrix x = framed.normal(ROWS, cols);
        Matrix expected = framed.normal(ROWS, cols);
        Matrix actual = framed.copy(expected);
        scalar.maximum(workers, x, expected);
        vector.maximum(workers, x, actual);
        assertSame(expected, actual);
    }

    @Test
    void shapes_that_differ_are_named() {
        IllegalArgumentException thrown = assertThrows(
                IllegalArgumentException.class, () -> vector.axpy(workers, 1, framed.zeros(2, 3), framed.zeros(3, 2)));
        assertEquals("axpy: shapes 2x3 and 3x2 differ", thrown.getMessage());
    }

    @Test
    void the_bits_do_not_depend_on_the_number_of_threads() {
        Matrix x = framed.normal(700, 45);
        Matrix one = framed.zeros(700, 45);
        Matrix three = framed.zeros(700, 45);
        Matrix sumsOfOne = framed.zeros(1, 45);
        Matrix sumsOfThree = framed.zeros(1, 45);
        try (Workers single = Workers.of(1);
                Workers team = Workers.of(3)) {
            vector.normalizeRows(single, x, one, framed.zeros(1, 700));
            vector.normalizeRows(team, x, three, framed.zeros(1, 700));
            vector.columnSums(single, one, sumsOfOne);
            vector.columnSums(team, three, sumsOfThree);
        }
        assertSame(one, three);
        assertSame(sumsOfOne, sumsOfThree);
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void rows_without_gaps_are_treated_as_rows_with_gaps(int cols) {
        Matrix x = framed.packed(ROWS, cols);
        Matrix mask = framed.packed(ROWS, cols);
        Matrix expected = framed.normal(ROWS, cols);
        Matrix actual = framed.packedCopy(expected);
        scalar.axpy(workers, 0.3f, x, expected);
        vector.axpy(workers, 0.3f, x, actual);
        assertSame(expected, actual);
        scalar.reluBackward(workers, mask, expected);
        vector.reluBackward(workers, mask, actual);
        assertSame(expected, actual);
        scalar.multiply(workers, x, mask, expected);
        vector.multiply(workers, x, mask, actual);
        assertSame(expected, actual);
        scalar.maximum(workers, mask, expected);
        vector.maximum(workers, mask, actual);
        assertSame(expected, actual);
    }

    @Test
    void one_thread_takes_a_run_of_rows_and_a_rest() {
        Matrix x = framed.packed(700, 50); // more than twice the longest run
        Matrix expected = framed.packed(700, 50);
        Matrix actual = framed.packedCopy(expected);
        try (Workers single = Workers.of(1)) {
            scalar.axpy(single, 0.3f, x, expected);
            vector.axpy(single, 0.3f, x, actual);
        }
        assertSame(expected, actual);
    }

    /** NaN, infinities and denormals, in whole vectors and in the tail. */
    private Matrix special(int rows, int cols) {
        float[] values = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MIN_VALUE, -1e-40f, 0, -0f
        };
        Matrix x = framed.normal(rows, cols);
        for (int row = 0; row < rows; row++) {
            x.set(row, (row * 5) % cols, values[row % values.length]);
            x.set(row, cols - 1 - (row * 3) % cols, values[row / values.length % values.length]);
        }
        return x;
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void special_values_go_through_element_wise_kernels_as_in_the_scalar_twin(int cols) {
        Matrix x = special(ROWS, cols);
        Matrix y = special(ROWS, cols);
        Matrix expected = framed.copy(y);
        Matrix actual = framed.copy(y);
        scalar.axpy(workers, 0, x, expected);
        vector.axpy(workers, 0, x, actual);
        assertSame(expected, actual);
        scalar.multiply(workers, x, y, expected);
        vector.multiply(workers, x, y, actual);
        assertSame(expected, actual);
        scalar.maximum(workers, y, expected);
        vector.maximum(workers, y, actual);
        assertSame(expected, actual);
        scalar.reluBackward(workers, x, expected);
        vector.reluBackward(workers, x, actual);
        assertSame(expected, actual);
        Matrix expectedSums = framed.zeros(1, cols);
        Matrix actualSums = framed.zeros(1, cols);
        scalar.columnSums(workers, x, expectedSums);
        vector.columnSums(workers, x, actualSums);
        assertSame(expectedSums, actualSums);
        SparseMatrix s = sparse(ROWS, ROWS, 3);
        s.values()[0] = 0;
        scalar.sparseTimesDense(workers, s, x, 0, expected, 0, cols);
        vector.sparseTimesDense(workers, s, x, 0, actual, 0, cols);
        assertSame(expected, actual);
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void special_values_are_normalised_as_by_the_scalar_twin(int cols) {
        Matrix x = special(ROWS, cols);
        x.rows(7, 1).fill(3e38f); // the squares overflow
        Matrix expected = framed.zeros(ROWS, cols);
        Matrix actual = framed.zeros(ROWS, cols);
        Matrix expectedInverse = framed.zeros(1, ROWS);
        Matrix actualInverse = framed.zeros(1, ROWS);
        scalar.normalizeRows(workers, x, expected, expectedInverse);
        vector.normalizeRows(workers, x, actual, actualInverse);
        // a row of one denormal counts as zero
        assertClose(expected, actual, TOLERANCE);
        assertClose(expectedInverse, actualInverse, TOLERANCE);

        Matrix dY = special(ROWS, cols);
        Matrix y = framed.normal(ROWS, cols);
        scalar.normalizeRowsBackward(workers, y, expectedInverse, dY, expected);
        vector.normalizeRowsBackward(workers, y, expectedInverse, dY, actual);
        assertClose(expected, actual, TOLERANCE);
    }

    @Test
    void the_gradient_of_a_relu_stops_at_nan_and_passes_where_the_output_is_denormal() {
        for (LayerKernels kernels : List.of(scalar, vector)) {
            Matrix y = framed.zeros(1, 40);
            Matrix dY = framed.zeros(1, 40);
            y.fill(Float.NaN);
            y.set(0, 1, Float.MIN_VALUE);
            y.set(0, 39, Float.MIN_VALUE);
            dY.fill(Float.NaN);
            kernels.reluBackward(workers, y, dY);
            for (int col = 0; col < 40; col++) {
                assertEquals(col == 1 || col == 39 ? Float.NaN : 0, dY.get(0, col), "column " + col);
            }
        }
    }

    @Test
    void a_row_with_an_infinity_becomes_zero_but_for_the_infinity_and_one_with_nan_becomes_nan() {
        for (LayerKernels kernels : List.of(scalar, vector)) {
            for (int cols : new int[] {5, 32, 64, 70}) {
                Matrix x = framed.normal(2, cols);
                x.set(0, 3, Float.NEGATIVE_INFINITY);
                x.set(1, 3, Float.NaN);
                Matrix inverse = framed.zeros(1, 2);
                kernels.normalizeRows(workers, x, x, inverse);
                assertEquals(0, inverse.get(0, 0));
                assertEquals(Float.NaN, inverse.get(0, 1));
                for (int col = 0; col < cols; col++) {
                    assertEquals(col == 3 ? Float.NaN : 0, Math.abs(x.get(0, col)), "column " + col);
                    assertEquals(Float.NaN, x.get(1, col), "column " + col);
                }
            }
        }
    }

    @Test
    void one_thread_gives_the_bits_of_a_team() {
        for (int cols : new int[] {32, 64, 45}) {
            SparseMatrix s = sparse(700, 700, 3);
            Matrix x = framed.normal(700, cols);
            Matrix[] one = outputs(cols);
            Matrix[] many = outputs(cols);
            try (Workers single = Workers.of(1);
                    Workers team = Workers.of(3)) {
                everyKernel(single, s, x, one);
                everyKernel(team, s, x, many);
            }
            for (int i = 0; i < one.length; i++) {
                assertSame(one[i], many[i]);
            }
        }
    }

    private Matrix[] outputs(int cols) {
        return new Matrix[] {
            framed.zeros(700, cols), framed.zeros(700, cols), framed.zeros(1, 700), framed.zeros(1, cols)
        };
    }

    private void everyKernel(Workers team, SparseMatrix s, Matrix x, Matrix[] out) {
        vector.normalizeRows(team, x, out[0], out[2]);
        vector.normalizeRowsBackward(team, out[0], out[2], x, out[1]);
        vector.axpy(team, 0.1f, x, out[1]);
        vector.reluBackward(team, x, out[1]);
        vector.columnSums(team, out[1], out[3]);
        vector.multiply(team, x, out[1], out[1]);
        vector.maximum(team, x, out[1]);
        vector.sparseTimesDense(team, s, x, 0, out[0], 0, x.cols());
    }
}
