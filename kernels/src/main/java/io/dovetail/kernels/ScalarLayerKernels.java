package io.dovetail.kernels;

/** The reference layers. */
final class ScalarLayerKernels extends LayerKernels {

    @Override
    void sparseTimesDense(SparseMatrix s, Matrix x, int xColumn, Matrix y, int yColumn, int width, int from, int to) {
        int[] columns = s.columns();
        float[] values = s.values();
        for (int row = from; row < to; row++) {
            for (int j = 0; j < width; j++) {
                float sum = 0;
                for (int e = s.start(row); e < s.start(row + 1); e++) {
                    sum = Math.fma(values[e], x.get(columns[e], xColumn + j), sum);
                }
                y.set(row, yColumn + j, sum);
            }
        }
    }

    @Override
    void columnSums(Matrix x, Matrix sums, int fromColumn, int toColumn) {
        for (int j = fromColumn; j < toColumn; j++) {
            float sum = 0;
            for (int row = 0; row < x.rows(); row++) {
                sum += x.get(row, j);
            }
            sums.set(0, j, sum);
        }
    }

    @Override
    void reluBackward(Matrix y, Matrix dY, int from, int to) {
        for (int row = from; row < to; row++) {
            for (int j = 0; j < y.cols(); j++) {
                if (!(y.get(row, j) > 0)) {
                    dY.set(row, j, 0);
                }
            }
        }
    }

    @Override
    void normalizeRows(Matrix x, Matrix y, Matrix inverseNorms, int from, int to) {
        for (int row = from; row < to; row++) {
            float squares = 0;
            for (int j = 0; j < x.cols(); j++) {
                squares = Math.fma(x.get(row, j), x.get(row, j), squares);
            }
            float norm = (float) Math.sqrt(squares);
            float inverse = norm < MIN_NORM ? 0 : 1 / norm;
            inverseNorms.set(0, row, inverse);
            for (int j = 0; j < x.cols(); j++) {
                y.set(row, j, x.get(row, j) * inverse);
            }
        }
    }

    @Override
    void normalizeRowsBackward(Matrix y, Matrix inverseNorms, Matrix dY, Matrix dX, int from, int to) {
        for (int row = from; row < to; row++) {
            float dot = 0;
            for (int j = 0; j < y.cols(); j++) {
                dot = Math.fma(dY.get(row, j), y.get(row, j), dot);
            }
            float inverse = inverseNorms.get(0, row);
            for (int j = 0; j < y.cols(); j++) {
                dX.set(row, j, (dY.get(row, j) - dot * y.get(row, j)) * inverse);
            }
        }
    }

    @Override
    void axpy(float alpha, Matrix x, Matrix y, int from, int to) {
        for (int row = from; row < to; row++) {
            for (int j = 0; j < x.cols(); j++) {
                y.set(row, j, Math.fma(alpha, x.get(row, j), y.get(row, j)));
            }
        }
    }

    @Override
    void multiply(Matrix x, Matrix m, Matrix y, int from, int to) {
        for (int row = from; row < to; row++) {
            for (int j = 0; j < x.cols(); j++) {
                y.set(row, j, x.get(row, j) * m.get(row, j));
            }
        }
    }

    @Override
    void maximum(Matrix x, Matrix y, int from, int to) {
        for (int row = from; row < to; row++) {
            for (int j = 0; j < x.cols(); j++) {
                y.set(row, j, Math.max(x.get(row, j), y.get(row, j)));
            }
        }
    }
}
