package io.dovetail.jmh;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;

/** The end of a tower: rows of length one. */
public class NormalizeBenchmark extends MemorySweepBenchmark {

    /** Names the traffic. */
    public NormalizeBenchmark() {
        super(2, 1, 1, 1e-5);
    }

    @Override
    double call(Kernels kernels, Workers workers, Operands x) {
        kernels.layers().normalizeRows(workers, x.matrices[1], x.matrices[0], x.perRow);
        return 0;
    }

    @Override
    double loop(PlainOperands x) {
        PlainLoops.normalize(x.matrices[1], x.matrices[0], x.perRow, x.rows, x.cols);
        return 0;
    }
}
