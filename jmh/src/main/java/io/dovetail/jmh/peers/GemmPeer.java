package io.dovetail.jmh.peers;

import io.dovetail.kernels.MatrixKernels.Form;
import java.lang.foreign.MemorySegment;

/**
 * A native library's {@code C = op(A) op(B)} in single precision, all three matrices by rows.
 *
 * <p>Used by the thread that opened it: an OpenMP runtime keeps the size of its team by thread.
 */
public interface GemmPeer {

    /**
     * One product; alpha is 1 and beta is 0.
     *
     * @param form which operand is transposed
     * @param m rows of C
     * @param n columns of C
     * @param k inner size
     * @param a left operand, native
     * @param lda distance of two rows of A in floats
     * @param b right operand, native
     * @param ldb distance of two rows of B in floats
     * @param c result, native, overlaps neither A nor B
     * @param ldc distance of two rows of C in floats
     */
    void gemm(
            Form form,
            int m,
            int n,
            int k,
            MemorySegment a,
            int lda,
            MemorySegment b,
            int ldb,
            MemorySegment c,
            int ldc);

    /** {@return one line: the library, its version, and which of its kernels run} */
    String describe();

    /**
     * A library by its name, with a team of so many threads.
     *
     * @param name mkl, openblas or onednn
     * @param threads size of the team, the caller included
     * @return the peer
     * @throws IllegalStateException if the library is absent, or if the environment makes it slower than it can be; the
     *     message says what to do
     */
    static GemmPeer open(String name, int threads) {
        return switch (name) {
            case "mkl" -> CblasPeer.mkl(threads);
            case "openblas" -> CblasPeer.openBlas(threads);
            case "onednn" -> OneDnnPeer.open(threads);
            default -> throw new IllegalArgumentException("peer: mkl, openblas or onednn, got " + name);
        };
    }
}
