package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;

/** The reference losses, in double precision inside. */
final class ScalarLossKernels extends LossKernels {

    @Override
    void sigmoid(Matrix x, Matrix y, int from, int to) {
        for (int row = from; row < to; row++) {
            for (int j = 0; j < x.cols(); j++) {
                y.set(row, j, (float) (1 / (1 + Math.exp(-x.get(row, j)))));
            }
        }
    }

    @Override
    double binaryCrossEntropy(Matrix logits, Matrix labels, float gradientScale, Matrix dLogits, int from, int to) {
        double loss = 0;
        for (int row = from; row < to; row++) {
            for (int j = 0; j < logits.cols(); j++) {
                double x = logits.get(row, j);
                double label = labels.get(row, j);
                loss += Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))) - label * x;
                dLogits.set(row, j, (float) (gradientScale * (1 / (1 + Math.exp(-x)) - label)));
            }
        }
        return loss;
    }

    @Override
    double softmaxCrossEntropy(Matrix logits, int[] targets, float gradientScale, Matrix dLogits, int from, int to) {
        double loss = 0;
        for (int row = from; row < to; row++) {
            double max = max(logits, row);
            double sum = sumOfExponentials(logits, row, max);
            loss += Math.log(sum) + (max - logits.get(row, targets[row]));
            for (int j = 0; j < logits.cols(); j++) {
                double p = Math.exp(logits.get(row, j) - max) / sum;
                dLogits.set(row, j, (float) (gradientScale * (j == targets[row] ? p - 1 : p)));
            }
        }
        return loss;
    }

    @Override
    void logSumExp(Matrix x, Matrix out, int from, int to) {
        for (int row = from; row < to; row++) {
            double max = max(x, row);
            double shift = max == Double.NEGATIVE_INFINITY ? 0 : max;
            out.set(0, row, (float) (Math.log(sumOfExponentials(x, row, shift)) + shift));
        }
    }

    private static double max(Matrix x, int row) {
        double max = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < x.cols(); j++) {
            max = Math.max(max, x.get(row, j));
        }
        return max;
    }

    private static double sumOfExponentials(Matrix x, int row, double shift) {
        double sum = 0;
        for (int j = 0; j < x.cols(); j++) {
            sum += Math.exp(x.get(row, j) - shift);
        }
        return sum;
    }

    @Override
    double squaredDistanceUnchecked(
            Matrix x, int[] xRows, Matrix y, int[] yRows, int n, float gradientScale, Matrix dX) {
        double sum = 0;
        for (int t = 0; t < n; t++) {
            for (int j = 0; j < x.cols(); j++) {
                float difference = x.get(xRows[t], j) - y.get(yRows[t], j);
                sum += (double) difference * difference;
                dX.set(xRows[t], j, Math.fma(2 * gradientScale, difference, dX.get(xRows[t], j)));
            }
        }
        return sum;
    }

    @Override
    void pairDots(Matrix u, int[] uRows, Matrix v, int[] vRows, Matrix out, int from, int to) {
        for (int t = from; t < to; t++) {
            float sum = 0;
            for (int j = 0; j < u.cols(); j++) {
                sum = Math.fma(u.get(uRows[t], j), v.get(vRows[t], j), sum);
            }
            out.set(0, t, sum);
        }
    }

    @Override
    void groupCovariance(
            Matrix x, SparseMatrix groups, Matrix means, Matrix covariances, int group, MemorySegment scratch) {
        int d = x.cols();
        int[] rows = groups.columns();
        int begin = groups.start(group);
        int end = groups.start(group + 1);
        int n = end - begin;
        for (int i = 0; i < d; i++) {
            double sum = 0;
            for (int e = begin; e < end; e++) {
                sum += x.get(rows[e], i);
            }
            means.set(group, i, n == 0 ? 0 : (float) (sum / n));
        }
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                double sum = 0;
                for (int e = begin; e < end; e++) {
                    sum += (double) (x.get(rows[e], i) - means.get(group, i))
                            * (x.get(rows[e], j) - means.get(group, j));
                }
                covariances.set(group * d + i, j, n < 2 ? 0 : (float) (sum / (n - 1)));
            }
        }
    }

    @Override
    void groupCovarianceBackward(
            Matrix x,
            SparseMatrix groups,
            Matrix means,
            Matrix dCovariances,
            Matrix dX,
            int group,
            MemorySegment scratch) {
        int d = x.cols();
        int[] rows = groups.columns();
        int n = groups.start(group + 1) - groups.start(group);
        if (n < 2) {
            return;
        }
        for (int e = groups.start(group); e < groups.start(group + 1); e++) {
            int row = rows[e];
            for (int j = 0; j < d; j++) {
                double sum = 0;
                for (int i = 0; i < d; i++) {
                    sum += (double) (x.get(row, i) - means.get(group, i)) * dCovariances.get(group * d + i, j);
                }
                dX.set(row, j, (float) (dX.get(row, j) + 2 * sum / (n - 1)));
            }
        }
    }
}
