package io.dovetail.jmh;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;

/** The gradient of a bias. */
public class ColumnSumsBenchmark extends MemorySweepBenchmark {

    /** Names the traffic. */
    public ColumnSumsBenchmark() {
        super(1, 1, 0, 1e-3);
    }

    @Override
    double call(Kernels kernels, Workers workers, Operands x) {
        kernels.layers().columnSums(workers, x.matrices[0], x.perColumn);
        return 0;
    }

    @Override
    double loop(PlainOperands x) {
        PlainLoops.columnSums(x.matrices[0], x.perColumn, x.rows, x.cols);
        return 0;
    }
}
