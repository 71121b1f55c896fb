package io.dovetail.jmh;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;

/** A sum of gradients: {@code Y += alpha X}. */
public class AxpyBenchmark extends MemorySweepBenchmark {

    /** Names the traffic. */
    public AxpyBenchmark() {
        super(2, 2, 1, 1e-6);
    }

    @Override
    double call(Kernels kernels, Workers workers, Operands x) {
        kernels.layers().axpy(workers, 1e-6f, x.matrices[0], x.matrices[1]);
        return 0;
    }

    @Override
    double loop(PlainOperands x) {
        PlainLoops.axpy(1e-6f, x.matrices[0], x.matrices[1]);
        return 0;
    }
}
