package io.dovetail.jmh;

import io.dovetail.kernels.MatrixKernels.Form;

/**
 * A product {@code C = op(A) op(B)}.
 *
 * @param form which operand is transposed
 * @param m rows of C
 * @param n columns of C
 * @param k inner size
 */
record GemmShape(Form form, int m, int n, int k) {

    /**
     * One of the three products of a dense layer: forward {@code Y = X W} (NN), gradient by the input
     * {@code dX = dY Wᵀ} (NT), gradient by the weights {@code dW = Xᵀ dY} (TN).
     *
     * @param form which of the three
     * @param rows examples in the batch
     * @param layer inputs and outputs, as {@code "96x256"}
     * @return its shape
     */
    static GemmShape ofLayer(Form form, int rows, String layer) {
        int by = layer.indexOf('x');
        if (by < 0) {
            throw new IllegalArgumentException("layer: inputs x outputs, as 96x256, got " + layer);
        }
        int inputs = Integer.parseInt(layer, 0, by, 10);
        int outputs = Integer.parseInt(layer, by + 1, layer.length(), 10);
        return switch (form) {
            case NN -> new GemmShape(form, rows, outputs, inputs);
            case NT -> new GemmShape(form, rows, inputs, outputs);
            case TN -> new GemmShape(form, inputs, outputs, rows);
        };
    }

    int rowsOfA() {
        return form == Form.TN ? k : m;
    }

    int colsOfA() {
        return form == Form.TN ? m : k;
    }

    int rowsOfB() {
        return form == Form.NT ? n : k;
    }

    int colsOfB() {
        return form == Form.NT ? k : n;
    }

    /** Floating point operations: a multiplication and an addition for each of m n k terms. */
    double operations() {
        return 2.0 * m * n * k;
    }
}
