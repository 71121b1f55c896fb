package io.dovetail.kernels;

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
    private final MatrixKernels vector = new VectorMatrixKernels(new VectorLayerKernels());
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
     * As the tests of the reference BLAS do, errors are measured against the sum of the absolute values of all terms: with
     * unit round-off u, a sum of k products in any order is off by at most about (k + 2) u of it; alpha, beta and the bias
     * add three roundings.
     */
    private static double bound(int k, double magnitude) {
        return (k + 5) * 0x1p-24 * magnitude;
    }

    /** Checks a result against the definition in double precision. */
    private static void assertCorrect(
            Form form, float alpha, Matrix a, Matrix b, float beta, Matrix old, Epilogue epilogue, Matrix actual) {
        int k = form == Form.TN ? a.rows() : a.cols();
        for (int i = 0; i < actual.rows(); i++) {
            for (int j = 0; j < actual.cols(); j++) {
                double sum = beta == 0 ? 0 : (double) beta * old.get(i, j);
                double magnitude = Math.abs(sum);
                for (int p = 0; p < k; p++) {
                    double left = form == Form.TN ? a.get(p, i) : a.get(i, p);
                    double term = alpha * left * (form == Form.NT ? b.get(j, p) : b.get(p, j));
                    sum += term;
                    magnitude += Math.abs(term);
                }
                if (epilogue.biases()) {
                    sum += epilogue.operand().get(0, j);
                    magnitude += Math.abs(epilogue.operand().get(0, j));
                }
                if (epilogue.clips()) {
                    sum = Math.max(0, sum);
                }
                if (epilogue.masks() && !(epilogue.operand().get(i, j) > 0)) {
                    sum = 0;
                }
                assertEquals(sum, actual.get(i, j), bound(k, magnitude), "at " + i + ", " + j);
            }
        }
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
                Epilogue.none(),
                Epilogue.bias(bias),
                Epilogue.biasRelu(bias),
                Epilogue.relu(),
                Epilogue.reluMask(framed.normal(m, n)));
    }

    private void compare(Form form, int m, int n, int k) {
        Matrix a = left(form, m, k);
        Matrix b = right(form, n, k);
        Matrix old = framed.normal(m, n);
        for (Epilogue epilogue : epilogues(m, n)) {
            for (float beta : new float[] {0, 1, -0.5f}) {
                for (MatrixKernels kernels : List.of(scalar, vector)) {
                    Matrix c = framed.copy(old);
                    kernels.gemm(workers, form, 1.5f, a, b, beta, c, epilogue);
                    assertCorrect(form, 1.5f, a, b, beta, old, epilogue, c);
                }
            }
        }
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void every_form_and_epilogue_is_right_in_both_backends_at_awkward_sizes(int size) {
        for (Form form : Form.values()) {
            compare(form, size, 33, 17);
            compare(form, 17, size, 33);
            compare(form, 9, 31, size);
            compare(form, size, size, size);
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_inner_size_of_several_blocks_is_right_in_both_backends(Form form) {
        for (int k : new int[] {256, 257, 511, 513, 1000}) {
            compare(form, 13, 37, k);
        }
        compare(form, 70, 300, 520);
    }

    @ParameterizedTest
    @EnumSource
    void a_result_of_many_blocks_is_right_in_both_backends(Form form) {
        compare(form, 300, 530, 5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 40, 64, 128, 513})
    void a_product_in_pieces_of_the_inner_size_has_the_bits_of_the_whole(int piece) {
        int k = 1030;
        Matrix a = framed.normal(k, 37);
        Matrix b = framed.normal(k, 70);
        for (MatrixKernels kernels : List.of(scalar, vector)) {
            Matrix whole = framed.zeros(37, 70);
            kernels.gemm(workers, Form.TN, 1, a, b, 0, whole, Epilogue.none());
            Matrix pieces = framed.zeros(37, 70);
            for (int from = 0; from < k; from += piece) {
                int rows = Math.min(piece, k - from);
                float old = from == 0 ? 0 : 1;
                kernels.gemm(workers, Form.TN, 1, a.rows(from, rows), b.rows(from, rows), old, pieces, Epilogue.none());
            }
            assertSame(whole, pieces);
        }
    }

    @ParameterizedTest
    @EnumSource
    void with_beta_zero_old_values_are_not_read(Form form) {
        for (int k : new int[] {7, 600}) {
            Matrix a = left(form, 21, k);
            Matrix b = right(form, 35, k);
            for (MatrixKernels kernels : List.of(scalar, vector)) {
                Matrix c = framed.zeros(21, 35);
                c.fill(Float.NaN);
                kernels.gemm(workers, form, 1, a, b, 0, c, Epilogue.none());
                assertCorrect(form, 1, a, b, 0, c, Epilogue.none(), c);
            }
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

    @ParameterizedTest
    @FieldSource("SIZES")
    void a_packed_operand_gives_the_same_bits(int size) {
        int[][] shapes = {{size, 33, 17}, {17, size, 33}, {9, 31, size}, {20, size, 4 * size + 3}};
        for (int[] shape : shapes) {
            Matrix a = framed.normal(shape[0], shape[2]);
            Matrix b = framed.normal(shape[2], shape[1]);
            Epilogue epilogue = Epilogue.biasRelu(framed.normal(1, shape[1]));
            for (MatrixKernels kernels : List.of(scalar, vector)) {
                Matrix expected = framed.normal(shape[0], shape[1]);
                Matrix actual = framed.copy(expected);
                PackedMatrix packed = kernels.pack(arena, framed.normal(shape[2], shape[1]));
                kernels.repack(b, packed);
                kernels.gemm(workers, Form.NN, 0.7f, a, b, 2, expected, epilogue);
                kernels.gemm(workers, 0.7f, a, packed, 2, actual, epilogue);
                assertSame(expected, actual);
            }
        }
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void a_packed_transpose_gives_the_same_bits(int size) {
        int[][] shapes = {{size, 33, 17}, {17, size, 33}, {9, 31, size}, {20, size, 4 * size + 3}};
        for (int[] shape : shapes) {
            Matrix a = framed.normal(shape[0], shape[2]);
            Matrix b = framed.normal(shape[1], shape[2]);
            for (MatrixKernels kernels : List.of(scalar, vector)) {
                Matrix expected = framed.normal(shape[0], shape[1]);
                Matrix actual = framed.copy(expected);
                PackedMatrix packed = kernels.packTransposed(arena, framed.normal(shape[1], shape[2]));
                kernels.repack(b, packed);
                kernels.gemm(workers, Form.NT, 0.7f, a, b, 1, expected, Epilogue.relu());
                kernels.gemm(workers, 0.7f, a, packed, 1, actual, Epilogue.relu());
                assertSame(expected, actual);
            }
        }
    }

    @Test
    void a_packed_operand_of_several_blocks_gives_the_same_bits_at_any_number_of_threads() {
        Matrix a = framed.normal(300, 520);
        Matrix b = framed.normal(520, 610);
        PackedMatrix packed = vector.pack(arena, b);
        Matrix expected = framed.zeros(300, 610);
        vector.gemm(workers, Form.NN, 1, a, b, 0, expected, Epilogue.none());
        for (int threads = 1; threads <= 3; threads++) {
            try (Workers team = Workers.of(threads)) {
                Matrix actual = framed.zeros(300, 610);
                vector.gemm(team, 1, a, packed, 0, actual, Epilogue.none());
                assertSame(expected, actual);
            }
        }
    }

    @Test
    void a_packed_operand_belongs_to_the_kernels_that_packed_it() {
        PackedMatrix packed = scalar.pack(arena, framed.normal(3, 5));
        Matrix c = framed.zeros(4, 5);
        IllegalArgumentException foreign = assertThrows(
                IllegalArgumentException.class,
                () -> vector.gemm(workers, 1, framed.zeros(4, 3), packed, 0, c, Epilogue.none()));
        assertEquals("gemm: b was packed by other kernels, whose layout differs", foreign.getMessage());
        IllegalArgumentException wrong = assertThrows(
                IllegalArgumentException.class,
                () -> scalar.gemm(workers, 1, framed.zeros(4, 2), packed, 0, c, Epilogue.none()));
        assertEquals(
                "gemm: a is 4x2, packed b is 3x5, c is 4x5; c should be 4x5 and the inner sizes 2 and 3 equal",
                wrong.getMessage());
        IllegalArgumentException other =
                assertThrows(IllegalArgumentException.class, () -> scalar.repack(framed.zeros(5, 3), packed));
        assertEquals("repack: b is 5x3, packed is 3x5", other.getMessage());
        PackedMatrix transposed = scalar.packTransposed(arena, framed.normal(5, 3));
        IllegalArgumentException turned =
                assertThrows(IllegalArgumentException.class, () -> scalar.repack(framed.zeros(3, 5), transposed));
        assertEquals("repack: b is 3x5, packed is 3x5 and of a transpose", turned.getMessage());
    }

    /** Normalisation by itself is tested elsewhere; here, that it comes last, on every row, at any number of threads. */
    @ParameterizedTest
    @ValueSource(ints = {1, 17, 33, 600})
    void unit_rows_are_those_of_a_product_that_is_normalised_after(int n) {
        Matrix a = framed.normal(70, 20);
        for (int col = 0; col < a.cols(); col++) {
            a.set(5, col, 0);
        }
        Matrix b = framed.normal(20, n);
        Epilogue plain = Epilogue.biasRelu(framed.zeros(1, n));
        LayerKernels[] layers = {new ScalarLayerKernels(), new VectorLayerKernels()};
        for (MatrixKernels kernels : List.of(scalar, vector)) {
            Matrix expected = framed.zeros(70, n);
            Matrix expectedNorms = framed.zeros(1, 70);
            kernels.gemm(workers, Form.NN, 1, a, b, 0, expected, plain);
            layers[kernels == scalar ? 0 : 1].normalizeRows(workers, expected, expected, expectedNorms);
            for (int threads = 1; threads <= 3; threads++) {
                try (Workers team = Workers.of(threads)) {
                    Matrix actual = framed.zeros(70, n);
                    Matrix norms = framed.zeros(1, 70);
                    kernels.gemm(team, Form.NN, 1, a, b, 0, actual, plain.unitRows(norms));
                    assertSame(expected, actual);
                    assertSame(expectedNorms, norms);
                }
            }
        }
    }

    @Test
    void infinities_and_denormal_numbers_are_multiplied_as_by_the_scalar_twin() {
        Matrix a = framed.normal(9, 40);
        Matrix b = framed.normal(40, 35);
        a.set(0, 3, Float.POSITIVE_INFINITY);
        a.set(1, 3, Float.NEGATIVE_INFINITY);
        a.set(2, 5, Float.POSITIVE_INFINITY);
        b.set(5, 7, 0); // infinity times zero is no number
        for (int p = 0; p < 40; p++) {
            a.set(3, p, 3 * Float.MIN_VALUE); // products with normal numbers stay denormal
            a.set(4, p, Float.MIN_NORMAL);
        }
        Matrix expected = framed.zeros(9, 35);
        Matrix actual = framed.zeros(9, 35);
        scalar.gemm(workers, Form.NN, 1, a, b, 0, expected, Epilogue.none());
        vector.gemm(workers, Form.NN, 1, a, b, 0, actual, Epilogue.none());
        assertSame(expected, actual); // both add in the order of p, by fused operations
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
        Epilogue tooFew = Epilogue.none().unitRows(framed.zeros(1, 3));
        IllegalArgumentException norms = assertThrows(
                IllegalArgumentException.class,
                () -> vector.gemm(workers, Form.NN, 1, framed.zeros(4, 3), framed.zeros(3, 5), 0, c, tooFew));
        assertEquals("epilogue: inverseNorms is 1x3 for a result of 4x5", norms.getMessage());
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
