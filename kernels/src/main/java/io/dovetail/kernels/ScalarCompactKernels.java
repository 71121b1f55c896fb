package io.dovetail.kernels;

/** The reference. */
final class ScalarCompactKernels extends CompactKernels {

    @Override
    float dot(Matrix query, CompactRows rows, long offset) {
        return dotFrom(0, query, rows, offset);
    }
}
