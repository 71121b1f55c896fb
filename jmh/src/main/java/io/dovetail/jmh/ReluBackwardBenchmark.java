package io.dovetail.jmh;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;

/** The gradient of a hidden layer: 0 where its output is. */
public class ReluBackwardBenchmark extends MemorySweepBenchmark {

    /** Names the traffic. */
    public ReluBackwardBenchmark() {
        super(2, 2, 1, 0);
    }

    @Override
    double call(Kernels kernels, Workers workers, Operands x) {
        kernels.layers().reluBackward(workers, x.matrices[1], x.matrices[0]);
        return 0;
    }

    @Override
    double loop(PlainOperands x) {
        PlainLoops.reluBackward(x.matrices[1], x.matrices[0]);
        return 0;
    }
}
