package io.dovetail.kernels;

/** The reference products: three loops, one per index. */
final class ScalarMatrixKernels extends MatrixKernels {

    private static final int BLOCK_ROWS = 16;

    @Override
    void gemmUnchecked(
            Workers workers, Form form, float alpha, Matrix a, Matrix b, float beta, Matrix c, Epilogue epilogue) {
        workers.forEachBlock(c.rows(), BLOCK_ROWS, (from, to) -> {
            for (int i = from; i < to; i++) {
                for (int j = 0; j < c.cols(); j++) {
                    float product = alpha * product(form, a, b, i, j);
                    float value = beta == 0 ? product : product + beta * c.get(i, j);
                    c.set(i, j, finish(epilogue, value, i, j));
                }
            }
        });
    }

    private static float product(Form form, Matrix a, Matrix b, int i, int j) {
        float sum = 0;
        switch (form) {
            case NN -> {
                for (int p = 0; p < a.cols(); p++) {
                    sum = Math.fma(a.get(i, p), b.get(p, j), sum);
                }
            }
            case NT -> {
                for (int p = 0; p < a.cols(); p++) {
                    sum = Math.fma(a.get(i, p), b.get(j, p), sum);
                }
            }
            case TN -> {
                for (int p = 0; p < a.rows(); p++) {
                    sum = Math.fma(a.get(p, i), b.get(p, j), sum);
                }
            }
        }
        return sum;
    }

    private static float finish(Epilogue epilogue, float value, int i, int j) {
        return switch (epilogue.kind()) {
            case NONE -> value;
            case BIAS -> value + epilogue.operand().get(0, j);
            case BIAS_RELU -> Math.max(0, value + epilogue.operand().get(0, j));
            case RELU_MASK -> epilogue.operand().get(i, j) > 0 ? value : 0;
        };
    }
}
