package io.dovetail.model;

import java.util.SplittableRandom;

/** Random matrices with orthonormal rows or columns, whichever are fewer, by Gram-Schmidt on normal draws. */
final class Orthogonal {

    private Orthogonal() {}

    /**
     * Draws a matrix.
     *
     * @param rows number of rows
     * @param cols number of columns
     * @param random the draws
     * @return (rows, cols)
     */
    static double[][] draw(int rows, int cols, SplittableRandom random) {
        boolean tall = rows >= cols;
        double[][] basis = basis(Math.min(rows, cols), Math.max(rows, cols), random);
        double[][] matrix = new double[rows][cols];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                matrix[i][j] = tall ? basis[j][i] : basis[i][j];
            }
        }
        return matrix;
    }

    private static double[][] basis(int count, int length, SplittableRandom random) {
        double[][] basis = new double[count][length];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < length; j++) {
                basis[i][j] = random.nextGaussian();
            }
            // Twice is enough to lose the rounding errors of the first pass.
            for (int pass = 0; pass < 2; pass++) {
                for (int k = 0; k < i; k++) {
                    double dot = dot(basis[i], basis[k]);
                    for (int j = 0; j < length; j++) {
                        basis[i][j] -= dot * basis[k][j];
                    }
                }
            }
            double norm = Math.sqrt(dot(basis[i], basis[i]));
            for (int j = 0; j < length; j++) {
                basis[i][j] /= norm;
            }
        }
        return basis;
    }

    static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int j = 0; j < x.length; j++) {
            sum += x[j] * y[j];
        }
        return sum;
    }
}
