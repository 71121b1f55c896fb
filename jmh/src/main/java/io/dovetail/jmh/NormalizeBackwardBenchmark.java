package io.dovetail.jmh;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;

/** The beginning of a tower's backward pass. */
public class NormalizeBackwardBenchmark extends MemorySweepBenchmark {

    /** Names the traffic. */
    public NormalizeBackwardBenchmark() {
        super(3, 2, 1, 1e-5);
    }

    @Override
    double call(Kernels kernels, Workers workers, Operands x) {
        kernels.layers().normalizeRowsBackward(workers, x.matrices[1], x.perRow, x.matrices[0], x.matrices[2]);
        return 0;
    }

    @Override
    double loop(PlainOperands x) {
        PlainLoops.normalizeBackward(x.matrices[1], x.perRow, x.matrices[0], x.matrices[2], x.rows, x.cols);
        return 0;
    }
}
