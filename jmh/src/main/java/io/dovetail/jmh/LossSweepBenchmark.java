package io.dovetail.jmh;

import org.openjdk.jmh.annotations.Param;

/** A sweep that exponentials bound. */
public abstract class LossSweepBenchmark extends SweepBenchmark {

    /** Rows and columns: pairs of a batch, its in-batch logits, and those of many negatives. */
    @Param({"1x1280", "256x256", "256x2000"})
    public String shape = "";

    LossSweepBenchmark(int operands, int reads, int writes, double tolerance) {
        super(operands, reads, writes, tolerance);
    }

    @Override
    final String shape() {
        return shape;
    }
}
