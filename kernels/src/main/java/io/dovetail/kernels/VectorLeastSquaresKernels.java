package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;

/** Least squares with one problem at a time in the scratch memory of a worker. */
final class VectorLeastSquaresKernels extends LeastSquaresKernels {

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
        for (int row = from; row < to; row++) {
            int begin = targets.start(row);
            int count = targets.start(row + 1) - begin;
            if (count == 0) {
                for (int j = 0; j < d; j++) {
                    x.set(row, j, 0);
                }
            } else {
                NormalEquations.gather(h, targets.columns(), targets.values(), begin, count, scratch);
                NormalEquations.addGram(gram, ridges[row], scratch);
                Cholesky.factor(d, scratch, floats);
                Cholesky.substitute(d, scratch, x.data(), x.offset(row));
            }
        }
    }
}
