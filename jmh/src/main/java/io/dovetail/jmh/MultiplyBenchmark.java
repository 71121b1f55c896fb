package io.dovetail.jmh;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;

/** Dropout: {@code Y = X M}, element by element. */
public class MultiplyBenchmark extends MemorySweepBenchmark {

    /** Names the traffic. */
    public MultiplyBenchmark() {
        super(3, 2, 1, 0);
    }

    @Override
    double call(Kernels kernels, Workers workers, Operands x) {
        kernels.layers().multiply(workers, x.matrices[0], x.matrices[1], x.matrices[2]);
        return 0;
    }

    @Override
    double loop(PlainOperands x) {
        PlainLoops.multiply(x.matrices[0], x.matrices[1], x.matrices[2]);
        return 0;
    }
}
