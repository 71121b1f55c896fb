package io.dovetail.kernels;

/** The reference. */
final class ScalarCompactKernels extends CompactKernels {

    @Override
    void decode(CompactRows rows, long offset, Matrix out, long at) {
        decodeOneByOne(rows, offset, 0, out, at);
    }
}
