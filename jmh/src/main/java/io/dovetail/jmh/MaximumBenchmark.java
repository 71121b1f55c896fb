package io.dovetail.jmh;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;

/** The greatest of a user's scores: {@code Y = max(X, Y)}, element by element. */
public class MaximumBenchmark extends MemorySweepBenchmark {

    /** Names the traffic. */
    public MaximumBenchmark() {
        super(2, 2, 1, 0);
    }

    @Override
    double call(Kernels kernels, Workers workers, Operands x) {
        kernels.layers().maximum(workers, x.matrices[0], x.matrices[1]);
        return 0;
    }

    @Override
    double loop(PlainOperands x) {
        PlainLoops.maximum(x.matrices[0], x.matrices[1]);
        return 0;
    }
}
