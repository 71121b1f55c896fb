package io.dovetail.jmh;

import io.dovetail.kernels.AdamStep;
import io.dovetail.kernels.SparseMatrix;
import java.util.Arrays;

/** What one would write without the kernels: loops over arrays, which the compiler vectorises where it can. */
final class PlainLoops {

    private PlainLoops() {}

    /** Vectorised by the compiler. */
    static void axpy(float alpha, float[] x, float[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] = Math.fma(alpha, x[i], y[i]);
        }
    }

    /** {@code y = max(x, y)}. */
    static void maximum(float[] x, float[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] = Math.max(x[i], y[i]);
        }
    }

    /** Vectorised by the compiler. */
    static void multiply(float[] x, float[] m, float[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] = x[i] * m[i];
        }
    }

    /** Not vectorised. */
    static void reluBackward(float[] y, float[] dY) {
        for (int i = 0; i < y.length; i++) {
            dY[i] = y[i] > 0 ? dY[i] : 0;
        }
    }

    /** Vectorised within a row. */
    static void columnSums(float[] x, float[] sums, int rows, int cols) {
        Arrays.fill(sums, 0);
        for (int row = 0; row < rows; row++) {
            for (int j = 0; j < cols; j++) {
                sums[j] += x[row * cols + j];
            }
        }
    }

    /** Not vectorised but for the last loop: the order of a sum is fixed. */
    static void normalize(float[] x, float[] y, float[] inverseNorms, int rows, int cols) {
        for (int row = 0; row < rows; row++) {
            int from = row * cols;
            float squares = 0;
            for (int j = 0; j < cols; j++) {
                squares += x[from + j] * x[from + j];
            }
            float norm = (float) Math.sqrt(squares);
            float inverse = norm < 1e-12f ? 0 : 1 / norm;
            inverseNorms[row] = inverse;
            for (int j = 0; j < cols; j++) {
                y[from + j] = x[from + j] * inverse;
            }
        }
    }

    /** As {@link #normalize}. */
    static void normalizeBackward(float[] y, float[] inverseNorms, float[] dY, float[] dX, int rows, int cols) {
        for (int row = 0; row < rows; row++) {
            int from = row * cols;
            float dot = 0;
            for (int j = 0; j < cols; j++) {
                dot += y[from + j] * dY[from + j];
            }
            float inverse = inverseNorms[row];
            for (int j = 0; j < cols; j++) {
                dX[from + j] = (dY[from + j] - dot * y[from + j]) * inverse;
            }
        }
    }

    /** Vectorised by the compiler, root and division included. */
    static void adam(AdamStep step, float[] parameters, float[] gradients, float[] first, float[] second) {
        float rate = step.correctedRate();
        float scale = step.secondMomentScale();
        float keep = 1 - step.learningRate() * step.weightDecay();
        float beta1 = step.beta1();
        float beta2 = step.beta2();
        float epsilon = step.epsilon();
        for (int i = 0; i < parameters.length; i++) {
            float m = beta1 * first[i] + (1 - beta1) * gradients[i];
            float v = beta2 * second[i] + (1 - beta2) * gradients[i] * gradients[i];
            first[i] = m;
            second[i] = v;
            parameters[i] = keep * parameters[i] - rate * m / ((float) Math.sqrt(v) * scale + epsilon);
        }
    }

    /** As {@link #adam}, on listed rows. */
    static void adamRows(
            AdamStep step, float[] parameters, int[] rows, float[] gradients, float[] first, float[] second, int cols) {
        float rate = step.correctedRate();
        float scale = step.secondMomentScale();
        float keep = 1 - step.learningRate() * step.weightDecay();
        float beta1 = step.beta1();
        float beta2 = step.beta2();
        float epsilon = step.epsilon();
        for (int t = 0; t < rows.length; t++) {
            int at = rows[t] * cols;
            for (int j = 0; j < cols; j++) {
                float gradient = gradients[t * cols + j];
                float m = beta1 * first[at + j] + (1 - beta1) * gradient;
                float v = beta2 * second[at + j] + (1 - beta2) * gradient * gradient;
                first[at + j] = m;
                second[at + j] = v;
                parameters[at + j] = keep * parameters[at + j] - rate * m / ((float) Math.sqrt(v) * scale + epsilon);
            }
        }
    }

    static void sigmoid(float[] x, float[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] = (float) (1 / (1 + Math.exp(-x[i])));
        }
    }

    static double binaryCrossEntropy(float[] logits, float[] labels, float scale, float[] dLogits) {
        double loss = 0;
        for (int i = 0; i < logits.length; i++) {
            float x = logits[i];
            double exp = Math.exp(-Math.abs(x));
            loss += Math.max(x, 0) + Math.log1p(exp) - labels[i] * x;
            double sigmoid = x >= 0 ? 1 / (1 + exp) : exp / (1 + exp);
            dLogits[i] = (float) (scale * (sigmoid - labels[i]));
        }
        return loss;
    }

    static double softmaxCrossEntropy(float[] logits, int[] targets, float scale, float[] dLogits, int rows, int cols) {
        double loss = 0;
        for (int row = 0; row < rows; row++) {
            int from = row * cols;
            float greatest = greatest(logits, from, cols);
            float target = logits[from + targets[row]];
            double sum = 0;
            for (int j = 0; j < cols; j++) {
                double exp = Math.exp(logits[from + j] - greatest);
                dLogits[from + j] = (float) exp;
                sum += exp;
            }
            loss += Math.log(sum) + greatest - target;
            float factor = (float) (scale / sum);
            for (int j = 0; j < cols; j++) {
                dLogits[from + j] *= factor;
            }
            dLogits[from + targets[row]] -= scale;
        }
        return loss;
    }

    static void logSumExp(float[] x, float[] out, int rows, int cols) {
        for (int row = 0; row < rows; row++) {
            int from = row * cols;
            float greatest = greatest(x, from, cols);
            double sum = 0;
            for (int j = 0; j < cols; j++) {
                sum += Math.exp(x[from + j] - greatest);
            }
            out[row] = (float) (Math.log(sum) + greatest);
        }
    }

    private static float greatest(float[] x, int from, int count) {
        float greatest = Float.NEGATIVE_INFINITY;
        for (int j = 0; j < count; j++) {
            greatest = Math.max(greatest, x[from + j]);
        }
        return greatest;
    }

    static void pairDots(float[] u, int[] uRows, float[] v, int[] vRows, float[] out, int cols) {
        for (int t = 0; t < uRows.length; t++) {
            float sum = 0;
            for (int j = 0; j < cols; j++) {
                sum += u[uRows[t] * cols + j] * v[vRows[t] * cols + j];
            }
            out[t] = sum;
        }
    }

    static double squaredDistance(float[] x, int[] xRows, float[] y, int[] yRows, float scale, float[] dX, int cols) {
        double sum = 0;
        for (int t = 0; t < xRows.length; t++) {
            for (int j = 0; j < cols; j++) {
                float difference = x[xRows[t] * cols + j] - y[yRows[t] * cols + j];
                sum += difference * difference;
                dX[xRows[t] * cols + j] += 2 * scale * difference;
            }
        }
        return sum;
    }

    /** One copy per row, by the JDK. */
    static void lookUp(float[] table, int[] ids, float[] out, int count, int cols) {
        for (int t = 0; t < count; t++) {
            System.arraycopy(table, ids[t] * cols, out, t * cols, cols);
        }
    }

    /** Vectorised within a row. */
    static void pool(float[] table, SparseMatrix s, float[] out, int cols) {
        Arrays.fill(out, 0);
        int[] columns = s.columns();
        float[] values = s.values();
        for (int row = 0; row < s.rows(); row++) {
            for (int e = s.start(row); e < s.start(row + 1); e++) {
                for (int j = 0; j < cols; j++) {
                    out[row * cols + j] += values[e] * table[columns[e] * cols + j];
                }
            }
        }
    }

    /** The whole matrix, row by row of X; vectorised within a row. */
    static void covariance(
            float[] x, int[] rows, int begin, int end, float[] mean, float[] centred, float[] c, int at, int d) {
        int n = end - begin;
        Arrays.fill(mean, 0);
        for (int e = begin; e < end; e++) {
            for (int j = 0; j < d; j++) {
                mean[j] += x[rows[e] * d + j] / n;
            }
        }
        Arrays.fill(c, at, at + d * d, 0);
        for (int e = begin; e < end; e++) {
            for (int j = 0; j < d; j++) {
                centred[j] = x[rows[e] * d + j] - mean[j];
            }
            for (int i = 0; i < d; i++) {
                float factor = centred[i] / (n - 1);
                for (int j = 0; j < d; j++) {
                    c[at + i * d + j] += factor * centred[j];
                }
            }
        }
    }

    /** As {@link #covariance}. */
    static void covarianceBackward(
            float[] x, int[] rows, int begin, int end, float[] mean, float[] dC, int at, float[] dX, int d) {
        int n = end - begin;
        for (int e = begin; e < end; e++) {
            int to = rows[e] * d;
            for (int i = 0; i < d; i++) {
                float factor = 2 * (x[to + i] - mean[i]) / (n - 1);
                for (int j = 0; j < d; j++) {
                    dX[to + j] += factor * dC[at + i * d + j];
                }
            }
        }
    }
}
