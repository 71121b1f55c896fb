package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;

/** The reference solver, in double precision. */
final class ScalarLeastSquaresKernels extends LeastSquaresKernels {

    @Override
    void solve(
            SparseMatrix targets,
            Matrix h,
            Matrix gram,
            float[] ridges,
            Matrix x,
            int from,
            int to,
            MemorySegment scratch,
            float[] floats) {
        int d = h.cols();
        double[][] a = new double[d][d];
        double[] b = new double[d];
        for (int row = from; row < to; row++) {
            normalEquations(targets, row, h, gram, ridges[row], a, b);
            factor(a);
            substitute(a, b);
            for (int j = 0; j < d; j++) {
                x.set(row, j, (float) b[j]);
            }
        }
    }

    private static void normalEquations(
            SparseMatrix targets, int row, Matrix h, Matrix gram, float ridge, double[][] a, double[] b) {
        int d = b.length;
        for (int i = 0; i < d; i++) {
            b[i] = 0;
            for (int j = i; j < d; j++) {
                a[i][j] = gram.get(i, j) + (i == j ? ridge : 0.0);
            }
        }
        for (int e = targets.start(row); e < targets.start(row + 1); e++) {
            int column = targets.columns()[e];
            for (int i = 0; i < d; i++) {
                double left = h.get(column, i);
                b[i] += left * targets.values()[e];
                for (int j = i; j < d; j++) {
                    a[i][j] += left * h.get(column, j);
                }
            }
        }
    }

    /** The upper half of A becomes U with {@code Uᵀ U = A}. */
    private static void factor(double[][] a) {
        int d = a.length;
        for (int i = 0; i < d; i++) {
            for (int j = i; j < d; j++) {
                for (int p = 0; p < i; p++) {
                    a[i][j] -= a[p][i] * a[p][j];
                }
            }
            double root = Math.sqrt(a[i][i]);
            for (int j = i; j < d; j++) {
                a[i][j] /= root;
            }
        }
    }

    /** {@code b = U⁻¹ U⁻ᵀ b}. */
    private static void substitute(double[][] u, double[] b) {
        int d = b.length;
        for (int i = 0; i < d; i++) {
            for (int p = 0; p < i; p++) {
                b[i] -= u[p][i] * b[p];
            }
            b[i] /= u[i][i];
        }
        for (int i = d - 1; i >= 0; i--) {
            for (int j = i + 1; j < d; j++) {
                b[i] -= u[i][j] * b[j];
            }
            b[i] /= u[i][i];
        }
    }
}
