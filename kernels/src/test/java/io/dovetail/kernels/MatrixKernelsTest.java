package io.dovetail.kernels;

import static io.dovetail.kernels.Framed.assertClose;
import static io.dovetail.kernels.Framed.assertSame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.kernels.MatrixKernels.Form;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MatrixKernelsTest {
    static final int[] SIZES = Framed.SIZES;

    private final MatrixKernels scalar = new ScalarMatrixKernels();
    private final MatrixKernels vector = new VectorMatrixKernels();
    private final Arena arena = Arena.ofShared();
    private final Workers workers = Workers.of(2);
    private final Framed framed = new Framed(arena, 11);

    @AfterEach
    void close() {
        framed.assertIntact();
        workers.close();
        arena.close();
    }

    /**
     * A sum of k products of size one, with partial sums of size sqrt(i), gathers rounding errors of about k * 2^-25.
     * Ten times that, and never less than the few roundings of alpha, beta and the bias.
     */
    private static double tolerance(int k) {
        return Math.max(4, k) * 0x1p-22;
    }

    private Matrix left(Form form, int m, int k) {
        return form == Form.TN ? framed.normal(k, m) : framed.normal(m, k);
    }

    private Matrix right(Form form, int n, int k) {
        return form == Form.NT ? framed.normal(n, k) : framed.normal(k, n);
    }

    private List<Epilogue> epilogues(int m, int n) {
        Matrix bias = framed.normal(1, n);
        return List.of(
                Epilogue.none(), Epilogue.bias(bias), Epilogue.biasRelu(bias), Epilogue.reluMask(framed.normal(m, n)));
    }

    private void compare(Form form, int m, int n, int k) {
        Matrix a = left(form, m, k);
        Matrix b = right(form, n, k);
        Matrix old = framed.normal(m, n);
        for (Epilogue epilogue : epilogues(m, n)) {
            for (float beta : new float[] {0, 1, -0.5f}) {
                Matrix expected = framed.copy(old);
                Matrix actual = framed.copy(old);
                scalar.gemm(workers, form, 1.5f, a, b, beta, expected, epilogue);
                vector.gemm(workers, form, 1.5f, a, b, beta, actual, epilogue);
                assertClose(expected, actual, tolerance(k));
            }
        }
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void every_form_and_epilogue_agrees_with_the_scalar_twin_at_awkward_sizes(int size) {
        for (Form form : Form.values()) {
            compare(form, size, 33, 17);
            compare(form, 17, size, 33);
            compare(form, 9, 31, size);
            compare(form, size, size, size);
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_inner_size_of_several_blocks_agrees_with_the_scalar_twin(Form form) {
        for (int k : new int[] {256, 257, 511, 513, 1000}) {
            compare(form, 13, 37, k);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_result_of_many_blocks_agrees_with_the_scalar_twin(Form form) {
        compare(form, 300, 530, 5);
    }

    @ParameterizedTest
    @EnumSource
    void with_beta_zero_old_values_are_not_read(Form form) {
        for (int k : new int[] {7, 600}) {
            Matrix a = left(form, 21, k);
            Matrix b = right(form, 35, k);
            Matrix expected = framed.zeros(21, 35);
            Matrix actual = framed.zeros(21, 35);
            expected.fill(Float.NaN);
            actual.fill(Float.NaN);
            scalar.gemm(workers, form, 1, a, b, 0, expected, Epilogue.none());
            vector.gemm(workers, form, 1, a, b, 0, actual, Epilogue.none());
            assertClose(expected, actual, tolerance(k));
        }
    }

    @Test
    void an_inner_size_of_zero_leaves_the_epilogue_of_the_old_values() {
        for (MatrixKernels kernels : List.of(scalar, vector)) {
            Matrix c = framed.normal(5, 18);
            Matrix expected = framed.copy(c);
            for (int row = 0; row < c.rows(); row++) {
                for (int col = 0; col < c.cols(); col++) {
                    expected.set(row, col, Math.max(0, 2 * c.get(row, col)));
                }
            }
            Epilogue epilogue = Epilogue.biasRelu(framed.zeros(1, 18));
            kernels.gemm(
                    workers, Form.NN, 1, Matrix.allocate(arena, 5, 0), Matrix.allocate(arena, 0, 18), 2, c, epilogue);
            assertSame(expected, c);
        }
    }

    @Test
    void an_empty_result_is_no_error() {
        for (MatrixKernels kernels : List.of(scalar, vector)) {
            Matrix none = Matrix.allocate(arena, 0, 4);
            kernels.gemm(
                    workers, Form.NN, 1, Matrix.allocate(arena, 0, 3), framed.normal(3, 4), 0, none, Epilogue.none());
            kernels.gemm(
                    workers,
                    Form.NN,
                    1,
                    framed.normal(4, 3),
                    Matrix.allocate(arena, 3, 0),
                    0,
                    Matrix.allocate(arena, 4, 0),
                    Epilogue.none());
            assertEquals(0, none.rows());
        }
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void the_identity_changes_nothing(int size) {
        Matrix identity = framed.zeros(size, size);
        for (int i = 0; i < size; i++) {
            identity.set(i, i, 1);
        }
        Matrix x = framed.normal(size, size);
        for (Form form : new Form[] {Form.NN, Form.TN}) {
            Matrix product = framed.zeros(size, size);
            vector.gemm(workers, form, 1, identity, x, 0, product, Epilogue.none());
            assertSame(x, product);
        }
        for (Form form : new Form[] {Form.NN, Form.NT}) {
            Matrix product = framed.zeros(size, size);
            vector.gemm(workers, form, 1, x, identity, 0, product, Epilogue.none());
            assertSame(x, product);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 30, 300})
    void the_three_forms_give_the_same_bits_for_the_same_product(int k) {
        Matrix a = framed.normal(45, k);
        Matrix b = framed.normal(k, 70);
        Matrix expected = framed.zeros(45, 70);
        vector.gemm(workers, Form.NN, 1, a, b, 0, expected, Epilogue.none());
        Matrix byRight = framed.zeros(45, 70);
        vector.gemm(workers, Form.NT, 1, a, transpose(b), 0, byRight, Epilogue.none());
        assertSame(expected, byRight);
        Matrix byLeft = framed.zeros(45, 70);
        vector.gemm(workers, Form.TN, 1, transpose(a), b, 0, byLeft, Epilogue.none());
        assertSame(expected, byLeft);
    }

    @ParameterizedTest
    @EnumSource
    void the_bits_do_not_depend_on_the_number_of_threads(Form form) {
        Matrix a = left(form, 270, 520);
        Matrix b = right(form, 300, 520);
        Matrix one = framed.zeros(270, 300);
        Matrix three = framed.zeros(270, 300);
        try (Workers single = Workers.of(1);
                Workers team = Workers.of(3)) {
            vector.gemm(single, form, 0.3f, a, b, 0, one, Epilogue.none());
            vector.gemm(team, form, 0.3f, a, b, 0, three, Epilogue.none());
        }
        assertSame(one, three);
    }

    @Test
    void not_a_number_goes_through_a_product_and_its_relu() {
        for (MatrixKernels kernels : List.of(scalar, vector)) {
            Matrix a = framed.normal(3, 20);
            a.set(1, 4, Float.NaN);
            Matrix c = framed.zeros(3, 20);
            Epilogue epilogue = Epilogue.biasRelu(framed.zeros(1, 20));
            kernels.gemm(workers, Form.NN, 1, a, framed.normal(20, 20), 0, c, epilogue);
            for (int col = 0; col < 20; col++) {
                assertEquals(Float.NaN, c.get(1, col));
                assertTrue(c.get(2, col) >= 0, "a row without NaN stays a number");
            }
        }
    }

    @Test
    void shapes_that_do_not_fit_are_named() {
        Matrix c = framed.zeros(4, 5);
        IllegalArgumentException wrong = assertThrows(
                IllegalArgumentException.class,
                () -> vector.gemm(workers, Form.NT, 1, framed.zeros(4, 3), framed.zeros(5, 2), 0, c, Epilogue.none()));
        assertEquals(
                "gemm NT: a is 4x3, b is 5x2, c is 4x5; c should be 4x5 and the inner sizes 3 and 2 equal",
                wrong.getMessage());
        Epilogue tooShort = Epilogue.bias(framed.zeros(1, 4));
        IllegalArgumentException bias = assertThrows(
                IllegalArgumentException.class,
                () -> vector.gemm(workers, Form.NN, 1, framed.zeros(4, 3), framed.zeros(3, 5), 0, c, tooShort));
        assertEquals("epilogue BIAS: operand is 1x4 for a result of 4x5", bias.getMessage());
    }

    private Matrix transpose(Matrix source) {
        Matrix result = framed.zeros(source.cols(), source.rows());
        for (int row = 0; row < source.rows(); row++) {
            for (int col = 0; col < source.cols(); col++) {
                result.set(col, row, source.get(row, col));
            }
        }
        return result;
    }
}
