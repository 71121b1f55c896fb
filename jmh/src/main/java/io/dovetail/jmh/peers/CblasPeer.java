package io.dovetail.jmh.peers;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.dovetail.kernels.MatrixKernels.Form;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A library with the C interface of BLAS: {@code cblas_sgemm} of MKL or of OpenBLAS. */
final class CblasPeer implements GemmPeer {

    private static final int ROW_MAJOR = 101;
    private static final int AS_IS = 111;
    private static final int TRANSPOSED = 112;

    private static final MethodHandle SGEMM = NativeLibrary.handle(FunctionDescriptor.ofVoid(
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_FLOAT,
            ADDRESS,
            JAVA_INT,
            ADDRESS,
            JAVA_INT,
            JAVA_FLOAT,
            ADDRESS,
            JAVA_INT));

    /** Cores whose kernels OpenBLAS wrote for AVX-512. */
    private static final List<String> WIDE_CORES = List.of("SkylakeX", "Cooperlake", "Sapphirerapids");

    /** MKL's libraries of kernels; those it has for Zen processors are in the last. */
    private static final List<String> MKL_KERNELS =
            List.of("libmkl_avx512.so", "libmkl_avx2.so", "libmkl_mc3.so", "libmkl_def.so");

    private static final int VERSION_BYTES = 256;
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    private static final Path LOADED = Path.of("/proc/self/maps");

    private final MemorySegment sgemm;
    private final String describe;

    private CblasPeer(NativeLibrary library, String describe) {
        this.sgemm = library.address("cblas_sgemm");
        this.describe = describe;
    }

    static CblasPeer mkl(int threads) {
        // MKL loads its other libraries itself, from the folder of this one; its OpenMP runtime must be there by then.
        NativeLibrary library = NativeLibrary.open("libiomp5.so", "libmkl_rt.so.2");
        library.call("MKL_Set_Dynamic", 0);
        library.call("MKL_Set_Num_Threads", threads);
        requireThreads("MKL", threads, library.call("MKL_Get_Max_Threads"));
        String version;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(VERSION_BYTES);
            library.call("MKL_Get_Version_String", text, VERSION_BYTES);
            version = text.getString(0).strip();
        }
        firstProduct(new CblasPeer(library, version));
        String kernels = MKL_KERNELS.stream()
                .filter(name -> anyLine(LOADED, name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("mkl: it loaded none of " + MKL_KERNELS));
        return new CblasPeer(library, version + ", kernels of " + kernels);
    }

    static CblasPeer openBlas(int threads) {
        NativeLibrary library =
                NativeLibrary.open("libgcc_s.so.1", "libquadmath.so.0", "libgfortran.so.5", "libopenblas.so.0");
        library.call("openblas_set_num_threads", threads);
        requireThreads("OpenBLAS", threads, library.call("openblas_get_num_threads"));
        String core = library.text("openblas_get_corename");
        if (machineIsWide() && WIDE_CORES.stream().noneMatch(core::equalsIgnoreCase)) {
            throw new IllegalStateException(
                    "openblas: this machine has AVX-512, but OpenBLAS chose its kernels for " + core);
        }
        return new CblasPeer(library, library.text("openblas_get_config"));
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
        int formOfA = form == Form.TN ? TRANSPOSED : AS_IS;
        int formOfB = form == Form.NT ? TRANSPOSED : AS_IS;
        try {
            SGEMM.invokeExact(sgemm, ROW_MAJOR, formOfA, formOfB, m, n, k, 1f, a, lda, b, ldb, 0f, c, ldc);
        } catch (Throwable thrown) {
            throw NativeLibrary.impossible(thrown);
        }
    }

    @Override
    public String describe() {
        return describe;
    }

    /** MKL chooses its kernels when it is first used. */
    private static void firstProduct(CblasPeer peer) {
        int size = 64;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment zeros = arena.allocate((long) size * size * Float.BYTES, Float.BYTES);
            MemorySegment result = arena.allocate((long) size * size * Float.BYTES, Float.BYTES);
            peer.gemm(Form.NN, size, size, size, zeros, size, zeros, size, result, size);
        }
    }

    private static void requireThreads(String name, int asked, int got) {
        if (asked != got) {
            throw new IllegalStateException(name + ": " + asked + " threads were asked for, it would use " + got);
        }
    }

    private static boolean machineIsWide() {
        return anyLine(PROCESSORS, "avx512f");
    }

    private static boolean anyLine(Path file, String part) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.anyMatch(line -> line.contains(part));
        } catch (IOException e) {
            throw new UncheckedIOException("peers: cannot read " + file, e);
        }
    }
}
