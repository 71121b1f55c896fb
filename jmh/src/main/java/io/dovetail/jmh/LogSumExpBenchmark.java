package io.dovetail.jmh;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;

/** The normalizers of rows of logits. */
public class LogSumExpBenchmark extends LossSweepBenchmark {

    /** Names the traffic. */
    public LogSumExpBenchmark() {
        super(2, 1, 0, 1e-5);
    }

    @Override
    double call(Kernels kernels, Workers workers, Operands x) {
        kernels.losses().logSumExp(workers, x.matrices[1], x.perRow);
        return 0;
    }

    @Override
    double loop(PlainOperands x) {
        PlainLoops.logSumExp(x.matrices[1], x.perRow, x.rows, x.cols);
        return 0;
    }
}
