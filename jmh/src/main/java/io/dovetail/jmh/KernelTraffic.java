package io.dovetail.jmh;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Counts the bytes that a kernel names, as secondary results per second. */
@AuxCounters(AuxCounters.Type.OPERATIONS)
@State(Scope.Thread)
public class KernelTraffic {
    /** Bytes read and written, in thousands of millions. */
    public double gigabytes;

    /** Those that were written. */
    public double gigabytesWritten;

    void add(double elements, int reads, int writes) {
        gigabytes += elements * (reads + writes) * Float.BYTES * 1e-9;
        gigabytesWritten += elements * writes * Float.BYTES * 1e-9;
    }
}
