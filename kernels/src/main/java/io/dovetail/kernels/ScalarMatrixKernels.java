package io.dovetail.kernels;

import java.lang.foreign.Arena;

/** The reference products: three loops, one per index. */
final class ScalarMatrixKernels extends MatrixKernels {

    private static final int BLOCK_ROWS = 16;

    private final LayerKernels layers = new ScalarLayerKernels();

    @Override
    void gemmUnchecked(
            Workers workers, Form form, float alpha, Matrix a, Matrix b, float beta, Matrix c, Epilogue epilogue) {
        if (workers.alone()) {
            rows(form, alpha, a, b, beta, c, epilogue, 0, c.rows());
        } else {
            workers.forEachBlock(
                    c.rows(), BLOCK_ROWS, (from, to) -> rows(form, alpha, a, b, beta, c, epilogue, from, to));
        }
    }

    private void rows(
            Form form, float alpha, Matrix a, Matrix b, float beta, Matrix c, Epilogue epilogue, int from, int to) {
        for (int i = from; i < to; i++) {
            for (int j = 0; j < c.cols(); j++) {
                float old = beta == 0 ? 0 : beta * c.get(i, j);
                float value = sum(form, alpha, a, b, i, j, old);
                c.set(i, j, finish(epilogue, value, i, j));
            }
        }
        if (epilogue.normalizes()) {
            layers.normalizeRows(c, c, epilogue.inverseNorms(), from, to);
        }
    }

    @Override
    Matrix packedMemory(Arena arena, int k, int n) {
        return Matrix.allocate(arena, k, n);
    }

    @Override
    void packUnchecked(Matrix b, Matrix memory) {
        memory.copyFrom(b);
    }

    @Override
    void packTransposedUnchecked(Matrix b, Matrix memory) {
        for (int i = 0; i < memory.rows(); i++) {
            for (int j = 0; j < memory.cols(); j++) {
                memory.set(i, j, b.get(j, i));
            }
        }
    }

    @Override
    void gemmPackedUnchecked(
            Workers workers, float alpha, Matrix a, Matrix packed, float beta, Matrix c, Epilogue epilogue) {
        gemmUnchecked(workers, Form.NN, alpha, a, packed, beta, c, epilogue);
    }

    private static float sum(Form form, float alpha, Matrix a, Matrix b, int i, int j, float start) {
        float sum = start;
        switch (form) {
            case NN -> {
                for (int p = 0; p < a.cols(); p++) {
                    sum = Math.fma(alpha * a.get(i, p), b.get(p, j), sum);
                }
            }
            case NT -> {
                for (int p = 0; p < a.cols(); p++) {
                    sum = Math.fma(alpha * a.get(i, p), b.get(j, p), sum);
                }
            }
            case TN -> {
                for (int p = 0; p < a.rows(); p++) {
                    sum = Math.fma(alpha * a.get(p, i), b.get(p, j), sum);
                }
            }
        }
        return sum;
    }

    private static float finish(Epilogue epilogue, float value, int i, int j) {
        return switch (epilogue.kind()) {
            case NONE -> value;
            case BIAS -> value + epilogue.operand().get(0, j);
            case BIAS_RELU -> clip(value + epilogue.operand().get(0, j));
            case RELU -> clip(value);
            case RELU_MASK -> epilogue.operand().get(i, j) > 0 ? value : 0;
        };
    }

    private static float clip(float value) {
        return value < 0 ? 0 : value;
    }
}
