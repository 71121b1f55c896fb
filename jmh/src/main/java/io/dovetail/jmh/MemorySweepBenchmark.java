package io.dovetail.jmh;

import org.openjdk.jmh.annotations.Param;

/** A sweep that memory bounds: over what towers hold for a batch, and over matrices that no cache holds. */
public abstract class MemorySweepBenchmark extends SweepBenchmark {

    /** Rows and columns: embeddings and hidden layers of small and large batches, and 128 MiB. */
    @Param({"256x32", "1280x32", "5120x32", "256x256", "1280x256", "5120x256", "262144x128"})
    public String shape = "";

    MemorySweepBenchmark(int operands, int reads, int writes, double tolerance) {
        super(operands, reads, writes, tolerance);
    }

    @Override
    final String shape() {
        return shape;
    }
}
