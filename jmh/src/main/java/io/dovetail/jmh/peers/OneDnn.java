package io.dovetail.jmh.peers;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The library oneDNN with its OpenMP runtime. */
final class OneDnn {

    private static final String[] RUNTIMES = {"libgomp.so.1", "libiomp5.so"};

    private OneDnn() {}

    /**
     * Loads it, for a team of so many threads whenever the calling thread calls.
     *
     * <p>It needs GNU's OpenMP. But MKL makes the symbols of Intel's, which has GNU's as well, visible to all
     * libraries, and oneDNN then binds to those: which one it uses depends on what else was loaded. So both are told.
     */
    static NativeLibrary open(int threads) {
        NativeLibrary library = NativeLibrary.open("libgomp.so.1", "libdnnl.so.3");
        for (String file : RUNTIMES) {
            NativeLibrary runtime = NativeLibrary.open(file);
            runtime.call("omp_set_num_threads", threads);
            int got = runtime.call("omp_get_max_threads");
            if (got != threads) {
                throw new IllegalStateException(
                        "onednn: " + threads + " threads were asked for, " + file + " would use " + got);
            }
        }
        return library;
    }

    static String describe(NativeLibrary library) {
        MemorySegment version = library.pointer(3L * Integer.BYTES, "dnnl_version");
        return "oneDNN " + version.getAtIndex(ValueLayout.JAVA_INT, 0) + "."
                + version.getAtIndex(ValueLayout.JAVA_INT, 1) + "." + version.getAtIndex(ValueLayout.JAVA_INT, 2)
                + ", instruction set 0x" + Integer.toHexString(library.call("dnnl_get_effective_cpu_isa"));
    }

    /** Throws unless a call succeeded. */
    static void require(int status, String function) {
        if (status != 0) {
            throw new IllegalStateException("onednn: " + function + " failed with status " + status);
        }
    }
}
