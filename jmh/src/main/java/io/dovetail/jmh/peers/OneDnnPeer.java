package io.dovetail.jmh.peers;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.dovetail.kernels.MatrixKernels.Form;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** {@code dnnl_sgemm} of oneDNN, which takes matrices by rows. */
final class OneDnnPeer implements GemmPeer {

    private static final byte AS_IS = 'N';
    private static final byte TRANSPOSED = 'T';

    private static final MethodHandle SGEMM = NativeLibrary.handle(FunctionDescriptor.of(
            JAVA_INT,
            JAVA_BYTE,
            JAVA_BYTE,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_FLOAT,
            ADDRESS,
            JAVA_LONG,
            ADDRESS,
            JAVA_LONG,
            JAVA_FLOAT,
            ADDRESS,
            JAVA_LONG));

    private final MemorySegment sgemm;
    private final String describe;

    private OneDnnPeer(NativeLibrary library) {
        this.sgemm = library.address("dnnl_sgemm");
        this.describe = OneDnn.describe(library);
    }

    static OneDnnPeer open(int threads) {
        return new OneDnnPeer(OneDnn.open(threads));
    }

    @Override
    public void gemm(
            Form form,
            int m,
            int n,
            int k,
            MemorySegment a,
            int lda,
            MemorySegment b,
            int ldb,
            MemorySegment c,
            int ldc) {
        byte formOfA = form == Form.TN ? TRANSPOSED : AS_IS;
        byte formOfB = form == Form.NT ? TRANSPOSED : AS_IS;
        int status;
        try {
            status = (int) SGEMM.invokeExact(
                    sgemm,
                    formOfA,
                    formOfB,
                    (long) m,
                    (long) n,
                    (long) k,
                    1f,
                    a,
                    (long) lda,
                    b,
                    (long) ldb,
                    0f,
                    c,
                    (long) ldc);
        } catch (Throwable thrown) {
            throw NativeLibrary.impossible(thrown);
        }
        OneDnn.require(status, "dnnl_sgemm");
    }

    @Override
    public String describe() {
        return describe;
    }
}
